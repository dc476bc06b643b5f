import { expect, test } from "vitest";
import type { Connector } from "../../src/connector.ts";
import { pairedConnector } from "../../src/pair/index.ts";
import { fakeCrm } from "./kit.ts";

function pairOver(sales: Partial<Connector["capabilities"]>): Connector {
  const [marketing, other] = [fakeCrm("hubspot", ["contact"]), fakeCrm("salesforce", ["lead"])];
  const { connector } = other;
  return pairedConnector({
    marketing: marketing.connector,
    sales: { ...connector, capabilities: { ...connector.capabilities, ...sales } },
    links: {
      of: () => Promise.resolve(new Map()),
      leadsOf: () => Promise.resolve(new Map()),
      save: () => Promise.resolve(new Set<string>()),
      erased: () => Promise.resolve(new Set<string>()),
    },
    rules: () => ({ fields: [], makes: "never", admits: false }),
    now: () => 0,
  });
}

test("both CRMs are looked through as often as sales' asks for", () => {
  expect(pairOver({ sweepEveryMs: 600_000 }).capabilities.sweepEveryMs).toBe(600_000);
  expect(pairOver({}).capabilities).not.toHaveProperty("sweepEveryMs");
});

test("a pair is not listened to: the org it sells in is, as an installation of its own", () => {
  expect(pairOver({ streams: true }).capabilities).not.toHaveProperty("streams");
});
