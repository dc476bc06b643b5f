/**
 * Baton writes an owner once for each handoff, and again only when its owner lost the lead: each of a pool gets it once at most. A
 * change that others make is accepted and never answered. So another automation has nobody to play with; its third change within an
 * hour is told to the manager, and from then on the lead is passed on to nobody.
 */
import { afterAll, beforeAll, expect, test } from "vitest";
import { HOUR_MS, MINUTE_MS } from "../../src/model/instant.ts";
import { askSweep } from "../../src/store/sweeps.ts";
import { onEveryDatabase } from "../support/databases.ts";
import { onceEach, tallyWrites } from "../support/exactly-once.ts";
import { addReadyLead, raiseHand } from "../support/leads.ts";
import { seen } from "./following-kit.ts";
import { openHandoffs, openStandstill, type Standstill } from "./kit.ts";

const FLIPS = 8;

onEveryDatabase("an automation that sets another owner again and again", ({ url }) => {
  let at: Standstill;
  beforeAll(async () => {
    at = await openStandstill(url());
  });
  afterAll(async () => await at.close());

  const ownerOf = (lead: string) => at.stage.portal.find("contact", lead)?.properties["hubspot_owner_id"];
  /** One who is neither the owner now nor the one Baton chose. */
  const somebodyElse = async (...but: readonly (string | undefined)[]): Promise<string> => {
    const other = (await at.lane.owners()).find(({ id, active }) => active && !but.includes(id));
    if (other === undefined) throw new Error("the portal has more than three owners");
    return other.id;
  };
  const giveTo = async (lead: string, owner: string): Promise<void> => {
    const properties = { hubspot_owner_id: owner };
    await at.stage.portal.act({ do: "change", who: lead, properties, by: "workflow" });
    await at.stage.sandbox.drained();
    at.clock.moveTo(at.clock.now() + 5 * MINUTE_MS);
  };

  test("keeps the one it set last: Baton wrote its own once", async () => {
    const { id } = await at.handRaiser();
    await at.work();
    const chosen = ownerOf(id) ?? "";
    const one = await somebodyElse(chosen);
    const two = await somebodyElse(chosen, one);
    for (let flip = 0; flip < FLIPS; flip += 1) {
      const owner = [one, chosen, two][flip % 3] ?? one;
      await giveTo(id, owner);
      // A workflow insists as well.
      const lead = { crm: "hubspot", id } as const;
      await at.tell({ kind: "handoff-requested", lead, request: { via: "workflow" } });
      await at.work();
      expect(ownerOf(id)).toBe(owner);
    }
    expect(tallyWrites(at.stage.sandbox, at.stage.portal, [id])).toEqual(onceEach([id]));
    expect((await openHandoffs(at.db)).get(id)).toBe(1);
  });

  test("that plays against passing on meets Baton once for each of the pool, whatever it does", async () => {
    const { ownerWrites, handoffOf, noticesOf, tasks } = seen(() => at);
    const lead = await addReadyLead(at.stage.portal, 2_100);
    await raiseHand(at.stage.portal, lead.email);
    await at.stage.sandbox.drained();
    await at.work();
    const { id } = lead;
    const { pool } = await handoffOf(id);
    const size = at.lane.playbook().team.members.filter(({ team }) => team === pool).length;
    const strangers = (await at.lane.owners()).filter(({ active }) => active).map((owner) => owner.id);
    for (let round = 0; round < 12; round += 1) {
      // Whoever has it says that it is somebody else's; the automation gives it to the next of everybody.
      const answer = { do: "dispose", who: id, answer: "rejected", reason: "wrong-owner" } as const;
      if (round % 2 === 0) await at.stage.portal.act(answer);
      await giveTo(id, strangers[round % strangers.length] ?? "");
      await at.work();
      at.clock.moveTo(at.clock.now() + HOUR_MS);
      await at.work();
    }
    expect(ownerWrites(id)).toBeLessThanOrEqual(size);
    expect(tasks(id)).toBeLessThanOrEqual(size);
    // An hour apart they are nobody's war.
    expect((await noticesOf(id)).filter(({ kind }) => kind === "stopped")).toEqual([]);
  });

  test("is told to the manager once it has changed the owner three times within an hour, and never again", async () => {
    const { noticesOf, handoffOf, ownerWrites } = seen(() => at);
    const { id } = await at.handRaiser();
    await at.work();
    const chosen = ownerOf(id) ?? "";
    const [one, two] = [await somebodyElse(chosen), await somebodyElse(chosen, await somebodyElse(chosen))];
    const told = async () =>
      (await noticesOf(id)).filter(({ kind }) => kind === "stopped").map(({ to }) => to);
    for (let flip = 0; flip < FLIPS; flip += 1) {
      await giveTo(id, [one, two, chosen][flip % 3] ?? one);
      await at.work();
      expect(await told()).toHaveLength(flip < 2 ? 0 : 1);
    }
    expect(await told()).toEqual(["sdr-lead@acme.example"]);
    // Whoever has it now says that it is not theirs: it is passed on to nobody.
    await at.stage.portal.act({ do: "dispose", who: id, answer: "rejected", reason: "wrong-owner" });
    await at.stage.sandbox.drained();
    await at.work();
    expect(await handoffOf(id)).toMatchObject({ ended_as: "rejected", answer_reason: "wrong-owner" });
    expect(ownerWrites(id)).toBe(1);
  });

  test("keeps it where Baton hears of it from a sweep only, too", async () => {
    const { id } = await at.handRaiser();
    await at.work();
    const other = await somebodyElse(ownerOf(id));
    for (let flip = 0; flip < 3; flip += 1) {
      await giveTo(id, other);
      await at.emptyInbox();
      await askSweep(at.db, at.lane.installation.id, at.clock.now() - HOUR_MS, at.clock.now());
      await at.work();
      expect(ownerOf(id)).toBe(other);
    }
    expect(tallyWrites(at.stage.sandbox, at.stage.portal, [id])).toEqual(onceEach([id]));
  });
});
