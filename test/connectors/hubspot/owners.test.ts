import { afterEach, describe, expect, test } from "vitest";
import { readOutOfOffice, readWorkingHours, readZone } from "../../../connectors/hubspot/working-hours.ts";
import { create, EVERYTHING, startStand } from "./kit.ts";
import type { Stand } from "./kit.ts";

describe("working hours", () => {
  const nine = { fromMinute: 540, toMinute: 1_020 };
  test.each([
    ["MONDAY_TO_FRIDAY", [1, 2, 3, 4, 5]],
    ["SATURDAY_SUNDAY", [6, 7]],
    ["EVERY_DAY", [1, 2, 3, 4, 5, 6, 7]],
    ["WEDNESDAY", [3]],
  ])("%s", (days, weekdays) => {
    const text = JSON.stringify([{ days, startMinute: 540, endMinute: 1_020 }]);
    expect(readWorkingHours(text)).toEqual(weekdays.map((weekday) => ({ weekday, ...nine })));
  });

  test("spans are sorted, cut to the day and taken from text", () => {
    const text = JSON.stringify([
      { days: "TUESDAY", startMinute: "540", endMinute: 9_999 },
      { days: "MONDAY", startMinute: -60, endMinute: "1020" },
    ]);
    expect(readWorkingHours(text)).toEqual([
      { weekday: 1, fromMinute: 0, toMinute: 1_020 },
      { weekday: 2, fromMinute: 540, toMinute: 1_440 },
    ]);
  });

  test.each([
    undefined,
    "",
    "null",
    "{",
    "{}",
    "[]",
    "[null]",
    '[{"days":"SOMEDAY","startMinute":1,"endMinute":2}]',
    '[{"days":"MONDAY","startMinute":600,"endMinute":600}]',
    '[{"days":"MONDAY","startMinute":"nine","endMinute":"five"}]',
    '[{"days":"__proto__","startMinute":1,"endMinute":2}]',
  ])("%s is no working time", (text) => {
    expect(readWorkingHours(text)).toBeUndefined();
  });
});

test.each([
  [
    "milliseconds",
    [{ startTimestamp: 1_795_000_000_000, endTimestamp: 1_795_086_400_000 }],
    [[1_795_000_000_000, 1_795_086_400_000]],
  ],
  [
    "seconds",
    [{ startTimestamp: 1_795_000_000, endTimestamp: 1_795_086_400 }],
    [[1_795_000_000_000, 1_795_086_400_000]],
  ],
  [
    "text",
    [{ startTimestamp: "1795000000000", endTimestamp: "1795086400000" }],
    [[1_795_000_000_000, 1_795_086_400_000]],
  ],
  ["the documentation's sample", [{ startTimestamp: 17_303_796_000, endTimestamp: 17_304_660_000 }], []],
  ["an end before its start", [{ startTimestamp: 1_795_086_400_000, endTimestamp: 1_795_000_000_000 }], []],
  ["half a span", [{ startTimestamp: 1_795_086_400_000 }], []],
])("out of office in %s", (_name, spans, expected) => {
  expect(readOutOfOffice(JSON.stringify(spans))).toEqual(
    expected.map(([fromAt, toAt]) => ({ fromAt, toAt })),
  );
});

test.each([
  ["Europe/Berlin", "Europe/Berlin"],
  ["Mars/Olympus", undefined],
  ["", undefined],
  [undefined, undefined],
])("zone %s", (text, zone) => {
  expect(readZone(text)).toBe(zone);
});

describe("owners", () => {
  let stand: Stand;
  afterEach(() => stand.close());

  test("people, queues and those who left, over several pages", async () => {
    stand = await startStand();
    for (let index = 0; index < 250; index += 1)
      stand.portal.addOwner({
        email: `Rep-${index}@Acme.example`,
        firstName: "Rep",
        lastName: String(index),
      });
    const queue = stand.portal.addOwner({ type: "QUEUE", email: "", firstName: "Unrouted" });
    const gone = stand.portal.addOwner({
      email: "gone@acme.example",
      archived: true,
      teams: [{ id: "1", name: "EMEA SDR", primary: true }],
    });
    stand.sandbox.ledger.clear();
    const owners = await stand.connector.owners();
    expect(owners).toHaveLength(252);
    expect(owners[0]).toMatchObject({
      kind: "person",
      email: "rep-0@acme.example",
      name: "Rep 0",
      active: true,
      teams: [],
    });
    expect(owners.find((owner) => owner.id === queue.id)).toEqual({
      id: queue.id,
      kind: "queue",
      name: "Unrouted",
      active: true,
      teams: [],
    });
    expect(owners.at(-1)).toMatchObject({
      id: gone.id,
      active: false,
      name: "gone@acme.example",
      teams: ["EMEA SDR"],
    });
    expect(stand.sandbox.ledger.countCalls({ route: "/crm/owners" })).toBe(4);
  });

  test("hours, absences and zone are matched by user id, then by address, and are left out without the scope", async () => {
    stand = await startStand();
    const [lena, tomas, amelie] = ["lena", "tomas", "amelie"].map((name) =>
      stand.portal.addOwner({ email: `${name}@acme.example` }),
    );
    const working = JSON.stringify([{ days: "MONDAY", startMinute: 540, endMinute: 1_020 }]);
    await create(stand, "user", {
      hs_internal_user_id: String(lena?.userId),
      hs_email: "other@acme.example",
      hs_working_hours: working,
      hs_standard_time_zone: "Europe/Berlin",
    });
    await create(stand, "user", {
      hs_email: "Tomas@acme.example",
      hs_working_hours: "nonsense",
      hs_standard_time_zone: "Europe/Madrid",
    });
    await create(stand, "user", {
      hs_email: "amelie@acme.example",
      hs_out_of_office_hours: JSON.stringify([
        { startTimestamp: 1_795_000_000_000, endTimestamp: 1_795_086_400_000 },
      ]),
    });
    const byId = new Map((await stand.connector.owners()).map((owner) => [owner.id, owner]));
    expect(byId.get(lena?.id ?? "")).toMatchObject({
      zone: "Europe/Berlin",
      hours: [{ weekday: 1, fromMinute: 540, toMinute: 1_020 }],
    });
    expect(byId.get(tomas?.id ?? "")).toMatchObject({ zone: "Europe/Madrid" });
    expect(byId.get(tomas?.id ?? "")).not.toHaveProperty("hours");
    expect(byId.get(amelie?.id ?? "")).toMatchObject({
      away: [{ fromAt: 1_795_000_000_000, toAt: 1_795_086_400_000 }],
    });
    await stand.close();

    stand = await startStand({ capabilities: { ...EVERYTHING, workingHours: false } });
    stand.portal.addOwner({ email: "lena@acme.example" });
    await stand.connector.owners();
    expect(stand.sandbox.ledger.countCalls({ route: "/crm/objects" })).toBe(0);
  });

  test.each([
    ["the same cursor again", { results: [], paging: { next: { after: "1" } } }],
    ["no list", { results: {} }],
    ["an owner without id", { results: [{ email: "a@acme.example" }] }],
  ])("%s is a bad answer", async (_name, body) => {
    stand = await startStand();
    stand.sandbox.faults.add({ path: "/crm/owners/*", fault: { do: "answer", status: 200, body } });
    await expect(stand.connector.owners()).rejects.toMatchObject({ code: "crm.bad-answer" });
    expect(stand.sandbox.ledger.countCalls({ route: "/crm/owners" })).toBeLessThanOrEqual(4);
  });

  test("owners with odd fields are still owners", async () => {
    stand = await startStand();
    const results = [
      { id: 7, type: "ROBOT", email: null, firstName: 5, teams: "none", userId: null },
      { id: "8", email: "Ana@Acme.example" },
    ];
    stand.sandbox.faults.add({
      path: "/crm/owners/*",
      fault: { do: "answer", status: 200, body: { results } },
    });
    expect(await stand.connector.owners()).toEqual([
      { id: "7", kind: "person", name: "Owner 7", active: true, teams: [] },
      {
        id: "8",
        kind: "person",
        name: "ana@acme.example",
        email: "ana@acme.example",
        active: true,
        teams: [],
      },
    ]);
  });
});
