/** Late writes of many leads: who goes alone, and who does not wait for them. */
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Connector } from "../../src/connector.ts";
import { deliverDue } from "../../src/deliver/index.ts";
import type { Lane } from "../../src/lanes/lane.ts";
import { planEffects } from "../../src/store/effects.ts";
import { onEveryDatabase } from "../support/databases.ts";
import { openStandstill, type Standstill } from "../lanes/kit.ts";

const MINUTE_MS = 60_000;

onEveryDatabase("late writes of many leads", ({ url, dialect }) => {
  let at: Standstill;
  beforeAll(async () => {
    at = await openStandstill(url());
  });
  afterAll(async () => await at.close());
  const laneWith = (part: Partial<Connector>): Lane => {
    const connector: Connector = { ...at.lane.connector, ...part };
    return { ...at.lane, connector: { ...connector, asBulk: () => connector } };
  };
  const found: Connector["read"] = (refs) =>
    Promise.resolve(
      refs.map((lead) => ({
        found: true as const,
        asked: lead,
        lead,
        deals: [],
        values: {},
        history: {},
        readAt: at.clock.now(),
      })),
    );
  const plan = async (leads: readonly string[], name: string): Promise<void> =>
    await planEffects(
      at.db,
      at.lane.installation.id,
      leads.flatMap((id) =>
        ["one", "two", "three"].map((which) => ({
          write: {
            kind: "create-note" as const,
            key: `${name}.${id}.${which}`,
            lead: { crm: "hubspot" as const, id },
            html: "<p>x</p>",
            at: at.clock.now(),
          },
          decision: `${name}.${id}`,
        })),
      ),
      at.clock.now(),
    );
  const ids = (count: number, from: number) =>
    Array.from({ length: count }, (_, index) => String(from + index));

  test.skipIf(dialect === "postgres")(
    "cost no call more for each of them where they wait for what is no lead's doing",
    { timeout: 60_000 },
    async () => {
      const code = "crm.not-placed";
      await at.db.deleteFrom("effects").execute();
      const leads = ids(100, 700_000);
      await plan(leads, code);
      let [reads, applies] = [0, 0];
      const lane = laneWith({
        read: async (...args) => {
          reads += 1;
          return await found(...args);
        },
        apply: (writes) => {
          applies += 1;
          return Promise.resolve(writes.map(({ key }) => ({ key, outcome: "not-applied" as const, code })));
        },
      });
      // Eight hours: all eleven attempts.
      for (let times = 0; times < 60; times += 1) {
        while ((await deliverDue(lane)) > 0);
        at.clock.moveTo(at.clock.now() + 10 * MINUTE_MS);
      }
      const parked = await at.db.selectFrom("effects").select("key").where("state", "=", "parked").execute();
      expect(parked).toHaveLength(300);
      // Eleven attempts of a hundred leads are eleven calls of each kind.
      expect({ reads, applies }).toEqual({ reads: 11, applies: 11 });
    },
  );

  test.skipIf(dialect === "postgres")(
    "are made though many others go alone: a first late write waits for none of them",
    { timeout: 60_000 },
    async () => {
      await at.db.deleteFrom("effects").execute();
      const old = ids(300, 800_000);
      await plan(old, "old");
      await at.db.updateTable("effects").set({ attempts: 3, code: "crm.server-error" }).execute();
      at.clock.moveTo(at.clock.now() + MINUTE_MS);
      await plan(["900000"], "fresh");
      const lane = laneWith({
        read: found,
        apply: (writes) =>
          Promise.resolve(writes.map(({ key }) => ({ key, outcome: "applied" as const, id: "1" }))),
      });
      let turns = 0;
      for (; turns < 50; turns += 1) {
        await deliverDue(lane);
        const waiting = await at.db
          .selectFrom("effects")
          .select("key")
          .where("lead", "=", "900000")
          .where("state", "=", "planned")
          .execute();
        if (waiting.length === 0) break;
      }
      expect(turns).toBe(0);
    },
  );
});
