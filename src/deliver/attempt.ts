/** Writing effects, and noting what became of them. */
import { fieldsInStep } from "../lanes/sync.ts";
import { inLane, type Lane } from "../lanes/lane.ts";
import type { Receipt, Write } from "../model/effect.ts";
import type { Agreed, SyncField } from "../model/sync.ts";
import { type Effect, markAttempting, settleEffects, type Settlement } from "../store/effects.ts";
import { stampWritten } from "../store/handoffs.ts";
import { agree } from "../store/links.ts";
import { agreedWithout } from "../sync/index.ts";
import { afterAttempt } from "./settle.ts";

/** Writes those that are planned still, and notes what the CRM says of each. Throws what the database throws, and `deliver.lost-lane`. */
export async function attempt(lane: Lane, planned: readonly Effect[]): Promise<void> {
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

/** Notes what became of effects, of their handoffs, and of what two CRMs agree on by them. Throws as `attempt`. */
export async function settle(
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
