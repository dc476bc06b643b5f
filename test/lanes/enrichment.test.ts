import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { openProvider, type Provider } from "../../src/enrich/provider.ts";
import { forgetAnswers, recallSupplied, type Supplied, supply } from "../../src/lanes/enrichment.ts";
import type { Lane } from "../../src/lanes/lane.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "../../src/model/instant.ts";
import type { Snapshot } from "../../src/model/lead.ts";
import { eraseLead } from "../../src/store/erase.ts";
import { json, openStandIn, type StandIn } from "../enrich/stand-in.ts";
import { ENRICH, enrichingPlaybook } from "../playbook/enrichment-kit.ts";
import { aLead } from "../playbook/kit.ts";
import { onEveryDatabase } from "../support/databases.ts";
import { openStandstill, type Standstill } from "./kit.ts";

const NOW = Date.UTC(2026, 10, 17, 9);
const KNOWN = { company: { metrics: { employees: 90 } } };

onEveryDatabase("enrichment", ({ url }) => {
  let at: Standstill;
  let standIn: StandIn;
  let provider: Provider;
  let lane: Lane;
  let now = NOW;
  const advance = (ms: number): void => {
    now += ms;
  };
  let logged: { readonly level: string; readonly facts: unknown }[] = [];

  beforeAll(async () => {
    at = await openStandstill(url());
  });
  afterAll(async () => await at.close());
  beforeEach(async () => {
    standIn = await openStandIn();
    standIn.answer = json(KNOWN);
    provider = openProvider({ url: standIn.url, sandbox: true, now: () => now });
    logged = [];
    now = NOW;
    lane = laneWith(ENRICH);
    for (const table of ["enrichments", "enrichment_budget", "events", "tombstones", "unmapped"] as const)
      await at.db.deleteFrom(table).execute();
  });
  afterEach(async () => {
    await standIn.close();
    await provider.close();
  });

  /** The lane, with a playbook that asks as `enrich` says, and a log that is kept. */
  const laneWith = (enrich: string): Lane => {
    const playbook = enrichingPlaybook(enrich);
    const log = at.lane.log.child({});
    for (const level of ["debug", "warn"] as const) {
      log[level] = (facts: unknown) => {
        logged.push({ level, facts });
      };
    }
    return { ...at.lane, log, provider, now: () => now, playbook: () => playbook };
  };
  const lead = (id: string, facts: Snapshot["facts"] = {}): Snapshot => {
    const known = aLead({ "lead.email": `${id}@${id}.example`, "account.domain": `${id}.example` });
    return { ...known, lead: { crm: "hubspot", id }, facts: { ...known.facts, ...facts } };
  };
  const employees = (supplied: Supplied): unknown =>
    Object.fromEntries([...supplied].map(([id, facts]) => [id, facts["account.employees"]?.value]));
  const rows = async () =>
    await at.db
      .selectFrom("enrichments")
      .select(["lead", "code", "tries", "again_at"])
      .orderBy("lead")
      .execute();
  /** Kind, lead, when each was stored, and when a lane may take it. */
  const raised = async (): Promise<readonly unknown[]> =>
    (
      await at.db
        .selectFrom("events")
        .select(["kind", "lead", "received_at", "not_before"])
        .where("state", "=", "pending")
        .orderBy("seq")
        .execute()
    ).map((row) => [row.kind, row.lead, row.received_at, row.not_before]);

  test("a lead is asked about once; afterwards its stored answer is used without asking", async () => {
    expect(await recallSupplied(lane, [lead("a")])).toEqual(new Map());
    expect(await supply(lane, [lead("a")])).toEqual(
      new Map([["a", { "account.employees": { value: 90, from: "enrichment: company.metrics.employees" } }]]),
    );
    expect(standIn.asked.map(({ body }) => body)).toEqual([{ email: "a@a.example", domain: "a.example" }]);
    expect(employees(await recallSupplied(lane, [lead("a"), lead("b")]))).toEqual({ a: 90 });
    expect(employees(await supply(lane, [lead("a")]))).toEqual({ a: 90 });
    expect(standIn.asked).toHaveLength(1);
  });

  test("what was supplied is not sent, and changes nothing about who is asked about", async () => {
    lane = laneWith(ENRICH.replace("domain: account.domain }", "domain: account.domain, role: lead.role }"));
    await supply(lane, [lead("a")]);
    const role = { "lead.role": { value: "VP", from: "enrichment: person.titles[0]" } };
    expect(employees(await recallSupplied(lane, [lead("a", role)]))).toEqual({ a: 90 });
  });

  test("leads of whom the same is sent are asked about together, also by a later turn", async () => {
    const byDomain = laneWith(ENRICH.replace("email: lead.email, ", ""));
    const one = { "account.domain": { value: "same.example", from: "test" } };
    expect(employees(await supply(byDomain, [lead("a", one), lead("b", one)]))).toEqual({ a: 90, b: 90 });
    expect(employees(await recallSupplied(byDomain, [lead("c", one)]))).toEqual({ c: 90 });
    expect(standIn.asked).toHaveLength(1);
    expect((await rows()).map((row) => row.lead)).toEqual(["a", "b"]);
  });

  test("that a provider knows nothing is remembered like an answer", async () => {
    standIn.answer = json({}, 404);
    expect(await supply(lane, [lead("a")])).toEqual(new Map());
    expect(await supply(lane, [lead("a")])).toEqual(new Map());
    expect(standIn.asked).toHaveLength(1);
    expect(await raised()).toEqual([]);
  });

  test("another question, other reading, and another playbook's span ask anew", async () => {
    await supply(lane, [lead("a")]);
    const moved = { "account.domain": { value: "moved.example", from: "test" } };
    expect(await recallSupplied(lane, [lead("a", moved)])).toEqual(new Map());
    const other = laneWith(ENRICH.replace("company.metrics.employees", "company.size"));
    expect(await recallSupplied(other, [lead("a")])).toEqual(new Map());
    advance(30 * DAY_MS);
    expect(employees(await recallSupplied(lane, [lead("a")]))).toEqual({ a: 90 });
    advance(1);
    expect(await recallSupplied(lane, [lead("a")])).toEqual(new Map());
  });

  test("a key that was replaced still finds the answers it named", async () => {
    await supply(lane, [lead("a")]);
    const [newest] = lane.keys;
    const rekeyed = { ...lane, keys: [Buffer.alloc(32, 7), newest] as const };
    expect(employees(await recallSupplied(rekeyed, [lead("a")]))).toEqual({ a: 90 });
    expect(await recallSupplied({ ...lane, keys: [Buffer.alloc(32, 7)] }, [lead("a")])).toEqual(new Map());
  });

  test("a failure supplies nothing and raises one event for when asking again makes sense", async () => {
    standIn.answer = json({}, 503, { "retry-after": "600" });
    expect(await supply(lane, [lead("a")])).toEqual(new Map());
    const again = now + 10 * MINUTE_MS;
    expect(await rows()).toEqual([{ lead: "a", code: "enrich.server-error", tries: 1, again_at: again }]);
    expect(await raised()).toEqual([["enrichment-due", "a", now, again]]);
    await supply(lane, [lead("a")]);
    expect(standIn.asked).toHaveLength(1);

    now = again;
    standIn.answer = json(KNOWN);
    expect(employees(await supply(lane, [lead("a")]))).toEqual({ a: 90 });
    expect((await rows()).map(({ code, tries }) => [code, tries])).toEqual([[null, 0]]);
  });

  test("failures are repeated ever more slowly, five times, then wait a day for the lead's own next event", async () => {
    standIn.answer = json({}, 500);
    const waits: number[] = [];
    for (let count = 0; count < 6; count += 1) {
      await supply(lane, [lead("a")]);
      const [row] = await rows();
      const waitMs = (row?.again_at ?? 0) - now;
      waits.push(waitMs);
      // Past the provider's own rest as well.
      advance(waitMs + HOUR_MS);
    }
    expect(waits).toEqual([MINUTE_MS, 5 * MINUTE_MS, 30 * MINUTE_MS, 2 * HOUR_MS, 12 * HOUR_MS, DAY_MS]);
    expect(await raised()).toHaveLength(5);
  });

  test("a question the provider does not take is not repeated before a day is over", async () => {
    standIn.answer = json({}, 422);
    await supply(lane, [lead("a")]);
    expect(await raised()).toEqual([]);
    advance(DAY_MS - 1);
    await supply(lane, [lead("a")]);
    expect(standIn.asked).toHaveLength(1);
  });

  test("a provider that refuses us is not asked again, costs no more of the budget, and every lead waits", async () => {
    standIn.answer = json({}, 401);
    const leads = Array.from({ length: 40 }, (_, index) => lead(`r${index}`));
    await supply(lane, leads);
    // Those under way when the refusal came, and none after it.
    expect(standIn.asked.length).toBeLessThanOrEqual(8);
    const [budget] = await at.db.selectFrom("enrichment_budget").select("requests").execute();
    expect(budget?.requests).toBeLessThanOrEqual(8);
    expect(await raised()).toHaveLength(40);
    await supply(lane, [lead("next")]);
    expect(await rows()).toContainEqual(expect.objectContaining({ lead: "next", code: "enrich.refused" }));
    expect(standIn.asked.length).toBeLessThanOrEqual(8);
  });

  test("a spent budget calls nobody, is said in the log once, and leads wait for the next day", async () => {
    lane = laneWith(ENRICH.replace("requests: 500", "requests: 3"));
    const ids = ["a", "b", "c", "d", "e"];
    const supplied = await supply(
      lane,
      ids.map((id) => lead(id)),
    );
    await supply(lane, [lead("f")]);
    expect(supplied.size).toBe(3);
    expect(standIn.asked).toHaveLength(3);
    const told = logged.filter(({ facts }) => JSON.stringify(facts).includes('"code":"enrich.budget-spent"'));
    expect(told).toEqual([
      {
        level: "warn",
        facts: { installation: lane.installation.id, code: "enrich.budget-spent", requests: 3 },
      },
    ]);
    const midnight = (Math.floor(now / DAY_MS) + 1) * DAY_MS;
    const waiting = [...ids.filter((id) => !supplied.has(id)), "f"];
    expect(await raised()).toEqual(waiting.map((id) => ["enrichment-due", id, now, midnight]));
    now = midnight;
    expect(
      (
        await supply(
          lane,
          waiting.map((id) => lead(id)),
        )
      ).size,
    ).toBe(3);
  });

  test("a provider that never answers holds a turn up for the timeout once, however many leads wait", async () => {
    lane = laneWith(ENRICH.replace("timeout: 2s", "timeout: 1s"));
    standIn.answer = () => undefined;
    const leads = Array.from({ length: 30 }, (_, index) => lead(`s${index}`));
    expect(await supply(lane, leads)).toEqual(new Map());
    expect(standIn.asked).toHaveLength(8);
    const all = await rows();
    expect(all).toHaveLength(30);
    expect(new Set(all.map(({ code }) => code))).toEqual(new Set(["enrich.timeout"]));
  });

  test("somebody who is erased while the provider is asked leaves nothing behind", async () => {
    standIn.answer = (response, asked) => {
      const { id } = lane.installation;
      void at.db
        .transaction()
        .execute((tx) => eraseLead(tx, lane.keys, id, "gone", ["gone@gone.example"], now))
        .then(() => json(KNOWN)(response, asked));
    };
    await supply(lane, [lead("gone")]);
    expect(await rows()).toEqual([]);
    expect(await raised()).toEqual([]);
  });

  test("values no mapping covers are listed for an admin, with the line to add", async () => {
    standIn.answer = json({ company: { industry: "Shipbuilding" } });
    await supply(lane, [lead("a")]);
    const unmapped = await at.db.selectFrom("unmapped").select(["field", "value", "suggestion"]).execute();
    expect(unmapped).toEqual([
      {
        field: "account.industry",
        value: "Shipbuilding",
        suggestion: "enrich.read.account.industry.map:  Shipbuilding: shipbuilding",
      },
    ]);
  });

  test("nobody is named in the log or in what a subject is called", async () => {
    standIn.answer = json({}, 500);
    await supply(lane, [lead("ana")]);
    const subjects = await at.db.selectFrom("enrichments").select("subject").execute();
    expect(JSON.stringify([logged, subjects])).not.toContain("example");
    expect(logged).toEqual([
      {
        level: "warn",
        facts: { installation: lane.installation.id, asked: 1, codes: { "enrich.server-error": 1 } },
      },
    ]);
  });

  test("without a provider, and for leads of whom too little is known, nobody is asked", async () => {
    const { provider: _none, ...alone } = lane;
    expect(await supply(alone, [lead("a")])).toEqual(new Map());
    const { "account.domain": _domain, ...facts } = lead("b").facts;
    expect(await supply(lane, [{ ...lead("b"), facts }])).toEqual(new Map());
    expect([standIn.asked, await rows()]).toEqual([[], []]);
  });

  test("the hourly work forgets what is older than the playbook keeps, and all of it where nobody is asked", async () => {
    await supply(lane, [lead("a")]);
    advance(30 * DAY_MS);
    expect(await forgetAnswers(lane)).toBe(0);
    advance(1);
    expect(await forgetAnswers(lane)).toBe(1);
    await supply(lane, [lead("b")]);
    advance(1);
    expect(await forgetAnswers({ ...lane, playbook: at.lane.playbook })).toBe(1);
  });
});
