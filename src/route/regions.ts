/** Worlds put together into as few parts as can be said in words. */
import type { FactClasses } from "./value-classes.ts";
import type { Worlds } from "./worlds.ts";

/** A part of the worlds: fact to the classes it covers; facts that do not matter are left out. */
export type Region = ReadonlyMap<string, ReadonlySet<number>>;

/** `chosen` (numbers of worlds) in as few regions as joining them fact by fact gives. Throws nothing. */
export function regionsOf(chosen: readonly number[], { facts, classes }: Worlds): readonly Region[] {
  let regions: readonly Region[] = chosen.map(
    (world) => new Map(facts.map(({ fact }, index) => [fact, new Set([classes[index]?.[world] ?? 0])])),
  );
  for (const { fact } of facts) {
    const alike = Map.groupBy(regions, (region) =>
      [...region].map(([name, set]) => (name === fact ? name : `${name}=${[...set].join()}`)).join(";"),
    );
    regions = [...alike.values()].map((group) => {
      const joined = new Set(group.flatMap((region) => [...(region.get(fact) ?? [])]));
      return new Map([...(group[0] ?? [])].map(([name, set]) => [name, name === fact ? joined : set]));
    });
  }
  return regions.map(
    (region) =>
      new Map(
        [...region].filter(
          ([fact, set]) => set.size < (facts.find((one) => one.fact === fact)?.classes.length ?? 0),
        ),
      ),
  );
}

/** `lead.country DACH; account.employees 1000 and more`; `every lead` for the whole world. */
export function sayRegion(region: Region, facts: readonly FactClasses[]): string {
  const words = [...region].map(([fact, set]) => {
    const classes = facts.find((one) => one.fact === fact)?.classes ?? [];
    return `${fact} ${[...set].map((index) => classes[index]?.says ?? "").join(" or ")}`;
  });
  return words.join("; ") || "every lead";
}

/** Whether a region holds a lead about whom every fact of it is known. */
export function isKnownSomewhere(region: Region, facts: readonly FactClasses[]): boolean {
  return [...region].every(([fact, set]) => {
    const classes = facts.find((one) => one.fact === fact)?.classes ?? [];
    return [...set].some((index) => classes[index]?.value !== undefined);
  });
}
