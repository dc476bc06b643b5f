/**
 * A week of Acme's reps, compressed: leads ask for demos, Baton hands them off, four kinds of reps do what they do, clocks run and
 * ring. Time jumps from one instant at which something happens to the next.
 */
import { createRandom } from "../../sandbox/random.ts";
import { formNamed } from "../../sandbox/world/forms.ts";
import { type DoneAct, scriptReps, type Temper } from "../../sandbox/world/reps.ts";
import { DAY_MS, type DurationMs, type Instant, MINUTE_MS } from "../../src/model/instant.ts";
import { nextLookAt } from "../../src/store/clocks.ts";
import type { House } from "./house.ts";
import { drawPeople } from "./people.ts";

/** What is played. */
export interface WeekPlan {
  readonly seed: number;
  readonly handoffs: number;
  /** What lies closer together than this happens at once. */
  readonly stepMs: DurationMs;
  /** Time jumps to whole multiples of this, so that a large week has no more steps than a small one; else to the very instant. */
  readonly gridMs?: DurationMs;
  /** Hears how far it has come, in leads that have asked. */
  readonly onProgress?: (asked: number) => void;
}

/** From a jump of time until everything had come to rest; in a house whose time stands still both are the same. */
export interface Moment {
  readonly fromAt: Instant;
  readonly toAt: Instant;
}

export interface Week {
  readonly acts: readonly DoneAct[];
  /** One for each jump of time, in order. */
  readonly moments: readonly Moment[];
}

/** Monday morning in Europe. */
export const MONDAY: Instant = Date.UTC(2026, 10, 16, 6);
const ARRIVALS_MS = 5 * DAY_MS;
/** After the last lead asked, this long the reps go on. */
const AFTERWARDS_MS = 9 * DAY_MS;

/** Everybody of one pool has another temper, so that every pool knows several. */
const TEMPERS: ReadonlyMap<string, Temper> = new Map([
  ["lena@acme.example", "fast"],
  ["tomas@acme.example", "slow"],
  ["amelie@acme.example", "absent"],
  ["maya@acme.example", "fast"],
  ["jordan@acme.example", "absent"],
  ["sofia@acme.example", "sloppy"],
  ["kenji@acme.example", "slow"],
  ["priya@acme.example", "sloppy"],
]);

const FORM = "Demo request";

/** Plays the week in a house whose time stands at `MONDAY`. */
export async function playWeek(
  house: House,
  { seed, handoffs, stepMs, gridMs = 1, onProgress }: WeekPlan,
): Promise<Week> {
  const random = createRandom(seed, "week");
  const arrivals = drawPeople(random, handoffs)
    .map((person) => ({ at: MONDAY + Math.floor(random.next() * ARRIVALS_MS), person }))
    .sort((a, b) => a.at - b.at);
  const reps = scriptReps(house.portal, seed, TEMPERS);
  const endsAt = MONDAY + ARRIVALS_MS + AFTERWARDS_MS;
  const acts: DoneAct[] = [];
  const moments: Moment[] = [];
  let asked = 0;
  const settle = async (fromAt: Instant): Promise<void> => {
    moments.push({ fromAt, toAt: await house.settle() });
  };
  for (;;) {
    const next = Math.min(
      arrivals[asked]?.at ?? Infinity,
      reps.nextAt() ?? Infinity,
      (await nextLookAt(house.store.db)) ?? Infinity,
    );
    if (next > endsAt) break;
    house.jumpTo(Math.ceil(next / gridMs) * gridMs);
    const began = house.now();
    const until = began + stepMs;
    for (let one = arrivals[asked]; one !== undefined && one.at <= until; one = arrivals[asked]) {
      await house.portal.act({
        do: "submit-form",
        form: FORM,
        fields: one.person,
        page: formNamed(FORM).page,
      });
      asked += 1;
      if (asked % 100 === 0) onProgress?.(asked);
    }
    acts.push(...(await reps.perform(until)));
    await settle(began);
    reps.look(house.now());
  }
  // The second time for what gathered until the first.
  for (const afterMs of [0, 10 * MINUTE_MS]) {
    house.jumpTo(endsAt + afterMs);
    await settle(house.now());
  }
  return { acts, moments };
}
