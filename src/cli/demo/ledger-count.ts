/** What the sandbox itself counted: every owner write, task and note of each handoff, against what Baton had planned for it. */
import type { LedgerWrite } from "../../../sandbox/ledger.ts";
import type { EffectRow, HandoffRow } from "../../store/schema-decisions.ts";
import { effectsOfHandoff } from "../../store/stuck-effects.ts";
import type { AnyStage } from "./stage.ts";

/** Counted by the sandbox over everything it accepted, not by Baton. */
export interface LedgerCount {
  /** Handoffs that have an owner now. */
  readonly handoffs: number;
  /** Of these, with every owner write, task and note that was planned for them there exactly once. */
  readonly exact: number;
  readonly doubled: number;
  readonly missing: number;
  /** Owner writes, tasks and notes of no such handoff: a partner's note, or somebody who was forgotten since. */
  readonly others: readonly [owners: number, tasks: number, notes: number];
  /** Creations that carry the key of another one. */
  readonly repeated: number;
}

/** How one CRM's ledger shows a write, and by what it is known again. */
interface Accepted {
  readonly owners: readonly Named[];
  readonly tasks: readonly Named[];
  readonly notes: readonly Named[];
  /** The name under which an effect's write is in there. */
  nameOf(effect: EffectRow): string;
}

/** A write, the name by which its effect knows it, and the mark that no other creation may carry. */
interface Named {
  readonly name: string;
  readonly mark: string;
}

/** @param handoffs  Those that have an owner now. */
export async function countLedger(stage: AnyStage, handoffs: readonly HandoffRow[]): Promise<LedgerCount> {
  const { db } = stage.baton.store;
  const accepted = stage.org === undefined ? acceptedByPortal(stage) : acceptedByOrg(stage, stage.org.id);
  const { owners, tasks, notes } = accepted;
  const times = Map.groupBy([...owners, ...tasks, ...notes], ({ name }) => name);
  const theirs = new Set<string>();
  const counts: { readonly times: readonly number[]; readonly isWhole: boolean }[] = [];
  for (const { installation, id } of handoffs) {
    const effects = await effectsOfHandoff(db, installation, id);
    for (const effect of effects) theirs.add(accepted.nameOf(effect));
    const made = effects.filter((effect) => isMaking(effect) && effect.state === "confirmed");
    counts.push({
      times: made.map((effect) => times.get(accepted.nameOf(effect))?.length ?? 0),
      isWhole: isWhole(made),
    });
  }
  const marks = [...tasks, ...notes].map(({ mark }) => mark);
  const strangers = (list: readonly Named[]): number => list.filter(({ name }) => !theirs.has(name)).length;
  return {
    handoffs: handoffs.length,
    exact: counts.filter((each) => each.isWhole && each.times.every((count) => count === 1)).length,
    doubled: counts.filter((each) => each.times.some((count) => count > 1)).length,
    missing: counts.filter((each) => !each.isWhole || each.times.includes(0)).length,
    others: [strangers(owners), strangers(tasks), strangers(notes)],
    repeated: marks.length - new Set(marks).size,
  };
}

function isMaking({ kind, body }: EffectRow): boolean {
  return (
    kind === "create-task" || kind === "create-note" || (kind === "update-lead" && body.includes('"owner":'))
  );
}

/** A task, a note, and an owner unless the lead was theirs already; more where sales was reminded, or the lead passed on. */
function isWhole(made: readonly EffectRow[]): boolean {
  const kinds = new Set(made.map(({ kind }) => kind));
  const isOwned = kinds.has("update-lead") || made.some(wasTheirs);
  return isOwned && kinds.has("create-task") && kinds.has("create-note");
}

function wasTheirs({ kind, body }: EffectRow): boolean {
  const [owner, seen] = [/"ownerId":"([^"]+)"/, /"ownerSeen":"([^"]+)"/].map((word) => word.exec(body)?.[1]);
  return kind === "create-task" && owner !== undefined && owner === seen;
}

/** A portal keeps the trace id of every write: the effect's key. */
function acceptedByPortal({ sandbox, portal }: AnyStage): Accepted {
  const writes = sandbox.ledger.find({
    by: "app",
    ...(portal === undefined ? {} : { portalId: portal.id }),
  });
  const named = (some: readonly LedgerWrite[]): readonly Named[] =>
    some.map(({ traceId = "" }) => ({ name: traceId, mark: traceId }));
  return {
    owners: named(
      writes.filter(({ kind, properties }) => kind === "contact.update" && properties["hubspot_owner_id"]),
    ),
    tasks: named(writes.filter(({ kind }) => kind === "task.create")),
    notes: named(writes.filter(({ kind }) => kind === "note.create")),
    nameOf: ({ key }) => key,
  };
}

/**
 * An org keeps none: a task and a note are known by their ids, and each carries a mark of its own; an owner by the record it was
 * written to. A record that is made with its owner and then told the same owner once more has it once.
 */
function acceptedByOrg({ sandbox }: AnyStage, orgId: string): Accepted {
  const writes = sandbox.ledger.find({ by: "app", orgId });
  const owned = writes.filter(
    ({ kind, properties }) => /^(Lead|Contact)\.(create|update)$/.test(kind) && properties["OwnerId"],
  );
  const owners = new Map(
    owned.map(({ objectId, properties }) => [`${objectId} ${properties["OwnerId"] ?? ""}`, objectId]),
  );
  const made = (kind: string, mark: string): readonly Named[] =>
    writes
      .filter((write) => write.kind === kind)
      .map(({ objectId, properties }) => ({ name: objectId, mark: properties[mark] ?? objectId }));
  return {
    owners: [...owners.keys()].map((name) => ({ name, mark: name })),
    tasks: made("Task.create", "Baton_Key__c"),
    notes: made("Note.create", "Title"),
    nameOf({ kind, body, crm_id: id }) {
      if (kind !== "update-lead") return id ?? "";
      const to = /"owner":\{"to":"([^"]+)"/.exec(body)?.[1] ?? "";
      return `${id ?? ""} ${to}`;
    },
  };
}
