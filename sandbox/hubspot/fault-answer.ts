/** Turns a fault into what the caller gets: whether the route runs, which answer, and how it travels. */
import type { Fault, Mangled } from "../faults.ts";
import { isRecord } from "../json.ts";
import { limitExceeded } from "./limits.ts";
import { objectsNotFound, problem } from "./problem.ts";
import type { Answer } from "./problem.ts";
import type { Manner } from "./transmission.ts";

/** An answer and the way it is sent. */
export interface Delivery {
  readonly answer: Answer;
  readonly manner: Manner;
}

const plain: Manner = { how: "plain" };
const nothingFails: ReadonlySet<number> = new Set();

/**
 * Applies a fault to a call. `run` executes the route; it is called at most once, and not at all for a fault that
 * strikes before the write. Throws nothing.
 */
export function runWithFault(
  fault: Fault | undefined,
  run: (failing: ReadonlySet<number>) => Answer,
): Delivery {
  if (!fault) return { answer: run(nothingFails), manner: plain };
  const commits = "commit" in fault && fault.commit;
  const real = commits ? run(nothingFails) : { status: 200, body: { status: "PENDING" } };
  switch (fault.do) {
    case "rate-limited":
      return {
        answer: withRetryAfter(limitExceeded(fault.policy).answer, fault.retryAfterSeconds),
        manner: plain,
      };
    case "server-error":
      return { answer: problem(fault.status, "INTERNAL_ERROR", "internal error").answer, manner: plain };
    case "unauthorized":
      return {
        answer: problem(401, "EXPIRED_AUTHENTICATION", "The OAuth token is expired.").answer,
        manner: plain,
      };
    case "locked":
      return {
        answer: problem(423, "LOCKED", "The record is locked by another write.").answer,
        manner: plain,
      };
    case "conflict":
      return {
        answer: problem(409, "CONFLICT", "The write conflicts with another one.").answer,
        manner: plain,
      };
    case "migrating": {
      const moving = problem(
        477,
        "MIGRATION_IN_PROGRESS",
        "The account is being moved to another data center.",
      );
      return { answer: withRetryAfter(moving.answer, fault.retryAfterSeconds), manner: plain };
    }
    case "reset":
      return { answer: real, manner: { how: fault.early === true ? "cut" : "cut-midway" } };
    case "hang":
      return { answer: real, manner: { how: "hang", ms: fault.ms } };
    case "slow-body":
      return { answer: run(nothingFails), manner: { how: "slow", ms: fault.ms } };
    case "truncated-json":
      return { answer: run(nothingFails), manner: { how: "truncated" } };
    case "empty-body":
      return { answer: { status: run(nothingFails).status }, manner: plain };
    case "html":
      return {
        answer: { status: fault.status, body: htmlPage, headers: { "content-type": "text/html" } },
        manner: plain,
      };
    case "redirect":
      return { answer: { status: 307, headers: { location: fault.to } }, manner: plain };
    case "big-body":
      return { answer: padded(run(nothingFails), fault.bytes), manner: plain };
    case "mangled-record":
      return { answer: mangled(run(nothingFails), fault), manner: plain };
    case "partial":
      return { answer: run(new Set(fault.items)), manner: plain };
    case "answer":
      return { answer: { status: fault.status, body: fault.body }, manner: plain };
  }
}

const htmlPage =
  "<!doctype html><html><head><title>Bad gateway</title></head><body>Bad gateway</body></html>";

function withRetryAfter(answer: Answer, seconds: number | undefined): Answer {
  return seconds === undefined
    ? answer
    : { ...answer, headers: { ...answer.headers, "retry-after": String(seconds) } };
}

function padded(answer: Answer, bytes: number): Answer {
  return { ...answer, body: { ...(isRecord(answer.body) ? answer.body : {}), padding: "x".repeat(bytes) } };
}

function mangled(answer: Answer, { id, into }: { readonly id: string; readonly into: Mangled }): Answer {
  const { body } = answer;
  if (!isRecord(body) || !Array.isArray(body["results"])) return answer;
  const isIt = (one: unknown): boolean => isRecord(one) && one["id"] === id;
  if (!body["results"].some(isIt)) return answer;
  const results = body["results"].flatMap((one: unknown) =>
    isRecord(one) && isIt(one) ? LEFT[into](one) : [one],
  );
  if (into !== "denied") return { ...answer, body: { ...body, results } };
  const errors = [...(Array.isArray(body["errors"]) ? body["errors"] : []), objectsNotFound([id])];
  return { ...answer, status: 207, body: { ...body, results, numErrors: errors.length, errors } };
}

type Left = (record: Readonly<Record<string, unknown>>) => readonly unknown[];
const LEFT: Readonly<Record<Mangled, Left>> = {
  "no-properties": (record) => [{ ...record, properties: "none" }],
  "no-id": ({ id: _id, ...record }) => [record],
  nothing: () => [null],
  denied: () => [],
  "left-out": () => [],
};
