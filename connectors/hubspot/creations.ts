/** Creating tasks and notes, each kind in one batch, and recognising those that an earlier attempt made already. */
import type { ErrorCode } from "../../src/errors.ts";
import type { Capabilities } from "../../src/model/capabilities.ts";
import type { Receipt } from "../../src/model/effect.ts";
import type { Gateway } from "../http/gateway.ts";
import { isMarked } from "../http/mark.ts";
import { codeOf } from "../http/outcome.ts";
import { writeBatch } from "./batch-write.ts";
import type { ItemOutcome, Outcomes } from "./batch-write.ts";
import { KEY_PROPERTY, noteInput, taskInput } from "./compose.ts";
import type { BatchInput, Unspeakable, WriteOf } from "./compose.ts";
import { lookByKey } from "./keyed.ts";
import { againAfterConflict, itemOf, receiptOf } from "./receipts.ts";
import { OBJECTS_VERSION } from "./version.ts";

interface Tools {
  readonly gateway: Gateway;
  readonly capabilities: Capabilities;
}

/** Creates tasks, one receipt each, in order. */
export function applyTasks(
  tools: Tools,
  writes: readonly WriteOf<"create-task">[],
): Promise<readonly Receipt[]> {
  const { taskKey } = tools.capabilities;
  const inputs = writes.map((write) => [write.key, taskInput(write, taskKey)] as const);
  return create(
    tools.gateway,
    { type: "tasks", body: "hs_task_body", isKeyed: taskKey === "unique-property" },
    inputs,
  );
}

/** Creates notes, one receipt each, in order. */
export function applyNotes(
  tools: Tools,
  writes: readonly WriteOf<"create-note">[],
): Promise<readonly Receipt[]> {
  const { noteKey } = tools.capabilities;
  const inputs = writes.map((write) => [write.key, noteInput(write, noteKey)] as const);
  return create(
    tools.gateway,
    { type: "notes", body: "hs_note_body", isKeyed: noteKey === "unique-property" },
    inputs,
  );
}

interface Created {
  readonly type: "tasks" | "notes";
  /** The property that holds the marked body. */
  readonly body: string;
  readonly isKeyed: boolean;
}

async function create(
  gateway: Gateway,
  kind: Created,
  inputs: readonly (readonly [key: string, input: BatchInput | Unspeakable])[],
): Promise<readonly Receipt[]> {
  const outcomes: Outcomes = new Map();
  const items = inputs.flatMap(([key, input]) =>
    itemOf(
      key,
      input,
      outcomes,
      ({ properties }) => properties[KEY_PROPERTY] === key || isMarked(properties[kind.body], key),
    ),
  );
  const path = `/crm/objects/${OBJECTS_VERSION}/${kind.type}/batch/create`;
  for (const [key, outcome] of await writeBatch(gateway, path, items)) outcomes.set(key, outcome);
  const receipts = inputs.map(([key]) => createReceipt(key, outcomes.get(key)));
  const sent = new Set(items.map((item) => item.key));
  const settled = kind.isKeyed ? await acceptExisting(gateway, kind.type, receipts, sent) : receipts;
  return settled.map(againAfterConflict);
}

function createReceipt(key: string, outcome: ItemOutcome | undefined): Receipt {
  if (outcome?.outcome !== "applied") return receiptOf(key, outcome);
  const id = outcome.result?.id;
  return id === undefined ? receiptOf(key, undefined) : { key, outcome: "applied", id };
}

/** A key that is taken was taken by an earlier attempt: then the refusal says that the work is done. */
async function acceptExisting(
  gateway: Gateway,
  type: "tasks" | "notes",
  receipts: readonly Receipt[],
  sent: ReadonlySet<string>,
): Promise<readonly Receipt[]> {
  const refused = receipts.filter(
    (receipt) => receipt.outcome === "refused" && MAY_EXIST.has(receipt.code) && sent.has(receipt.key),
  );
  if (refused.length === 0) return receipts;
  try {
    const existing = await lookByKey(
      gateway,
      type,
      refused.map(({ key }) => key),
    );
    return receipts.map((receipt) => {
      const id = existing.get(receipt.key);
      return id === undefined ? receipt : { key: receipt.key, outcome: "applied", id };
    });
  } catch (error) {
    const unsure = new Set(refused.map(({ key }) => key));
    const code = codeOf(error);
    return receipts.map((receipt) =>
      unsure.has(receipt.key) ? { key: receipt.key, outcome: "unknown", code } : receipt,
    );
  }
}
const MAY_EXIST: ReadonlySet<string> = new Set<ErrorCode>(["crm.conflict", "crm.invalid"]);
