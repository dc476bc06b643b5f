/** Writes that nobody waits for: what a resync planned and could not write at once. */
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import type { Connector } from "../../src/connector.ts";
import { BatonError } from "../../src/errors.ts";
import type { Lane } from "../../src/lanes/lane.ts";
import { MINUTE_MS } from "../../src/model/instant.ts";
import { takeTurn } from "../../src/pipeline.ts";
import { planEffects } from "../../src/store/effects.ts";
import { insertOwnEvents } from "../../src/store/inbox.ts";
import { openHandoffs, openStandstill, type Standstill } from "../lanes/kit.ts";
import { onEveryDatabase } from "../support/databases.ts";
import { addReadyLead, raiseHand } from "../support/leads.ts";

onEveryDatabase("writes that nobody waits for", ({ url }) => {
  let at: Standstill;
  let serial = 7_000;
  beforeAll(async () => {
    at = await openStandstill(url());
    await at.work();
  });
  afterEach(async () => {
    await at.db.deleteFrom("effects").execute();
    await at.emptyInbox();
  });
  afterAll(() => at.close());

  /** Plans one for a new lead. @returns Its key. */
  async function plan(): Promise<string> {
    serial += 1;
    const { id } = await addReadyLead(at.stage.portal, serial);
    await at.emptyInbox();
    const key = `r1.0.${id}.note`;
    const lead = { crm: "hubspot", id } as const;
    const write = { kind: "create-note", key, lead, html: "<p>Resync</p>", at: at.clock.now() } as const;
    const { id: installation } = at.lane.installation;
    await planEffects(at.db, installation, [{ write, decision: "r1", urgency: "bulk" }], at.clock.now());
    return key;
  }
  const stateOf = async (key: string) =>
    await at.db
      .selectFrom("effects")
      .select(["state", "next_at", "code"])
      .where("key", "=", key)
      .executeTakeFirst();
  /** The lane, with what its connector for bulk work does told apart. */
  function laneWith(bulk: (connector: Connector) => Partial<Connector>): Lane {
    const { connector } = at.lane;
    const atLeisure = connector.asBulk();
    return {
      ...at.lane,
      connector: { ...connector, asBulk: () => ({ ...atLeisure, ...bulk(atLeisure) }) },
    };
  }

  test("go after leads that wait, and in the bulk part of the call budget", async () => {
    const written: string[] = [];
    const lane = laneWith((connector) => ({
      apply: (writes, mayWrite) => {
        written.push(...writes.map(({ key }) => key));
        return connector.apply(writes, mayWrite);
      },
    }));
    const key = await plan();
    const before = (await openHandoffs(at.db)).size;
    await at.handRaiser();
    await takeTurn(lane);
    expect((await openHandoffs(at.db)).size).toBe(before + 1);
    expect([await stateOf(key), written]).toMatchObject([{ state: "planned" }, []]);
    await at.work(lane);
    expect([await stateOf(key), written]).toMatchObject([{ state: "confirmed" }, [key]]);
  });

  test("are put off where the bulk part is used up, and break no turn", async () => {
    const refused = new BatonError("crm.rate-limited", "not now", { retryAfterMs: 5 * MINUTE_MS });
    const lane = laneWith(() => ({ read: () => Promise.reject(refused) }));
    const key = await plan();
    const since = at.clock.now();
    await at.work(lane);
    expect(await stateOf(key)).toMatchObject({ state: "planned", code: "crm.rate-limited" });
    expect((await stateOf(key))?.next_at).toBeGreaterThanOrEqual(since + 5 * MINUTE_MS);
    at.clock.moveTo(since + 6 * MINUTE_MS);
    await at.work();
    expect(await stateOf(key)).toMatchObject({ state: "confirmed" });
  });

  test("say that the tenant has left, as every other call does", async () => {
    const lane = laneWith(() => ({
      read: () => Promise.reject(new BatonError("crm.disconnected", "no token")),
    }));
    await plan();
    await expect(at.work(lane)).rejects.toMatchObject({ code: "crm.disconnected" });
  });

  test.each(["bulk", "live"] as const)(
    "are those of a turn that was told by %s events alone",
    async (urgency) => {
      serial += 1;
      const { id, email } = await addReadyLead(at.stage.portal, serial);
      await raiseHand(at.stage.portal, email);
      await at.emptyInbox();
      const lead = { crm: "hubspot", id } as const;
      const { id: installation, tenant } = at.lane.installation;
      const head = { tenant, occurredAt: at.clock.now(), kind: "lead-created", lead } as const;
      const told = [
        { ...head, key: `${id}-1`, urgency: "bulk" },
        { ...head, key: `${id}-2`, urgency },
      ] as const;
      await insertOwnEvents(at.db, installation, told, at.clock.now());
      await at.work();
      const effects = await at.db.selectFrom("effects").select("urgency").where("lead", "=", id).execute();
      expect(effects.length).toBeGreaterThan(2);
      expect(new Set(effects.map((effect) => effect.urgency))).toEqual(new Set([urgency]));
    },
  );
});
