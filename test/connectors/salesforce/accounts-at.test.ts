/** Accounts by where their web site is: what is found, what is not asked, and what it costs. */
import { afterEach, expect, test } from "vitest";
import { startStand } from "./kit.ts";
import type { Stand, StandOptions } from "./kit.ts";

let stand: Stand;
afterEach(() => stand.close());

async function open(options: StandOptions = {}): Promise<Stand> {
  stand = await startStand(options);
  return stand;
}
const idsAt = async (...domains: readonly string[]): Promise<readonly string[]> =>
  ((await stand.connector.accountsAt?.(domains)) ?? []).map(({ id }) => id);

test.each([
  "northwind.example",
  "NORTHWIND.example/",
  "www.northwind.example",
  "http://northwind.example",
  "https://www.northwind.example/de?ref=1",
  "https://shop.eu.northwind.example",
])("a web site that is written as %s is found", async (website) => {
  const { org, connector } = await open();
  const { id } = org.addAccount({ Name: "Northwind", Website: website });
  expect(await connector.accountsAt?.(["northwind.example"])).toEqual([
    { id, name: "Northwind", domain: website, values: {} },
  ]);
});

test("a domain with umlauts is found as admins write it", async () => {
  const { org } = await open();
  const { id } = org.addAccount({ Website: "https://www.Müller.example" });
  expect(await idsAt("xn--mller-kva.example")).toEqual([id]);
});

test("accounts elsewhere, those without a web site, deleted ones and persons are not", async () => {
  const { org } = await open();
  org.addCustomField("Account", "IsPersonAccount", "boolean", { initially: false });
  for (const Website of [null, "notnorthwind.example", "northwind-x.example"]) org.addAccount({ Website });
  org.addAccount({ Website: "northwind.example", IsPersonAccount: true });
  await org.act({ do: "delete", who: org.addAccount({ Website: "northwind.example" }).id });
  expect(await idsAt("northwind.example")).toEqual([]);
});

test("a hundred domains are one call, and an account that two of them fit is one", async () => {
  const { org, calls } = await open();
  const both = org.addAccount({ Website: "https://d7.example/?from=www.d93.example" });
  const last = org.addAccount({ Website: "d99.example" });
  await idsAt("d1.example");
  calls();
  const found = await idsAt(...Array.from({ length: 100 }, (_, n) => `d${n}.example`));
  expect(found.toSorted()).toEqual([both.id, last.id].toSorted());
  expect(calls()).toBe(1);
});

test("what is no domain is not asked for, nor is anything where Accounts or web sites are hidden", async () => {
  const { org, calls } = await open();
  org.addAccount({ Website: "northwind.example" });
  calls();
  expect(await idsAt("' OR Name != '", "")).toEqual([]);
  expect(calls()).toBe(0);
});

test.each([{ hiddenObjects: ["Account"] }, { hiddenFields: ["Account.Website"] }])(
  "where %j there are none",
  async (rules) => {
    const { org } = await open({ rules });
    org.addAccount({ Website: "northwind.example" });
    expect(await idsAt("northwind.example")).toEqual([]);
  },
);

test("a web site that was hidden since the last look is no mistake", async () => {
  const { org } = await open();
  org.addAccount({ Website: "northwind.example" });
  expect(await idsAt("northwind.example")).toHaveLength(1);
  org.rules.hiddenFields = ["Account.Website"];
  expect(await idsAt("northwind.example")).toEqual([]);
});
