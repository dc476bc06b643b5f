/** A pair of which one account refuses Baton's tokens: that one is disconnected, the other is not, and what waited goes on. */
import { afterEach, beforeEach, expect, test } from "vitest";
import { cast } from "../../sandbox/world/cast.ts";
import { demoDay, runAct } from "../../sandbox/world/demo-day.ts";
import { installAsAdmin } from "../../src/cli/demo/setting.ts";
import type { AnyStage } from "../../src/cli/demo/stage.ts";
import { KEEP_DISCONNECTED_MS, wipeDeparted } from "../../src/install/departed.ts";
import { HOUR_MS, MINUTE_MS } from "../../src/model/instant.ts";
import { listInstallations } from "../../src/store/installations.ts";
import { openPairStage } from "../support/stage.ts";

const DAY = Date.UTC(2026, 10, 17, 8);

let stage: AnyStage;
let now = DAY;
beforeEach(async () => {
  now = DAY;
  stage = await openPairStage(() => now, { seed: 7 });
  await stage.quiet();
});
afterEach(() => stage.close());

/** Minutes go by, and Baton works as it does. */
async function pass(minutes: number): Promise<void> {
  for (let minute = 0; minute < minutes; minute += 1) {
    now += MINUTE_MS;
    await stage.baton.lanes.tick();
    await stage.quiet();
  }
}

/** What each account is by now. */
async function states(): Promise<unknown> {
  const all = await listInstallations(stage.baton.store.db);
  return Object.fromEntries(all.map(({ crm, state }) => [crm, state]));
}

function refuse(crm: "hubspot" | "salesforce"): void {
  const { sandbox, portal, org } = stage;
  if (crm === "hubspot") for (const app of sandbox.apps.values()) sandbox.uninstall(app, portal?.id ?? 0);
  else for (const client of sandbox.clients.values()) sandbox.uninstallOrg(client, org?.id ?? "");
}

/** Vera asks for a demo. */
async function ask(): Promise<void> {
  const entry = demoDay(7).find((one) => one.cast === "vp-demo-request" && one.act.do === "submit-form");
  if (entry === undefined) throw new Error("nobody asks for a demo");
  await runAct(stage.sandbox, stage.portal?.id ?? 0, { ...entry, at: now });
  await stage.quiet();
}

const owner = (): unknown =>
  stage.org?.all("Lead").find(({ values }) => values["Email"] === cast["vp-demo-request"].email)?.values[
    "OwnerId"
  ];

test("where the org refuses its tokens, the org is disconnected, the portal waits, and goes on once the org is back", async () => {
  refuse("salesforce");
  await ask();
  await pass(3);
  expect(await states()).toEqual({ hubspot: "active", salesforce: "disconnected" });
  stage.sandbox.ledger.clear();
  // News wakes lanes.
  await stage.portal?.act({ do: "change", who: cast["vp-demo-request"].email, properties: { city: "Graz" } });
  await pass(30);
  expect(stage.sandbox.ledger.calls).toEqual([]);
  expect(owner()).toBeUndefined();

  await installAsAdmin(stage.baton.url, stage.sandbox, "salesforce");
  await pass(3);
  expect(await states()).toEqual({ hubspot: "active", salesforce: "active" });
  expect(owner()).toMatch(/^005/);
});

test("where the portal refuses its tokens, connecting the org does not speak for the portal", async () => {
  refuse("hubspot");
  await pass(40);
  expect(await states()).toEqual({ hubspot: "disconnected", salesforce: "active" });
  await installAsAdmin(stage.baton.url, stage.sandbox, "salesforce");
  expect(await states()).toEqual({ hubspot: "disconnected", salesforce: "active" });
});

test("an org that stays away takes nothing of the portal's with it, and the pair does not end by itself", async () => {
  refuse("salesforce");
  await ask();
  await pass(3);
  expect(await wipeDeparted(stage.baton.store, stage.baton.log, now + KEEP_DISCONNECTED_MS + HOUR_MS)).toBe(
    0,
  );
  const portal = (await listInstallations(stage.baton.store.db)).find(({ crm }) => crm === "hubspot");
  expect(portal?.sales?.crm).toBe("salesforce");
});
