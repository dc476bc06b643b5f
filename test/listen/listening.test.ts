/** Who listens to which installation, and what becomes of what is heard; the CRM's side is played by the test. */
import pino from "pino";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Connector, Heard } from "../../src/connector.ts";
import { BatonError, type ErrorCode } from "../../src/errors.ts";
import { UNPROBED } from "../../src/install/flow.ts";
import { startListening, type Listeners } from "../../src/listen/index.ts";
import type { CrmEvent } from "../../src/model/event.ts";
import { wipeInstallation } from "../../src/store/erase.ts";
import {
  type Installation,
  saveInstallation,
  setInstallationState,
  setServes,
} from "../../src/store/installations.ts";
import { dueLanes } from "../../src/store/lanes.ts";
import { holdStream, loadPlaces } from "../../src/store/streams.ts";
import { loadSweep, replaceSweep, startSweeps } from "../../src/store/sweeps.ts";
import { onEveryDatabase } from "../support/databases.ts";

const NOW = Date.UTC(2026, 10, 17, 9);
const MINUTE = 60_000;

/** One connection as the CRM's side sees it. */
interface Call {
  readonly installation: Installation;
  readonly replay: ReadonlyMap<string, string>;
  readonly hear: (heard: Heard) => Promise<void>;
  readonly end: (code: ErrorCode) => void;
  isClosed: boolean;
}

onEveryDatabase("listening", ({ store, dialect }) => {
  let calls: Call[];
  let woken: string[];
  let waits: number[];
  let open: Listeners[];
  /** What opening a connection throws. */
  let refused: BatonError | undefined;
  beforeEach(async () => {
    [calls, woken, waits, open, refused] = [[], [], [], [], undefined];
    for (const table of ["installations", "cursors", "events"] as const)
      await store().db.deleteFrom(table).execute();
  });
  afterEach(async () => void (await Promise.all(open.map((one) => one.stop()))));

  const install = (tenant: string, streams = true) =>
    saveInstallation(
      store().db,
      { id: `i-${tenant}`, crm: "salesforce", tenant, capabilities: { ...UNPROBED, streams } },
      NOW,
    );
  function connectorTo(installation: Installation): Connector {
    const listen: Connector["listen"] = async (replay, hear) => {
      if (refused !== undefined) throw refused;
      const { promise, resolve } = Promise.withResolvers<{ code: ErrorCode }>();
      const call: Call = { installation, replay, hear, end: (code) => resolve({ code }), isClosed: false };
      calls.push(call);
      return {
        ended: promise,
        async close() {
          call.isClosed = true;
          call.end("crm.unreachable");
        },
      };
    };
    // Whoever listens uses nothing else.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    return { listen, close: () => Promise.resolve() } as unknown as Connector;
  }
  /** Another process on the same store. Its waits between connections take no time, but for those of an hour. */
  function begin(holder = "a"): Listeners {
    const listeners = startListening({
      store: store(),
      log: pino({ level: "silent" }),
      now: () => NOW,
      connect: connectorTo,
      wake: (installation) => woken.push(installation),
      holder,
      wait: (ms, stop) => {
        waits.push(ms);
        if (ms < 60 * MINUTE && waits.length < 7) return Promise.resolve();
        return new Promise((resolve) => stop.addEventListener("abort", () => resolve()));
      },
    });
    open.push(listeners);
    return listeners;
  }
  const callTo = async (installation: string, nth = 0): Promise<Call> => {
    const own = (): Call | undefined => calls.filter((call) => call.installation.id === installation)[nth];
    await expect.poll(own).toBeDefined();
    const call = own();
    if (call === undefined) throw new Error("nobody listens");
    return call;
  };
  const told = (key: string): CrmEvent => ({
    kind: "lead-created",
    key,
    tenant: "o-1",
    occurredAt: NOW,
    urgency: "live",
    lead: { crm: "salesforce", id: "00Q5g00000ABCdeEAH" },
  });
  const part = (replay: string, keys: readonly string[], isGap = false): Heard => ({
    channel: "/data/Lead",
    replay,
    events: keys.map(told),
    isGap,
  });
  const stored = async () =>
    (await store().db.selectFrom("events").select(["installation", "key"]).orderBy("seq").execute()).map(
      ({ installation, key }) => `${installation} ${key}`,
    );
  const stealFrom = (installation: string) =>
    store()
      .db.updateTable("cursors")
      .set({ page: "thief" })
      .where("installation", "=", installation)
      .where("name", "=", "stream")
      .execute();

  test("what is heard is stored with the place after it, and wakes the lane; heard again it is known", async () => {
    await install("o-1");
    begin();
    const { hear } = await callTo("i-o-1");
    await hear(part("7", ["a", "b"]));
    expect(await stored()).toEqual(["i-o-1 a", "i-o-1 b"]);
    expect(await loadPlaces(store().db, "i-o-1")).toEqual(new Map([["/data/Lead", "7"]]));
    expect(woken).toEqual(["i-o-1"]);
    await hear(part("8", ["b"]));
    expect(woken).toEqual(["i-o-1"]);
    expect(await loadPlaces(store().db, "i-o-1")).toEqual(new Map([["/data/Lead", "8"]]));
  });

  test("what an org tells that serves a portal's leads is the portal's, and so is the search after a gap", async () => {
    await install("p", false);
    await install("o-1");
    await setServes(store().db, "i-o-1", "i-p", NOW);
    begin();
    const { hear } = await callTo("i-o-1");
    await hear(part("7", ["a"], true));
    expect(await stored()).toEqual(["i-p a"]);
    expect(woken).toEqual(["i-p"]);
    expect(await loadSweep(store().db, "i-p")).toMatchObject({ sweep: { looked: 0 } });
    expect(await loadSweep(store().db, "i-o-1")).toBeUndefined();
    expect((await loadPlaces(store().db, "i-o-1")).size).toBe(1);
  });

  test("what an org tells of a portal that was removed a moment ago is not stored, and is told again by the same place", async () => {
    await install("p", false);
    await install("o-1");
    await setServes(store().db, "i-o-1", "i-p", NOW);
    begin();
    const { hear } = await callTo("i-o-1");
    await hear(part("7", []));
    await store()
      .db.transaction()
      .execute((tx) => wipeInstallation(tx, "i-p", NOW));
    await expect(hear(part("8", ["a"], true))).rejects.toMatchObject({ code: "receive.unknown-tenant" });
    expect([await stored(), await loadSweep(store().db, "i-p")]).toEqual([[], undefined]);
    expect(await loadPlaces(store().db, "i-o-1")).toEqual(new Map([["/data/Lead", "7"]]));
  });

  test("a gap asks for what changed since the last search; one under way goes on", async () => {
    await install("o-1");
    await startSweeps(store().db, "i-o-1", NOW - 60 * MINUTE, NOW + 60 * MINUTE);
    begin();
    const { hear } = await callTo("i-o-1");
    await hear(part("7", [], true));
    const asked = await loadSweep(store().db, "i-o-1");
    expect(asked).toMatchObject({ sweep: { since: NOW - 70 * MINUTE }, dueAt: NOW + MINUTE });
    if (asked?.sweep === undefined) throw new Error("no sweep was asked for");
    const underWay = { ...asked, sweep: { ...asked.sweep, startedAt: NOW, after: "00Q", looked: 500 } };
    await replaceSweep(store().db, "i-o-1", asked, underWay);
    await hear(part("8", [], true));
    expect(await loadSweep(store().db, "i-o-1")).toEqual(underWay);
  });

  test("whoever has lost the connection stores neither events nor a place", async () => {
    await install("o-1");
    begin();
    const { hear } = await callTo("i-o-1");
    await stealFrom("i-o-1");
    await expect(hear(part("7", ["a"]))).rejects.toMatchObject({ code: "deliver.lost-lane" });
    expect([await stored(), await loadPlaces(store().db, "i-o-1")]).toEqual([[], new Map()]);
  });

  test("a connection that ended is made anew from where it was, later each time", async () => {
    await install("o-1");
    begin();
    const first = await callTo("i-o-1");
    expect(first.replay).toEqual(new Map());
    await first.hear(part("7", ["a"]));
    first.end("crm.unauthorized");
    for (let nth = 1; nth < 6; nth += 1) {
      const call = await callTo("i-o-1", nth);
      expect(call.replay).toEqual(new Map([["/data/Lead", "7"]]));
      call.end("crm.timeout");
    }
    await expect.poll(() => waits).toEqual([1_000, 5_000, 15_000, 60_000, 300_000, 300_000]);
  });

  test.each([
    ["crm.forbidden", 60 * MINUTE],
    ["crm.disconnected", 60 * MINUTE],
    ["crm.unreachable", 1_000],
  ] as const)("of an org that answers %s, the next connection comes after %i ms", async (code, ms) => {
    refused = new BatonError(code, "said the CRM");
    await install("o-1");
    begin();
    await expect.poll(() => waits[0]).toBe(ms);
  });

  test.skipIf(dialect === "sqlite")(
    "one process listens; the other takes over when the first one stops",
    async () => {
      await install("o-1");
      const first = begin("a");
      const call = await callTo("i-o-1");
      const second = begin("b");
      await second.look();
      expect(calls).toHaveLength(1);
      await first.stop();
      expect(call.isClosed).toBe(true);
      await second.look();
      await callTo("i-o-1", 1);
    },
  );

  test.runIf(dialect === "sqlite")("what a process held that died is taken over at once", async () => {
    await install("o-1");
    expect(await holdStream(store().db, dialect, "i-o-1", "dead")).toBe(true);
    await begin("a").look();
    await callTo("i-o-1");
  });

  test.skipIf(dialect === "sqlite")(
    "what a process held that died is taken over when its lease has run out",
    async () => {
      await install("o-1");
      expect(await holdStream(store().db, dialect, "i-o-1", "dead")).toBe(true);
      const listeners = begin("a");
      await listeners.look();
      expect(calls).toEqual([]);
      await store().db.updateTable("cursors").set({ at: 0 }).where("name", "=", "stream").execute();
      await listeners.look();
      await callTo("i-o-1");
    },
  );

  test.skipIf(dialect === "sqlite")(
    "a process that lost its lease to another one ends its connection",
    async () => {
      await install("o-1");
      const listeners = begin();
      const call = await callTo("i-o-1");
      await stealFrom("i-o-1");
      await listeners.look();
      expect(call.isClosed).toBe(true);
      expect(calls).toHaveLength(1);
    },
  );

  test("an installation is listened to while it is active and its CRM streams, and anew when something of it changed", async () => {
    await install("o-1");
    await install("mute", false);
    const listeners = begin();
    const first = await callTo("i-o-1");
    await setServes(store().db, "i-o-1", "i-mute", NOW);
    await listeners.look();
    const second = await callTo("i-o-1", 1);
    expect([first.isClosed, second.isClosed]).toEqual([true, false]);
    await setInstallationState(store().db, "i-o-1", "disconnected", NOW);
    await listeners.look();
    expect([second.isClosed, calls.length]).toEqual([true, 2]);
  });

  test("no lane has anything to do because of what is kept for listening", async () => {
    await install("o-1");
    begin();
    await (await callTo("i-o-1")).hear(part("7", []));
    expect(await dueLanes(store().db, NOW + 10 * 365 * 24 * 60 * MINUTE)).toEqual([]);
  });
});
