/** Pairs in a whole server: what is changed in one CRM is in the other, once, and what is deleted there ends the handoff and nothing else. */
import { afterEach, beforeEach, expect, test } from "vitest";
import { type AnyStage, leadInstallation, openStageIn } from "../../src/cli/demo/stage.ts";
import { createLog } from "../../src/log.ts";
import { MINUTE_MS } from "../../src/model/instant.ts";
import { listHandoffs } from "../../src/store/handoffs.ts";
import { loadLinks } from "../../src/store/links.ts";

const EMAIL = "clara.hoffmann@nordlicht.example";
const START = Date.UTC(2026, 10, 17, 9);

let stage: AnyStage;
let now = START;
beforeEach(async () => {
  now = START;
  stage = await openStageIn("both", {
    seed: 11,
    now: () => now,
    databaseUrl: "sqlite::memory:",
    playbook: "mappings/both",
    log: createLog({ level: "silent" }),
    port: 0,
    gatherMs: 0,
  });
}, 60_000);
afterEach(() => stage.close());

const places = () => {
  const { portal, org } = stage;
  if (portal === undefined || org === undefined) throw new Error("a pair has both");
  return { portal, org };
};
const db = () => stage.baton.store.db;
/** What people see in each CRM now. */
const title = () => {
  const { portal, org } = places();
  return [portal.find("contact", EMAIL)?.properties["jobtitle"], org.find(EMAIL)?.values["Title"]];
};
const later = async (): Promise<void> => {
  now += MINUTE_MS;
  await stage.baton.lanes.tick();
  await stage.quiet();
};
const handOff = async (): Promise<{ lead: string; counterpart: string }> => {
  const { portal } = places();
  await portal.act({
    do: "submit-form",
    form: "Demo request",
    fields: { email: EMAIL, message: "We lose leads." },
    page: { url: "https://www.acme.example/demo", title: "Demo" },
  });
  await stage.quiet();
  const lead = portal.find("contact", EMAIL)?.id ?? "";
  const { id } = await leadInstallation(stage);
  return { lead, counterpart: (await loadLinks(db(), id, [lead])).get(lead)?.counterpart ?? "" };
};
/** Writes of Baton's to either record since a mark. */
const writesSince = (mark: number): number =>
  stage.sandbox.ledger.find({ by: "app" }).filter(({ number }) => number > mark).length;
const mark = (): number => stage.sandbox.ledger.writes.at(-1)?.number ?? 0;

test("a change of either side is in the other after two round trips, and comes back as no write", async () => {
  const { portal, org } = places();
  const { counterpart } = await handOff();
  expect(counterpart).toMatch(/^00Q/);
  await later();

  let before = mark();
  const calls = stage.sandbox.ledger.calls.length;
  await portal.act({ do: "change", who: EMAIL, properties: { phone: "+49 30 5550100" } });
  await later();
  expect(org.find(EMAIL)?.values["Phone"]).toBe("+49 30 5550100");
  expect(writesSince(before)).toBeLessThanOrEqual(2);
  expect(stage.sandbox.ledger.calls.length).toBeGreaterThan(calls);

  before = mark();
  await org.act({ do: "change", who: EMAIL, values: { Title: "Chief Revenue Officer" } });
  await later();
  expect(title()).toEqual(["Chief Revenue Officer", "Chief Revenue Officer"]);
  await later();
  await later();
  // The edit of a person, and Baton's one write of it.
  expect(writesSince(before)).toBe(1);
});

test("a field both sides changed has the value of the side that is agreed to win", async () => {
  const { portal, org } = places();
  await handOff();
  await later();
  stage.sandbox.webhooks.mood.paused = true;
  await portal.act({ do: "change", who: EMAIL, properties: { jobtitle: "Founder" } });
  await org.act({ do: "change", who: EMAIL, values: { Title: "CEO" } });
  stage.sandbox.webhooks.mood.paused = false;
  stage.sandbox.webhooks.wake();
  await later();
  await later();
  // mappings/both: sales hears of a new job first.
  expect(title()).toEqual(["CEO", "CEO"]);
});

test("a record that sales deletes ends the handoff and the link; the lead stays marketing's", async () => {
  const { portal, org } = places();
  const { lead } = await handOff();
  await later();
  const { id } = await leadInstallation(stage);
  await org.act({ do: "delete", who: EMAIL });
  await portal.act({ do: "view-page", who: EMAIL, url: "https://www.acme.example/pricing" });
  await later();
  await portal.act({ do: "view-page", who: EMAIL, url: "https://www.acme.example/security/soc2" });
  // Page views gather before they are looked at.
  for (let look = 0; look < 3; look += 1) {
    now += MINUTE_MS;
    await later();
  }
  expect((await loadLinks(db(), id, [lead])).size).toBe(0);
  const handoffs = await listHandoffs(db(), id, 10);
  // What the lead did before hands it off to nobody again.
  expect(handoffs).toMatchObject([
    { lead, closed_because: "the record was deleted in sales' CRM", ended_as: "rejected" },
  ]);
  expect(portal.find("contact", EMAIL)?.archived).toBe(false);
});

test("a converted lead is followed to its contact, with its handoff", async () => {
  const { org } = places();
  const { lead } = await handOff();
  await later();
  await org.act({ do: "convert", who: EMAIL });
  await later();
  await later();
  const { id } = await leadInstallation(stage);
  const link = (await loadLinks(db(), id, [lead])).get(lead);
  expect(link?.counterpart).toMatch(/^003/);
  await org.act({ do: "change", who: EMAIL, values: { Title: "Founder" } });
  await later();
  expect(places().portal.find("contact", EMAIL)?.properties["jobtitle"]).toBe("Founder");
});
