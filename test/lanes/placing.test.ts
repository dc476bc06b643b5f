/** Leads that Salesforce does not know, made as Contacts of the account they belong to, in a whole server: and all that is done with them after. */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type AnyStage, leadInstallation, openStageIn } from "../../src/cli/demo/stage.ts";
import { createLog } from "../../src/log.ts";
import { MINUTE_MS } from "../../src/model/instant.ts";
import { listHandoffs } from "../../src/store/handoffs.ts";
import { loadLinks } from "../../src/store/links.ts";

const START = Date.UTC(2026, 10, 17, 9);
const EMAIL = "clara.hoffmann@nordlicht.example";
const NORDLICHT = { Name: "Nordlicht Software GmbH", Website: "https://www.nordlicht.example/de" };

let stage: AnyStage;
let now = START;
let folder = "";
beforeEach(async () => {
  now = START;
  folder = mkdtempSync(join(tmpdir(), "baton-placing-"));
  cpSync("mappings/both", folder, { recursive: true });
  const file = join(folder, "fields.yaml");
  const text = readFileSync(file, "utf8");
  if (!text.includes("  create: lead\n")) throw new Error("the playbook speaks of it no more");
  writeFileSync(file, text.replace("  create: lead\n", "  create: contact\n"));
  stage = await openStageIn("both", {
    seed: 11,
    now: () => now,
    databaseUrl: "sqlite::memory:",
    playbook: folder,
    log: createLog({ level: "silent" }),
    port: 0,
    gatherMs: 0,
  });
}, 60_000);
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
const later = async (): Promise<void> => {
  now += MINUTE_MS;
  await stage.baton.lanes.tick();
  await stage.quiet();
};
const askForDemo = async (): Promise<void> => {
  await places().portal.act({
    do: "submit-form",
    form: "Demo request",
    fields: { email: EMAIL, message: "We lose leads." },
    page: { url: "https://www.acme.example/demo", title: "Demo" },
  });
  await stage.quiet();
};
const leadId = (): string => places().portal.find("contact", EMAIL)?.id ?? "";
const contact = () => places().org.find(EMAIL, "Contact");
/** What `baton explain` says of the write that gave the lead its owner. */
const told = async (): Promise<readonly (string | null)[]> => {
  const rows = await db()
    .selectFrom("effects")
    .select("reason")
    .where("lead", "=", leadId())
    .where("kind", "=", "update-lead")
    .where("state", "=", "confirmed")
    .orderBy("planned_at")
    .execute();
  return rows.map(({ reason }) => reason).filter((reason) => reason !== null);
};

describe("with one account at the lead's company", () => {
  test("the lead becomes its Contact, linked, with owner, task and note, and it is told why", async () => {
    const { org } = places();
    const account = org.addAccount(NORDLICHT);
    await askForDemo();
    const made = contact();
    expect(made?.values).toMatchObject({ AccountId: account.id, Baton_HubSpot_Id__c: leadId() });
    expect(org.find(EMAIL, "Lead")).toBeUndefined();
    const { id } = await leadInstallation(stage);
    expect((await loadLinks(db(), id, [leadId()])).get(leadId())).toMatchObject({
      counterpart: made?.id,
      by: "made",
    });
    expect(await told()).toEqual([expect.stringContaining(`made as a Contact of account ${account.id}`)]);
    const task = org.all("Task").find(({ values }) => values["WhoId"] === made?.id);
    const note = org.all("Note").find(({ values }) => values["ParentId"] === made?.id);
    expect([task?.values["OwnerId"], note === undefined]).toEqual([made?.values["OwnerId"], false]);
    expect(made?.values["Baton_Handoff_Status__c"]).toBe("assigned");
  });

  test("what sales does with it is seen, and its fields stay in step, without those only Leads have", async () => {
    const { portal, org } = places();
    org.addAccount(NORDLICHT);
    await askForDemo();
    await later();
    await org.act({ do: "call", who: EMAIL, outcome: "connected" });
    await org.act({ do: "change", who: contact()?.id ?? "", values: { Title: "Chief Revenue Officer" } });
    await later();
    await later();
    const { id } = await leadInstallation(stage);
    const [handoff] = await listHandoffs(db(), id, 10);
    expect(handoff?.lead).toBe(leadId());
    const touches = await db().selectFrom("touches").select("kind").where("lead", "=", leadId()).execute();
    expect(touches).toContainEqual({ kind: "call" });
    expect(portal.find("contact", EMAIL)?.properties["jobtitle"]).toBe("Chief Revenue Officer");
    await portal.act({ do: "change", who: EMAIL, properties: { jobtitle: "Founder" } });
    await later();
    await later();
    expect(contact()?.values["Title"]).toBe("Founder");
    expect(contact()?.values).not.toHaveProperty("Company");
  });
});

test.each([
  [
    "two accounts",
    [NORDLICHT, { ...NORDLICHT, Name: "Nordlicht Shop" }],
    /^made as a Lead, because 2 accounts are/,
  ],
  [
    "an account of another name",
    [{ ...NORDLICHT, Name: "Fabrikam" }],
    /^made as a Lead, because .* another name$/,
  ],
])("with %s there it becomes a Lead, and it is told why", async (_what, accounts, why) => {
  for (const account of accounts) places().org.addAccount(account);
  await askForDemo();
  expect(contact()).toBeUndefined();
  expect(places().org.find(EMAIL, "Lead")?.values).toMatchObject({ Baton_HubSpot_Id__c: leadId() });
  expect(await told()).toEqual([expect.stringMatching(why)]);
});

test("with an account of its name elsewhere it becomes a Lead, of which there is nothing to tell", async () => {
  places().org.addAccount({ ...NORDLICHT, Website: "nordlicht-software.example" });
  await askForDemo();
  expect(places().org.find(EMAIL, "Lead")?.values["Company"]).toBe("Nordlicht Software");
  expect(await told()).toEqual([]);
});
