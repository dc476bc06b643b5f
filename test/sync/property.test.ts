import fc from "fast-check";
import { expect, test } from "vitest";
import type { SyncField } from "../../src/model/sync.ts";
import { SIDES } from "../../src/model/version.ts";
import { canonical } from "../../src/sync/canonical.ts";
import { happen, type Happening, newWorld, planOf, readSide, standing, type World } from "./two-crms.ts";

const field = (name: string, rest: Partial<SyncField> = {}): SyncField => ({
  name: `contact.${name}`,
  marketing: `contact.${name}`,
  sales: `lead.${name}`,
  direction: "both",
  winner: "latest",
  otherwise: "sales",
  type: "text",
  ...rest,
});
const FIELDS: readonly SyncField[] = [
  field("email", { type: "email" }),
  field("title"),
  field("owner_note", { winner: "sales" }),
  field("source", { winner: "marketing" }),
  field("phone", { winner: "non-empty", otherwise: "marketing" }),
  field("opted_out", { type: "boolean", winner: "true-wins" }),
  field("score", { type: "number", direction: "to-sales", winner: "marketing" }),
  field("status", { direction: "to-marketing", winner: "sales" }),
  field("size", { type: "number" }),
  // A yes that comes from one property of marketing's, and goes on to another.
  field("left", { type: "boolean", direction: "to-sales", winner: "true-wins" }),
  field("left_too", { type: "boolean", direction: "to-marketing", winner: "true-wins", sales: "lead.left" }),
];

const VALUES: Readonly<Record<SyncField["type"], readonly string[]>> = {
  text: ["", "a", "b", " b ", "c"],
  email: ["", "Kim@Example.com", "kim@example.com", "lee@example.com"],
  number: ["", "1000", "1000.0", "7"],
  boolean: ["", "true", "false"],
  date: [""],
  "date-time": [""],
  choice: [""],
};
const edit = fc
  .record({
    does: fc.constantFrom("edit" as const, "overtaken" as const),
    side: fc.constantFrom(...SIDES),
    field: fc.nat(FIELDS.length - 1),
    pick: fc.nat(7),
  })
  .map(({ pick, ...rest }): Happening => {
    const values = VALUES[FIELDS[rest.field]?.type ?? "text"];
    return { ...rest, value: values[pick % values.length] ?? "" };
  });
const look = fc.record({
  does: fc.constant("look" as const),
  write: fc.constantFrom("kept" as const, "lost" as const, "failed" as const, "waits" as const),
});
const DELIVERY: Happening = { does: "deliver" };
const delivery = fc.constant(DELIVERY);
const HAPPENINGS = fc.array(fc.oneof(edit, look, delivery), { maxLength: 25 });
const merge = fc.record({
  does: fc.constant("merge" as const),
  side: fc.constantFrom(...SIDES),
  values: fc.tuple(...FIELDS.map(({ type }) => fc.constantFrom(...VALUES[type]))),
  fills: fc.boolean(),
});
const WITH_MERGES = fc.array(fc.oneof({ weight: 4, arbitrary: fc.oneof(edit, look, delivery) }, merge), {
  maxLength: 25,
});
const QUIET: Happening = { does: "look", write: "kept" };

function played(happenings: readonly Happening[]): World {
  const world = newWorld();
  for (const one of happenings) happen(world, FIELDS, one);
  return world;
}

function held(world: World, name: SyncField, side: "marketing" | "sales"): string | null {
  return canonical(name, side, readSide(world, [name], side).get(name[side])?.value);
}

/** A field that only follows a side which never had a value, or has no yes where only that is copied. */
function isSilent(world: World, { name, direction, winner, marketing, sales }: SyncField): boolean {
  if (direction === "both") return false;
  const [side, path] =
    direction === "to-sales" ? (["marketing", marketing] as const) : (["sales", sales] as const);
  const value = world.stores[side].get(path)?.value ?? "";
  return winner === "true-wins" ? value !== "true" : value === "" && !(name in world.agreed);
}

test("whatever people do on either side, in any order and with any repeats, both sides end equal and nothing more is written", () => {
  fc.assert(
    fc.property(WITH_MERGES, (happenings) => {
      const world = played([...happenings, DELIVERY]);
      happen(world, FIELDS, QUIET);
      happen(world, FIELDS, QUIET);
      const settled = world.writes;
      for (const each of FIELDS.filter((one) => !isSilent(world, one)))
        expect([each.name, held(world, each, "marketing")]).toEqual([each.name, held(world, each, "sales")]);
      expect(planOf(world, FIELDS).writes).toEqual({ marketing: {}, sales: {} });
      happen(world, FIELDS, QUIET);
      expect(world.writes).toBe(settled);
    }),
    { numRuns: 3_000 },
  );
});

test("Baton writes at most twice as often as people edit, and once more for each look that failed or was not heard of", () => {
  fc.assert(
    fc.property(HAPPENINGS, (happenings) => {
      const world = played([...happenings, DELIVERY, QUIET, QUIET]);
      const unheard = happenings.filter((one) => one.does === "look" && one.write === "lost").length;
      expect(world.writes).toBeLessThanOrEqual(2 * world.edits + unheard * FIELDS.length);
    }),
    { numRuns: 2_000 },
  );
});

test("when two people changed one field, the declared winner's value stands on both sides", () => {
  const winners = FIELDS.filter(({ direction, type }) => direction === "both" && type === "text");
  fc.assert(
    fc.property(
      fc.constantFrom(...winners),
      fc.constantFrom(...SIDES),
      fc.constantFrom("a", "b", "c"),
      fc.constantFrom("x", "y", "z"),
      (each, first, before, after) => {
        const world = newWorld();
        const index = FIELDS.indexOf(each);
        happen(world, FIELDS, { does: "edit", side: "marketing", field: index, value: "agreed" });
        happen(world, FIELDS, QUIET);
        const second = first === "marketing" ? "sales" : "marketing";
        happen(world, FIELDS, { does: "edit", side: first, field: index, value: before });
        happen(world, FIELDS, { does: "edit", side: second, field: index, value: after });
        const values = { [first]: before, [second]: after };
        const winner =
          each.winner === "latest" ? second : each.winner === "non-empty" ? each.otherwise : each.winner;
        const outcome = planOf(world, FIELDS).outcomes.find(({ field: name }) => name === each.name);
        expect(outcome).toMatchObject({ kind: "conflict", winner, agreed: "agreed" });
        happen(world, FIELDS, QUIET);
        for (const side of SIDES) expect(held(world, each, side)).toBe(values[winner]);
      },
    ),
  );
});

test("once somebody has opted out, no edit and no sync takes it back on either side by itself", () => {
  const optOut = FIELDS.findIndex(({ winner }) => winner === "true-wins");
  fc.assert(
    fc.property(fc.constantFrom(...SIDES), HAPPENINGS, (side, happenings) => {
      const world = played(happenings);
      happen(world, FIELDS, { does: "edit", side, field: optOut, value: "true" });
      happen(world, FIELDS, QUIET);
      happen(world, FIELDS, { does: "edit", side, field: optOut, value: "false" });
      happen(world, FIELDS, QUIET);
      const each = FIELDS[optOut];
      if (each === undefined) throw new Error("no such field");
      expect([held(world, each, "marketing"), held(world, each, "sales")]).toEqual(["true", "true"]);
    }),
    { numRuns: 500 },
  );
});

test("a merge on either side empties nothing on the other, whatever was agreed with the record that was", () => {
  fc.assert(
    fc.property(WITH_MERGES, merge, (happenings, last) => {
      const world = played([...happenings, DELIVERY, QUIET, QUIET]);
      const other = last.side === "marketing" ? "sales" : "marketing";
      const before = new Map(FIELDS.map((each) => [each.name, held(world, each, other)]));
      for (const one of [last, QUIET, QUIET]) happen(world, FIELDS, one);
      const emptied = FIELDS.filter(
        (each) => before.get(each.name) !== null && held(world, each, other) === null,
      );
      expect(emptied.map(({ name }) => name)).toEqual([]);
    }),
    { numRuns: 2_000 },
  );
});

test("a write that waits parts nothing that people have made equal, whenever it is made", () => {
  fc.assert(
    fc.property(WITH_MERGES, (happenings) => {
      const world = played(happenings);
      const both = FIELDS.filter(({ direction }) => direction === "both");
      const equal = both.filter((each) => held(world, each, "marketing") === held(world, each, "sales"));
      happen(world, FIELDS, DELIVERY);
      for (const each of equal)
        expect([each.name, held(world, each, "marketing")]).toEqual([each.name, held(world, each, "sales")]);
    }),
    { numRuns: 2_000 },
  );
});

test("a write that waited says what a look would say now, as far as no time decides it", () => {
  const timed = FIELDS.filter(({ direction, winner }) => direction === "both" && winner === "latest");
  fc.assert(
    fc.property(HAPPENINGS, (happenings) => {
      const world = played(happenings);
      const now = planOf(world, FIELDS);
      const due = standing(world, FIELDS).flatMap(({ write, is }) =>
        is === "due"
          ? Object.entries(write.values).map(([path, value]) => ({ side: write.side, path, value }))
          : [],
      );
      const untimed = due.filter(({ side, path }) => !timed.some((each) => each[side] === path));
      expect(untimed.map(({ side, path }) => now.writes[side][path])).toEqual(
        untimed.map(({ value }) => value),
      );
    }),
    { numRuns: 2_000 },
  );
});

test("a change of the other side's goes on its way where the record that was merged into holds what was agreed", () => {
  const winners = FIELDS.filter(({ direction, type }) => direction === "both" && type === "text");
  fc.assert(
    fc.property(fc.constantFrom(...winners), fc.boolean(), (each, fills) => {
      const world = newWorld();
      const index = FIELDS.indexOf(each);
      happen(world, FIELDS, { does: "edit", side: "marketing", field: index, value: "agreed" });
      happen(world, FIELDS, QUIET);
      happen(world, FIELDS, { does: "edit", side: "marketing", field: index, value: "new" });
      const values = FIELDS.map((one) => (one === each ? "agreed" : ""));
      happen(world, FIELDS, { does: "merge", side: "sales", values, fills });
      happen(world, FIELDS, QUIET);
      for (const side of SIDES) expect(held(world, each, side)).toBe("new");
    }),
  );
});
