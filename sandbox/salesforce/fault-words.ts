/** How Salesforce words what a fault makes it say. */
import type { Answer } from "../answer.ts";
import type { FaultWords } from "../fault-answer.ts";
import type { Mangled } from "../faults.ts";
import { isRecord } from "../json.ts";
import { refusal } from "./refusal.ts";

/** Salesforce's refusals. */
export const faultWords: FaultWords = {
  rateLimited: (policy) =>
    tooMany(policy === "DAILY" ? "TotalRequests" : "ConcurrentRequests (Concurrent API Requests)"),
  serverError: (status) => {
    const [code, message] =
      status === 500
        ? [
            "UNKNOWN_EXCEPTION",
            "An unexpected error occurred. Please include this ErrorId if you contact support",
          ]
        : ["SERVER_UNAVAILABLE", "Server is unavailable. Please try again."];
    return refusal(code, message, { status }).answer;
  },
  unauthorized: refusal("INVALID_SESSION_ID", "Session expired or invalid", { status: 401 }).answer,
  locked: refusal("UNABLE_TO_LOCK_ROW", "unable to obtain exclusive access to this record").answer,
  conflict: refusal("PRECONDITION_FAILED", "The record was modified by somebody else", { status: 412 })
    .answer,
  migrating: refusal("SERVER_UNAVAILABLE", "This organization is being migrated", { status: 503 }).answer,
  mangled: (answer, id, into) => ({ ...answer, body: mangle(answer.body, id, into) }),
};

/** 403 for more calls than are allowed. */
export function tooMany(kind: string): Answer {
  return refusal("REQUEST_LIMIT_EXCEEDED", `${kind} Limit exceeded.`, { status: 403 }).answer;
}

/** The body with the record spoiled, wherever it stands in a list. */
function mangle(body: unknown, id: string, into: Mangled): unknown {
  if (Array.isArray(body))
    return body.flatMap((one: unknown) =>
      isRecord(one) && isIt(one, id) ? left(one, into) : [mangle(one, id, into)],
    );
  if (!isRecord(body)) return body;
  return Object.fromEntries(Object.entries(body).map(([name, value]) => [name, mangle(value, id, into)]));
}

function isIt(record: Readonly<Record<string, unknown>>, id: string): boolean {
  return record["Id"] === id || record["id"] === id;
}

function left(record: Readonly<Record<string, unknown>>, into: Mangled): readonly unknown[] {
  switch (into) {
    case "no-properties":
      return [{ attributes: record["attributes"], Id: record["Id"] }];
    case "no-id": {
      const { Id: _Id, id: _id, attributes: _attributes, ...rest } = record;
      return [rest];
    }
    case "nothing":
      return [null];
    case "denied":
    case "failed":
    case "left-out":
      return [];
  }
}
