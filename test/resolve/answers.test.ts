import { describe, expect, test } from "vitest";
import type { HistoryEntry } from "../../src/model/record.ts";
import { answersIn, pickedIn } from "../../src/resolve/answers.ts";
import { aPlaybook, NOW } from "../playbook/kit.ts";
import { aRecord } from "./kit.ts";

const ANSWER = "contact.baton_owner_disposition";
const REASON = "contact.baton_disposition_reason";
const STATUS = "contact.hs_lead_status";
const { fields } = aPlaybook();

/** Values with the minute they were picked at, in any order. */
type Picks = readonly (readonly [minute: number, value: string])[];
const history = (picks: Picks): readonly HistoryEntry[] =>
  picks.map(([minute, value]) => ({ value, at: NOW + minute * 60_000 }));

function read(answers: Picks, reasons: Picks = [], statuses: Picks = []) {
  const record = aRecord(
    {},
    { history: { [ANSWER]: history(answers), [REASON]: history(reasons), [STATUS]: history(statuses) } },
  );
  return answersIn(record, fields, NOW).map(({ answer, reason, at }) => [
    (at - NOW) / 60_000,
    answer,
    ...(reason === undefined ? [] : [reason]),
  ]);
}

describe("answers in the CRM", () => {
  test("are what was picked, oldest first, each picking one", () => {
    expect(
      read([
        [9, "working"],
        [5, "accepted"],
        [20, "accepted"],
      ]),
    ).toEqual([
      [5, "accepted"],
      [9, "working"],
      [20, "accepted"],
    ]);
  });

  test("bear the name of their picking, so that read twice they are one", () => {
    const record = aRecord({}, { history: { [ANSWER]: history([[5, "Accepted"]]) } });
    expect(answersIn(record, fields, NOW)).toEqual([
      {
        key: `crm:${ANSWER}:${NOW + 300_000}`,
        answer: "accepted",
        at: NOW + 300_000,
        via: "crm",
      },
    ]);
  });

  test.each<[string, Picks, Picks, unknown]>([
    ["picked after the answer", [[5, "rejected"]], [[7, "not-fit"]], [[5, "rejected", "not-fit"]]],
    ["picked with the answer", [[5, "rejected"]], [[5, "not-fit"]], [[5, "rejected", "not-fit"]]],
    ["that stood there before", [[5, "rejected"]], [[3, "not-fit"]], [[5, "rejected", "not-fit"]]],
    [
      "picked after it, rather than before",
      [[5, "rejected"]],
      [
        [3, "student"],
        [6, "not-fit"],
      ],
      [[5, "rejected", "not-fit"]],
    ],
    [
      "the latest of those before",
      [[5, "rejected"]],
      [
        [2, "student"],
        [3, "not-fit"],
      ],
      [[5, "rejected", "not-fit"]],
    ],
    [
      "the first after it",
      [[5, "rejected"]],
      [
        [8, "student"],
        [6, "not-fit"],
      ],
      [[5, "rejected", "not-fit"]],
    ],
    [
      "of the next answer is the next one's",
      [
        [5, "rejected"],
        [9, "recycled"],
      ],
      [[9, "timing"]],
      [
        [5, "rejected"],
        [9, "recycled", "timing"],
      ],
    ],
    ["of before the handoff is nobody's", [[5, "rejected"]], [[-1, "not-fit"]], [[5, "rejected"]]],
    ["emptied is none", [[5, "rejected"]], [[6, ""]], [[5, "rejected"]]],
  ])("have the reason %s", (_, answers, reasons, expected) => {
    expect(read(answers, reasons)).toEqual(expected);
  });

  test("of before the handoff say nothing of it", () => {
    expect(read([[-1, "accepted"]])).toEqual([]);
    expect(read([[0, "accepted"]])).toEqual([[0, "accepted"]]);
  });

  test("are words, however they were labelled, and nothing where nothing was picked", () => {
    expect(
      read([
        [1, "No Response"],
        [2, ""],
        [3, "  "],
        [4, "💥"],
        [5, "Rückruf später"],
      ]),
    ).toEqual([
      [1, "no-response"],
      [5, "ruckruf-spater"],
    ]);
  });

  test("that are novels are cut", () => {
    const [said] = read([[1, "a".repeat(60_000)]]);
    expect(String(said?.[1])).toHaveLength(100);
  });

  test("are read from a property sales keeps anyway, as its values are mapped", () => {
    expect(
      read(
        [],
        [],
        [
          [3, "IN_PROGRESS"],
          [4, "NEW"],
          [9, "OPEN_DEAL"],
        ],
      ),
    ).toEqual([
      [3, "working"],
      [9, "opportunity"],
    ]);
  });

  test("of one instant are what the list for it says", () => {
    expect(read([[5, "recycled"]], [[5, "timing"]], [[5, "IN_PROGRESS"]])).toEqual([
      [5, "recycled", "timing"],
    ]);
  });

  test("are none where the CRM is not asked, or has no history", () => {
    const { answers: _, ...silent } = fields;
    const record = aRecord({}, { history: { [ANSWER]: history([[5, "accepted"]]) } });
    expect(answersIn(record, silent, NOW)).toEqual([]);
    expect(answersIn(aRecord(), fields, NOW)).toEqual([]);
    expect(
      answersIn({ ...record, history: Object.create({ [ANSWER]: history([[5, "accepted"]]) }) }, fields, NOW),
    ).toEqual([]);
  });
});

describe("what the pick lists hold", () => {
  test("is what stands there now, and nothing where they are empty", () => {
    expect(pickedIn(aRecord({ [ANSWER]: " rejected ", [REASON]: "" }), fields)).toEqual({
      [ANSWER]: "rejected",
    });
    expect(pickedIn(aRecord({ [STATUS]: "NEW" }), fields)).toEqual({});
  });
});
