import { beforeEach, describe, expect, test, vi } from "vitest";
import { BatonError } from "../../src/errors.ts";
import { resync } from "../../src/lanes/resync.ts";
import { MINUTE_MS } from "../../src/model/instant.ts";
import { eraseLead } from "../../src/store/erase.ts";
import { loadLinks } from "../../src/store/links.ts";
import { takeTurn } from "../../src/pipeline.ts";
import {
  askResync,
  loadResync,
  loadSamples,
  resumeResync,
  resyncDueAt,
  stopResync,
} from "../../src/store/resyncs.ts";
import { onEveryDatabase } from "../support/databases.ts";
import { openHandoffs, openStandstill } from "./kit.ts";
import { both, type FakePair, NOW, openFakePair } from "./resync-kit.ts";

onEveryDatabase("a resync of a pair", ({ store }) => {
  let pair: FakePair;
  let id = "";
  beforeEach(async (context) => {
    id = `i-${context.task.id}`;
    pair = await openFakePair(store(), id);
  });
  const fill = async (...people: readonly ReturnType<typeof both>[]): Promise<void> => {
    for (const [lead, person] of people) pair.people.set(lead, person);
    await pair.link();
  };
  const differing = (): number =>
    [...pair.people.values()].filter(
      ({ marketing, sales = {} }) =>
        marketing["contact.jobtitle"] !== sales["lead.Title"] ||
        marketing["contact.city"] !== sales["lead.City"],
    ).length;
  const agreedOf = async (lead: string) => (await loadLinks(store().db, id, [lead])).get(lead)?.agreed;
  const samples = () => loadSamples(store().db, id);
  const effects = () =>
    store().db.selectFrom("effects").select(["key", "state"]).where("installation", "=", id).execute();

  describe("of fields", () => {
    test("dry, writes nothing and tells each difference with both values and why", async () => {
      await fill(
        both("1"),
        both("2", { "contact.city": "Bern" }),
        both("3", { "contact.jobtitle": "CEO" }),
        both("4", {}, { "lead.City": "Graz" }),
      );
      const before = structuredClone([...pair.people]);
      await pair.ask({ isDry: true });
      await pair.work();
      expect(await pair.standing()).toMatchObject({
        because: "done",
        looked: 4,
        differing: 3,
        written: 0,
        total: 4,
      });
      expect((await pair.standing()).counts).toEqual({
        "contact.email": { equal: 4 },
        "contact.jobtitle": { equal: 3, conflict: 1 },
        "contact.city": { equal: 2, "to-sales": 1, "to-marketing": 1 },
      });
      expect(await samples()).toMatchObject([
        {
          lead: "2",
          field: "contact.city",
          kind: "copied",
          marketing: "Bern",
          winner: "marketing",
          to: "Bern",
        },
        { lead: "4", field: "contact.city", kind: "copied", sales: "Graz", winner: "sales", to: "Graz" },
        { lead: "3", field: "contact.jobtitle", kind: "conflict", marketing: "CEO", sales: "CFO" },
      ]);
      expect((await samples()).every(({ why }) => why.length > 10)).toBe(true);
      expect([...pair.people]).toEqual(before);
      expect([pair.written, await effects(), await agreedOf("1")]).toEqual([[], [], {}]);
    });

    test("in earnest, ends with both sides equal, and again finds nothing to write", async () => {
      await fill(both("1"), both("2", { "contact.city": "Bern" }), both("3", { "contact.jobtitle": "CEO" }));
      await pair.ask();
      await pair.work();
      expect(differing()).toBe(0);
      expect(await pair.standing()).toMatchObject({ because: "done", differing: 2, written: 2 });
      const planned = store().db.selectFrom("effects").select("urgency").where("installation", "=", id);
      expect((await planned.execute()).map(({ urgency }) => urgency)).toEqual(["bulk", "bulk"]);
      expect(await agreedOf("1")).toEqual({
        "contact.email": "p1@example.com",
        "contact.jobtitle": "CFO",
        "contact.city": null,
      });
      expect(await agreedOf("2")).toMatchObject({ "contact.city": "Bern" });
      pair.written.length = 0;
      await pair.ask();
      await pair.work();
      expect(await pair.standing()).toMatchObject({ because: "done", looked: 3, differing: 0, written: 0 });
      expect(pair.written).toEqual([]);
    });

    test("writes nothing unread where the machine slept after reading", async () => {
      await fill(both("1", { "contact.city": "Bern" }));
      const wall = Date.now.bind(Date);
      const { connector } = pair.lane;
      const bulk = connector.asBulk();
      const glance: typeof bulk.glance = async (...asked) => {
        const records = await bulk.glance(...asked);
        vi.spyOn(Date, "now").mockImplementation(() => wall() + MINUTE_MS);
        return records;
      };
      await pair.ask();
      await resync({ ...pair.lane, connector: { ...connector, asBulk: () => ({ ...bulk, glance }) } });
      vi.restoreAllMocks();
      expect([pair.written, await effects()]).toMatchObject([[], [{ state: "planned" }]]);
    });

    test("lets the later change win, for which alone it reads histories", async () => {
      await fill(
        both("1"),
        both("2", { "contact.jobtitle": "CEO" }),
        both("3", { "contact.jobtitle": "CTO" }),
      );
      for (const [lead, marketing] of [
        ["2", NOW - 1],
        ["3", NOW - 9],
      ] as const) {
        const person = pair.people.get(lead);
        if (person !== undefined) person.at = { marketing, sales: NOW - 5 };
      }
      await pair.ask();
      await pair.work();
      expect(pair.asked).toEqual(["glance 3", "read 2", "write 2"]);
      expect([...pair.people.values()].map(({ marketing }) => marketing["contact.jobtitle"])).toEqual([
        "CFO",
        "CEO",
        "CFO",
      ]);
      expect(differing()).toBe(0);
    });

    test("of many is two thousand a page, in as few calls as that takes", async () => {
      await fill(
        ...Array.from({ length: 4_100 }, (_, index) =>
          both(String(10_000 + index), index % 41 === 0 ? { "contact.city": "Bern" } : {}),
        ),
      );
      await pair.ask();
      expect(await pair.work()).toBe(3);
      expect(pair.asked.filter((call) => call.startsWith("glance"))).toEqual([
        "glance 2000",
        "glance 2000",
        "glance 100",
      ]);
      expect(await pair.standing()).toMatchObject({
        looked: 4_100,
        total: 4_100,
        differing: 100,
        written: 100,
        calls: 6,
      });
      expect(differing()).toBe(0);
      expect((await samples()).length).toBeLessThanOrEqual(9);
    }, 60_000);

    test("of what was modified asks the CRMs for it, and leaves people alone who are in one only", async () => {
      await fill(both("1", { "contact.city": "Bern" }), both("2", { "contact.city": "Rome" }));
      pair.people.set("9", { marketing: { "contact.email": "p9@example.com" } });
      pair.modified = [["9"], ["2"]];
      await pair.ask({ since: NOW - MINUTE_MS });
      await pair.work();
      expect(pair.asked).toEqual(["changed", "changed", "glance 1", "write 1"]);
      expect(await pair.standing()).toMatchObject({ because: "done", looked: 1, written: 1 });
      expect((await pair.standing()).total).toBeUndefined();
      expect(pair.people.get("1")?.sales?.["lead.City"]).toBeUndefined();
      expect(pair.people.get("2")?.sales?.["lead.City"]).toBe("Rome");
    });

    test("writes a lead again that comes up twice and was changed in between", async () => {
      await fill(both("1", { "contact.city": "Bern" }));
      pair.modified = [["1"], ["1"]];
      await pair.ask({ since: 0 });
      await resync(pair.lane);
      const person = pair.people.get("1");
      if (person !== undefined) person.marketing["contact.city"] = "Rome";
      await pair.work();
      expect(pair.people.get("1")?.sales?.["lead.City"]).toBe("Rome");
    });

    test("is kept from erased people: neither sampled nor written", async () => {
      await fill(both("1", { "contact.city": "Bern" }), both("2", { "contact.city": "Rome" }));
      await eraseLead(store().db, pair.lane.keys, id, "1", [], NOW);
      // As if somebody had linked it again in the minute after.
      await pair.link();
      await pair.ask({ isDry: true });
      await pair.work();
      expect((await samples()).map(({ lead }) => lead)).toEqual(["2"]);
      await pair.ask();
      await pair.work();
      expect(pair.written.map(({ lead }) => lead.id)).toEqual(["2"]);
    });
  });

  describe("interrupted", () => {
    const PAGES = 3;
    beforeEach(async () => {
      const leads = Array.from({ length: PAGES * 3 }, (_, index) => String(index + 1));
      await fill(...leads.map((lead) => both(lead, { "contact.city": `City ${lead}` })));
      pair.modified = [leads.slice(0, 3), leads.slice(3, 6), leads.slice(6)];
    });
    const glances = (): number => pair.asked.filter((call) => call.startsWith("glance")).length;

    test.each([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 13, 15])(
      "by a death after %d steps it goes on, repeats one page at most and writes each once",
      async (steps) => {
        await pair.ask({ since: 0 });
        pair.dieAfter = steps;
        await expect(pair.work()).rejects.toThrow("killed");
        pair.dieAfter = undefined;
        await pair.work();
        expect(await pair.standing()).toMatchObject({
          because: "done",
          looked: PAGES * 3,
          written: PAGES * 3,
        });
        expect(glances()).toBeLessThanOrEqual(PAGES + 1);
        expect(pair.written.map(({ lead }) => lead.id).toSorted()).toEqual(
          [...pair.people.keys()].toSorted(),
        );
        expect(differing()).toBe(0);
      },
    );

    test("by a CRM that cannot be read it waits, says why, and looks at that page again", async () => {
      await pair.ask({ since: 0 });
      await resync(pair.lane);
      pair.failing = {
        call: "glance",
        with: new BatonError("crm.rate-limited", "Later.", { retryAfterMs: 5 * MINUTE_MS }),
      };
      await resync(pair.lane);
      expect(await pair.standing()).toMatchObject({ trouble: "crm.rate-limited", looked: 3 });
      expect(await resyncDueAt(store().db, id)).toBe(NOW + 5 * MINUTE_MS);
      expect(await resync(pair.lane)).toBe(false);
      pair.now += 5 * MINUTE_MS;
      await pair.work();
      const done = await pair.standing();
      expect(done).toMatchObject({ because: "done", looked: 9 });
      expect(done.trouble).toBeUndefined();
      expect(differing()).toBe(0);
    });

    test("by its bound on calls it ends, and goes on where it was once it is let", async () => {
      await pair.ask({ since: 0, mostCalls: 2 });
      await pair.work();
      const out = await pair.standing();
      expect(out).toMatchObject({ because: "out-of-calls", looked: 3, day: { most: 100_000 } });
      expect(await resync(pair.lane)).toBe(false);
      expect(await resumeResync(store().db, id, NOW, 1)).toMatchObject({ mostCalls: out.calls + 1 });
      await pair.work();
      expect(await pair.standing()).toMatchObject({ because: "out-of-calls", looked: 6 });
      await resumeResync(store().db, id, NOW);
      await pair.work();
      expect(await pair.standing()).toMatchObject({ because: "done", looked: 9 });
      expect(glances()).toBe(PAGES);
      expect(differing()).toBe(0);
      expect(await resumeResync(store().db, id, NOW)).toBeUndefined();
    });

    test("by somebody who stops it, the page in hand changes nothing any more", async () => {
      await pair.ask({ since: 0 });
      const glance = pair.lane.connector.glance.bind(pair.lane.connector);
      Object.assign(pair.lane.connector, {
        glance: async (...args: Parameters<typeof glance>) => {
          await stopResync(store().db, id, NOW);
          return await glance(...args);
        },
      });
      await pair.work();
      expect(await pair.standing()).toMatchObject({ because: "stopped", looked: 0, endedAt: NOW });
      expect([pair.written, await effects(), await samples()]).toEqual([[], [], []]);
      expect(await stopResync(store().db, id, NOW)).toBeUndefined();
    });

    test("by somebody who asks anew, the new one begins at the first page", async () => {
      await pair.ask({ since: 0, isDry: true });
      await resync(pair.lane);
      expect(await samples()).not.toEqual([]);
      await pair.ask({ since: 0 });
      expect(await samples()).toEqual([]);
      await pair.work();
      expect(await pair.standing()).toMatchObject({ id: "r2", looked: 9 });
    });
  });

  describe("of links", () => {
    const linked = async () => [...(await loadLinks(store().db, id, ["1", "2", "3"])).keys()];
    beforeEach(async () => {
      await fill(both("1"));
      pair.people.set(...both("2"));
      pair.people.set("3", { marketing: { "contact.email": "p3@example.com" } });
      pair.modified = [["1", "2"], ["3"]];
    });

    test("people who are in both under one address are linked", async () => {
      await pair.ask({ subject: "links" });
      await pair.work();
      expect(await linked()).toEqual(["1", "2"]);
      expect(await pair.standing()).toMatchObject({ because: "done", looked: 3, differing: 1, calls: 4 });
      expect(pair.asked).toEqual(["changed", "read 1", "changed", "read 1"]);
    });

    test("dry, they are counted and nobody is linked", async () => {
      await pair.ask({ subject: "links", isDry: true });
      await pair.work();
      expect(await linked()).toEqual(["1"]);
      expect(await pair.standing()).toMatchObject({ because: "done", differing: 1 });
    });

    test("an erased one is not brought back", async () => {
      await eraseLead(store().db, pair.lane.keys, id, "2", [], NOW);
      await pair.ask({ subject: "links" });
      await pair.work();
      expect(await linked()).toEqual(["1"]);
    });
  });
});

onEveryDatabase("a lane that was asked for a resync", ({ url }) => {
  test("hands a lead off first, and compares when nothing else waits", async () => {
    const at = await openStandstill(url());
    try {
      await at.work();
      const { id } = at.lane.installation;
      const nothing = { looked: 0, differing: 0, written: 0, calls: 0, counts: {} };
      const asked = {
        id: "r",
        subject: "fields",
        isDry: false,
        askedAt: at.clock.now(),
        ...nothing,
      } as const;
      await askResync(at.db, id, asked);
      await at.handRaiser();
      expect(await takeTurn(at.lane)).toBe(true);
      expect((await openHandoffs(at.db)).size).toBe(1);
      expect(await loadResync(at.db, id)).toEqual(asked);
      await at.work();
      expect(await loadResync(at.db, id)).toMatchObject({ because: "done", total: 0 });
    } finally {
      await at.close();
    }
  }, 60_000);
});
