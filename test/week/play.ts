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
  /** Hears how far it has come, in leads that have asked. */
  readonly onProgress?: (asked: number) => void;
}

export interface Week {
  readonly acts: readonly DoneAct[];
  /** How often time jumped. */
  readonly steps: number;
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
  { seed, handoffs, stepMs, onProgress }: WeekPlan,
): Promise<Week> {
  const random = createRandom(seed, "week");
  const arrivals = drawPeople(random, handoffs)
    .map((person) => ({ at: MONDAY + Math.floor(random.next() * ARRIVALS_MS), person }))
    .sort((a, b) => a.at - b.at);
  const reps = scriptReps(house.portal, seed, TEMPERS);
  const endsAt = MONDAY + ARRIVALS_MS + AFTERWARDS_MS;
  const acts: DoneAct[] = [];
  let asked = 0;
  let steps = 0;
  for (;;) {
    const next = Math.min(
      arrivals[asked]?.at ?? Infinity,
      reps.nextAt() ?? Infinity,
      (await nextLookAt(house.store.db)) ?? Infinity,
    );
    if (next > endsAt) break;
    house.jumpTo(next);
    const until = house.now() + stepMs;
    steps += 1;
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
    await house.settle();
    reps.look(house.now());
  }
  house.jumpTo(endsAt);
  await house.settle();
  // What gathered until then.
  house.jumpTo(endsAt + 10 * MINUTE_MS);
  await house.settle();
  return { acts, steps };
}
