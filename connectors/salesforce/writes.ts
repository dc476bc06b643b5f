/**
 * Applying the writes of a turn: tasks, notes, memberships of campaigns and updates, each kind a collection of up to two hundred
 * rows, all collections in one call. So a hundred handoffs cost what one does. Every write gets a receipt, whatever happens.
 *
 * Updates come last: after the owner has changed, a private sharing model may hide the record from Baton's user.
 * Rows of one account stand together, because writing to an account's people from two places at once locks it.
 */
import { BatonError } from "../../src/errors.ts";
import type { Receipt, Write } from "../../src/model/effect.ts";
import { chunks } from "../http/chunks.ts";
import { codeOf } from "../http/outcome.ts";
import { insertPart, MOST_ROWS, updatePart, upsertPart } from "./collections.ts";
import type { Row } from "./collections.ts";
import type { Part } from "./composite.ts";
import { memberRow, noteRow, taskRow, updateRow } from "./compose.ts";
import type { Composed, Org, Unspeakable } from "./compose.ts";
import { orgFor } from "./org.ts";
import type { Tools } from "./org.ts";
import { COUNTERPART_FIELD, KEY_FIELD } from "./package-fields.ts";
import { againElsewhere } from "./moved.ts";
import { appliedReceipt, receiptOf } from "./receipts.ts";
import { sendRows } from "./sending.ts";

/** A write that is to be sent. */
interface Item {
  readonly write: Write;
  readonly row: Row;
  readonly dropped: readonly string[];
}
/** The writes of one kind, in an order in which no row stands beside another of the same record. */
interface Collection {
  readonly items: readonly Item[];
  readonly part: (ref: string, rows: readonly Row[]) => Part;
  /** Whether the call is made even where the org's day is nearly spent. */
  readonly isEssential: boolean;
}

/** Refusals that say that the names are not those of an hour ago. */
const UNKNOWN_NAMES: ReadonlySet<string> = new Set([
  "INVALID_FIELD",
  "INVALID_FIELD_FOR_INSERT_UPDATE",
  "INVALID_TYPE",
]);

/**
 * Applies writes and gives one receipt for each, in order. A write given twice is sent once. Never throws.
 *
 * `dropped` names fields the record does not have, and a stage: a Contact has none, and no Lead is moved back.
 */
export async function applyWrites(tools: Tools, writes: readonly Write[]): Promise<readonly Receipt[]> {
  const unique = [...new Map(writes.map((write) => [write.key, write])).values()];
  const receipts = await settle(tools, unique);
  return writes.map(({ key }) => receipts.get(key) ?? { key, outcome: "unknown", code: "crm.bad-answer" });
}

async function settle(tools: Tools, writes: readonly Write[]): Promise<Map<string, Receipt>> {
  if (writes.length === 0) return new Map();
  const org = await orFailure(() => orgFor(tools, writes));
  // Nothing was sent.
  if ("code" in org) return new Map(writes.map(({ key }) => [key, { key, outcome: "not-applied", ...org }]));
  const receipts = await send(tools, org, writes);
  const taken = writes.filter(({ key }) => receipts.taken.has(key));
  const misnamed = writes.filter(({ key }) => receipts.misnamed.has(key));
  const byKey = new Map([
    ...receipts.byKey,
    ...(await sendWithoutCounterparts(tools, org, taken)),
    ...(await sendByOtherNames(tools, misnamed)),
  ]);
  return againElsewhere(tools, writes, byKey);
}

type ByKey = ReadonlyMap<string, Receipt>;

/** Another record carries the ids they were to carry. What a write is for is not held up by that. */
async function sendWithoutCounterparts(tools: Tools, org: Org, writes: readonly Write[]): Promise<ByKey> {
  const bare = writes.map((write): Write => {
    const { counterpart: _, ...rest } = write;
    return rest;
  });
  return bare.length === 0 ? new Map() : (await send(tools, org, bare)).byKey;
}

async function sendByOtherNames(tools: Tools, writes: readonly Write[]): Promise<ByKey> {
  if (writes.length === 0) return new Map();
  tools.schema.forget();
  const anew = await orFailure(() => orgFor(tools, writes));
  return "code" in anew ? new Map() : (await send(tools, anew, writes)).byKey;
}

type Failure = Pick<Extract<Receipt, { outcome: "not-applied" }>, "code" | "retryAfterMs">;

async function orFailure<T extends object>(act: () => Promise<T>): Promise<T | Failure> {
  try {
    return await act();
  } catch (error) {
    const retryAfterMs = error instanceof BatonError ? error.retryAfterMs : undefined;
    return { code: codeOf(error), ...(retryAfterMs === undefined ? {} : { retryAfterMs }) };
  }
}

/** What became of writes. */
interface Sent {
  readonly byKey: ByKey;
  /** Those refused for names the org does not have. */
  readonly misnamed: ReadonlySet<string>;
  /** Those refused although it may be only the other CRM's id that is in the way: another record carries it. */
  readonly taken: ReadonlySet<string>;
}

async function send(tools: Tools, org: Org, writes: readonly Write[]): Promise<Sent> {
  const byKey = new Map<string, Receipt>();
  const items = writes.flatMap((write): Item[] => {
    const composed = composedOf(write, org);
    if ("reason" in composed)
      byKey.set(write.key, {
        key: write.key,
        outcome: "refused",
        code: "crm.invalid",
        reason: composed.reason,
      });
    else if (composed.row !== undefined) return [{ write, row: composed.row, dropped: composed.dropped }];
    else byKey.set(write.key, appliedReceipt(write, write.lead.id, composed.dropped));
    return [];
  });
  const misnamed = new Set<string>();
  const taken = new Set<string>();
  const collections = collectionsOf(items, org);
  const outcomes = await sendRows(
    tools.gateway,
    collections.map(({ items: some, ...rest }) => ({ ...rest, rows: some.map(({ row }) => row) })),
  );
  for (const { write, row, dropped } of items) {
    const outcome = outcomes.get(row);
    byKey.set(write.key, receiptOf(write, outcome, dropped));
    const refusal = outcome?.outcome === "refused" ? (outcome.errorCode ?? "") : undefined;
    if (refusal === undefined) continue;
    if (UNKNOWN_NAMES.has(refusal)) misnamed.add(write.key);
    if (refusal === "DUPLICATE_VALUE" && COUNTERPART_FIELD in row.fields) taken.add(write.key);
  }
  return { byKey, misnamed, taken };
}

function composedOf(write: Write, org: Org): Composed | Unspeakable {
  switch (write.kind) {
    case "update-lead":
    case "sync-fields":
      return updateRow(write, org);
    case "create-task":
      return taskRow(write, org);
    case "create-note":
      return noteRow(write);
    case "add-to-list":
      return memberRow(write);
    case "start-sequence":
      return { reason: "Salesforce has no sequences that Baton can start: see agreement.yaml." };
    case "answer-request":
      return { reason: "Salesforce waits for no answer to a request." };
  }
}

function collectionsOf(items: readonly Item[], org: Org): readonly Collection[] {
  const sorted = byAccount(items);
  const tasks = sorted.filter(({ write }) => write.kind === "create-task");
  const others = sorted.filter(({ write }) => write.kind === "create-note" || write.kind === "add-to-list");
  const updates = sorted.filter(({ write }) => write.kind === "update-lead" || write.kind === "sync-fields");
  const taskPart: Collection["part"] = org.isTaskKeyed
    ? (ref, rows) => upsertPart(ref, "Task", KEY_FIELD, rows)
    : insertPart;
  const inParts = (some: readonly Item[], part: Collection["part"]): Collection[] =>
    chunks(some, MOST_ROWS).map((few) => ({ items: few, part, isEssential: few.some(givesOwner) }));
  return [
    ...inParts(tasks, taskPart),
    ...inParts(
      others.toSorted((a, b) => a.row.object.localeCompare(b.row.object, "en")),
      insertPart,
    ),
    ...waves(updates).flatMap((wave) =>
      inParts(
        wave.toSorted((a, b) => b.row.object.localeCompare(a.row.object, "en")),
        updatePart,
      ),
    ),
  ];
}

function givesOwner({ write }: Item): boolean {
  return write.kind === "update-lead" && write.owner !== undefined;
}

/** The account a lead belongs to is told with its task or note; the order is by it, then by lead. */
function byAccount(items: readonly Item[]): readonly Item[] {
  const accounts = new Map(
    items.flatMap(({ write }) =>
      "accountId" in write && write.accountId !== undefined
        ? [[write.lead.id, write.accountId] as const]
        : [],
    ),
  );
  const place = ({ write }: Item): string => `${accounts.get(write.lead.id) ?? ""} ${write.lead.id}`;
  return items.toSorted((a, b) => (place(a) < place(b) ? -1 : Number(place(a) > place(b))));
}

/** Salesforce refuses a collection that names a record twice, so later writes on the same lead go into a later one. */
function waves(items: readonly Item[]): readonly (readonly Item[])[] {
  const list: Item[][] = [];
  const turn = new Map<string, number>();
  for (const item of items) {
    const { id = "" } = item.row;
    const index = turn.get(id) ?? 0;
    turn.set(id, index + 1);
    (list[index] ??= []).push(item);
  }
  return list;
}
