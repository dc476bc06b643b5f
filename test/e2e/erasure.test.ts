import { existsSync, readFileSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { HOUR_MS } from "../../src/model/instant.ts";
import { listInstallations } from "../../src/store/installations.ts";
import { addReadyLead, raiseHand } from "../support/leads.ts";
import { openRestorable, type Restorable } from "../support/restorable.ts";

/** Nobody and nothing else in this world bears the name; the address holds it too. */
const NAME = "Xanthippe";
const EMAIL = "xanthippe.quellmann@quellwerk.example";

let at: Restorable;
let [erased, colleague, duplicate] = ["", "", ""];

const person = async (email: string, first: string, company: string, number: number): Promise<string> => {
  const { id = "" } = await at.portal.act({
    do: "create",
    object: "contact",
    properties: {
      email,
      firstname: first,
      lastname: "Quellmann",
      jobtitle: "VP Marketing",
      country: "Germany",
      phone: `+49 30 5550 47${number}`,
      lifecyclestage: "lead",
      hs_analytics_source_data_2: "autumn-launch",
      hs_latest_source_data_2: "autumn-launch",
    },
    linkTo: { object: "company", who: company },
  });
  return id;
};

/** Which of the person's traces are in the files a thief of the disk would have, and in a fresh export. */
const traces = async (): Promise<readonly string[]> => {
  const files = ["baton.sqlite", "baton.sqlite-wal"].filter((name) => existsSync(at.path(name)));
  const { out } = await at.run(["export"]);
  const found = files.filter((name) =>
    readFileSync(at.path(name), "latin1").toLowerCase().includes("xanthippe"),
  );
  return [
    ...found,
    ...(out.toLowerCase().includes("xanthippe") || out.includes(`"${erased}"`) ? ["export"] : []),
  ];
};

beforeAll(async () => {
  at = await openRestorable();
  const { id: company = "" } = await at.portal.act({
    do: "create",
    object: "company",
    properties: {
      name: "Quellwerk",
      domain: "quellwerk.example",
      industry: "COMPUTER_SOFTWARE",
      numberofemployees: "300",
      country: "Germany",
    },
  });
  erased = await person(EMAIL, NAME, company, 11);
  await at.portal.act({ do: "view-page", who: EMAIL, url: "https://acme.example/pricing" });
  await raiseHand(at.portal, EMAIL);
  await at.quiet();
  // A colleague, whose brief and snapshot speak of the account, and a second record that may be the same person.
  colleague = await person("ole.marten@quellwerk.example", "Ole", company, 12);
  await raiseHand(at.portal, "ole.marten@quellwerk.example");
  duplicate = await person("x.quellmann@quellwerk.example", "Xanthi", company, 11);
  await raiseHand(at.portal, "x.quellmann@quellwerk.example");
  await at.quiet();
  // Enough of others for pages to be split and merged around the person's rows.
  for (let number = 1; number <= 20; number += 1) {
    const { email } = await addReadyLead(at.portal, number);
    await raiseHand(at.portal, email);
  }
  await at.quiet();
  const { db } = at.baton().store;
  const [installation] = await listInstallations(db);
  const id = installation?.id ?? "";
  // What waits for a person holds payloads: an event that could not be decided, a write that was refused.
  await db.updateTable("events").set({ state: "parked" }).where("lead", "=", erased).execute();
  await db
    .updateTable("effects")
    .set({ state: "refused", reason: `hs_task_subject: "Call ${NAME}" is too long` })
    .where("lead", "=", erased)
    .where("kind", "=", "create-task")
    .execute();
  // What a provider was asked and said.
  await db
    .insertInto("enrichments")
    .values({
      installation: id,
      subject: "digest",
      lead: erased,
      body: JSON.stringify({ "lead.name": { value: NAME, from: "enrichment: person.name" } }),
      asked_at: at.clock.now(),
      code: null,
      tries: 1,
      again_at: null,
    })
    .execute();
  // On disk for good, and the log empty: what is erased must go from the pages it stands on.
  await at.stop();
  await at.start();
}, 120_000);
afterAll(() => at.close());

test("before it is erased, a person is in the file, in the export, and in what is kept of others", async () => {
  expect(await traces()).toEqual(["baton.sqlite", "export"]);
  const { db } = at.baton().store;
  const others = await db
    .selectFrom("decisions")
    .select("lead")
    .where("lead", "in", [colleague, duplicate])
    .where("snapshot", "like", `%"lead":"${erased}"%`)
    .execute();
  expect(new Set(others.map(({ lead }) => lead))).toEqual(new Set([colleague, duplicate]));
});

test("an erased person leaves neither address, name nor id: in no page, no log, no export, and nothing of others", async () => {
  await at.run(["erase", EMAIL, "--yes"]);
  expect(await traces()).toEqual([]);
});

test("late news do not bring the person back, and neither does a backup made since", async () => {
  await at.portal.act({ do: "repeat-webhooks", count: 100_000 });
  await at.quiet();
  await at.portal.act({ do: "view-page", who: EMAIL, url: "https://acme.example/pricing" });
  await raiseHand(at.portal, EMAIL);
  await at.quiet();
  at.clock.moveTo(at.clock.now() + 2 * HOUR_MS);
  await at.quiet();
  expect(await traces()).toEqual([]);
  await at.run(["backup", at.path("since.sqlite")]);
  expect(readFileSync(at.path("since.sqlite"), "latin1").toLowerCase().includes("xanthippe")).toBe(false);
});
