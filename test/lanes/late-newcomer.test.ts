/** Leads of whom sales' CRM has a record that is not plainly Baton's to give away, or not plainly theirs, in a whole server. */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type AnyStage, leadInstallation } from "../../src/cli/demo/stage.ts";
import { MINUTE_MS } from "../../src/model/instant.ts";
import { listHandoffs } from "../../src/store/handoffs.ts";
import { loadLinks } from "../../src/store/links.ts";
import { openPairStage } from "../support/stage.ts";

const EMAIL = "clara.hoffmann@nordlicht.example";
let now = 0;
let folder = "";
let stage: AnyStage;
beforeEach(() => {
  now = Date.UTC(2026, 10, 17, 9);
  folder = mkdtempSync(join(tmpdir(), "baton-late-"));
  cpSync("mappings/both", folder, { recursive: true });
});
afterEach(async () => {
  await stage.close();
  rmSync(folder, { recursive: true });
});

const open = async (coexist: string) => {
  const file = join(folder, "fields.yaml");
  const text = readFileSync(file, "utf8");
  if (!text.includes("  coexist: auto\n")) throw new Error("the playbook speaks of it no more");
  writeFileSync(file, text.replace("  coexist: auto\n", `  coexist: ${coexist}\n`));
  stage = await openPairStage(() => now, { playbook: folder });
  const { portal, org } = stage;
  if (portal === undefined || org === undefined) throw new Error("a pair has both");
  return { portal, org };
};
const later = async (): Promise<void> => {
  now += MINUTE_MS;
  await stage.baton.lanes.tick();
  await stage.quiet();
};

const askForDemo = async (): Promise<void> => {
  await stage.portal?.act({
    do: "submit-form",
    form: "Demo request",
    fields: { email: EMAIL, message: "We lose leads." },
    page: { url: "https://www.acme.example/demo", title: "Demo" },
  });
  await stage.quiet();
};

test("where two records have the address neither is written to, nor is HubSpot, and a person is told", async () => {
  const { portal, org } = await open("auto");
  const some = { Email: EMAIL, Company: "Nordlicht" };
  const both = [
    org.addLead({ ...some, FirstName: "Other", LastName: "Person", Phone: "+49 1" }),
    org.addLead({ ...some, FirstName: "Clara", LastName: "Hoffmann" }),
  ];
  await stage.quiet();
  await askForDemo();
  await later();
  for (const { id, values } of both) expect(org.find(id)?.values).toEqual(values);
  const { db } = stage.baton.store;
  const contact = portal.find("contact", EMAIL);
  expect(contact?.properties).toMatchObject({ firstname: "Clara", lastname: "Hoffmann" });
  const refused = await db
    .selectFrom("effects")
    .select(["code", "reason"])
    .where("lead", "=", contact?.id ?? "")
    .where("kind", "=", "update-lead")
    .execute();
  expect(refused).toEqual([
    { code: "crm.conflict", reason: expect.stringContaining(`${both[0]?.id}, Lead ${both[1]?.id}`) },
  ]);
  const { id } = await leadInstallation(stage);
  expect((await loadLinks(db, id, [contact?.id ?? ""])).size).toBe(0);
}, 120_000);

test.each([
  ["a rep, while the row was locked, stays with them", "auto", "Tomas Ibarra", "Tomas Ibarra", []],
  [
    "HubSpot's connector, in the name of no rep, goes to the rep",
    "yes",
    "Ada Admin",
    "Lena Vogt",
    ["Lena Vogt"],
  ],
])(
  "made by %s",
  async (_what, coexist, maker, expected, tasks) => {
    const { portal, org } = await open(coexist);
    const idOf = (name: string) => org.all("User").find(({ values }) => values["Name"] === name)?.id ?? "";
    stage.sandbox.faults.add({ object: "Lead", times: 2, fault: { do: "locked" } });
    await askForDemo();
    expect(org.find(EMAIL)).toBeUndefined();
    const person = { Email: EMAIL, FirstName: "Clara", LastName: "Hoffmann", Company: "Nordlicht" };
    const made = org.addLead({ ...person, OwnerId: idOf(maker) });
    await stage.quiet();
    for (let minute = 0; minute < 4; minute += 1) await later();
    expect(org.find(EMAIL)).toMatchObject({ id: made.id, values: { OwnerId: idOf(expected) } });
    const { id } = await leadInstallation(stage);
    const { db } = stage.baton.store;
    const lead = portal.find("contact", EMAIL)?.id ?? "";
    expect(await listHandoffs(db, id, 5)).toMatchObject([{ lead, owner: idOf(expected), closed_at: null }]);
    expect((await loadLinks(db, id, [lead])).get(lead)).toMatchObject({ counterpart: made.id, by: "email" });
    const given = org.all("Task").filter(({ values }) => values["WhoId"] === made.id);
    expect(given.map(({ values }) => values["OwnerId"])).toEqual(tasks.map(idOf));
  },
  120_000,
);
