/** A tenant is made ready again when what it offers, or what is known of it, is out of date. */
import { expect, test } from "vitest";
import type { Lane } from "../../src/lanes/lane.ts";
import { prepareLater, raiseDue } from "../../src/lanes/polls.ts";
import type { Capabilities } from "../../src/model/capabilities.ts";
import type { OfferedAnswers } from "../../src/model/disposition.ts";
import { MINUTE_MS } from "../../src/model/instant.ts";
import { takeTurn } from "../../src/pipeline.ts";
import { publish } from "../../src/publish/publish.ts";
import { loadCursor, PREPARATION, prepareEverywhere } from "../../src/store/cursors.ts";
import { insertOwnEvents } from "../../src/store/inbox.ts";
import { findInstallation, saveInstallation } from "../../src/store/installations.ts";
import { dueLanes } from "../../src/store/lanes.ts";
import { aPlaybook, NOW, shippedFiles } from "../playbook/kit.ts";
import { onEveryDatabase } from "../support/databases.ts";
import { openLane } from "./matching-kit.ts";

onEveryDatabase("making ready", ({ store }) => {
  let serial = 0;
  const playbook = aPlaybook();

  /** A lane whose connector notes what it is made ready with. */
  async function aLane(): Promise<{
    lane: Lane;
    offered: (OfferedAnswers | undefined)[];
    clock: { now: number };
  }> {
    const clock = { now: NOW };
    const offered: (OfferedAnswers | undefined)[] = [];
    const id = `prepared-${(serial += 1)}`;
    const accounts = (): Promise<never> => Promise.reject(new Error("nobody asks"));
    const lane = await openLane({
      store: store(),
      id,
      playbook: () => playbook,
      now: () => clock.now,
      accounts,
    });
    const prepare = (words?: OfferedAnswers): Promise<Capabilities> => {
      offered.push(words);
      return Promise.resolve({ ...lane.connector.capabilities, touches: true });
    };
    return { lane: { ...lane, connector: { ...lane.connector, prepare } }, offered, clock };
  }
  const dueAt = async (lane: Lane): Promise<number | undefined> =>
    (await loadCursor(store().db, lane.installation.id, PREPARATION))?.dueAt;

  test("happens once after a publication, with the words of the version that decides", async () => {
    const { lane, offered, clock } = await aLane();
    await raiseDue(lane);
    expect(offered).toEqual([]);
    const { version } = playbook;
    const files = shippedFiles();
    const published = await publish(
      store(),
      undefined,
      { version, files, by: "serve", because: "first" },
      NOW,
    );
    expect(published).toBeDefined();
    await raiseDue(lane);
    expect(offered).toEqual([]);
    clock.now += MINUTE_MS;
    await raiseDue(lane);
    expect(offered).toHaveLength(1);
    expect(offered[0]?.answers.slice(0, 3)).toEqual(["accepted", "rejected", "recycled"]);
    expect(offered[0]?.reasons).toContain("not-fit");
    expect(new Set(offered[0]?.reasons).size).toBe(offered[0]?.reasons.length);
    expect(await dueAt(lane)).toBeUndefined();
    const stored = await findInstallation(store().db, "hubspot", lane.installation.tenant);
    expect(stored?.capabilities.touches).toBe(true);
    await raiseDue(lane);
    expect(offered).toHaveLength(1);
  });

  test("that fails is tried again, and a publication meanwhile is not forgotten", async () => {
    const { lane, offered, clock } = await aLane();
    await prepareEverywhere(store().db, NOW);
    const failing = {
      ...lane,
      connector: { ...lane.connector, prepare: () => Promise.reject(new Error("no")) },
    };
    await expect(raiseDue(failing)).rejects.toThrow("no");
    expect(await dueAt(lane)).toBeGreaterThan(NOW);
    clock.now += 10 * MINUTE_MS;
    const published = clock.now + MINUTE_MS;
    const meanwhile = async (words?: OfferedAnswers): Promise<Capabilities> => {
      await prepareEverywhere(store().db, published);
      return await lane.connector.prepare(words);
    };
    await raiseDue({ ...lane, connector: { ...lane.connector, prepare: meanwhile } });
    expect(offered).toHaveLength(1);
    expect(await dueAt(lane)).toBe(published);
  });

  test("is waited for by whatever a tenant sends before: nothing is decided, and nothing is due, until it has happened", async () => {
    const { lane, clock } = await aLane();
    const { id, tenant } = lane.installation;
    const isDue = async () => (await dueLanes(store().db, clock.now)).includes(id);
    const ref = { crm: "hubspot", id: "1" } as const;
    const event = { key: "early", tenant, occurredAt: NOW, urgency: "live", kind: "lead-created" } as const;
    await insertOwnEvents(store().db, id, [{ ...event, lead: ref }], NOW);
    expect(await isDue()).toBe(true);
    await prepareLater(store().db, id, NOW + MINUTE_MS);
    expect(await takeTurn(lane)).toBe(false);
    expect(await isDue()).toBe(false);

    clock.now += MINUTE_MS;
    expect(await isDue()).toBe(true);
    // This turn's connector does not know yet what it has found out: the next one's does.
    expect(await takeTurn(lane)).toBe(true);
    const waiting = await store()
      .db.selectFrom("events")
      .select("state")
      .where("key", "=", "early")
      .execute();
    expect(waiting).toEqual([{ state: "pending" }]);
    expect(await raiseDue(lane)).toBe("ready");
  });

  test("holds nobody up where it is only done anew", async () => {
    const { lane } = await aLane();
    await prepareEverywhere(store().db, NOW + MINUTE_MS);
    expect(await raiseDue(lane)).toBe("ready");
  });

  test("happens where an earlier release has stored what it knew", async () => {
    const { lane, offered } = await aLane();
    const before = { ...lane.connector.capabilities };
    Reflect.deleteProperty(before, "touches");
    await raiseDue({ ...lane, connector: { ...lane.connector, capabilities: before } });
    expect(offered).toHaveLength(1);
  });

  test("is asked of active installations only", async () => {
    const { lane } = await aLane();
    const { db } = store();
    await saveInstallation(db, { ...lane.installation, id: "gone", tenant: "gone" }, NOW);
    await db.updateTable("installations").set({ state: "removed" }).where("id", "=", "gone").execute();
    await prepareEverywhere(db, NOW);
    expect(await dueAt(lane)).toBe(NOW);
    expect(await loadCursor(db, "gone", PREPARATION)).toBeUndefined();
  });
});
