/**
 * The effect ledger: every intended write is a row before it is a call.
 *
 *     planned ─▶ attempting ─▶ confirmed            the CRM's id is stored
 *                    │  ├────▶ refused              permanent: shown to people, with the reason
 *                    │  └────▶ planned              certainly not applied: again, later
 *                    └───────▶ ambiguous ─▶ look ─▶ confirmed | planned | parked | dropped
 *     planned ─▶ dropped                            a person, a merge or a deletion made it pointless
 *
 * A row changes state only from a state it may change from, so a late or repeated answer changes nothing.
 * `attempting` rows whose process died are ambiguous: see `markLost`.
 */
import { type RawBuilder, sql } from "kysely";
import type { Write } from "../model/effect.ts";
import type { Urgency } from "../model/event.ts";
import type { Instant } from "../model/instant.ts";
import { inChunks, loadInChunks } from "./chunks.ts";
import type { EffectRow } from "./schema-decisions.ts";
import type { Db } from "./schema.ts";

/** An effect with what delivery needs to know of its past. */
export interface Effect {
  readonly write: Write;
  readonly decision: string;
  readonly handoff?: string;
  readonly state: EffectRow["state"];
  readonly attempts: number;
  readonly plannedAt: Instant;
  readonly attemptedAt?: Instant;
  /** Why it waits; absent before its first attempt. */
  readonly code?: string;
}

export interface PlannedEffect {
  readonly write: Write;
  readonly decision: string;
  readonly handoff?: string;
  /** Whether anybody waits for it; absent: yes. */
  readonly urgency?: Urgency;
}

/** The CRM's ids of the tasks that Baton made for these leads. */
export async function ownTasks(
  db: Db,
  installation: string,
  leads: readonly string[],
): Promise<ReadonlySet<string>> {
  const rows = await loadInChunks(leads, (chunk) =>
    db
      .selectFrom("effects")
      .select("crm_id")
      .where("installation", "=", installation)
      .where("lead", "in", chunk)
      .where("kind", "=", "create-task")
      .where("state", "=", "confirmed")
      .execute(),
  );
  return new Set(rows.flatMap(({ crm_id: id }) => id ?? []));
}

/**
 * Plans effects. A key that is already there keeps its row: planning twice plans once. What is planned later for a lead is dated later,
 * also when the clock was set back meanwhile: by that order an older write gives way to a newer one (overtaken.ts).
 */
export async function planEffects(
  db: Db,
  installation: string,
  effects: readonly PlannedEffect[],
  now: Instant,
): Promise<void> {
  const leads = [...new Set(effects.map(({ write }) => write.lead.id))];
  const ahead = await plannedAfter(db, installation, leads, now);
  await inChunks(effects, (chunk) =>
    db
      .insertInto("effects")
      .values(
        chunk.map((effect) => {
          const newest = ahead.get(effect.write.lead.id);
          return {
            ...toRow(installation, effect, now),
            ...(newest === undefined ? {} : { planned_at: newest + 1 }),
          };
        }),
      )
      .onConflict((oc) => oc.columns(["installation", "key"]).doNothing())
      .execute(),
  );
}

/** Leads for which something was planned after `now`, with the latest instant of those. */
async function plannedAfter(
  db: Db,
  installation: string,
  leads: readonly string[],
  now: Instant,
): Promise<ReadonlyMap<string, Instant>> {
  const rows = await loadInChunks(leads, (chunk) =>
    db
      .selectFrom("effects")
      .select((eb) => ["lead", eb.fn.max("planned_at").as("newest")])
      .where("installation", "=", installation)
      .where("lead", "in", chunk)
      .where("planned_at", ">", now)
      .groupBy("lead")
      .execute(),
  );
  return new Map(rows.map(({ lead, newest }) => [lead, newest]));
}

function toRow(
  installation: string,
  { write, decision, handoff, urgency }: PlannedEffect,
  now: Instant,
): EffectRow {
  const { key, lead, ...body } = write;
  return {
    installation,
    key,
    decision,
    handoff: handoff ?? null,
    lead: lead.id,
    kind: body.kind,
    body: JSON.stringify(body),
    owner_to: (body.kind === "update-lead" ? body.owner?.to : undefined) ?? null,
    stage_to: (body.kind === "update-lead" ? body.stage?.to : undefined) ?? null,
    state: "planned",
    attempts: 0,
    next_at: now,
    crm_id: null,
    code: null,
    reason: null,
    dropped: null,
    urgency: urgency ?? "live",
    planned_at: now,
    attempted_at: null,
    settled_at: null,
  };
}

/**
 * planned → attempting, counted. Call in a transaction that has checked the lane's fence, right before the CRM call.
 * @returns The keys it changed: what was dropped or erased meanwhile must not be written.
 */
export async function markAttempting(
  db: Db,
  installation: string,
  keys: readonly string[],
  now: Instant,
): Promise<ReadonlySet<string>> {
  const marked = await loadInChunks(keys, (chunk) =>
    db
      .updateTable("effects")
      .set((eb) => ({ state: "attempting", attempts: eb("attempts", "+", 1), attempted_at: now }))
      .where("installation", "=", installation)
      .where("key", "in", chunk)
      .where("state", "=", "planned")
      .returning("key")
      .execute(),
  );
  return new Set(marked.map(({ key }) => key));
}

/** What becomes of an effect after an attempt or a look. `nextAt` belongs to the states that wait. */
export type Settlement =
  | {
      readonly key: string;
      readonly state: "confirmed";
      readonly crmId: string;
      readonly dropped?: readonly string[];
      /** Why it was done as it was, where another way was as likely. */
      readonly reason?: string;
    }
  | {
      readonly key: string;
      readonly state: "planned" | "ambiguous";
      readonly nextAt: Instant;
      readonly code: string;
    }
  | {
      readonly key: string;
      readonly state: "refused" | "parked" | "dropped";
      readonly code: string;
      readonly reason: string;
    };

/** Settles effects in one statement; those that have already ended are left alone. */
export async function settleEffects(
  db: Db,
  installation: string,
  settlements: readonly Settlement[],
  now: Instant,
): Promise<void> {
  await inChunks(settlements, async (chunk) => {
    const rows = sql.join(chunk.map((settlement) => settlementRow(settlement, now)));
    await sql`
      with settled (key, state, next_at, crm_id, code, reason, dropped, settled_at) as (values ${rows})
      update effects set
        state = settled.state,
        next_at = coalesce(settled.next_at, effects.next_at),
        crm_id = coalesce(settled.crm_id, effects.crm_id),
        code = settled.code,
        reason = settled.reason,
        dropped = settled.dropped,
        settled_at = settled.settled_at
      from settled
      where effects.installation = ${installation} and effects.key = settled.key
        -- Said twice, or SQLite reads every effect of the installation.
        and effects.key in (select key from settled)
        and effects.state in ('planned', 'attempting', 'ambiguous')`.execute(db);
  });
}

/** Puts off those of these effects that are still due in this state; any other has moved on since it was loaded. */
export async function putOffEffects(
  db: Db,
  installation: string,
  keys: readonly string[],
  {
    state,
    now,
    nextAt,
    code,
  }: {
    readonly state: "planned" | "ambiguous";
    readonly now: Instant;
    readonly nextAt: Instant;
    readonly code: string;
  },
): Promise<void> {
  await inChunks(keys, async (chunk) => {
    await db
      .updateTable("effects")
      .set({ next_at: nextAt, code })
      .where("installation", "=", installation)
      .where("key", "in", chunk)
      .where("state", "=", state)
      .where("next_at", "<=", now)
      .execute();
  });
}

function settlementRow(settlement: Settlement, now: Instant): RawBuilder<unknown> {
  const waits = settlement.state === "planned" || settlement.state === "ambiguous";
  const confirmed = settlement.state === "confirmed";
  const text = (value: string | undefined): RawBuilder<unknown> => sql`cast(${value ?? null} as text)`;
  const instant = (value: Instant | undefined): RawBuilder<unknown> => sql`cast(${value ?? null} as bigint)`;
  return sql`(${sql.join([
    text(settlement.key),
    text(settlement.state),
    instant(waits ? settlement.nextAt : undefined),
    text(confirmed ? settlement.crmId : undefined),
    text(confirmed ? undefined : settlement.code),
    text("reason" in settlement ? settlement.reason : undefined),
    text(confirmed && settlement.dropped?.length ? JSON.stringify(settlement.dropped) : undefined),
    instant(waits ? undefined : now),
  ])})`;
}

/**
 * What a dead worker was attempting may have been applied or not: ambiguous, to be looked at once the CRM has had `settleMs`
 * to finish a call that was still running.
 */
export async function markLost(db: Db, installation: string, settleMs: number): Promise<void> {
  await db
    .updateTable("effects")
    .set((eb) => ({
      state: "ambiguous",
      code: "deliver.interrupted",
      next_at: eb(eb.fn.coalesce("attempted_at", "planned_at"), "+", settleMs),
    }))
    .where("installation", "=", installation)
    .where("settled_at", "is", null)
    .where("state", "=", "attempting")
    // True of all, and said so that SQLite takes the index of what is not settled.
    .where("next_at", ">=", 0)
    .execute();
}

/** Planned effects of a lead that are pointless now. An attempted one is past recall; for an answer somebody waits. */
export async function dropPlanned(
  db: Db,
  installation: string,
  lead: string,
  reason: string,
  now: Instant,
): Promise<void> {
  await db
    .updateTable("effects")
    .set({ state: "dropped", code: "crm.not-found", reason, settled_at: now })
    .where("installation", "=", installation)
    .where("lead", "=", lead)
    .where("state", "=", "planned")
    .where("kind", "!=", "answer-request")
    .execute();
}
