/**
 * Applying writes: contact updates, tasks, notes, lists and callbacks, each kind as a batch and the kinds in parallel, so that
 * one lead or a hundred cost one round trip. Sequences alone take two calls a lead. Every write gets a receipt, whatever happens.
 */
import type { Capabilities } from "../../src/model/capabilities.ts";
import type { Receipt, Write, WriteKind } from "../../src/model/effect.ts";
import { writeBatch } from "./batch-write.ts";
import type { BatchItem } from "./batch-write.ts";
import type { WriteOf } from "./compose.ts";
import { applyNotes, applyTasks } from "./creations.ts";
import type { Gateway } from "../http/gateway.ts";
import { addToLists } from "./list-adds.ts";
import { codeOf } from "../http/outcome.ts";
import { againAfterConflict, receiptOf } from "./receipts.ts";
import { startSequences } from "./sequences.ts";
import { applyUpdates } from "./updates.ts";
import { CALLBACKS_VERSION } from "./version.ts";

interface Tools {
  readonly gateway: Gateway;
  readonly capabilities: Capabilities;
}

/**
 * Applies writes and gives one receipt for each, in order. A write given twice is sent once. Never throws.
 *
 * `dropped` names a stage that HubSpot ignored because its lifecycle only moves forward.
 */
export async function applyWrites(tools: Tools, writes: readonly Write[]): Promise<readonly Receipt[]> {
  const unique = [...new Map(writes.map((write) => [write.key, write])).values()];
  const groups = await Promise.all([
    attempt(
      unique.filter((write) => write.kind === "update-lead" || write.kind === "sync-fields"),
      (some) => applyUpdates(tools.gateway, some),
    ),
    attempt(ofKind(unique, "create-task"), (some) => applyTasks(tools, some)),
    attempt(ofKind(unique, "create-note"), (some) => applyNotes(tools, some)),
    attempt(ofKind(unique, "start-sequence"), (some) => startSequences(tools, some)),
    attempt(ofKind(unique, "add-to-list"), (some) => addToLists(tools.gateway, some)),
    attempt(ofKind(unique, "answer-request"), (some) => applyAnswers(tools.gateway, some)),
  ]);
  const receipts = new Map(groups.flat().map((receipt) => [receipt.key, receipt]));
  return writes.map(({ key }) => receipts.get(key) ?? { key, outcome: "unknown", code: "crm.bad-answer" });
}

/** Nothing that goes wrong with one kind may cost the others their receipts. */
async function attempt<W extends Write>(
  writes: readonly W[],
  apply: (writes: readonly W[]) => Promise<readonly Receipt[]>,
): Promise<readonly Receipt[]> {
  try {
    return writes.length > 0 ? await apply(writes) : [];
  } catch (error) {
    const code = codeOf(error);
    return writes.map(({ key }) => ({ key, outcome: "unknown", code }));
  }
}

async function applyAnswers(
  gateway: Gateway,
  writes: readonly WriteOf<"answer-request">[],
): Promise<readonly Receipt[]> {
  const items: BatchItem[] = writes.map(({ key, callback, outputs }) => ({
    key,
    input: {
      callbackId: callback,
      outputFields: { hs_execution_state: "SUCCESS", ...outputs },
      typedOutputs: {},
    },
    isIt: () => false,
  }));
  const outcomes = await writeBatch(
    gateway,
    `/automation/actions/callbacks/${CALLBACKS_VERSION}/complete`,
    items,
  );
  return writes.map(({ key, callback }) => {
    const outcome = outcomes.get(key);
    return outcome?.outcome === "applied"
      ? { key, outcome: "applied", id: callback }
      : againAfterConflict(receiptOf(key, outcome));
  });
}

function ofKind<K extends WriteKind>(writes: readonly Write[], kind: K): WriteOf<K>[] {
  return writes.filter((write): write is WriteOf<K> => write.kind === kind);
}
