/** People whom only sales' CRM knows, in a whole server: each becomes one contact, or none, however it was told and whatever breaks. */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type AnyStage, leadInstallation } from "../../src/cli/demo/stage.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from "../../src/model/instant.ts";
import { loadLinks } from "../../src/store/links.ts";
import { askResync, loadResync } from "../../src/store/resyncs.ts";
import { askSweep } from "../../src/store/sweeps.ts";
import { openPairStage } from "../support/stage.ts";

const START = Date.UTC(2026, 10, 17, 9);
const EMAIL = "ines.moreau@nordlicht.example";
const MAKING = "/crm/objects/*/contacts/batch/create";

let stage: AnyStage;
let now = START;
let folder = "";
/** The playbook for both CRMs, by which sales' people become contacts; with `more` lines among the fields. */
async function open(more = "", wish = "  create_in_hubspot: contact\n"): Promise<void> {
  folder = mkdtempSync(join(tmpdir(), "baton-admitting-"));
  cpSync("mappings/both", folder, { recursive: true });
  const file = join(folder, "fields.yaml");
  const text = readFileSync(file, "utf8");
  const commented = "  # create_in_hubspot: contact\n";
  if (!text.includes(commented)) throw new Error("the playbook speaks of it no more");
  writeFileSync(file, text.replace(commented, wish).replace("  create: lead\n", `${more}  create: lead\n`));
  stage = await openPairStage(() => now, { playbook: folder });
  // As the permission set of Baton's package grants it: opt-outs can be seen, once what was known of the org is old.
  places().org.rules.fls = true;
  now += 2 * HOUR_MS;
}
beforeEach(() => {
  now = START;
});
afterEach(async () => {
  await stage.close();
  rmSync(folder, { recursive: true });
});

const places = () => {
  const { portal, org } = stage;
  if (portal === undefined || org === undefined) throw new Error("a pair has both");
  return { portal, org };
};
const db = () => stage.baton.store.db;
const later = async (ms: number = MINUTE_MS): Promise<void> => {
  now += ms;
  await stage.baton.lanes.tick();
  await stage.quiet();
};
const contacts = (email = EMAIL) =>
  places()
    .portal.all("contact")
    .filter(({ archived, properties }) => !archived && properties["email"] === email);
const linkOf = async (lead: string | undefined) => {
  const { id } = await leadInstallation(stage);
  return (await loadLinks(db(), id, [lead ?? ""])).get(lead ?? "");
};
/** A rep makes a record, as outbound messages tell. */
const aRecord = (values: Readonly<Record<string, string | boolean>> = {}) =>
  places().org.addLead({ Email: EMAIL, FirstName: "Ines", LastName: "Moreau", Title: "COO", ...values });
const outcomes = async (record: string) =>
  (
    await db()
      .selectFrom("events")
      .select(["state", "outcome"])
      .where("lead", "=", record)
      .distinct()
      .execute()
  ).map(({ state, outcome }) => `${state}: ${outcome}`);

describe("somebody of sales' CRM", () => {
  test("becomes a contact with the fields both keep, linked and agreed on, whose owner is sales'", async () => {
    await open();
    const { id } = aRecord();
    await later();
    const [one, ...others] = contacts();
    expect(others).toEqual([]);
    expect(one?.properties).toMatchObject({ firstname: "Ines", lastname: "Moreau", jobtitle: "COO" });
    for (const name of ["hs_legal_basis", "hs_marketable_status"])
      expect(one?.properties[name] ?? "").toBe("");
    expect(await linkOf(one?.id)).toMatchObject({
      counterpart: id,
      by: "made",
      agreed: { "contact.email": EMAIL, "contact.jobtitle": "COO" },
    });
    await places().org.act({ do: "change", who: id, values: { Title: "CEO" } });
    await later();
    await later();
    expect(contacts()[0]?.properties["jobtitle"]).toBe("CEO");
  });

  test("whom marketing knows is linked with that contact, and the rules of the fields settle the rest", async () => {
    await open();
    const { portal } = places();
    await portal.act({ do: "create", object: "contact", properties: { email: EMAIL, firstname: "Inès" } });
    await stage.quiet();
    await later();
    const [{ id: contact } = { id: "" }] = contacts();
    expect(await linkOf(contact)).toBeUndefined();
    const { id } = aRecord({ LastName: "Moreau" });
    await later();
    await later();
    expect(contacts()).toHaveLength(1);
    expect(await linkOf(contact)).toMatchObject({ counterpart: id, by: "email" });
    expect(contacts()[0]?.properties).toMatchObject({ jobtitle: "COO", lastname: "Moreau" });
  });

  test("is nobody's lead where fields.yaml does not say so: nothing is asked of either CRM", async () => {
    await open("", "");
    await later();
    stage.sandbox.ledger.clear();
    const { id } = aRecord();
    await stage.quiet();
    expect(contacts()).toEqual([]);
    expect(await outcomes(id)).toEqual(["done: of nobody who is a lead of marketing's"]);
    expect(stage.sandbox.ledger.calls.filter(({ path }) => path.includes("/contacts/"))).toEqual([]);
  });

  test("without an address is left alone until there is one", async () => {
    await open();
    const { id } = aRecord({ Email: "" });
    await later();
    expect(await outcomes(id)).toEqual(["done: the record has no e-mail address"]);
    await places().org.act({ do: "change", who: id, values: { Email: EMAIL } });
    await later();
    expect(contacts()).toHaveLength(1);
  });

  test("who opted out is not made; and is, with the opt-out, where a property of marketing's takes it", async () => {
    await open();
    const { id } = aRecord({ HasOptedOutOfEmail: true });
    await later();
    expect(contacts()).toEqual([]);
    expect((await outcomes(id)).join()).toContain("opted out in sales' CRM");
    await stage.close();
    rmSync(folder, { recursive: true });

    await open(
      "    - { hubspot: contact.sales_opted_out, salesforce: lead.HasOptedOutOfEmail, as: boolean, direction: to-hubspot, winner: true-wins }\n",
    );
    places().portal.addProperty("contact", "sales_opted_out");
    aRecord({ HasOptedOutOfEmail: true });
    await later();
    expect(contacts()).toMatchObject([{ properties: { sales_opted_out: "true" } }]);
  });

  test("of whom it cannot be seen whether they opted out is not made", async () => {
    await open();
    places().org.rules.fls = false;
    const { id } = aRecord();
    await later();
    expect(contacts()).toEqual([]);
    expect(await outcomes(id)).toEqual(["done: whether they opted out cannot be seen in sales' CRM"]);
  });

  test("who was forgotten in HubSpot is not made again, nor who was deleted there", async () => {
    await open();
    const { portal, org } = places();
    const { id } = aRecord();
    await later();
    await portal.act({ do: "forget", who: EMAIL });
    await later();
    await org.act({ do: "change", who: id, values: { Title: "CEO" } });
    await later();
    expect(contacts()).toEqual([]);
    expect((await outcomes(id)).join()).toContain("a lead that marketing's CRM does not have");

    const early = "ada@nordlicht.example";
    await portal.act({ do: "create", object: "contact", properties: { email: early } });
    await later();
    await portal.act({ do: "forget", who: early });
    await later();
    const late = aRecord({ Email: early });
    await later();
    expect(contacts(early)).toEqual([]);
    expect((await outcomes(late.id)).join()).toContain("erased");

    const other = aRecord({ Email: "leo@nordlicht.example" });
    await later();
    const [leo] = contacts("leo@nordlicht.example");
    await portal.act({ do: "archive", object: "contact", who: leo?.id ?? "" });
    await later();
    await org.act({ do: "change", who: other.id, values: { Title: "CEO" } });
    await later();
    expect(contacts("leo@nordlicht.example")).toEqual([]);
  });
});

describe("one contact and no second", () => {
  test.each([
    ["the answer is lost", { do: "reset", commit: true }],
    ["the answer is lost before anything was kept", { do: "reset", early: true }],
    ["HubSpot fails after it has kept them", { do: "server-error", status: 502, commit: true }],
    ["HubSpot fails before", { do: "server-error", status: 502 }],
    ["HubSpot says that it is busy", { do: "locked" }],
    ["there is a conflict", { do: "conflict" }],
  ] as const)("when %s", async (_name, fault) => {
    await open();
    stage.sandbox.faults.add({ path: MAKING, times: 1, fault });
    const { id } = aRecord();
    await later();
    for (let turn = 0; turn < 3; turn += 1) await later();
    expect(stage.sandbox.faults.applied.get(fault.do)).toBe(1);
    expect(contacts()).toHaveLength(1);
    expect(await linkOf(contacts()[0]?.id)).toMatchObject({ counterpart: id });
  });

  test("when it is told of many times, and its contact tells of itself", async () => {
    await open();
    const { id } = aRecord();
    const { org } = places();
    for (const Title of ["CFO", "CTO", "CEO"]) await org.act({ do: "change", who: id, values: { Title } });
    await later();
    await later();
    expect(stage.sandbox.ledger.find({ kind: "contact.create", by: "app" })).toHaveLength(1);
    expect(contacts()[0]?.properties["jobtitle"]).toBe("CEO");
  });

  test("what HubSpot refuses waits for a person, and holds nobody else up", async () => {
    await open();
    await later();
    places().portal.rules.adminRules.push({
      objectType: "contact",
      property: "jobtitle",
      value: "COO",
      needs: "phone",
    });
    const { id } = aRecord();
    aRecord({ Email: "leo@nordlicht.example", Title: "CFO" });
    await later();
    expect(await outcomes(id)).toEqual(["parked: crm.invalid"]);
    expect([contacts().length, contacts("leo@nordlicht.example").length]).toEqual([0, 1]);
  });

  test("a CRM that does not answer puts it off, for as long as a day", async () => {
    await open();
    await later();
    const away = stage.sandbox.faults.add({ path: MAKING, fault: { do: "server-error", status: 503 } });
    const { id } = aRecord();
    await later();
    await later(HOUR_MS);
    expect((await outcomes(id)).join()).toMatch(/^pending: crm\./);
    away();
    await later(HOUR_MS);
    await later(HOUR_MS);
    expect(contacts()).toHaveLength(1);
  });
});

describe("many at once", () => {
  const MANY = 1_000;

  test("a thousand cost a few calls a hundred, and each is one contact", async () => {
    await open();
    await later();
    stage.sandbox.ledger.clear();
    for (let index = 0; index < MANY; index += 1) aRecord({ Email: `p${index}@many.example` });
    await stage.quiet();
    await later();
    const made = places()
      .portal.all("contact")
      .flatMap(({ properties }) =>
        properties["email"]?.endsWith("@many.example") ? [properties["email"]] : [],
      );
    expect([made.length, new Set(made).size]).toEqual([MANY, MANY]);
    const creations = stage.sandbox.ledger.calls.filter(({ path }) =>
      path.endsWith("/contacts/batch/create"),
    );
    expect(creations.length).toBeLessThanOrEqual(2 * (MANY / 100));
    const { calls } = stage.sandbox.ledger;
    // Making them, deciding about them, and deciding again as HubSpot tells of its new contacts.
    expect(calls.length / MANY).toBeLessThan(0.15);
  }, 120_000);
});

describe("looked for", () => {
  /** Nobody tells of anything, as where nothing is set up in the org. */
  const inSilence = async (): Promise<string> => {
    // The look that follows the time before is over, and the next one is not due yet.
    for (let turn = 0; turn < 4; turn += 1) await later();
    places().org.outbound.mood.paused = true;
    const { id } = aRecord();
    await later();
    expect(contacts()).toEqual([]);
    return id;
  };

  test("by the sweep of every ten minutes, and by resync --only leads", async () => {
    await open();
    const id = await inSilence();
    const installation = (await leadInstallation(stage)).id;
    await askSweep(db(), installation, now - DAY_MS, now);
    for (let page = 0; page < 5; page += 1) await later(SECOND_MS);
    expect(await linkOf(contacts()[0]?.id)).toMatchObject({ counterpart: id });
  });

  test("by resync --only links, of which a dry run counts them and makes nobody", async () => {
    await open();
    const id = await inSilence();
    const installation = (await leadInstallation(stage)).id;
    const resync = async (name: string, isDry: boolean) => {
      const nothing = { looked: 0, differing: 0, written: 0, calls: 0, counts: {} };
      await askResync(db(), installation, {
        id: name,
        subject: "links",
        isDry,
        since: now - HOUR_MS,
        askedAt: now,
        ...nothing,
      });
      for (let page = 0; page < 10; page += 1) await later(SECOND_MS);
      return await loadResync(db(), installation);
    };
    expect(await resync("r1", true)).toMatchObject({ because: "done", differing: 1 });
    expect(contacts()).toEqual([]);
    expect(await resync("r2", false)).toMatchObject({ because: "done", differing: 1 });
    expect(await linkOf(contacts()[0]?.id)).toMatchObject({ counterpart: id });
    expect(await resync("r3", false)).toMatchObject({ because: "done", differing: 0 });
    expect(contacts()).toHaveLength(1);
  });
});
