import { expect, test } from "vitest";
import { UNPROBED } from "../../src/install/flow.ts";
import { knownTenants } from "../../src/receive/tenants.ts";
import { saveInstallation, setServes } from "../../src/store/installations.ts";
import { onEveryDatabase } from "../support/databases.ts";

const NOW = Date.UTC(2026, 10, 17, 9);

onEveryDatabase("whose request it is", ({ store }) => {
  const install = (id: string, crm: "hubspot" | "salesforce", tenant: string) =>
    saveInstallation(store().db, { id, crm, tenant, capabilities: UNPROBED }, NOW);

  test("an org's own, the portal's it serves, and nobody's where Baton is not installed", async () => {
    await install("i-portal", "hubspot", "62515");
    await install("i-org", "salesforce", "00D000000000001EAA");
    const clock = { now: NOW };
    const find = knownTenants(store(), 1_000, () => clock.now);
    const idOf = async (crm: "hubspot" | "salesforce", tenant: string) => (await find(crm, tenant))?.id;
    expect(await idOf("salesforce", "00D000000000001EAA")).toBe("i-org");
    await setServes(store().db, "i-org", "i-portal", NOW);
    clock.now += 1_000;
    expect(await idOf("salesforce", "00D000000000001EAA")).toBe("i-portal");
    expect(await idOf("hubspot", "62515")).toBe("i-portal");
    expect(await idOf("hubspot", "00D000000000001EAA")).toBeUndefined();
  });
});
