import { describe, expect, test } from "vitest";
import {
  check,
  isClean,
  troubledLeads,
  type ExportLine,
  type LedgerWrite,
  type Observed,
} from "./checker.ts";

const write = (kind: string, objectId: string, properties: LedgerWrite["properties"] = {}): LedgerWrite => ({
  kind,
  objectId,
  properties,
});
const effect = (
  kind: string,
  crmId: string | null,
  more: Readonly<Record<string, unknown>> = {},
): ExportLine => ({
  record: "effect",
  key: `d-1.${kind}`,
  kind,
  lead: "101",
  handoff: "h-1",
  state: "confirmed",
  crm_id: crmId,
  code: null,
  reason: null,
  ...more,
});
const event = (key: string, state = "done", outcome: string | null = "ready"): ExportLine => ({
  record: "event",
  key,
  lead: "101",
  state,
  outcome,
});
const ANSWERED = { key: "webhook:1000:7", what: "contact.creation of 101" };
const OWNER = write("contact.update", "101", { hubspot_owner_id: "71" });
const STARTED = write("sequence.enrol", "101", { sequenceId: "4711" });
const LISTED = write("list.add", "2001", { ids: "101;102" });

/** A lead that asked, was heard, and has what it should have. */
const good: Observed = {
  answered: [ANSWERED],
  asking: [{ id: "101", callback: "ap-1", sequence: "4711", list: "2001" }],
  writes: [
    OWNER,
    write("task.create", "501"),
    write("note.create", "601"),
    write("callback.complete", "ap-1", { owner: "71" }),
    STARTED,
    LISTED,
  ],
  leadsOf: new Map([
    ["501", ["101"]],
    ["601", ["101"]],
  ]),
  exported: [
    event("webhook:1000:7:891:contact.creation:101:"),
    { record: "handoff", id: "h-1" },
    effect("update-lead", "101"),
    effect("create-task", "501"),
    effect("create-note", "601"),
    effect("answer-request", "ap-1"),
    effect("start-sequence", "801"),
    effect("add-to-list", "2001"),
  ],
};
const without = (kind: string): Partial<Observed> => ({
  writes: good.writes.filter((one) => one.kind !== kind),
});
const withEffect = (line: ExportLine): Partial<Observed> => ({
  exported: [...good.exported.filter(({ key }) => key !== line["key"]), line],
});

test("a run in which everything is as it should be has no findings", () => {
  const findings = check(good);
  expect(findings).toEqual({ lost: [], doubled: [], orphaned: [], parked: [], silent: [] });
  expect(isClean(findings)).toBe(true);
});

describe("a planted error is found, and called by its name", () => {
  test.each<readonly [string, Partial<Observed>, "lost" | "doubled" | "orphaned", RegExp]>([
    [
      "an event answered 2xx that was never stored",
      { exported: good.exported.slice(1) },
      "lost",
      /event webhook:1000:7 .* not in the export/,
    ],
    [
      "another event at the same instant does not stand for it",
      { answered: [{ ...ANSWERED, key: "webhook:1000:8" }] },
      "lost",
      /event webhook:1000:8 /,
    ],
    [
      "an outbound message that was acknowledged and never stored",
      { answered: [{ key: "outbound:04l5g0000000001AAA", what: "a change of 00Q5g0000000001AAA" }] },
      "lost",
      /event outbound:04l5g0000000001AAA .* not in the export/,
    ],
    [
      "a second record in sales' CRM",
      {
        writes: [...good.writes, write("counterpart.create", "101"), write("counterpart.create", "101")],
      },
      "doubled",
      /lead 101 has 2 times: record in sales' CRM/,
    ],
    ["no owner", without("contact.update"), "lost", /lead 101 has no owner/],
    [
      "an owner written empty",
      {
        writes: [
          ...(without("contact.update").writes ?? []),
          write("contact.update", "101", { hubspot_owner_id: "" }),
        ],
      },
      "lost",
      /no owner/,
    ],
    ["no answer", without("callback.complete"), "lost", /ap-1|no answer/],
    ["no sequence", without("sequence.enrol"), "lost", /lead 101 has no sequence/],
    [
      "another sequence than the agreed one",
      {
        writes: [
          ...(without("sequence.enrol").writes ?? []),
          write("sequence.enrol", "101", { sequenceId: "4712" }),
        ],
      },
      "lost",
      /no sequence/,
    ],
    ["no list", without("list.add"), "lost", /lead 101 has no list/],
    [
      "somebody else on the list",
      { writes: [...(without("list.add").writes ?? []), write("list.add", "2001", { ids: "102" })] },
      "lost",
      /no list/,
    ],
    ["a sequence started again", { writes: [...good.writes, STARTED] }, "doubled", /2 times: sequence/],
    ["a list it was put on again", { writes: [...good.writes, LISTED] }, "doubled", /2 times: list/],
    [
      "a handoff nothing was planned for",
      { exported: [...good.exported, { record: "handoff", id: "h-2" }] },
      "lost",
      /handoff h-2/,
    ],
    ["a second owner write", { writes: [...good.writes, OWNER] }, "doubled", /101 has 2 times: owner/],
    [
      "a second task",
      {
        writes: [...good.writes, write("task.create", "502")],
        leadsOf: new Map([...good.leadsOf, ["502", ["101"]]]),
      },
      "doubled",
      /2 times: task/,
    ],
    [
      "another answer",
      { writes: [...good.writes, write("callback.complete", "ap-1", { owner: "72" })] },
      "doubled",
      /2 times: answer/,
    ],
    [
      "a task that hangs on nobody",
      { leadsOf: new Map([["601", ["101"]]]) },
      "orphaned",
      /task.create 501 hangs on 0 leads/,
    ],
    [
      "a note no effect knows",
      withEffect(effect("create-note", "602")),
      "orphaned",
      /note.create 601 is known to no effect/,
    ],
    [
      "a task the CRM never made",
      withEffect(effect("create-task", "999")),
      "orphaned",
      /confirmed as create-task 999/,
    ],
    [
      "an effect that never ended",
      withEffect(effect("create-note", null, { state: "ambiguous" })),
      "orphaned",
      /still ambiguous/,
    ],
  ])("%s", (_name, change, kind, words) => {
    const findings = check({ ...good, ...change });
    expect(findings[kind].join("\n")).toMatch(words);
    expect(isClean(findings)).toBe(false);
  });
});

test("the same answer twice is no second one: HubSpot keeps it once", () => {
  const again = write("callback.complete", "ap-1", { owner: "71" });
  expect(check({ ...good, writes: [...good.writes, again] }).doubled).toEqual([]);
});

test("an effect that waits for a person is parked and not lost, as long as it says why", () => {
  const parked = (reason: string | null): Observed => ({
    ...good,
    ...without("task.create"),
    exported: [
      ...good.exported.filter(({ kind }) => kind !== "create-task"),
      effect("create-task", null, { state: "parked", code: "deliver.gave-up", reason }),
    ],
  });
  expect(check(parked("not accepted in 11 attempts"))).toMatchObject({
    lost: [],
    silent: [],
    parked: [/gave-up/].map((one) => expect.stringMatching(one)),
  });
  const silent = check(parked(null));
  expect(silent.silent).toHaveLength(1);
  expect(isClean(silent)).toBe(false);
});

test("a sequence or a list that waits for a person is parked and not lost", () => {
  for (const [kind, made] of [
    ["start-sequence", "sequence.enrol"],
    ["add-to-list", "list.add"],
  ] as const) {
    const refused = effect(kind, null, { state: "refused", code: "crm.invalid", reason: "no seat" });
    expect(check({ ...good, ...without(made), ...withEffect(refused) })).toMatchObject({
      lost: [],
      parked: [expect.stringContaining("no seat")],
    });
  }
});

test("an effect that was dropped excuses nothing: in these runs nobody makes one pointless", () => {
  const dropped = effect("create-task", null, { state: "dropped", code: "crm.conflict", reason: "deleted" });
  const observed: Observed = { ...good, ...without("task.create"), ...withEffect(dropped) };
  expect(check(observed).lost).toEqual(["lead 101 has no task"]);
  expect(troubledLeads(observed)).toEqual(["101"]);
});

test("a lead is in trouble when it lacks something or has it twice, and only then", () => {
  expect(troubledLeads(good)).toEqual([]);
  expect(troubledLeads({ ...good, writes: [...good.writes, OWNER] })).toEqual(["101"]);
  expect(troubledLeads({ ...good, ...without("note.create") })).toEqual(["101"]);
});

test("a lead whose events wait for a person is parked and not lost", () => {
  const exported = [event("webhook:1000:7:891:contact.creation:101:", "parked", "lanes.failed")];
  expect(check({ ...good, writes: [], leadsOf: new Map(), exported })).toMatchObject({
    lost: [],
    parked: [expect.stringContaining("lanes.failed")],
  });
});
