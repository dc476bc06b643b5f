import { expect, test } from "vitest";
import type { Check } from "../../src/doctor/check.ts";
import { checkInstallation } from "../../src/doctor/installation.ts";
import { loadInstallation, saveInstallation } from "../../src/store/installations.ts";
import { CAPABILITIES } from "../cli/kit.ts";
import { LOCKSMITH } from "../notify/kit.ts";
import { onEveryDatabase } from "../support/databases.ts";

const NOW = Date.UTC(2026, 10, 17, 9);

onEveryDatabase("the doctor says of a lane", ({ store }) => {
  const laneLine = async (
    failures: number,
    code: string | null,
    retryAt: number,
  ): Promise<Check | undefined> => {
    const { db } = store();
    await saveInstallation(db, { id: "i", crm: "hubspot", tenant: "1", capabilities: CAPABILITIES }, NOW);
    await db.deleteFrom("lanes").execute();
    const lane = {
      installation: "i",
      fence: 1,
      holder: null,
      held_until: 0,
      retry_at: retryAt,
      failures,
      code,
    };
    await db.insertInto("lanes").values(lane).execute();
    const installation = await loadInstallation(db, "i");
    if (installation === undefined) throw new Error("it was just saved");
    const tools = {
      db,
      locksmith: LOCKSMITH,
      now: NOW,
      scopes: { required: [], optional: [] },
      installLink: "",
    };
    return (await checkInstallation(installation, tools)).find(({ says }) => says.includes("lane"));
  };

  test("that rests because the CRM does not answer: so, how often it failed, and when it is tried again", async () => {
    expect(await laneLine(10, "crm.resting", NOW + 30_400)).toEqual({
      status: "warning",
      area: "hubspot 1",
      says: "its lane failed 10 times in a row (crm.resting: the CRM does not answer, tried again in 31 s)",
      fix: "docs/errors.md says what the code asks for; the lane tries again by itself.",
    });
  });

  test("whose rest is over: why, and no time that has passed", async () => {
    const line = await laneLine(1, "crm.resting", NOW);
    expect(line?.says).toContain("(crm.resting: the CRM does not answer)");
  });

  test("that failed otherwise: its code alone", async () => {
    expect((await laneLine(2, "crm.timeout", NOW))?.says).toContain("(crm.timeout)");
    expect((await laneLine(2, null, NOW))?.says).toContain("(no code)");
  });

  test("that works: that it works", async () => {
    expect(await laneLine(0, null, 0)).toMatchObject({ status: "ok", says: "its lane works" });
  });
});
