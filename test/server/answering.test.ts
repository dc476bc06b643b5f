import { Registry } from "prom-client";
import { expect, test } from "vitest";
import type { Answering } from "../../src/crm-app.ts";
import { addAnswering } from "../../src/server/answering.ts";

test("every scrape counts the accounts by how they stand now, and names none", async () => {
  let states: readonly Answering[] = ["closed", "open", "closed", "half-open"];
  const registry = new Registry();
  addAnswering(registry, [{ crm: "hubspot", answering: () => states }]);
  const scraped = async () =>
    (await registry.metrics()).split("\n").filter((line) => line.startsWith("baton_crm"));
  expect(await scraped()).toEqual([
    'baton_crm_accounts{crm="hubspot",state="closed"} 2',
    'baton_crm_accounts{crm="hubspot",state="open"} 1',
    'baton_crm_accounts{crm="hubspot",state="half-open"} 1',
    'baton_crm_accounts{crm="hubspot",state="resting"} 0',
  ]);
  states = ["resting"];
  expect(await scraped()).toContain('baton_crm_accounts{crm="hubspot",state="open"} 0');
  expect(await scraped()).toContain('baton_crm_accounts{crm="hubspot",state="resting"} 1');
});
