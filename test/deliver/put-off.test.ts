/** Late writes that nobody waits for: what one lead's trouble puts off is not what was written meanwhile. */
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Connector } from "../../src/connector.ts";
import { deliverBulk } from "../../src/deliver/index.ts";
import { BatonError } from "../../src/errors.ts";
import type { Lane } from "../../src/lanes/lane.ts";
import { onEveryDatabase } from "../support/databases.ts";
import { onceEach, tallyWrites } from "../support/exactly-once.ts";
import { addReadyLead } from "../support/leads.ts";
import { openStandstill, type Standstill } from "../lanes/kit.ts";

const MINUTE_MS = 60_000;

onEveryDatabase("late writes nobody waits for", ({ url }) => {
  let at: Standstill;
  beforeAll(async () => {
    const stand = await openStandstill(url());
    // An account that takes no unique properties on tasks and notes: they are found by their mark.
    const { capabilities } = stand.lane.installation;
    const bare = { ...capabilities, taskKey: "marker", noteKey: "marker" } as const;
    const installation = { ...stand.lane.installation, capabilities: bare };
    const lane = { ...stand.lane, installation, connector: stand.stage.baton.connect(installation) };
    at = { ...stand, lane, work: (by = lane) => stand.work(by) };
    await at.handRaiser();
    await at.work();
  });
  afterAll(async () => await at.close());
  const laneWith = (part: Partial<Connector>): Lane => {
    const connector: Connector = { ...at.lane.connector, ...part };
    return { ...at.lane, connector: { ...connector, asBulk: () => connector } };
  };

  test(
    "whose answer got lost are looked for, also where another lead's read is refused after it",
    { timeout: 60_000 },
    async () => {
      await at.emptyInbox();
      const [suspect, sound] = [
        (await addReadyLead(at.stage.portal, 7_001)).id,
        (await addReadyLead(at.stage.portal, 7_002)).id,
      ];
      await at.emptyInbox();
      for (const id of [suspect, sound])
        await at.tell({
          kind: "handoff-requested",
          lead: { crm: "hubspot", id },
          request: { via: "workflow" },
          urgency: "bulk",
        });
      // HubSpot takes nothing for a moment: all of it becomes late.
      const refusing = laneWith({
        apply: (writes) =>
          Promise.resolve(
            writes.map(({ key }) => ({ key, outcome: "not-applied" as const, code: "crm.locked" as const })),
          ),
      });
      at.clock.moveTo(at.clock.now() + 2 * MINUTE_MS);
      await at.work(refusing);
      const effects = async (lead: string) =>
        await at.db
          .selectFrom("effects")
          .select(["kind", "state", "attempts", "urgency"])
          .where("lead", "=", lead)
          .orderBy("kind")
          .execute();
      // One of them fails a little longer than the other.
      await at.db
        .updateTable("effects")
        .set({ attempts: 3, code: "deliver.not-seen" })
        .where("lead", "=", suspect)
        .execute();
      at.clock.moveTo(at.clock.now() + 5 * MINUTE_MS);

      const losing = laneWith({
        // Written, and the answer is lost.
        apply: async (writes, ...rest) => {
          await at.lane.connector.apply(writes, ...rest);
          return writes.map(({ key }) => ({
            key,
            outcome: "unknown" as const,
            code: "crm.timeout" as const,
          }));
        },
        // Then the second is up, before the one that goes alone is read.
        read: async (refs, ...rest) => {
          if (refs.some(({ id }) => id === suspect)) throw new BatonError("crm.rate-limited", "too many");
          return await at.lane.connector.read(refs, ...rest);
        },
      });
      await deliverBulk(losing);
      expect((await effects(sound)).map(({ state }) => state)).toEqual([
        "ambiguous",
        "ambiguous",
        "ambiguous",
      ]);
    },
  );

  test("and so nothing is written twice", { timeout: 60_000 }, async () => {
    const leads = (
      await at.db.selectFrom("effects").select("lead").where("urgency", "=", "bulk").groupBy("lead").execute()
    ).map(({ lead }) => lead);
    for (let minute = 0; minute < 30; minute += 1) {
      await at.work();
      at.clock.moveTo(at.clock.now() + MINUTE_MS);
    }
    expect(tallyWrites(at.stage.sandbox, at.stage.portal, leads)).toEqual(onceEach(leads));
  });
});
