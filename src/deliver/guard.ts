/**
 * A write that is late meets the record as it stands now: a person always wins over Baton. What somebody changed since the
 * decision is left as they made it; what is already as wanted needs no write. Pure.
 */
import type { GuardedValue, Write } from "../model/effect.ts";
import type { CrmRecord } from "../model/record.ts";
import type { Agreed, SyncField } from "../model/sync.ts";
import type { Effect, Settlement } from "../store/effects.ts";
import { lateSync, sideState } from "../sync/index.ts";

/** The effect with a write that may still be made, its end, or that its record says nothing: then it waits, because of `code`. */
export type Guarded =
  | { readonly effect: Effect }
  | { readonly settlement: Settlement }
  | { readonly unsure: Effect; readonly code: string };

/** What an effect waits for whose lead the last look, or the last attempt, did not find. */
export const NOT_THERE = "crm.not-found";

/** What both CRMs keep of a lead, as the playbook says now, and what is agreed of it. */
interface Kept {
  readonly fields: readonly SyncField[];
  readonly agreed: Agreed;
}

/** Of a lead that is in one CRM. */
const NOTHING_KEPT: Kept = { fields: [], agreed: {} };

export function guard(effect: Effect, record: CrmRecord, kept = NOTHING_KEPT): Guarded {
  const { write } = effect;
  const dropped = (reason: string): Guarded => droppedFor(write, reason);
  if (write.kind === "answer-request") return { effect };
  if (record.found === "unsure") return { unsure: effect, code: record.code };
  // Once is not believed (lanes/not-there.ts): a look that says it a second time ends it.
  if (!record.found) return notThere(effect);

  // A merged lead's writes go to the survivor.
  const moved: Write = { ...write, lead: record.lead };
  switch (moved.kind) {
    case "update-lead":
      return guardUpdate({ ...effect, write: moved }, record);
    case "create-task":
    case "start-sequence": {
      const isTheirs =
        record.ownerId === undefined ||
        record.ownerId === moved.ownerId ||
        record.ownerId === moved.ownerSeen;
      return isTheirs
        ? { effect: { ...effect, write: moved } }
        : dropped("a person gave the lead to somebody else");
    }
    case "create-note":
    case "add-to-list":
      return { effect: { ...effect, write: moved } };
    case "sync-fields":
      return guardSync({ ...effect, write: moved }, moved, record, kept);
  }
}

function droppedFor({ key }: Write, reason: string): Guarded {
  return { settlement: { key, state: "dropped", code: "crm.conflict", reason } };
}

function notThere(effect: Effect): Guarded {
  return effect.code === NOT_THERE
    ? droppedFor(effect.write, "the lead was deleted in the CRM")
    : { unsure: effect, code: NOT_THERE };
}

/** Both sides were read: what one of them no longer says is not written into the other. */
function guardSync(
  effect: Effect,
  write: Extract<Write, { kind: "sync-fields" }>,
  record: Extract<CrmRecord, { found: true }>,
  { fields, agreed }: Kept,
): Guarded {
  if (record.sales?.isGone === true) return notThere(effect);
  if (record.sales === undefined) return droppedFor(write, "the lead is in one of the two CRMs only");
  const marketing = sideState(
    record,
    fields.map((field) => field.marketing),
  );
  const sales = sideState(
    record,
    fields.map((field) => field.sales),
  );
  switch (lateSync(write, { fields, marketing, sales, agreed })) {
    case "due":
      return { effect };
    case "done":
      return { settlement: { key: write.key, state: "confirmed", crmId: record.lead.id } };
    case "overtaken":
      return droppedFor(
        write,
        "one of the fields was changed, agreed on or unlisted since: the next look at the two decides anew",
      );
  }
}

/** The end of an effect that a newer decision, or the end of its handoff, made pointless. */
export function dropOvertaken({ write }: Effect): Guarded {
  return droppedFor(write, "a newer decision, or the end of the handoff, came first");
}

function guardUpdate(effect: Effect, record: Extract<CrmRecord, { found: true }>): Guarded {
  const { write } = effect;
  if (write.kind !== "update-lead") return { effect };
  const { owner, stage, ...rest } = write;
  const keptOwner = keep(owner, record.ownerId);
  const keptStage = keep(stage, record.stage);
  const isEmpty =
    keptOwner === undefined && keptStage === undefined && Object.keys(write.properties).length === 0;
  if (isEmpty) return { settlement: alreadySo(effect.write.key, record.lead.id) };
  return {
    effect: {
      ...effect,
      write: {
        ...rest,
        ...(keptOwner ? { owner: keptOwner } : {}),
        ...(keptStage ? { stage: keptStage } : {}),
      },
    },
  };
}

/** A value is written while the field still holds what the decision saw; not when it is there already. */
function keep(value: GuardedValue | undefined, current: string | undefined): GuardedValue | undefined {
  return value !== undefined && current === value.seen ? value : undefined;
}

function alreadySo(key: string, id: string): Settlement {
  return { key, state: "confirmed", crmId: id, dropped: ["owner", "stage"] };
}
