import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { Lane } from "../../src/lanes/lane.ts";
import { loadStandings } from "../../src/store/standings.ts";
import { onEveryDatabase } from "../support/databases.ts";
import { addReadyLead } from "../support/leads.ts";
import { openStandstill, type Standstill, wrongCounts } from "./kit.ts";

const ref = (id: string) => ({ crm: "hubspot" as const, id });

onEveryDatabase("the turn of a duplicate", ({ url }) => {
  let at: Standstill;
  beforeAll(async () => {
    at = await openStandstill(url());
  });
  beforeEach(async () => await at.emptyInbox());
  afterAll(async () => await at.close());

  const creditsByRep = async () => {
    const standings = await loadStandings(at.db, at.lane.installation.id);
    return Object.fromEntries([...standings].map(([rep, { credits }]) => [rep, credits]));
  };
  const repOf = async (lead: string) =>
    (await at.db.selectFrom("handoffs").select("rep").where("lead", "=", lead).executeTakeFirstOrThrow()).rep;

  /** Two leads by turns, a minute apart. @returns The elder's id first, and whose turn the younger was. */
  const twoHandoffs = async () => {
    const elder = await at.handRaiser();
    await at.work();
    at.clock.moveTo(at.clock.now() + 60_000);
    const younger = await at.handRaiser();
    await at.work();
    return { elder: elder.id, younger: younger.id, rep: (await repOf(younger.id)) ?? "nobody" };
  };

  test("is given back when the CRM tells of the merge, and only once", async () => {
    const { elder, younger, rep } = await twoHandoffs();
    const before = await creditsByRep();
    for (let told = 0; told < 2; told += 1) {
      await at.tell({ kind: "leads-merged", lead: ref(elder), merged: [ref(younger)] });
      await at.work();
      expect(await creditsByRep()).toEqual({ ...before, [rep]: (before[rep] ?? 0) - 1 });
    }
    expect(await wrongCounts(at.db)).toEqual([]);
  });

  test("is given back when a reading finds the merge", async () => {
    const { elder, younger, rep } = await twoHandoffs();
    const before = await creditsByRep();
    await at.stage.portal.act({ do: "merge", primary: elder, other: younger });
    await at.emptyInbox();
    await at.tell({ kind: "lead-changed", lead: ref(younger), field: "other", property: "jobtitle" });
    await at.work();
    expect(await creditsByRep()).toEqual({ ...before, [rep]: (before[rep] ?? 0) - 1 });
  });

  test("is never taken when the survivor is read before anything tells of the merge", async () => {
    const newcomer = await addReadyLead(at.stage.portal, 1);
    await at.emptyInbox();
    const known = await at.handRaiser();
    await at.work();
    const before = await creditsByRep();
    const { id: survivor = "" } = await at.stage.portal.act({
      do: "merge",
      primary: newcomer.id,
      other: known.id,
    });
    await at.emptyInbox();
    await at.tell({ kind: "lead-changed", lead: ref(survivor), field: "other", property: "jobtitle" });
    await at.work();
    expect(await creditsByRep()).toEqual(before);
    const handoffs = await at.db
      .selectFrom("handoffs")
      .select(["lead", "state"])
      .where("lead", "in", [survivor, newcomer.id, known.id])
      .execute();
    expect(handoffs).toEqual([{ lead: survivor, state: "with-sales" }]);
  });

  test("stays theirs under a playbook that does not list duplicates", async () => {
    const { elder, younger } = await twoHandoffs();
    const before = await creditsByRep();
    const playbook = at.lane.playbook();
    const fairness = { ...playbook.routing.fairness, creditBack: ["wrong-owner"] };
    const lane: Lane = {
      ...at.lane,
      playbook: () => ({ ...playbook, routing: { ...playbook.routing, fairness } }),
    };
    await at.tell({ kind: "leads-merged", lead: ref(elder), merged: [ref(younger)] });
    await at.work(lane);
    expect(await creditsByRep()).toEqual(before);
  });
});
