/** Late writes of leads that nobody can read: however they come in line, nobody else waits for them. */
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Connector } from "../../src/connector.ts";
import { BatonError } from "../../src/errors.ts";
import type { Lane } from "../../src/lanes/lane.ts";
import type { LeadRef } from "../../src/model/lead.ts";
import { HOUR_MS, MINUTE_MS } from "../../src/model/instant.ts";
import { takeTurn } from "../../src/pipeline.ts";
import { planEffects } from "../../src/store/effects.ts";
import { openStandstill, type Standstill } from "../lanes/kit.ts";

let at: Standstill;
beforeAll(async () => {
  at = await openStandstill("sqlite::memory:");
});
afterAll(async () => await at.close());

test.each([2, 3])("who was handed off last, attempted %i times", async (attempts) => {
  await at.handRaiser();
  const bad: string[] = [];
  for (let index = 0; index < 4; index += 1) {
    await at.work();
    at.clock.moveTo(at.clock.now() + MINUTE_MS);
    bad.push((await at.handRaiser()).id);
  }
  await at.work();
  await at.db.deleteFrom("effects").execute();
  const refuse = (leads: readonly LeadRef[]): void => {
    if (leads.some((lead) => bad.includes(lead.id))) throw new BatonError("crm.server-error", "failed");
  };
  const { connector } = at.lane;
  const failing: Connector = {
    ...connector,
    read: async (leads, ...rest) => {
      refuse(leads);
      return await connector.read(leads, ...rest);
    },
    glance: async (leads, ...rest) => {
      refuse(leads);
      return await connector.glance(leads, ...rest);
    },
  };
  const lane: Lane = { ...at.lane, connector: { ...failing, asBulk: () => failing } };
  const write = (lead: string) => ({
    kind: "create-note" as const,
    key: `late.${attempts}.${lead}`,
    lead: { crm: "hubspot" as const, id: lead },
    html: "x",
    at: at.clock.now(),
  });
  const late = bad.map((lead) => ({ write: write(lead), decision: `late.${lead}` }));
  await planEffects(at.db, lane.installation.id, late, at.clock.now());
  await at.db.updateTable("effects").set({ attempts, code: "deliver.not-seen" }).execute();
  const fresh = await at.handRaiser();
  for (let hour = 0; hour < 5; hour += 1) {
    for (let turn = 0; turn < 30 && (await takeTurn(lane)); turn += 1);
    at.clock.moveTo(at.clock.now() + HOUR_MS);
  }
  const states = at.db.selectFrom("effects").select("state").where("lead", "=", fresh.id);
  expect(new Set((await states.execute()).map(({ state }) => state))).toEqual(new Set(["confirmed"]));
});
