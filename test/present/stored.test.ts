import { expect, test } from "vitest";
import { storedReports } from "../../src/present/stored.ts";
import { saveInstallation } from "../../src/store/installations.ts";
import { CAPABILITIES } from "../cli/kit.ts";
import { aPlaybook } from "../playbook/kit.ts";
import { onEveryDatabase } from "../support/databases.ts";

const NOW = Date.UTC(2026, 10, 17, 9);
const ORG = "00D5g000008ABCDEA4";
const playbook = aPlaybook();

onEveryDatabase("reports as the server gives them", ({ store }) => {
  const asked = async (portal?: string): Promise<unknown> => {
    try {
      const reports = storedReports({ store: store(), playbook: () => playbook, now: () => NOW });
      return (await reports.stuck(portal)).counts;
    } catch (error) {
      return error;
    }
  };
  const install = async (crm: "hubspot" | "salesforce", tenant: string, at: number) =>
    await saveInstallation(store().db, { id: tenant, crm, tenant, capabilities: CAPABILITIES }, at);
  const refused = (message: string) => ({
    code: "report.bad-question",
    message: expect.stringContaining(message),
  });

  test("say that Baton is installed nowhere before they speak of a portal that nobody asked for", async () => {
    expect(await asked()).toMatchObject(refused("installed nowhere yet"));
    expect(await asked("1")).toMatchObject(refused("installed nowhere yet"));
  });

  test("are of the only account without its being named, and of no other", async () => {
    await install("hubspot", "1", NOW);
    expect(await asked()).toEqual({ queued: 0, untouched: 0, quiet: 0 });
    expect(await asked("2")).toMatchObject(refused("not installed in the portal or org asked for"));
  });

  test("ask which of several, and call an org an org", async () => {
    await install("salesforce", ORG, NOW + 1);
    expect(await asked()).toMatchObject(refused(`Baton is in portal 1 and org ${ORG}. Name one`));
    expect(await asked(ORG)).toEqual({ queued: 0, untouched: 0, quiet: 0 });
  });
});
