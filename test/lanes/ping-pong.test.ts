/**
 * Baton writes an owner once for each handoff, and no change of an owner ends a handoff. So there is nobody for another automation to
 * play with, and no guard counts flips. Whoever lets a handoff end or change its owner for another reason meets these tests.
 */
import { afterAll, beforeAll, expect, test } from "vitest";
import { HOUR_MS, MINUTE_MS } from "../../src/model/instant.ts";
import { askSweep } from "../../src/store/sweeps.ts";
import { onEveryDatabase } from "../support/databases.ts";
import { onceEach, tallyWrites } from "../support/exactly-once.ts";
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
