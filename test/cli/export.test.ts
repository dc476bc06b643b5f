import { readFileSync, statSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { exportRecords } from "../../src/store/export.ts";
import { insertOwnEvents } from "../../src/store/inbox.ts";
import { saveSamples } from "../../src/store/resyncs.ts";
import { onEveryDatabase } from "../support/databases.ts";
import { baton, DECIDED_AT, fillWithVera, HANDOFF, LEAD, PORTAL, useFile } from "./kit.ts";

/** Each line as the object it must be. */
function linesOf(text: string): readonly Readonly<Record<string, unknown>>[] {
  return text
    .trimEnd()
    .split("\n")
    .map((line) => z.record(z.string(), z.unknown()).parse(JSON.parse(line)));
}

describe("export", () => {
  const file = useFile((store) => fillWithVera(store));

  test("begins with the version of its format and holds every record as JSON", async () => {
    const run = await baton(["export"], file.env());
    expect(run).toMatchObject({ code: 0, err: "" });
    const [header, ...lines] = linesOf(run.out);
    expect(header).toMatchObject({ record: "header", format: 1, portals: [PORTAL] });
    expect(lines.map((line) => line["record"])).toEqual([
      "event",
      "event",
      "event",
      "decision",
      "effect",
      "effect",
      "effect",
      "handoff",
      "clock",
    ]);
    expect(lines[3]).toMatchObject({
      crm: "hubspot",
      portal: PORTAL,
      id: HANDOFF,
      decision: { verdict: { outcome: "ready" } },
      snapshot: { lead: LEAD },
    });
    expect(lines[4]).toMatchObject({
      key: `${HANDOFF}.lead`,
      dropped: ["stage"],
      body: { kind: "update-lead" },
    });
  });

  test("of the same data is the same to the byte", async () => {
    const [first, second] = [await baton(["export"], file.env()), await baton(["export"], file.env())];
    expect(second.out).toBe(first.out);
  });

  test.each([
    ["a day after it happened", "2026-11-18", 0],
    ["the day it happened", "2026-11-17", 9],
    ["a time with an offset", "2026-11-17T15:02:11+01:00", 6],
  ])("--since %s holds what is not older", async (_, since, count) => {
    const run = await baton(["export", "--since", since], file.env());
    expect(linesOf(run.out)).toHaveLength(count + 1);
  });

  test.each([["yesterday"], ["2026-13-45"], ["5w"]])("--since %s is refused", async (since) => {
    const run = await baton(["export", "--since", since], file.env());
    expect(run).toMatchObject({ code: 2, out: "" });
    expect(run.err).toContain("is no instant");
  });

  test("--out writes a file only its owner may read, and never over another", async () => {
    const out = file.path("all.ndjson");
    const run = await baton(["export", "--out", out], file.env());
    expect(run).toMatchObject({ code: 0, out: "" });
    expect(run.err).toContain("Wrote 10 lines");
    expect(statSync(out).mode & 0o777).toBe(0o600);
    expect(linesOf(readFileSync(out, "utf8"))).toHaveLength(10);
    expect((await baton(["export", "--out", out], file.env())).code).toBe(2);
    const nowhere = await baton(["export", "--out", file.path("nowhere/all.ndjson")], file.env());
    expect([nowhere.code, nowhere.err]).toEqual([2, expect.stringContaining("There is no folder")]);
  });
});

onEveryDatabase("exportRecords", (database) => {
  test("leaves out what a resync showed: nothing of it happened", async () => {
    const { db } = database.store();
    const sample = {
      lead: "10001",
      field: "contact.jobtitle",
      kind: "held",
      why: "seen in a sample",
    } as const;
    await saveSamples(db, "inst-samples", [sample]);
    const records: unknown[] = [];
    for await (const record of exportRecords(db, "inst-samples", 0)) records.push(record);
    expect(records).toEqual([]);
  });

  test("reads more rows than a page holds, each once and always in the same order", async () => {
    const { db } = database.store();
    await fillWithVera(database.store());
    const events = Array.from({ length: 1_203 }, (_, index) => ({
      key: `bulk-${index}`,
      tenant: PORTAL,
      occurredAt: DECIDED_AT,
      urgency: "bulk" as const,
      kind: "lead-created" as const,
      lead: { crm: "hubspot" as const, id: `l${index}` },
    }));
    await insertOwnEvents(db, `inst-${PORTAL}`, events, DECIDED_AT + 1);
    const read = async () => {
      const keys: string[] = [];
      for await (const record of exportRecords(db, `inst-${PORTAL}`, DECIDED_AT + 1))
        keys.push(String(record["key"]));
      return keys;
    };
    const keys = await read();
    expect(keys.toSorted()).toEqual(events.map(({ key }) => key).toSorted());
    expect(await read()).toEqual(keys);
  });

  test("has every event that was there at the beginning, once, however many are added while it is read", async () => {
    const { db } = database.store();
    const installation = "inst-growing";
    const aCreation = (key: string) => ({
      key,
      tenant: PORTAL,
      occurredAt: DECIDED_AT,
      urgency: "bulk" as const,
      kind: "lead-created" as const,
      lead: { crm: "hubspot" as const, id: key },
    });
    const first = Array.from({ length: 1_203 }, (_, index) => aCreation(`first-${index}`));
    await insertOwnEvents(db, installation, first, DECIDED_AT);
    const keys: unknown[] = [];
    for await (const { key } of exportRecords(db, installation, 0)) {
      keys.push(key);
      // Some sort before what is read already, some among it, some after all of it.
      if (keys.length % 100 !== 0) continue;
      const more = ["a", "first-5", "z"].map((begin) => aCreation(`${begin}-added-${keys.length}`));
      await insertOwnEvents(db, installation, more, DECIDED_AT + keys.length);
    }
    expect(new Set(keys).size).toBe(keys.length);
    expect(keys.filter((key) => /^first-\d+$/.test(String(key)))).toHaveLength(first.length);
  });
});
