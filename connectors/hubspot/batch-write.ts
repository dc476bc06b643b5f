/**
 * Sending writes by the hundred and learning what became of each one.
 *
 * - 2xx (207 included): results and errors are matched item by item, by trace id, then by what only that item can be.
 *   An item that is in neither list is `unknown`.
 * - 4xx to the whole batch: nothing was applied. Items the answer names are refused and the others sent again; when it
 *   names none, the batch is halved until the bad item stands alone. Only a refusal is ever sent again, never an
 *   `unknown`.
 * - 401, 423, 429, 477, no connection: nothing was applied, for any item. Everything else: unknown, for every item.
 */
import type { ErrorCode } from "../../src/errors.ts";
import { batchWritten } from "./answer.ts";
import type { ItemError, WrittenObject } from "./answer.ts";
import { chunks } from "../http/chunks.ts";
import { BATCH_SIZE } from "./batch-read.ts";
import { itemTrouble } from "./errors.ts";
import type { Gateway } from "../http/gateway.ts";
import { notDone, troubleOutcome } from "../http/outcome.ts";
import type { NotDone, WriteAnswer } from "../http/outcome.ts";

/** One item of a batch. `isIt` recognises its own result when HubSpot leaves the trace id out. */
export interface BatchItem {
  readonly key: string;
  readonly input: unknown;
  isIt(result: WrittenObject): boolean;
}

/** What became of one item. */
export type ItemOutcome = { readonly outcome: "applied"; readonly result?: WrittenObject } | NotDone;
export type Outcomes = Map<string, ItemOutcome>;

type Refusal = Extract<WriteAnswer, { outcome: "refused" }>;

/**
 * Most calls spent on finding the bad items of one list of writes. Past it the rest is `not-applied` and comes again:
 * the bad ones found so far are gone by then, so this ends.
 */
const MOST_CALLS = 24;
/** A batch where every item is refused for the same cause, such as a missing scope, is not worth halving. */
const WHOLE_BATCH: ReadonlySet<ErrorCode> = new Set(["crm.forbidden"]);

/** Sends the items and gives an outcome for each, by key. No items, no call. Never throws. */
export async function writeBatch(
  gateway: Gateway,
  path: string,
  items: readonly BatchItem[],
): Promise<Outcomes> {
  const outcomes: Outcomes = new Map();
  let waiting = chunks(items, BATCH_SIZE);
  const most = MOST_CALLS + waiting.length;
  for (let calls = 0; waiting.length > 0; calls += 1) {
    const [batch = [], ...rest] = waiting;
    if (calls >= most) {
      for (const item of waiting.flat())
        outcomes.set(item.key, { outcome: "not-applied", code: "crm.invalid" });
      break;
    }
    const answer = await gateway.write({
      method: "POST",
      path,
      body: { inputs: batch.map((item) => item.input) },
    });
    waiting = [...settle(batch, answer, outcomes), ...rest];
  }
  return outcomes;
}

/** Notes what the answer decides and gives back the batches to be sent again. */
function settle(batch: readonly BatchItem[], answer: WriteAnswer, outcomes: Outcomes): BatchItem[][] {
  switch (answer.outcome) {
    case "answered":
      matchResults(batch, answer.body, outcomes);
      return [];
    case "refused":
      return settleRefusal(batch, answer, outcomes);
    case "unknown":
    case "not-applied":
      for (const item of batch) outcomes.set(item.key, notDone(answer));
      return [];
  }
}

function settleRefusal(batch: readonly BatchItem[], refusal: Refusal, outcomes: Outcomes): BatchItem[][] {
  const parsed = batchWritten.safeParse(refusal.body);
  if (parsed.success && parsed.data.results.length > 0) {
    // A 4xx that lists results all the same: believe the lists.
    matchResults(batch, refusal.body, outcomes);
    return [];
  }
  if (batch.length === 1 || WHOLE_BATCH.has(refusal.code)) {
    for (const item of batch) outcomes.set(item.key, notDone(refusal));
    return [];
  }
  const named = noteErrors(batch, errorsOf(refusal.body), outcomes);
  if (named.size > 0) return nonEmpty([batch.filter((item) => !named.has(item))]);
  const middle = Math.ceil(batch.length / 2);
  return [batch.slice(0, middle), batch.slice(middle)];
}

function matchResults(batch: readonly BatchItem[], body: unknown, outcomes: Outcomes): void {
  if (body === undefined) {
    // 204: HubSpot took them all and has nothing to say about them.
    for (const item of batch) outcomes.set(item.key, { outcome: "applied" });
    return;
  }
  const parsed = batchWritten.safeParse(body);
  const results = parsed.success ? parsed.data.results : [];
  const failed = noteErrors(batch, errorsOf(body), outcomes);
  const left = new Set(batch.filter((item) => !failed.has(item)));
  const strays: WrittenObject[] = [];
  for (const result of results) {
    const mine =
      [...left].find((item) => item.key === result.objectWriteTraceId) ??
      [...left].find((item) => item.isIt(result));
    if (!mine) {
      strays.push(result);
      continue;
    }
    left.delete(mine);
    outcomes.set(mine.key, { outcome: "applied", result });
  }
  const [last] = left;
  const [stray] = strays;
  if (last && stray && left.size === 1 && strays.length === 1) {
    // HubSpot may answer a merged contact under its new id, or a body it cleaned: one and one belong together.
    outcomes.set(last.key, { outcome: "applied", result: stray });
    return;
  }
  const unnamed = errorsOf(body).filter((error) => namesOf(error).size === 0);
  const [error] = unnamed;
  if (last && error && left.size === 1 && unnamed.length === 1 && strays.length === 0) {
    outcomes.set(last.key, troubleOutcome(itemTrouble(error.category, error.message)));
    return;
  }
  for (const item of left) outcomes.set(item.key, { outcome: "unknown", code: "crm.bad-answer" });
}

/** Settles the items that `errors[]` names, by trace id or by record id. */
function noteErrors(
  batch: readonly BatchItem[],
  errors: readonly ItemError[],
  outcomes: Outcomes,
): Set<BatchItem> {
  const noted = new Set<BatchItem>();
  for (const error of errors) {
    const names = namesOf(error);
    const trouble = itemTrouble(error.category, error.message);
    for (const item of batch) {
      if (!names.has(item.key) && !names.has(idOf(item))) continue;
      noted.add(item);
      outcomes.set(item.key, troubleOutcome(trouble));
    }
  }
  return noted;
}

function namesOf({ context }: ItemError): Set<string> {
  return new Set([...context.objectWriteTraceId, ...context.ids, ...context.id]);
}

function idOf({ input }: BatchItem): string {
  return typeof input === "object" && input !== null && "id" in input && typeof input.id === "string"
    ? input.id
    : "";
}

function errorsOf(body: unknown): readonly ItemError[] {
  const parsed = batchWritten.pick({ errors: true }).safeParse(body);
  return parsed.success ? parsed.data.errors : [];
}

function nonEmpty(batches: BatchItem[][]): BatchItem[][] {
  return batches.filter((batch) => batch.length > 0);
}
