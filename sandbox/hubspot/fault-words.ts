/** How HubSpot words what a fault makes it say. */
import type { Answer } from "../answer.ts";
import type { FaultWords } from "../fault-answer.ts";
import type { Mangled } from "../faults.ts";
import { isRecord } from "../json.ts";
import { limitExceeded } from "./limits.ts";
import { objectsFailed, objectsNotFound, problem } from "./problem.ts";

/** HubSpot's refusals. */
export const faultWords: FaultWords = {
  rateLimited: (policy) => limitExceeded(policy).answer,
  serverError: (status) => problem(status, "INTERNAL_ERROR", "internal error").answer,
  unauthorized: problem(401, "EXPIRED_AUTHENTICATION", "The OAuth token is expired.").answer,
  locked: problem(423, "LOCKED", "The record is locked by another write.").answer,
  conflict: problem(409, "CONFLICT", "The write conflicts with another one.").answer,
  migrating: problem(477, "MIGRATION_IN_PROGRESS", "The account is being moved to another data center.")
    .answer,
  mangled,
};

function mangled(answer: Answer, id: string, into: Mangled): Answer {
  const { body } = answer;
  if (!isRecord(body) || !Array.isArray(body["results"])) return answer;
  const isIt = (one: unknown): boolean => isRecord(one) && one["id"] === id;
  if (!body["results"].some(isIt)) return answer;
  const results = body["results"].flatMap((one: unknown) =>
    isRecord(one) && isIt(one) ? LEFT[into](one) : [one],
  );
  const said = into === "denied" ? objectsNotFound : into === "failed" ? objectsFailed : undefined;
  if (said === undefined) return { ...answer, body: { ...body, results } };
  const errors = [...(Array.isArray(body["errors"]) ? body["errors"] : []), said([id])];
  return { ...answer, status: 207, body: { ...body, results, numErrors: errors.length, errors } };
}

type Left = (record: Readonly<Record<string, unknown>>) => readonly unknown[];
const LEFT: Readonly<Record<Mangled, Left>> = {
  "no-properties": (record) => [{ ...record, properties: "none" }],
  "no-id": ({ id: _id, ...record }) => [record],
  nothing: () => [null],
  denied: () => [],
  failed: () => [],
  "left-out": () => [],
};
