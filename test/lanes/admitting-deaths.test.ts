/** Letting people in who are sales' own, with a death after every touch of a CRM: each becomes one lead, linked, and none is lost. */
import { beforeEach, expect, test } from "vitest";
import type { Connector } from "../../src/connector.ts";
import { BatonError } from "../../src/errors.ts";
import { claim } from "../../src/lanes/claim.ts";
import type { Lane } from "../../src/lanes/lane.ts";
import { MINUTE_MS } from "../../src/model/instant.ts";
import { pairedConnector } from "../../src/pair/index.ts";
import { findErased } from "../../src/store/erase.ts";
import { insertOwnEvents } from "../../src/store/inbox.ts";
import { leadsLinkedWith, loadLinks, saveLinks } from "../../src/store/links.ts";
import { type FakeCrm, fakeCrm } from "../pair/kit.ts";
import { aPlaybook, shippedFiles } from "../playbook/kit.ts";
import { onEveryDatabase } from "../support/databases.ts";
import { openLane } from "./matching-kit.ts";

const NOW = Date.UTC(2026, 10, 17, 9);
const PEOPLE = ["00Q1", "00Q2", "00Q3"];

onEveryDatabase("people of sales' own", ({ store }) => {
  let id = "";
  let now = NOW;
  let marketing: FakeCrm;
  let sales: FakeCrm;
  let lane: Lane;
  /** The process dies when it has called a CRM so often; what it called was done. */
  let dieAfter = Infinity;

  const mortal = (connector: Connector): Connector => {
    const touched = async <T>(answer: Promise<T>): Promise<T> => {
      const done = await answer;
      dieAfter -= 1;
      if (dieAfter < 0) throw new Error("killed");
      return done;
    };
    return {
      ...connector,
      read: (leads, wanted) => touched(connector.read(leads, wanted)),
      findByEmail: (emails) => touched(connector.findByEmail(emails)),
      createLeads: (newcomers) => touched(connector.createLeads?.(newcomers) ?? Promise.resolve([])),
      asBulk: () => mortal(connector),
    };
  };

  beforeEach(async (context) => {
    [id, now, dieAfter] = [`i-${context.task.id}`, NOW, Infinity];
    marketing = fakeCrm("hubspot", ["contact", "company"]);
    sales = fakeCrm("salesforce", ["lead", "account"]);
    const fields = shippedFiles("both")["fields.yaml"]?.replace("# create_in_hubspot", "create_in_hubspot");
    const playbook = aPlaybook({ ...shippedFiles("both"), "fields.yaml": fields ?? "" });
    const accounts = () => Promise.resolve({ accounts: [] });
    const bare = await openLane({ store: store(), id, playbook: () => playbook, now: () => now, accounts });
    const { db } = store();
    const connector = pairedConnector({
      marketing: mortal(marketing.connector),
      sales: mortal(sales.connector),
      links: {
        of: (leads) => loadLinks(db, id, leads),
        leadsOf: (counterparts) => leadsLinkedWith(db, id, counterparts),
        save: (links) => saveLinks(db, id, links, now),
        erased: (emails) => findErased(db, bare.keys, id, emails),
      },
      rules: () => ({ fields: playbook.fields.sync?.fields ?? [], makes: "now", admits: true }),
      now: () => now,
    });
    const installation = { ...bare.installation, sales: { ...bare.installation, id: `${id}-org` } };
    lane = { ...bare, connector, installation };
    for (const record of PEOPLE)
      sales.leads.set(record, { values: { "lead.Email": `${record.toLowerCase()}@example.com` } });
    await tell("live");
  });

  const tell = async (urgency: "live" | "bulk"): Promise<void> => {
    const events = PEOPLE.map((record) => ({
      key: `${urgency} ${record}`,
      tenant: lane.installation.tenant,
      occurredAt: now,
      urgency,
      kind: "lead-created" as const,
      lead: { crm: "salesforce" as const, id: record },
    }));
    await insertOwnEvents(store().db, id, events, now);
  };
  const events = async () =>
    await store()
      .db.selectFrom("events")
      .select(["state", "outcome", "attempts"])
      .where("installation", "=", id)
      .execute();
  const linked = async () => [...(await leadsLinkedWith(store().db, id, PEOPLE)).keys()].toSorted();

  test.each([0, 1, 2, 3])(
    "after a death at call %d are found or made by the next look, each once",
    async (calls) => {
      dieAfter = calls;
      await expect(claim(lane)).rejects.toThrow("killed");
      expect((await events()).map(({ state }) => state)).toEqual(["pending", "pending", "pending"]);
      dieAfter = Infinity;
      const { leads } = await claim(lane);
      expect(leads.map(({ lead }) => lead).toSorted()).toEqual(["made-00Q1", "made-00Q2", "made-00Q3"]);
      expect([...marketing.leads.keys()].toSorted()).toEqual(["made-00Q1", "made-00Q2", "made-00Q3"]);
      expect(await linked()).toEqual(PEOPLE);
    },
  );

  test("whoever breaks every look is asked about alone, and waits for a person; the others are let in", async () => {
    const before = { ...sales.connector };
    Object.assign(sales.connector, {
      read: (leads: Parameters<Connector["read"]>[0], wanted: Parameters<Connector["read"]>[1]) =>
        leads.some((one) => one.id === "00Q2")
          ? Promise.reject(new Error("broken"))
          : before.read(leads, wanted),
    });
    const outcome = async () => (await events()).filter(({ state }) => state === "parked");
    for (let look = 0; look < 40 && (await outcome()).length === 0; look += 1) {
      await claim(lane).catch(() => undefined);
      now += MINUTE_MS;
    }
    await claim(lane);
    expect(await outcome()).toMatchObject([{ outcome: "lanes.failed" }]);
    expect(await linked()).toEqual(["00Q1", "00Q3"]);
  });

  test("wait, with no try counted, while a CRM does not answer; leads are worked on meanwhile", async () => {
    Object.assign(sales.connector, {
      read: () => Promise.reject(new BatonError("crm.unreachable", "sales' CRM does not answer")),
    });
    const own = { key: "own", tenant: "t", occurredAt: now, urgency: "live", kind: "lead-created" } as const;
    await insertOwnEvents(store().db, id, [{ ...own, lead: { crm: "hubspot", id: "5" } }], now);
    const { leads, taken } = await claim(lane);
    expect([leads.map(({ lead }) => lead), taken]).toEqual([["5"], 4]);
    expect((await events()).filter(({ outcome }) => outcome === "crm.unreachable")).toMatchObject(
      PEOPLE.map(() => ({ state: "pending", attempts: 0 })),
    );
  });

  test("wait, with no try counted, as long as the key to sales' tokens is missing", async () => {
    const before = { ...sales.connector };
    Object.assign(sales.connector, { read: () => Promise.reject(new BatonError("store.sealed", "no key")) });
    for (let look = 0; look < 9; look += 1)
      await expect(claim(lane)).rejects.toMatchObject({ code: "store.sealed" });
    expect(await events()).toMatchObject(PEOPLE.map(() => ({ state: "pending", attempts: 0 })));
    Object.assign(sales.connector, before);
    expect((await claim(lane)).leads).toHaveLength(3);
    expect(await linked()).toEqual(PEOPLE);
  });

  test("told of once more, by whoever, cost no call: they are leads", async () => {
    await claim(lane);
    const before = [...sales.asked, ...marketing.asked].length;
    await tell("bulk");
    const { leads } = await claim(lane);
    expect(leads).toHaveLength(3);
    expect([...sales.asked, ...marketing.asked]).toHaveLength(before);
  });
});
