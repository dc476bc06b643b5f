import { describe, expect, test } from "vitest";
import type { FieldState, SyncField } from "../../src/model/sync.ts";
import {
  agreedBy,
  hasWrites,
  newcomerValues,
  optOutOf,
  sideState,
  stillAgreed,
  syncPair,
} from "../../src/sync/index.ts";

const FIELD: SyncField = {
  name: "contact.jobtitle",
  marketing: "contact.jobtitle",
  sales: "lead.Title",
  direction: "both",
  winner: "latest",
  otherwise: "sales",
  type: "text",
};
type Side = FieldState | "unreadable";
const at = (value: string | undefined, changedAt?: number): FieldState => ({
  ...(value === undefined ? {} : { value }),
  ...(changedAt === undefined ? {} : { changedAt }),
});
const pair = (rest: Partial<SyncField>, marketing: Side, sales: Side, agreed?: string | null) => {
  const field = { ...FIELD, ...rest };
  return syncPair({
    fields: [field],
    marketing: new Map(marketing === "unreadable" ? [] : [[field.marketing, marketing]]),
    sales: new Map(sales === "unreadable" ? [] : [[field.sales, sales]]),
    agreed: agreed === undefined ? {} : { [field.name]: agreed },
  });
};
const outcome = (...args: Parameters<typeof pair>) => {
  const [one] = pair(...args).outcomes;
  return one && { kind: one.kind, winner: one.winner, to: one.to };
};

describe("two spellings of one value", () => {
  test.each<[Partial<SyncField>, string | undefined, string | undefined]>([
    [{ type: "email" }, "Kim@Example.com", "kim@example.com"],
    [{ type: "number" }, "1000", "1000.0"],
    [{ type: "number" }, "1e3", "1000"],
    [{ type: "boolean" }, "Yes", "true"],
    [{ type: "boolean" }, undefined, "false"],
    [{ type: "date" }, "2026-11-17", "2026-11-17T00:00:00.000+0000"],
    [{ type: "date-time" }, "1795000000000", "2026-11-18T11:06:40.000Z"],
    [{ type: "date-time" }, "2026-11-17T10:00:00+02:00", "2026-11-17T08:00:00.000+0000"],
    [{ type: "text" }, "two\r\nlines ", "two\nlines"],
    [{ type: "choice", values: [{ marketing: "OPEN", sales: "Open" }] }, "OPEN", "Open"],
  ])("%j: %s is %s", (rest, marketing, sales) => {
    const plan = pair(rest, at(marketing, 1), at(sales, 2), "something else");
    expect(plan.outcomes[0]?.kind).toBe("equal");
    expect(hasWrites(plan)).toBe(false);
  });

  test("names and other text differ by case", () => {
    expect(outcome({}, at("CFO", 2), at("Cfo", 1), "Cfo")).toMatchObject({ kind: "copied", to: "CFO" });
  });
});

describe("who has to learn what", () => {
  test.each<[string, Partial<SyncField>, Side, Side, string | null | undefined, object]>([
    ["one side changed", {}, at("CFO"), at("VP"), "VP", { kind: "copied", winner: "marketing", to: "CFO" }],
    ["the other changed", {}, at("VP"), at("CFO"), "VP", { kind: "copied", winner: "sales", to: "CFO" }],
    [
      "one side cleared it",
      {},
      at(undefined),
      at("VP"),
      "VP",
      { kind: "copied", winner: "marketing", to: "" },
    ],
    [
      "cleared, where blanks never win",
      { winner: "non-empty" },
      at(undefined),
      at("VP"),
      "VP",
      { kind: "copied", winner: "sales", to: "VP" },
    ],
    [
      "never agreed, one empty",
      {},
      at(undefined),
      at("VP"),
      undefined,
      { kind: "copied", winner: "sales", to: "VP" },
    ],
    [
      "never agreed, both filled",
      {},
      at("CFO", 2),
      at("VP", 1),
      undefined,
      { kind: "conflict", winner: "marketing", to: "CFO" },
    ],
    [
      "both changed, the later wins",
      {},
      at("CFO", 1),
      at("CEO", 2),
      "VP",
      { kind: "conflict", winner: "sales", to: "CEO" },
    ],
    [
      "both changed, nobody knows when",
      {},
      at("CFO"),
      at("CEO"),
      "VP",
      { kind: "conflict", winner: "sales", to: "CEO" },
    ],
    [
      "both changed at one instant",
      { otherwise: "marketing" },
      at("CFO", 5),
      at("CEO", 5),
      "VP",
      { kind: "conflict", winner: "marketing", to: "CFO" },
    ],
    [
      "both changed, one side is agreed",
      { winner: "marketing" },
      at("CFO", 1),
      at("CEO", 2),
      "VP",
      { kind: "conflict", winner: "marketing", to: "CFO" },
    ],
    [
      "one way, followed",
      { direction: "to-sales" },
      at("CFO"),
      at("VP"),
      "VP",
      { kind: "copied", winner: "marketing", to: "CFO" },
    ],
    [
      "one way, drifted",
      { direction: "to-sales" },
      at("VP"),
      at("CEO"),
      "VP",
      { kind: "one-way", winner: "marketing", to: "VP" },
    ],
    [
      "one way, to marketing",
      { direction: "to-marketing" },
      at("CFO"),
      at("VP"),
      "CFO",
      { kind: "copied", winner: "sales", to: "VP" },
    ],
    [
      "a yes",
      { type: "boolean", winner: "true-wins" },
      at("false", 9),
      at("true", 1),
      "true",
      { kind: "copied", winner: "sales", to: "true" },
    ],
    [
      "a word that is neither yes nor no, beside a no",
      { type: "boolean", winner: "true-wins" },
      at("opted_out"),
      at("false"),
      undefined,
      { kind: "held", to: undefined },
    ],
    [
      "a word that is neither yes nor no, in what follows",
      { type: "boolean", winner: "true-wins", direction: "to-sales" },
      at("true"),
      at("Opted out"),
      "false",
      { kind: "held", to: undefined },
    ],
    [
      "too long",
      { longest: { sales: 3 } },
      at("Chief"),
      at("VP"),
      "VP",
      { kind: "held", winner: "marketing", to: undefined },
    ],
    [
      "a choice the other has not",
      { type: "choice", values: [{ marketing: "A", sales: "a" }] },
      at("B"),
      at("a"),
      "A",
      { kind: "held", winner: "marketing", to: undefined },
    ],
    [
      "a choice of sales' own",
      { type: "choice", values: [{ marketing: "A", sales: "a" }] },
      at("A"),
      at("z"),
      "A",
      { kind: "held", winner: "sales", to: undefined },
    ],
    [
      "no number",
      { type: "number" },
      at("many"),
      at("5"),
      "5",
      { kind: "held", winner: "marketing", to: undefined },
    ],
    [
      "no day there is",
      { type: "date" },
      at("2026-02-30"),
      at("2026-02-28"),
      "2026-02-28",
      { kind: "held", winner: "marketing", to: undefined },
    ],
    [
      "unreadable there",
      {},
      at("CFO"),
      "unreadable",
      "VP",
      { kind: "unreadable", winner: undefined, to: undefined },
    ],
    [
      "unreadable here",
      {},
      "unreadable",
      at(undefined),
      "VP",
      { kind: "unreadable", winner: undefined, to: undefined },
    ],
  ])("%s", (_name, rest, marketing, sales, agreed, expected) => {
    expect(outcome(rest, marketing, sales, agreed)).toEqual(expected);
  });

  test("a write carries what was read, in the other side's spelling", () => {
    const values = [
      { marketing: "OPEN", sales: "Open" },
      { marketing: "WON", sales: "Won" },
    ];
    const plan = pair({ type: "choice", values }, at("WON"), at("Open"), "OPEN");
    expect(plan.writes).toEqual({ marketing: {}, sales: { "lead.Title": { to: "Won", seen: "Open" } } });
    expect(pair({}, at("CFO"), at(undefined), null).writes.sales).toEqual({ "lead.Title": { to: "CFO" } });
  });

  test("what is held back or unreadable keeps what was agreed, and is written nowhere", () => {
    const held = pair({ longest: { sales: 3 } }, at("Chief"), at("VP"), "VP");
    expect(held.agreed).toEqual({ "contact.jobtitle": "VP" });
    expect(hasWrites(held)).toBe(false);
    expect(pair({}, at("CFO"), "unreadable").agreed).toEqual({});
  });

  test("a write's agreement is that of its side", () => {
    const plan = pair({}, at("CFO"), at("VP"), "VP");
    expect(agreedBy(plan, "sales")).toEqual({ "contact.jobtitle": "CFO" });
    expect(agreedBy(plan, "marketing")).toEqual({});
  });

  test("every outcome says why, naming no field of no CRM", () => {
    for (const one of [
      pair({}, at("a"), at("b"), "b"),
      pair({}, at("a", 1), at("b", 2), "c"),
      pair({}, at("a"), "unreadable"),
    ])
      expect(one.outcomes[0]?.why).toMatch(/^[a-z][^_]+$/);
  });
});

test("a newcomer gets every field that goes there and has a value; what does not fit is told", () => {
  const fields: SyncField[] = [
    FIELD,
    { ...FIELD, name: "contact.a", marketing: "contact.a", sales: "lead.A", direction: "to-marketing" },
    { ...FIELD, name: "contact.b", marketing: "contact.b", sales: "lead.B", longest: { sales: 1 } },
    { ...FIELD, name: "contact.c", marketing: "contact.c", sales: "lead.C" },
  ];
  const state = new Map([
    ["contact.jobtitle", { value: "CFO" }],
    ["contact.a", { value: "x" }],
    ["contact.b", { value: "long" }],
    ["contact.c", {}],
  ]);
  const { values, held } = newcomerValues(fields, state, "marketing");
  expect(values).toEqual({ "lead.Title": "CFO" });
  expect(held).toMatchObject([{ field: "contact.b", kind: "held", marketing: "long" }]);
});

test("a field's change is the newest of its history, or the record's own where there is none", () => {
  const record = {
    values: { "lead.Title": "CFO" },
    history: { "lead.Title": [{ at: 5 }, { at: 9 }, { at: 7 }] },
    unreadable: ["lead.Fax"],
    modifiedAt: 12,
  };
  expect([...sideState(record, ["lead.Title", "lead.Phone", "lead.Fax"])]).toEqual([
    ["lead.Title", { value: "CFO", changedAt: 9 }],
    ["lead.Phone", { changedAt: 12 }],
  ]);
});

describe("what is still agreed with another record than before", () => {
  const fields = [
    FIELD,
    { ...FIELD, name: "contact.phone", marketing: "contact.phone", sales: "lead.Phone" },
  ];
  const agreed = { "contact.jobtitle": "CFO", "contact.phone": null, "contact.gone": "x" };

  test("is what it holds too; the rest was never agreed with it", () => {
    const state = new Map([
      ["lead.Title", { value: " CFO" }],
      ["lead.Phone", { value: "12" }],
    ]);
    expect(stillAgreed(fields, agreed, "sales", state)).toEqual({ "contact.jobtitle": "CFO" });
    expect(stillAgreed(fields, agreed, "sales", new Map([["lead.Phone", {}]]))).toEqual({
      "contact.phone": null,
    });
  });

  test("so that what a merge left empty is filled, and two values are for the rule", () => {
    const after = (sales: FieldState) => {
      const left = stillAgreed(
        [FIELD],
        { "contact.jobtitle": "CFO" },
        "sales",
        new Map([["lead.Title", sales]]),
      );
      return outcome({ winner: "marketing" }, at("CFO"), sales, left["contact.jobtitle"]);
    };
    expect(after(at(undefined))).toEqual({ kind: "copied", winner: "marketing", to: "CFO" });
    expect(after(at("VP"))).toEqual({ kind: "conflict", winner: "marketing", to: "CFO" });
  });
});

describe("an opt-out of somebody who is to be made on the other side", () => {
  const optOut: SyncField = {
    ...FIELD,
    sales: "lead.OptedOut",
    type: "boolean",
    winner: "true-wins",
    direction: "to-sales",
  };
  const state = (value?: string) => new Map([["lead.OptedOut", at(value)]]);

  test.each<[string, readonly SyncField[], ReadonlyMap<string, FieldState>, string]>([
    ["that nobody gave", [optOut], state("false"), "carried"],
    ["that was never asked for", [optOut], state(), "carried"],
    ["that goes nowhere", [optOut], state("true"), "lost"],
    ["that goes along", [{ ...optOut, direction: "both" }], state("true"), "carried"],
    [
      "that goes along in another property",
      [optOut, { ...optOut, direction: "to-marketing" }],
      state("true"),
      "carried",
    ],
    ["that is no yes and no no", [optOut], state("perhaps"), "lost"],
    [
      "that is a word the other side cannot hold",
      [{ ...optOut, direction: "both" }],
      state("Opted out"),
      "lost",
    ],
    ["that cannot be seen", [{ ...optOut, direction: "both" }], new Map(), "unseen"],
    ["of a field that knows no yes", [{ ...FIELD, direction: "to-sales" }], state("true"), "carried"],
  ])("%s", (_name, fields, read, expected) => {
    expect(optOutOf(fields, read, "sales")).toBe(expected);
  });
});
