import { beforeEach, describe, expect, test } from "vitest";
import type { Admission } from "../../src/model/newcomer.ts";
import type { SyncField } from "../../src/model/sync.ts";
import { aPair, lead, type Stand } from "./kit.ts";

let stand: Stand;
beforeEach(() => {
  stand = aPair();
  stand.sales.leads.set("00Q1", { values: { "lead.Email": "kim@example.com", "lead.Title": "CFO" } });
});

const there = (id: string) => ({ crm: "salesforce", id }) as const;
const admit = async (...ids: readonly string[]): Promise<readonly Admission[]> =>
  orThrow(await stand.pair.admit?.(ids.map(there)));
const made = (id: string) => ({
  asked: there(id),
  is: "lead",
  lead: lead(`made-${id}`),
  counterpart: there(id),
  by: "made",
});
const nobody = (id: string, why: string) => ({ asked: there(id), is: "nobody", why });

function orThrow<T>(answer: T | undefined): T {
  if (answer === undefined) throw new Error("a pair admits");
  return answer;
}

describe("somebody marketing's CRM does not know", () => {
  test("is made there of the fields both CRMs keep, under a key of their own", async () => {
    expect(await admit("00Q1")).toEqual([made("00Q1")]);
    expect(stand.marketing.made).toEqual([
      {
        key: "admit.00Q1",
        counterpart: there("00Q1"),
        properties: { "contact.email": "kim@example.com", "contact.jobtitle": "CFO" },
      },
    ]);
    expect(stand.links.size).toBe(0);
  });

  test("costs four calls, and a hundred cost as many", async () => {
    for (let index = 0; index < 100; index += 1)
      stand.sales.leads.set(`00Q${index}`, { values: { "lead.Email": `p${index}@example.com` } });
    await admit(...Array.from({ length: 100 }, (_, index) => `00Q${index}`));
    const calls = [...stand.sales.asked, ...stand.marketing.asked].map((call) => call.split(" ")[0]);
    expect(calls).toEqual(["read", "email", "email"]);
    expect(stand.marketing.made).toHaveLength(100);
  });

  test("is only counted where it is asked what would be", async () => {
    const told = orThrow(await stand.pair.admit?.([there("00Q1")], { isDry: true }));
    expect(told).toEqual([{ asked: there("00Q1"), is: "expected" }]);
    expect(stand.marketing.made).toEqual([]);
  });

  test.each([
    ["outcome not-applied", { outcome: "not-applied", code: "crm.rate-limited", retryAfterMs: 9 }, "later"],
    ["outcome unknown", { outcome: "unknown", code: "crm.timeout" }, "later"],
    ["outcome refused", { outcome: "refused", code: "crm.invalid", reason: "no" }, "refused"],
  ] as const)("whom it does not take now: %s", async (_name, receipt, is) => {
    stand.marketing.endings.set("admit.00Q1", { key: "admit.00Q1", ...receipt });
    expect(await admit("00Q1")).toMatchObject([{ is, code: receipt.code }]);
  });
});

describe("somebody marketing's CRM knows", () => {
  test("by their address, is that lead, and is not made", async () => {
    stand.marketing.leads.set("5", { values: { "contact.email": "kim@example.com" } });
    expect(await admit("00Q1")).toMatchObject([{ is: "lead", lead: lead("5"), by: "email" }]);
    expect(stand.marketing.made).toEqual([]);
  });

  test("by the id their record carries, under the id that one has by now", async () => {
    stand.sales.leads.set("00Q1", { values: {}, counterpart: "5" });
    stand.marketing.leads.set("5", { values: {}, becomes: "6" });
    stand.marketing.leads.set("6", { values: {} });
    expect(await admit("00Q1")).toMatchObject([{ is: "lead", lead: lead("6"), by: "carried" }]);
  });

  test("by a link, of what their record was converted or merged into", async () => {
    stand.sales.leads.set("00Q1", { values: {}, becomes: "0031" });
    stand.links.set("5", "0031");
    expect(await admit("00Q1")).toMatchObject([
      { is: "lead", lead: lead("5"), counterpart: there("0031"), by: "link" },
    ]);
  });

  test("as somebody marketing has deleted, is not made again", async () => {
    stand.sales.leads.set("00Q1", { values: { "lead.Email": "kim@example.com" }, counterpart: "5" });
    expect(await admit("00Q1")).toEqual([
      nobody("00Q1", "the record names a lead that marketing's CRM does not have"),
    ]);
    expect(stand.marketing.made).toEqual([]);
  });

  test("whose lead is another record already, stays nobody's", async () => {
    stand.marketing.leads.set("5", { values: { "contact.email": "kim@example.com" } });
    stand.links.set("5", "00Q7");
    expect(await admit("00Q1")).toEqual([
      nobody("00Q1", "another record of sales' CRM is this lead already"),
    ]);
  });
});

describe("of several records with one address", () => {
  test("the one that is met everywhere else is the lead's, with its values, whichever was told of", async () => {
    // Found first by its address, as a Contact is.
    stand.sales.leads.set("00Q2", { values: { "lead.Email": "kim@example.com", "lead.Title": "Intern" } });
    expect(await admit("00Q1")).toMatchObject([
      { is: "lead", lead: lead("made-00Q2"), counterpart: there("00Q2") },
    ]);
    expect(stand.marketing.made).toMatchObject([{ properties: { "contact.jobtitle": "Intern" } }]);
    expect(await admit("00Q1", "00Q2")).toMatchObject([
      { is: "lead", counterpart: there("00Q2") },
      { is: "lead", counterpart: there("00Q2") },
    ]);
  });
});

describe("nobody is made", () => {
  test("whose record is gone, has no address, or makes no sense", async () => {
    stand.sales.leads.set("00Q2", { values: { "lead.Email": " " } });
    stand.sales.leads.set("00Q3", { values: {}, unsure: true });
    expect(await admit("00Q2", "00Q3", "00Q4")).toEqual([
      nobody("00Q2", "the record has no e-mail address"),
      { asked: there("00Q3"), is: "later", code: "crm.bad-answer" },
      nobody("00Q4", "the record is not there"),
    ]);
  });

  test("who was erased, whatever the case of their address", async () => {
    stand.sales.leads.set("00Q1", { values: { "lead.Email": "Kim@Example.com" } });
    stand.erased.add("kim@example.com");
    expect(await admit("00Q1")).toEqual([nobody("00Q1", "whoever has this e-mail address was erased")]);
    expect([stand.marketing.asked, stand.marketing.made]).toEqual([[], []]);
  });

  const OPT_OUT: SyncField = {
    name: "contact.optout",
    marketing: "contact.optout",
    sales: "lead.OptedOut",
    direction: "to-sales",
    winner: "true-wins",
    otherwise: "sales",
    type: "boolean",
  };
  const optedOut = (): Promise<readonly Admission[]> => {
    const values = { "lead.Email": "kim@example.com", "lead.OptedOut": "true" };
    stand.sales.leads.set("00Q1", { values });
    return admit("00Q1");
  };

  test("who opted out, where that would be lost", async () => {
    stand.rules = { ...stand.rules, fields: [...stand.rules.fields, OPT_OUT] };
    expect(await optedOut()).toEqual([
      nobody("00Q1", "opted out in sales' CRM, and no field kept in step takes that to marketing's"),
    ]);
    expect(stand.marketing.made).toEqual([]);
  });

  test("but they are, with their opt-out, where a field takes it along", async () => {
    const own: SyncField = {
      ...OPT_OUT,
      name: "contact.own",
      marketing: "contact.own",
      direction: "to-marketing",
    };
    stand.rules = { ...stand.rules, fields: [...stand.rules.fields, OPT_OUT, own] };
    expect(await optedOut()).toEqual([made("00Q1")]);
    expect(stand.marketing.made).toMatchObject([{ properties: { "contact.own": "true" } }]);
  });

  test("of whom nobody can see whether they opted out; whom marketing knows is linked all the same", async () => {
    stand.rules = { ...stand.rules, fields: [...stand.rules.fields, OPT_OUT] };
    const values = { "lead.Email": "kim@example.com" };
    stand.sales.leads.set("00Q1", { values, unreadable: ["lead.OptedOut"] });
    expect(await admit("00Q1")).toEqual([
      nobody("00Q1", "whether they opted out cannot be seen in sales' CRM"),
    ]);
    stand.marketing.leads.set("5", { values: { "contact.email": "kim@example.com" } });
    expect(await admit("00Q1")).toMatchObject([{ is: "lead", by: "email" }]);
  });

  describe("of several records with one address", () => {
    const own: SyncField = {
      ...OPT_OUT,
      name: "contact.own",
      marketing: "contact.own",
      direction: "to-marketing",
    };
    const told = { "lead.Email": "kim@example.com", "lead.OptedOut": "true" };
    beforeEach(() => {
      stand.rules = { ...stand.rules, fields: [...stand.rules.fields, own] };
      stand.sales.leads.set("00Q1", { values: told });
      stand.sales.leads.set("0032", { values: { ...told, "lead.OptedOut": "false" } });
    });

    test.each([["00Q1"], ["0032"]])("a yes of any goes along (told of %s)", async (id) => {
      expect(await admit(id)).toMatchObject([{ is: "lead", counterpart: there("0032"), by: "made" }]);
      expect(stand.marketing.made).toMatchObject([{ properties: { "contact.own": "true" } }]);
    });

    test("one of which nobody can see whether they opted out bars them", async () => {
      const values = { "lead.Email": "kim@example.com" };
      stand.sales.leads.set("00Q1", { values, unreadable: ["lead.OptedOut"] });
      expect(await admit("0032")).toEqual([
        nobody("0032", "whether they opted out cannot be seen in sales' CRM"),
      ]);
    });

    test("one that cannot be read now makes them wait", async () => {
      stand.sales.leads.set("00Q1", { values: told, unsure: true });
      expect(await admit("0032")).toEqual([{ asked: there("0032"), is: "later", code: "crm.bad-answer" }]);
      expect(stand.marketing.made).toEqual([]);
    });

    test("whom marketing knows is linked with none of them where it is not plain which", async () => {
      stand.sales.unclear.add("kim@example.com");
      stand.marketing.leads.set("5", { values: { "contact.email": "kim@example.com" } });
      expect(await admit("00Q1")).toEqual([
        nobody("00Q1", "several records of sales' CRM have this e-mail address"),
      ]);
    });
  });

  test("of nobody asked about", async () => {
    expect(await admit()).toEqual([]);
    expect([stand.sales.asked, stand.marketing.asked]).toEqual([[], []]);
  });
});
