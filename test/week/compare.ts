/** Baton's rows beside the plain recount: every handoff, every figure. */
import type { HandoffRow } from "../../src/store/schema-decisions.ts";
import type { House } from "./house.ts";
import { type Recounted, recount } from "./recount.ts";

/** What a comparison came to. */
export interface Compared {
  readonly handoffs: number;
  /** Handoffs per lead that are more than one, or leads the portal shows and Baton does not. */
  readonly strange: readonly string[];
  /** One line for each handoff whose figures differ. */
  readonly different: readonly string[];
}

type Figures = Omit<Recounted, "contact" | "handedOffAt" | "endedAt">;

/** Compares at the instant the house's time stands at. */
export async function compareWeek(house: House): Promise<Compared> {
  const rows = await house.store.db.selectFrom("handoffs").selectAll().execute();
  const plain = recount(house.portal, house.now());
  const byLead = Map.groupBy(rows, ({ lead }) => lead);
  const strange = [
    ...[...byLead].filter(([, own]) => own.length > 1).map(([lead]) => `lead ${lead} has several handoffs`),
    ...[...plain.keys()]
      .filter((lead) => !byLead.has(lead))
      .map((lead) => `lead ${lead} is unknown to Baton`),
    ...[...byLead.keys()].filter((lead) => !plain.has(lead)).map((lead) => `lead ${lead} has no task`),
    ...(await parkedEvents(house)),
  ];
  const different = rows.flatMap((row) => {
    const counted = plain.get(row.lead);
    if (counted === undefined) return [];
    const { contact: _contact, handedOffAt: _handedOffAt, endedAt: _endedAt, ...figures } = counted;
    const [there, here] = [JSON.stringify(figures), JSON.stringify(figuresOf(row))];
    return there === here ? [] : [`lead ${row.lead}: the portal has ${there}, Baton ${here}`];
  });
  return { handoffs: rows.length, strange, different };
}

/** What waits for a person: a lead whose turn died or failed three times is not handed off, and says why. */
async function parkedEvents({ store }: House): Promise<readonly string[]> {
  const rows = await store.db
    .selectFrom("events")
    .select(["lead", "kind", "outcome"])
    .where("state", "=", "parked")
    .execute();
  return rows.map(
    ({ lead, kind, outcome }) => `lead ${lead}: a ${kind} event waits for a person: ${outcome}`,
  );
}

function figuresOf(row: HandoffRow): Figures {
  return {
    firstAttemptAt: row.first_attempt_at ?? undefined,
    meaningfulAt: row.meaningful_at ?? undefined,
    attempts: row.attempts,
    meetingsHeld: row.meeting_held_at === null ? 0 : 1,
    meetingsMissed: row.missed_meetings,
    answeredAt: row.answered_at ?? undefined,
    answer: row.answer ?? undefined,
    reason: row.answer_reason ?? undefined,
    opportunities: row.opportunities,
    amount: row.opportunity_amount,
    won: row.won,
  };
}
