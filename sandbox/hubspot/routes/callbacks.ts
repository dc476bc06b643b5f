/**
 * Completion of custom workflow actions, one or many at a time.
 * Source: https://developers.hubspot.com/docs/apps/developer-platform/add-features/custom-workflow-actions
 */
import { z } from "zod";
import { problem } from "../problem.ts";
import type { Answer } from "../../answer.ts";
import type { ApiCall, ApiRoute } from "../route.ts";
import { apiVersion } from "../version.ts";
import { parseBody } from "./parsing.ts";

const root = `/automation/actions/callbacks/${apiVersion}`;
const scopes = (): readonly string[] => ["automation"];
const completion = z.object({
  outputFields: z.record(z.string(), z.unknown()).transform(asText),
  typedOutputs: z.unknown().optional(),
});

/** The routes of workflow callbacks. */
export const callbackRoutes: readonly ApiRoute[] = [
  { kind: "api", method: "POST", path: `${root}/complete`, scopes, handle: completeMany },
  { kind: "api", method: "POST", path: `${root}/:callbackId/complete`, scopes, handle: completeOne },
];

function completeMany(call: ApiCall): Answer {
  const one = completion.extend({ callbackId: z.string(), typedOutputs: z.record(z.string(), z.unknown()) });
  for (const input of parseBody(z.object({ inputs: z.array(one).min(1).max(100) }), call).inputs) {
    complete(call, input.callbackId, input.outputFields);
  }
  return { status: 204 };
}

function completeOne(call: ApiCall): Answer {
  complete(call, call.params["callbackId"] ?? "", parseBody(completion, call).outputFields);
  return { status: 204 };
}

function complete(call: ApiCall, callbackId: string, outputFields: Readonly<Record<string, string>>): void {
  const execution = call.portal.executions.get(callbackId);
  if (!execution || execution.appId !== call.app.id)
    throw problem(404, "OBJECT_NOT_FOUND", `No execution waits for ${callbackId}`);
  const state = outputFields["hs_execution_state"];
  execution.state = state === "FAIL_CONTINUE" || state === "BLOCK" ? state : "SUCCESS";
  execution.outputFields = outputFields;
  call.portal.hooks.wrote({
    kind: "callback.complete",
    objectId: callbackId,
    properties: outputFields,
    who: { app: call.app.id },
    traceId: undefined,
    call: call.context.call,
  });
}

function asText(fields: Readonly<Record<string, unknown>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [
      name,
      typeof value === "string" ? value : JSON.stringify(value),
    ]),
  );
}
