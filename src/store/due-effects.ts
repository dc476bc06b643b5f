/** Effects that delivery is to look after now, read back from the ledger (effects.ts). */
import type { WriteBody } from "../model/effect.ts";
import type { Urgency } from "../model/event.ts";
import type { Instant } from "../model/instant.ts";
import type { Crm } from "../model/lead.ts";
import type { Effect } from "./effects.ts";
import { ownJson } from "./json.ts";
import type { EffectRow } from "./schema-decisions.ts";
import type { Db } from "./schema.ts";

/** Which of the effects that are due. */
interface Which {
  /** Only these; absent: all. */
  readonly urgency?: Urgency;
  /** Only those attempted so often or more; or less often. */
  readonly from?: number;
  readonly below?: number;
}

/**
 * Effects of a lane that are due in one of these states, oldest first.
 *
 * @param onUnreadable  Told the keys of those whose row does not say what is to be written. They are left out.
 */
export async function dueEffects(
  db: Db,
  installation: string,
  crm: Crm,
  states: readonly EffectRow["state"][],
  now: Instant,
  most: number,
  { urgency, from, below }: Which = {},
  onUnreadable?: (key: string) => void,
): Promise<readonly Effect[]> {
  const rows = await db
    .selectFrom("effects")
    .selectAll()
    .where("installation", "=", installation)
    .where("settled_at", "is", null)
    .where("state", "in", states)
    .where("next_at", "<=", now)
    .$if(urgency !== undefined, (query) => query.where("urgency", "=", urgency ?? "live"))
    .$if(from !== undefined, (query) => query.where("attempts", ">=", from ?? 0))
    .$if(below !== undefined, (query) => query.where("attempts", "<", below ?? 0))
    .orderBy("next_at")
    .orderBy("planned_at")
    .orderBy("key")
    .limit(most)
    .execute();
  return rows.flatMap((row) => {
    const body = bodyOf(row);
    if (body === undefined) onUnreadable?.(row.key);
    return body === undefined ? [] : [fromRow(row, body, crm)];
  });
}

function bodyOf({ kind, body }: EffectRow): WriteBody | undefined {
  try {
    const read = ownJson<WriteBody>(body);
    return read.kind === kind ? read : undefined;
  } catch {
    return undefined;
  }
}

function fromRow(row: EffectRow, body: WriteBody, crm: Crm): Effect {
  return {
    write: { ...body, key: row.key, lead: { crm, id: row.lead } },
    decision: row.decision,
    ...(row.handoff === null ? {} : { handoff: row.handoff }),
    state: row.state,
    attempts: row.attempts,
    plannedAt: row.planned_at,
    ...(row.attempted_at === null ? {} : { attemptedAt: row.attempted_at }),
    ...(row.code === null ? {} : { code: row.code }),
  };
}
