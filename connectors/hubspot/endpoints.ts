/**
 * The addresses HubSpot calls. Each one checks the signature over the raw bytes first and reads second; storing and
 * answering is the server's part. An answer says at most that the request was taken: nothing is decided here.
 */
import type { Endpoint, RawRequest, Reception } from "../../src/crm-app.ts";
import { BatonError } from "../../src/errors.ts";
import type { Instant } from "../../src/model/instant.ts";
import type { HubSpotConfig } from "./config.ts";
import { readWebhook } from "./events.ts";
import { parseJsonText } from "../http/json-text.ts";
import { verifySignature } from "./signature.ts";
import type { LegacyVersion } from "./signature.ts";
import { readExecution, readWorkflowStep } from "./workflow.ts";

/** Paths below the public URL; app.json declares the same. */
export const ENDPOINT_PATHS = {
  webhooks: "/hubspot/webhooks",
  workflow: "/hubspot/workflow",
  handOff: "/hubspot/actions/hand-off",
} as const;

/** 100 events of some 600 bytes, with room for long values. */
const WEBHOOK_BYTES = 4 * 1024 * 1024;
/** An uncustomised step body brings the contact with the history of every property: read, to say what is wrong with it. */
const WORKFLOW_BYTES = 4 * 1024 * 1024;
const EXECUTION_BYTES = 256 * 1024;

/**
 * How long an enrolment is held while Baton decides, as an ISO 8601 duration. A decision takes seconds; an hour
 * outlasts a restart or a spell of rate limiting, and the workflow goes on by itself after that. HubSpot's own default,
 * a week, would hide a fault for as long.
 */
export const HOLD_FOR = "PT1H";

/** The app's three endpoints. `receive` throws `receive.*` only. */
export function hubspotEndpoints(config: HubSpotConfig): readonly Endpoint[] {
  return [
    endpoint(config, ENDPOINT_PATHS.webhooks, WEBHOOK_BYTES, "v1", receiveWebhook),
    endpoint(config, ENDPOINT_PATHS.workflow, WORKFLOW_BYTES, "v2", receiveStep),
    endpoint(config, ENDPOINT_PATHS.handOff, EXECUTION_BYTES, "v2", receiveExecution),
  ];
}

/** A request that is HubSpot's, with its body as JSON. */
interface Verified {
  readonly config: HubSpotConfig;
  readonly request: RawRequest;
  readonly body: unknown;
  readonly now: Instant;
}

function endpoint(
  config: HubSpotConfig,
  path: string,
  maxBytes: number,
  legacy: LegacyVersion,
  receive: (verified: Verified) => Reception,
): Endpoint {
  return {
    method: "POST",
    path,
    maxBytes,
    receive(request, now) {
      if (request.body.length > maxBytes) {
        throw new BatonError("receive.too-large", `${request.body.length} bytes; ${path} takes ${maxBytes}`);
      }
      verifySignature(request, config.clientSecrets, legacy, now);
      return receive({ config, request, body: parseJson(request.body), now });
    },
  };
}

function receiveWebhook({ config, body, now }: Verified): Reception {
  return { ...readWebhook(body, config.appId, now), answer: { status: 200 } };
}

/** A step in which nothing is readable is refused aloud, so that the workflow's history shows what to mend. */
function receiveStep({ config, request, body, now }: Verified): Reception {
  const reading = readWorkflowStep({ bytes: request.body, body }, config.clientSecrets, now);
  const isHopeless = reading.events.length === 0 && reading.refused.length > 0;
  const report = { accepted: reading.events.length, refused: reading.refused };
  return { ...reading, answer: { status: isHopeless ? 400 : 200, body: report } };
}

/** BLOCK holds the enrolment until the decision is reported to the callback. */
function receiveExecution({ body, now }: Verified): Reception {
  const reading = readExecution(body, now);
  const outputFields =
    reading.events.length > 0
      ? { hs_execution_state: "BLOCK", hs_expiration_duration: HOLD_FOR }
      : { hs_execution_state: "FAIL_CONTINUE" };
  return { ...reading, answer: { status: 200, body: { outputFields } } };
}

/** Bytes that are no UTF-8 are refused: replacing them would read something that was never sent. */
function parseJson(bytes: Uint8Array): unknown {
  try {
    return parseJsonText(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (cause) {
    // The parser's own message quotes the body, so only the kind of fault is passed on.
    const fault = cause instanceof SyntaxError ? "is not JSON" : "is not UTF-8";
    throw new BatonError("receive.bad-body", `the body ${fault}`);
  }
}
