import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { parkedEvents } from "../../src/store/events.ts";
import type { Mangled } from "../../sandbox/faults.ts";
import { onEveryDatabase } from "../support/databases.ts";
import { onceEach, tallyWrites } from "../support/exactly-once.ts";
import { openStandstill, type Standstill } from "./kit.ts";

onEveryDatabase("a contact that HubSpot answers with what is no record", ({ url }) => {
  let at: Standstill;
  beforeAll(async () => {
    at = await openStandstill(url());
  });
  beforeEach(async () => await at.emptyInbox());
  afterEach(() => at.stage.sandbox.faults.clear());
  afterAll(async () => await at.close());

  const mangle = (id: string, into: Mangled): void => {
    const fault = { do: "mangled-record", id, into } as const;
    at.stage.sandbox.faults.add({ path: "/crm/objects/*/contacts/batch/read", fault });
  };
  const tally = (...leads: string[]) => tallyWrites(at.stage.sandbox, at.stage.portal, leads);

  test.each(["no-properties", "no-id", "nothing"] as const)(
    "(%s) holds nobody else up, waits for a person after its tries, and is handed off when it makes sense again",
    async (into) => {
      const [strange, sound] = [await at.handRaiser(), await at.handRaiser()];
      mangle(strange.id, into);
      expect(await at.work()).toBeLessThan(10);
      expect(tally(strange.id, sound.id)).toEqual([
        { lead: strange.id, ownerWrites: 0, tasks: 0, notes: 0 },
        ...onceEach([sound.id]),
      ]);
      await at.workFor(4);
      const parked = await parkedEvents(at.db, at.lane.installation.id);
      expect(new Set(parked.map(({ lead, outcome }) => `${lead} ${outcome}`))).toEqual(
        new Set([`${strange.id} crm.bad-answer`]),
      );

      at.stage.sandbox.faults.clear();
      await at.db
        .updateTable("events")
        .set({ state: "pending", attempts: 0, not_before: at.clock.now() })
        .where("state", "=", "parked")
        .execute();
      await at.work();
      expect(tally(strange.id)).toEqual(onceEach([strange.id]));
    },
  );

  test("keeps what is still to be written for it, until it makes sense again", async () => {
    const { id } = await at.handRaiser();
    at.stage.sandbox.faults.add({ path: "/crm/objects/*/*/batch/create", fault: { do: "locked" }, times: 2 });
    await at.work();
    mangle(id, "no-properties");
    await at.workFor(3);
    const waiting = await at.db.selectFrom("effects").select("state").where("lead", "=", id).execute();
    expect(waiting.map(({ state }) => state).toSorted()).toEqual(["confirmed", "planned", "planned"]);
    at.stage.sandbox.faults.clear();
    await at.workFor(10);
    expect(tally(id)).toEqual(onceEach([id]));
  });
});
