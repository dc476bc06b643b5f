/**
 * Delivery: the effect ledger's rows become writes in the CRM, once each. States and invariants: store/effects.ts.
 *
 * Effects of the turn under way go out at once: the turn has just read their leads. Effects that come later (an earlier
 * answer said "not now", or a worker died) look at their leads again first. An unknown outcome is never written again before
 * a look has said that it is not there, and never looked at before the lost call can no longer be running. What nobody waits for goes
 * last, and in the bulk part of the call budget.
 */
import type { Wanted } from "../connector.ts";
import { crmTrouble } from "../errors.ts";
import { inParts } from "../lanes/at-fault.ts";
import { readBatches } from "../lanes/batches.ts";
import type { Lane } from "../lanes/lane.ts";
import { inLane } from "../lanes/lane.ts";
import { fieldsInStep } from "../lanes/sync.ts";
import { MOST_TRIES } from "../lanes/tries.ts";
import type { Receipt, Write } from "../model/effect.ts";
import type { Urgency } from "../model/event.ts";
import { type DurationMs, MINUTE_MS } from "../model/instant.ts";
import type { Agreed, SyncField } from "../model/sync.ts";
import { dueEffects } from "../store/due-effects.ts";
import { type Effect, markAttempting, settleEffects, type Settlement } from "../store/effects.ts";
import { stampWritten } from "../store/handoffs.ts";
import { agree, loadLinks } from "../store/links.ts";
import { overtaken } from "../store/overtaken.ts";
import { agreedWithout } from "../sync/index.ts";
import { dropOvertaken, guard, type Guarded } from "./guard.ts";
import { judgedBy } from "./met-late.ts";
import { afterAttempt, afterLook, afterReading, afterUnsure } from "./settle.ts";

/** Effects looked after in one go; a lead has at most six. */
const MOST_EFFECTS = 600;
/** Most guards need owner and stage only, which every record carries. */
const ONLY_GUARDED: Wanted = { properties: [], history: [], deals: false, lists: false, account: false };

/** Leads whose writes go alone in one go: each costs calls of its own, and whoever is live waits for them. */
const MOST_ALONE = 10;

/** After an answer that says to try later, where nobody waits. */
const PUT_OFF_MS: DurationMs = MINUTE_MS;

/** How long a reading counts as now. A turn takes a fraction of it from reading to writing, unless it was held up. */
export const FRESH_MS: DurationMs = 5_000;

/** Writes the effects of a turn. @param sinceRead  How long ago their leads were read: `countElapsed`. */
export async function deliver(
  lane: Lane,
  effects: readonly Effect[],
  sinceRead: () => DurationMs,
): Promise<void> {
  if (sinceRead() > FRESH_MS) await deliverLate(lane, effects);
  else await attempt(lane, effects);
}

async function attempt(lane: Lane, planned: readonly Effect[]): Promise<void> {
  if (planned.length === 0) return;
  const { id } = lane.installation;
  const keys = planned.map(({ write }) => write.key);
  const marked = await inLane(lane, (tx) => markAttempting(tx, id, keys, lane.now()));
  const effects = planned.filter(({ write }) => marked.has(write.key));
  if (effects.length === 0) return;

  const receipts = await applyAll(
    lane,
    effects.map(({ write }) => write),
  );
  const now = lane.now();
  await settle(
    lane,
    effects,
    effects.map((effect) => afterAttempt(receiptOf(receipts, effect.write), effect, now, lane.settleMs)),
  );
}

/** A connector answers for every write; if it breaks instead, nobody knows what was applied, and a look will tell. */
async function applyAll(lane: Lane, writes: readonly Write[]): Promise<ReadonlyMap<string, Receipt>> {
  try {
    return new Map(
      (await lane.connector.apply(writes, lane.mayWrite)).map((receipt) => [receipt.key, receipt]),
    );
  } catch (cause) {
    lane.log.error(
      { installation: lane.installation.id, code: "deliver.broken", err: cause },
      "delivery broke off",
    );
    return new Map();
  }
}

/**
 * Looks after effects that wait, and for which somebody waits: first those nobody knows the fate of, then those to be written again.
 * @returns How many. Throws what the CRM says where leads cannot be read.
 */
export async function deliverDue(lane: Lane): Promise<number> {
  const ambiguous = await dueOf(lane, "ambiguous", "live");
  if (ambiguous.length > 0) await lookFor(lane, ambiguous);
  const late = await dueOf(lane, "planned", "live");
  if (late.length > 0) await deliverLate(lane, late);
  return ambiguous.length + late.length;
}

/**
 * The same for effects that nobody waits for, in the bulk part of the call budget. To be asked when a turn found nothing else to do.
 * @returns How many. What the CRM cannot be asked for now is put off, and breaks no turn; `crm.disconnected` is thrown.
 */
export async function deliverBulk(holder: Lane): Promise<number> {
  const lane = { ...holder, connector: holder.connector.asBulk() };
  const ambiguous = await dueOf(lane, "ambiguous", "bulk");
  if (ambiguous.length > 0) await orPutOff(lane, ambiguous, lookFor);
  const late = await dueOf(lane, "planned", "bulk");
  if (late.length > 0) await orPutOff(lane, late, deliverLate);
  return ambiguous.length + late.length;
}

async function dueOf(
  lane: Lane,
  state: "ambiguous" | "planned",
  urgency: Urgency,
): Promise<readonly Effect[]> {
  const { id, crm } = lane.installation;
  const unreadable: Settlement[] = [];
  const due = await dueEffects(lane.store.db, id, crm, [state], lane.now(), MOST_EFFECTS, urgency, (key) =>
    unreadable.push(afterReading(key)),
  );
  if (unreadable.length > 0) await settle(lane, [], unreadable);
  return due;
}

async function orPutOff(
  lane: Lane,
  effects: readonly Effect[],
  work: (lane: Lane, effects: readonly Effect[]) => Promise<void>,
): Promise<void> {
  try {
    await work(lane, effects);
  } catch (cause) {
    const { code, retryAfterMs = 0 } = crmTrouble(cause);
    const nextAt = lane.now() + Math.max(PUT_OFF_MS, retryAfterMs);
    await settle(
      lane,
      effects,
      effects.map(({ write: { key }, state }) => ({
        key,
        state: state === "ambiguous" ? state : "planned",
        nextAt,
        code,
      })),
    );
  }
}

async function lookFor(lane: Lane, effects: readonly Effect[]): Promise<void> {
  const sightings = new Map(
    (await lane.connector.look(effects.map(({ write }) => write))).map((one) => [one.key, one]),
  );
  const now = lane.now();
  await settle(
    lane,
    effects,
    effects.map((effect) => {
      const { key } = effect.write;
      return afterLook(
        sightings.get(key) ?? { key, seen: "unsure", code: "crm.bad-answer" },
        effect,
        now,
        lane.settleMs,
      );
    }),
  );
}

/**
 * What failed again and again goes alone: of a hundred leads whose writes fail together, one may be what the CRM fails over. Those who are
 * not come to are due as before, and first in line the next time.
 */
async function deliverLate(lane: Lane, effects: readonly Effect[]): Promise<void> {
  const byLead = [...Map.groupBy(effects, ({ write }) => write.lead.id).values()];
  const suspects = new Set(byLead.filter((some) => some.some(({ attempts }) => attempts >= MOST_TRIES)));
  const others = byLead.filter((some) => !suspects.has(some));
  if (others.length > 0) await deliverTogether(lane, others);
  for (const one of [...suspects].slice(0, MOST_ALONE)) await deliverTogether(lane, [one]);
}

/** A lead that cannot be read, though others can, holds up nobody else's. */
async function deliverTogether(lane: Lane, byLead: readonly (readonly Effect[])[]): Promise<void> {
  const effects = byLead.flat();
  const leads = [...new Set(effects.map(({ write }) => write.lead.id))];
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

async function settle(
  lane: Lane,
  effects: readonly Effect[],
  settlements: readonly Settlement[],
): Promise<void> {
  const { id } = lane.installation;
  const handoffs = [...new Set(effects.flatMap(({ handoff }) => handoff ?? []))];
  await inLane(lane, async (tx) => {
    await settleEffects(tx, id, settlements, lane.now());
    await stampWritten(tx, id, handoffs, lane.now());
    await agree(tx, id, agreedIn(effects, settlements, fieldsInStep(lane, lane.playbook())));
  });
}

/** What two CRMs agree on by now because of these writes, by lead: a lead may have learnt something on both sides. */
function agreedIn(
  effects: readonly Effect[],
  settlements: readonly Settlement[],
  fields: readonly SyncField[],
): ReadonlyMap<string, Agreed> {
  const dropped = new Map(
    settlements.flatMap((one) => (one.state === "confirmed" ? [[one.key, one.dropped ?? []] as const] : [])),
  );
  const agreed = new Map<string, Agreed>();
  for (const { write } of effects) {
    const without = dropped.get(write.key);
    if (write.kind !== "sync-fields" || without === undefined) continue;
    const learnt = agreedWithout(write, without, fields);
    agreed.set(write.lead.id, { ...agreed.get(write.lead.id), ...learnt });
  }
  return agreed;
}

/** A connector owes one receipt a write; a missing one means that nobody knows. */
function receiptOf(receipts: ReadonlyMap<string, Receipt>, write: Write): Receipt {
  return receipts.get(write.key) ?? { key: write.key, outcome: "unknown", code: "crm.bad-answer" };
}
