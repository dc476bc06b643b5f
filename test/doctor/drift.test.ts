import { expect, test } from "vitest";
import { checkDrift } from "../../src/doctor/drift.ts";
import { HOUR_MS } from "../../src/model/instant.ts";
import { loadInstallation, saveInstallation, setServes } from "../../src/store/installations.ts";
import { askResync, driftingLeads, type Resync } from "../../src/store/resyncs.ts";
import { CAPABILITIES } from "../cli/kit.ts";
import { onEveryDatabase } from "../support/databases.ts";

const NOW = Date.UTC(2026, 10, 17, 9);
const ORG = "00D5g000008ABCDEA4";
const ENDED: Resync = {
  id: "r",
  subject: "fields",
  isDry: true,
  askedAt: NOW,
  startedAt: NOW,
  endedAt: NOW,
  because: "done",
  looked: 900,
  differing: 41,
  written: 0,
  calls: 9,
  counts: {},
};

onEveryDatabase("the doctor says of two CRMs", ({ store }) => {
  const linesAfter = async (resync?: Resync) => {
    const { db } = store();
    await saveInstallation(db, { id: "i", crm: "hubspot", tenant: "1", capabilities: CAPABILITIES }, NOW);
    await saveInstallation(db, { id: "o", crm: "salesforce", tenant: ORG, capabilities: CAPABILITIES }, NOW);
    await setServes(db, "o", "i", NOW);
    await db.deleteFrom("cursors").execute();
    if (resync !== undefined) await askResync(db, "i", resync);
    const installation = await loadInstallation(db, "i");
    if (installation === undefined) throw new Error("it was just saved");
    return await checkDrift("hubspot 1", installation, { db, now: NOW + 3 * HOUR_MS });
  };

  test("that differ by a dry run: in how many leads, when that was, and what to do", async () => {
    expect(await linesAfter(ENDED)).toEqual([
      {
        status: "warning",
        area: "hubspot 1",
        says: "the fields of both CRMs were compared 3 h ago: 900 leads looked at, 41 differed, nothing was written",
        fix: "See them: baton resync --status --portal 1. To make both equal: baton resync --only fields --portal 1",
      },
    ]);
    expect(await driftingLeads(store().db)).toBe(41);
  });

  test("that were made equal, but for what one of them cannot take: at least how many leads", async () => {
    const counts = { "contact.city": { held: 3, equal: 897 }, "contact.jobtitle": { held: 2 } };
    const [line] = await linesAfter({ ...ENDED, isDry: false, counts });
    expect(line).toMatchObject({ status: "warning" });
    expect(line?.says).toContain("41 differed, values of 3 or more were held back");
    expect(await driftingLeads(store().db)).toBe(3);
  });

  test("that are equal, or were never compared: so", async () => {
    expect(await linesAfter({ ...ENDED, differing: 0 })).toMatchObject([{ status: "ok" }]);
    const [line] = await linesAfter();
    expect(line).toMatchObject({ status: "ok" });
    expect(line?.says).toContain(`were not compared with ${ORG}'s lately`);
    expect(await driftingLeads(store().db)).toBe(0);
  });

  test("nothing of a portal that is alone", async () => {
    await linesAfter(ENDED);
    await setServes(store().db, "o", undefined, NOW);
    const installation = await loadInstallation(store().db, "i");
    if (installation === undefined) throw new Error("it was just saved");
    expect(await checkDrift("hubspot 1", installation, { db: store().db, now: NOW })).toEqual([]);
    expect(await driftingLeads(store().db)).toBe(0);
  });
});
