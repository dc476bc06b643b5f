/** A whole world as data, wherever it is to be laid out. The same seed and size give the same world. */
import { createRandom } from "../random.ts";
import { castCompanies } from "./cast-companies.ts";
import { castPeople } from "./cast.ts";
import { drawCrowd, planCrowd } from "./crowd.ts";
import type { CrowdMember } from "./crowd.ts";
import { day, demoMidnight } from "./person.ts";
import type { WorldPlan } from "./person.ts";

/** How many of the crowd play on the demo's day. */
const dayCrowdSize = 44;

/** The crowd of the demo's day: part of every world of that seed. */
export function dayCrowd(seed: number, asOf: number = demoMidnight): CrowdMember[] {
  return drawCrowd(createRandom(seed, "day crowd"), dayCrowdSize, 0, asOf);
}

/**
 * Everybody and every company of a world, with the past that lies before `asOf` (epoch milliseconds). Throws nothing.
 * @param size  People besides the cast and the day's crowd, who are `members`.
 */
export function planWorld(
  seed: number,
  size: number,
  asOf: number,
): { readonly world: WorldPlan; readonly members: readonly CrowdMember[] } {
  const background = planCrowd(drawCrowd(createRandom(seed, "background"), size, 1_000, asOf));
  const members = dayCrowd(seed, asOf);
  const crowd = planCrowd(members);
  const world = {
    companies: [...castCompanies, ...crowd.companies, ...background.companies],
    people: [...castPeople(asOf), ...crowd.people, ...background.people],
  };
  return { world, members };
}

/** When Acme began to use its CRM: before everything that happened in the world. */
export function worldBegan(asOf: number): number {
  return asOf - 200 * day;
}
