import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { BatonError } from "../../src/errors.ts";
import type { Lane } from "../../src/lanes/lane.ts";
import { startPolling } from "../../src/lanes/polls.ts";
import { sweep, sweepAfterSilence, sweepFromNow } from "../../src/lanes/reconcile.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from "../../src/model/instant.ts";
import { eraseLead } from "../../src/store/erase.ts";
import { askSweep, loadSweep } from "../../src/store/sweeps.ts";
import { decisionsOfLead } from "../../src/store/turns.ts";
import { onEveryDatabase } from "../support/databases.ts";
import { onceEach, tallyWrites } from "../support/exactly-once.ts";
import { addQualifiedLead } from "../support/leads.ts";
import { openStandstill, type Standstill } from "./kit.ts";

const SEARCH = "/crm/objects/*/contacts/search";
const SEARCHES = { route: "/crm/objects/2026-03/:type/search" };

onEveryDatabase("a sweep for what webhooks dropped", ({ url }) => {
  let at: Standstill;
  let lane: Lane;
  let id = "";
  let serial = 2_000;
  beforeAll(async () => {
    at = await openStandstill(url());
    ({ lane } = at);
    ({ id } = lane.installation);
  });
  beforeEach(async () => {
    await later(0);
    await at.work();
    await at.emptyInbox();
    // What earlier tests left behind is older than any overlap.
    await later(HOUR_MS);
    await at.db.deleteFrom("cursors").where("name", "in", ["sweep", "accounts"]).execute();
    await startPolling(at.db, id, at.clock.now());
    await at.db.deleteFrom("cursors").where("name", "=", "sweep").execute();
    await sweepFromNow(at.db, id, at.clock.now());
    at.stage.sandbox.ledger.clear();
  });
  afterEach(() => {
    at.stage.sandbox.faults.clear();
    at.stage.portal.rules.searchLagMs = 0;
    at.stage.sandbox.webhooks.mood.echoOwnWrites = true;
  });
  afterAll(async () => await at.close());

  const later = async (ms: number): Promise<void> => {
    await at.stage.sandbox.drained();
    at.clock.moveTo(at.clock.now() + ms);
  };
  /** The lane as a process sees it that has just started, at an instant that stands still. */
  const standingAt = (instant: number): Lane => ({ ...lane, now: () => instant });
  const standing = () => loadSweep(at.db, id);
  const tally = (...leads: string[]) => tallyWrites(at.stage.sandbox, at.stage.portal, leads);
  const decisionsOf = async (lead: string) => (await decisionsOfLead(at.db, id, lead, 100)).length;
  const told = async () =>
    await at.db.selectFrom("events").select(["lead", "key"]).where("key", "like", "sweep:%").execute();
  const change = (who: string, properties: Readonly<Record<string, string>>) =>
    at.stage.portal.act({ do: "change", who, properties });
  /** Somebody whom marketing has qualified, rightly so. */
  const qualified = async (): Promise<string> => {
    serial += 1;
    return await addQualifiedLead(at.stage.portal, serial, at.clock.now());
  };
  /** Sweeps now, to the end and whatever it finds, and gives what it came to. */
  const sweepNow = async (since: number) => {
    await askSweep(at.db, id, since, at.clock.now());
    for (let page = 0; page < 5; page += 1) {
      await at.work();
      const { sweep: last, dueAt = 0 } = (await standing()) ?? {};
      if (last?.endedAt !== undefined) return last;
      at.clock.moveTo(dueAt);
    }
    throw new Error("the sweep has not ended");
  };

  test("after an hour without webhooks hands every lead off, once", async () => {
    const leads: string[] = [];
    for (let index = 0; index < 8; index += 1) leads.push(await qualified());
    await at.emptyInbox();
    await later(HOUR_MS);
    await at.work();
    expect(tally(...leads).map(({ tasks }) => tasks)).toEqual(leads.map(() => 0));
    // The index gets a minute to hear of what happened last.
    await later(MINUTE_MS);
    await at.work();
    expect(tally(...leads)).toEqual(onceEach(leads));
    const again = await sweepNow(at.clock.now() - 3 * HOUR_MS);
    expect(again.looked).toBeGreaterThanOrEqual(leads.length);
    expect(again.told).toBe(0);
    expect(tally(...leads)).toEqual(onceEach(leads));
  }, 20_000);

  test("tells nothing of a lead that webhooks have told of, before or after it was decided", async () => {
    const [decided, waiting] = [await qualified(), await qualified()];
    const since = at.clock.now() - HOUR_MS;
    await at.stage.sandbox.drained();
    await askSweep(at.db, id, since, at.clock.now());
    await sweep(lane);
    expect((await standing())?.sweep).toMatchObject({ told: 0 });
    await at.work();
    expect(tally(decided, waiting)).toEqual(onceEach([decided, waiting]));
    const before = await decisionsOf(decided);
    expect(await sweepNow(since)).toMatchObject({ told: 0 });
    expect(await decisionsOf(decided)).toBe(before);
  });

  test("of a quiet portal is one call a day, and a day later the next", async () => {
    await later(DAY_MS - 2 * HOUR_MS);
    await at.work();
    await later(2 * MINUTE_MS);
    await at.work();
    at.stage.sandbox.ledger.clear();
    const { dueAt = 0 } = (await standing()) ?? {};
    at.clock.moveTo(dueAt);
    expect(await sweep(standingAt(dueAt - 1))).toBe(false);
    expect(await sweep(standingAt(dueAt))).toBe(true);
    expect(await sweep(standingAt(dueAt))).toBe(false);
    const routes = at.stage.sandbox.ledger.calls.map(({ route }) => route);
    expect(routes.filter((route) => !route.startsWith("/oauth/"))).toEqual([SEARCHES.route]);
    expect(await standing()).toMatchObject({ sweptAt: dueAt, sweep: { looked: 0, told: 0 } });
    expect((await standing())?.dueAt).toBe(dueAt + DAY_MS);
  });

  test("of a CRM that says so comes sooner, also where the next one was appointed before that was known", async () => {
    const every = 10 * MINUTE_MS;
    const capabilities = { ...lane.connector.capabilities, sweepEveryMs: every };
    const often = (instant: number): Lane => ({
      ...standingAt(instant),
      connector: { ...lane.connector, capabilities },
    });
    const { sweptAt = 0, dueAt } = (await standing()) ?? {};
    expect(dueAt).toBe(sweptAt + DAY_MS);
    expect(await sweep(often(sweptAt + every - 1))).toBe(false);
    expect(await sweep(often(sweptAt + every))).toBe(true);
    expect(await standing()).toMatchObject({ sweptAt: sweptAt + every, dueAt: sweptAt + 2 * every });
    expect((await standing())?.sweep?.since).toBe(sweptAt - every);
    expect(await sweep(often(sweptAt + 2 * every - 1))).toBe(false);
  });

  test("leaves leads alone in which nothing changed that Baton hears of", async () => {
    const lead = await qualified();
    await at.emptyInbox();
    await later(MINUTE_MS);
    const since = at.clock.now();
    await change(lead, { city: "Berlin" });
    const before = (await told()).length;
    expect(await sweepNow(since)).toMatchObject({ looked: 1, told: 0 });
    expect((await told()).length).toBe(before);
    expect(await decisionsOf(lead)).toBe(0);
  });

  test("does not take Baton's own writes for news, and what a person changed then is", async () => {
    at.stage.sandbox.webhooks.mood.echoOwnWrites = false;
    const lead = await qualified();
    await at.stage.sandbox.drained();
    const since = at.clock.now() - MINUTE_MS;
    await at.work();
    expect(tally(lead)).toEqual(onceEach([lead]));
    await later(5 * MINUTE_MS);
    expect(await sweepNow(since)).toMatchObject({ told: 0 });
    await change(lead, { hs_email_optout: "true" });
    await at.emptyInbox();
    expect(await sweepNow(since)).toMatchObject({ told: 1 });
    expect(tally(lead)).toEqual(onceEach([lead]));
  });

  test("finds by the next day what the index had not heard of", async () => {
    at.stage.portal.rules.searchLagMs = 5 * MINUTE_MS;
    await later(11 * MINUTE_MS);
    const lead = await qualified();
    await at.emptyInbox();
    await later(MINUTE_MS);
    expect(await sweepNow(at.clock.now() - 20 * MINUTE_MS)).toMatchObject({ told: 0 });
    const { dueAt = 0 } = (await standing()) ?? {};
    at.clock.moveTo(dueAt);
    expect(await sweep(lane)).toBe(true);
    await at.work();
    expect(tally(lead)).toEqual(onceEach([lead]));
  });

  test("goes on after a restart where it was", async () => {
    const since = at.clock.now();
    for (let index = 0; index < 210; index += 1) {
      serial += 1;
      await at.stage.portal.act({
        do: "create",
        object: "contact",
        properties: { email: `swept-${serial}@example.com` },
      });
    }
    await at.emptyInbox();
    const now = at.clock.now();
    await askSweep(at.db, id, since, now);
    expect(await sweep(standingAt(now))).toBe(true);
    expect((await standing())?.sweep).toMatchObject({ looked: 200, told: 200 });
    expect(await sweep(standingAt(now + SECOND_MS - 1))).toBe(false);
    expect(await sweep(standingAt(now + SECOND_MS))).toBe(true);
    expect((await standing())?.sweep).toMatchObject({ looked: 210, told: 210 });
    expect((await standing())?.sweep?.endedAt).toBeDefined();
    expect(at.stage.sandbox.ledger.countCalls(SEARCHES)).toBe(2);
    await at.emptyInbox();
  }, 20_000);

  test("that somebody asks for anew while a page is read is theirs", async () => {
    const since = at.clock.now() - HOUR_MS;
    await askSweep(at.db, id, since, at.clock.now());
    const asked: Lane = {
      ...lane,
      connector: {
        ...lane.connector,
        asBulk: () => ({
          ...lane.connector,
          changedSince: async (...args) => {
            await askSweep(at.db, id, since - DAY_MS, at.clock.now());
            return await lane.connector.changedSince(...args);
          },
        }),
      },
    };
    expect(await sweep(asked)).toBe(true);
    expect((await standing())?.sweep).toEqual({ since: since - DAY_MS, looked: 0, told: 0 });
  });

  test("says nothing of somebody who is erased", async () => {
    const lead = await qualified();
    await at.emptyInbox();
    await eraseLead(at.db, lane.keys, id, lead, [], at.clock.now());
    expect(await sweepNow(at.clock.now() - HOUR_MS)).toMatchObject({ told: 0 });
    expect(tally(lead).map(({ tasks }) => tasks)).toEqual([0]);
  });

  test("that cannot be made now is made later from where it was, and breaks no turn", async () => {
    const lead = await qualified();
    await at.emptyInbox();
    const now = at.clock.now();
    await askSweep(at.db, id, now - HOUR_MS, now);
    const failing = (cause: BatonError): Lane => ({
      ...lane,
      now: () => now,
      connector: {
        ...lane.connector,
        asBulk: () => ({ ...lane.connector, changedSince: () => Promise.reject(cause) }),
      },
    });
    const limited = new BatonError("crm.rate-limited", "too many", { retryAfterMs: 3 * MINUTE_MS });
    expect(await sweep(failing(limited))).toBe(true);
    expect(await standing()).toMatchObject({
      dueAt: now + 3 * MINUTE_MS,
      sweep: { since: now - HOUR_MS, startedAt: now },
    });
    at.clock.moveTo(now + 3 * MINUTE_MS);
    await at.work();
    expect(tally(lead)).toEqual(onceEach([lead]));
  });

  test("that is not permitted begins anew an hour later, and says so when the tenant has left", async () => {
    const now = at.clock.now();
    await askSweep(at.db, id, now - HOUR_MS, now);
    at.stage.sandbox.faults.add({
      path: SEARCH,
      fault: { do: "answer", status: 403, body: { status: "error", category: "MISSING_SCOPES" } },
    });
    expect(await sweep(standingAt(now))).toBe(true);
    expect(await standing()).toMatchObject({
      dueAt: now + HOUR_MS,
      sweep: { since: now - HOUR_MS, looked: 0 },
    });
    const left = new BatonError("crm.disconnected", "gone");
    const leaving: Lane = {
      ...lane,
      now: () => now + HOUR_MS,
      connector: {
        ...lane.connector,
        asBulk: () => ({ ...lane.connector, changedSince: () => Promise.reject(left) }),
      },
    };
    await expect(sweep(leaving)).rejects.toMatchObject({ code: "crm.disconnected" });
  });

  test("is asked for by a silence of more than ten minutes, and by a tenant that comes back after one", async () => {
    const now = at.clock.now();
    await sweepAfterSilence(at.db, id, now - 10 * MINUTE_MS, now);
    expect((await standing())?.sweep).toBeUndefined();
    await sweepAfterSilence(at.db, id, now - 10 * MINUTE_MS - 1, now);
    expect(await standing()).toMatchObject({
      dueAt: now + MINUTE_MS,
      sweep: { since: now - 20 * MINUTE_MS - 1 },
    });
    await startPolling(at.db, id, now + 3 * HOUR_MS);
    expect(await standing()).toMatchObject({
      dueAt: now + 3 * HOUR_MS + MINUTE_MS,
      sweep: { since: now - 20 * MINUTE_MS - 1 },
    });
  });

  test("that was asked for to begin after the last one ended leaves the daily one due when it was", async () => {
    const { sweptAt = 0 } = (await standing()) ?? {};
    await later(5 * MINUTE_MS);
    await sweepNow(at.clock.now() - MINUTE_MS);
    expect(await standing()).toMatchObject({ sweptAt, dueAt: sweptAt + DAY_MS });
    const now = at.clock.now();
    const { startedAt } = await sweepNow(sweptAt);
    expect(startedAt).toBeGreaterThanOrEqual(now);
    expect(await standing()).toMatchObject({ sweptAt: startedAt, dueAt: (startedAt ?? 0) + DAY_MS });
  });
});
