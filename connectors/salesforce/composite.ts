/**
 * Several requests in one call: up to 25, of which up to five are queries or collections. The call is answered with 200 whatever
 * became of its parts; each part has its own status, and is known by its reference. Parts do not depend on one another
 * (`allOrNone` is false). Headers count for the part they stand with, not for the whole, so every writing part carries its own.
 * Source: https://developer.salesforce.com/docs/platform/api-rest/guide/resources-composite-composite-post.html
 */
import { z } from "zod";
import { BatonError } from "../../src/errors.ts";
import type { Answered } from "../http/call.ts";
import type { Gateway } from "../http/gateway.ts";
import { writeAnswer } from "../http/outcome.ts";
import type { WriteAnswer } from "../http/outcome.ts";
import { parseAnswer } from "./answer.ts";
import { answerTrouble } from "./errors.ts";
import type { Trouble } from "./errors.ts";
import { WRITE_HEADERS } from "./headers.ts";
import { DATA_PATH } from "./version.ts";

/** One part of a call. `path` is that under `/services/data/vXX.X`, with its query: ids and queries made by `soql` only. */
export interface Part {
  /** Letters, digits and underscores; each once in a call. */
  readonly ref: string;
  readonly method: "GET" | "POST" | "PATCH" | "DELETE";
  readonly path: string;
  readonly body?: unknown;
  /** Besides those of every writing part. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** What became of a reading part. */
export type PartAnswer =
  | { readonly ok: true; readonly body: unknown }
  | { readonly ok: false; readonly trouble: Trouble };

/** Most parts of one call. */
const MOST_PARTS = 25;
/** Most of them that are queries or collections. */
export const MOST_QUERIES = 5;

/**
 * Reads the parts in one call, at most 25. No parts, no call. What a part could not be read for stands with it; a part Salesforce
 * said nothing of has `crm.bad-answer`. `isEssential`: made even where the org's day is nearly spent.
 * @throws BatonError `crm.*` when the call could not be made at all.
 */
export async function readParts(
  gateway: Gateway,
  parts: readonly Part[],
  isEssential = false,
): Promise<ReadonlyMap<string, PartAnswer>> {
  if (parts.length === 0) return new Map();
  const answers = partsOf(parts, await gateway.read({ ...callOf(parts, false), isEssential }));
  return new Map(
    parts.map(({ ref }) => {
      const answered = answers.get(ref);
      const trouble = answered === undefined ? unanswered() : answerTrouble(answered);
      return [ref, trouble ? { ok: false, trouble } : { ok: true, body: answered?.body }];
    }),
  );
}

/**
 * Writes the parts in one call, at most 25, once. No parts, no call. Every part has an answer, by its reference: what a call's
 * answer says nothing of is `unknown`. `isEssential` as above: a part of it gives a lead its owner. Never throws but for more
 * parts than a call takes.
 */
export async function writeParts(
  gateway: Gateway,
  parts: readonly Part[],
  isEssential = false,
): Promise<ReadonlyMap<string, WriteAnswer>> {
  if (parts.length === 0) return new Map();
  const answer = await gateway.write({ ...callOf(parts, true), isEssential });
  if (answer.outcome !== "answered") return new Map(parts.map(({ ref }) => [ref, answer]));
  const answers = readableParts(parts, answer.body);
  return new Map(parts.map(({ ref }) => [ref, writtenPart(answers.get(ref))]));
}

function callOf(parts: readonly Part[], isWrite: boolean): { method: "POST"; path: string; body: unknown } {
  if (parts.length > MOST_PARTS) {
    throw new BatonError("crm.invalid", `${parts.length} parts in one call: Salesforce takes ${MOST_PARTS}.`);
  }
  const compositeRequest = parts.map(({ ref, method, path, body, headers }) => ({
    method,
    referenceId: ref,
    url: DATA_PATH + path,
    ...(isWrite || headers ? { httpHeaders: { ...(isWrite ? WRITE_HEADERS : {}), ...headers } } : {}),
    ...(body === undefined ? {} : { body }),
  }));
  return { method: "POST", path: `${DATA_PATH}/composite`, body: { allOrNone: false, compositeRequest } };
}

const part = z
  .object({
    referenceId: z.string(),
    httpStatusCode: z.int(),
    httpHeaders: z.record(z.string(), z.string()).catch({}).default({}),
    body: z.unknown().optional(),
  })
  .nullable()
  .catch(null);
const compositeAnswer = z.object({ compositeResponse: z.array(part) });

/** The parts of an answer by reference. One that cannot be read takes nothing away from the others. @throws BatonError `crm.bad-answer`. */
function partsOf(parts: readonly Part[], body: unknown): ReadonlyMap<string, Answered> {
  const { compositeResponse } = parseAnswer(compositeAnswer, body, "several requests in one call");
  const asked = new Set(parts.map(({ ref }) => ref));
  const answers = new Map<string, Answered>();
  for (const one of compositeResponse) {
    if (one === null || !asked.has(one.referenceId)) continue;
    const { httpStatusCode: status, httpHeaders: headers } = one;
    answers.set(one.referenceId, { status, headers, body: one.body, readable: true });
  }
  return answers;
}

/** As `partsOf`; an answer that cannot be read says nothing of any part. */
function readableParts(parts: readonly Part[], body: unknown): ReadonlyMap<string, Answered> {
  try {
    return partsOf(parts, body);
  } catch {
    return new Map();
  }
}

function writtenPart(answered: Answered | undefined): WriteAnswer {
  if (answered === undefined) return { outcome: "unknown", code: "crm.bad-answer" };
  const trouble = answerTrouble(answered);
  return trouble ? writeAnswer(trouble, answered.body) : { outcome: "answered", body: answered.body };
}

function unanswered(): Trouble {
  const label = "no answer to one of several requests";
  return { code: "crm.bad-answer", applied: "maybe", reason: label, label };
}
