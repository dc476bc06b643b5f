/** Effects that are written later than they were planned: their leads are looked at again first. */
import type { ErrorCode } from "../errors.ts";
import { inParts, OF_ONE } from "../lanes/at-fault.ts";
import { readBatches } from "../lanes/batches.ts";
import type { Lane } from "../lanes/lane.ts";
import { fieldsInStep } from "../lanes/sync.ts";
import { MOST_TRIES } from "../lanes/tries.ts";
import type { Wanted } from "../model/record.ts";
import type { SyncField } from "../model/sync.ts";
import type { Effect } from "../store/effects.ts";
import { loadLinks } from "../store/links.ts";
import { overtaken } from "../store/overtaken.ts";
import { attempt, settle } from "./attempt.ts";
import { dropOvertaken, guard, type Guarded } from "./guard.ts";
import { judgedBy } from "./met-late.ts";
import { afterUnsure } from "./settle.ts";

/** Most guards need owner and stage only, which every record carries. */
const ONLY_GUARDED: Wanted = { properties: [], history: [], deals: false, lists: false, account: false };
/** Leads whose writes go alone in one go: each costs calls of its own, and whoever is live waits for them. */
const MOST_ALONE = 10;
/** What a look says of a write that was lost with all it went with. */
const NOT_SEEN: ErrorCode = "deliver.not-seen";

/**
 * What failed again and again goes alone: of a hundred leads whose writes fail together, one may be what the CRM fails over. Those who are
 * not come to are due as before, and first in line the next time.
 */
export async function deliverLate(lane: Lane, effects: readonly Effect[]): Promise<void> {
  const groups = Map.groupBy(effects, ({ write }) => write.lead.id);
  const byLead = [...groups.values()];
  const suspects = new Set(byLead.filter((some) => some.some(isSuspect)));
  const others = byLead.filter((some) => !suspects.has(some));
  // None of them can witness for another.
  const leads = [...groups.keys()];
  if (others.length > 0) await deliverTogether(lane, others, leads);
  for (const one of [...suspects].slice(0, MOST_ALONE)) await deliverTogether(lane, [one], leads);
}

/** What the CRM said last may be of this lead alone. That it is busy, say, or that the lead is not in the other CRM yet, is not. */
function isSuspect({ attempts, code = "" }: Effect): boolean {
  return attempts >= MOST_TRIES && (code === NOT_SEEN || OF_ONE.has(code));
}

/** A lead that cannot be read, though others can, holds up nobody else's. */
async function deliverTogether(
  lane: Lane,
  byLead: readonly (readonly Effect[])[],
  leads: readonly string[],
): Promise<void> {
  const effects = byLead.flat();
  const { atFault } = await inParts(lane, byLead, leads, async (some) => {
    const checked = await check(lane, some.flat());
    return async () => await deliverChecked(lane, some.flat(), checked);
  });
  const now = lane.now();
  const unread = atFault.flatMap(({ one, cause }) =>
    one.map((effect) => afterUnsure("planned", cause.code, effect, now, lane.settleMs)),
  );
  if (unread.length > 0) await settle(lane, effects, unread);
}

/** What the leads of these effects say by now. Throws what the CRM says where they cannot be read. */
async function check(lane: Lane, effects: readonly Effect[]): Promise<readonly Guarded[]> {
  const leads = [...new Map(effects.map(({ write }) => [write.lead.id, write.lead])).values()];
  const fields = fieldsInStep(lane, lane.playbook());
  const properties = [...new Set(effects.flatMap((effect) => guardedPaths(effect, fields)))];
  const read = await readBatches(lane, leads, { ...ONLY_GUARDED, properties });
  const records = new Map(read.map((record) => [record.asked.id, record]));
  const isInTwo = lane.installation.sales !== undefined;
  const links = await loadLinks(
    lane.store.db,
    lane.installation.id,
    isInTwo ? read.flatMap((record) => (record.found === true ? record.lead.id : [])) : [],
  );
  const judged = await judgedBy(lane, effects, records, links);
  const late = await overtaken(
    lane.store.db,
    lane.installation.id,
    effects.map(({ write }) => write.key),
  );
  return effects.map((effect) => {
    if (late.has(effect.write.key)) return dropOvertaken(effect);
    const { lead } = effect.write;
    const record = judged.get(effect.write.key) ?? records.get(lead.id) ?? { found: false, asked: lead };
    const agreed = record.found === true ? (links.get(record.lead.id)?.agreed ?? {}) : {};
    return guard(effect, record, { fields, agreed });
  });
}

async function deliverChecked(
  lane: Lane,
  effects: readonly Effect[],
  checked: readonly Guarded[],
): Promise<void> {
  const now = lane.now();
  const ended = checked.flatMap((one) => {
    if ("settlement" in one) return [one.settlement];
    return "unsure" in one ? [afterUnsure("planned", one.code, one.unsure, now, lane.settleMs)] : [];
  });
  if (ended.length > 0) await settle(lane, effects, ended);
  await attempt(
    lane,
    checked.flatMap((one) => ("effect" in one ? [one.effect] : [])),
  );
}

/** What the fields of a write that makes two CRMs agree are called in each: what they hold now is known only where it is asked for. */
function guardedPaths({ write }: Effect, fields: readonly SyncField[]): readonly string[] {
  if (write.kind !== "sync-fields") return [];
  return fields.flatMap(({ name, marketing, sales }) => (name in write.agreed ? [marketing, sales] : []));
}
