import { randomBytes } from "node:crypto";
import { beforeEach, describe, expect, test } from "vitest";
import { DAY_MS, HOUR_MS } from "../../src/model/instant.ts";
import { addressOf } from "../../src/model/event.ts";
import type { Sighting, Visitor, VisitorLink } from "../../src/model/visitor.ts";
import { eraseLead, wipeInstallation } from "../../src/store/erase.ts";
import { waitingEvents } from "../../src/store/events.ts";
import {
  expireSignals,
  loadSignals,
  loadWaitingSignals,
  MOST_OF_A_VISITOR,
  saveSignals,
} from "../../src/store/signals.ts";
import { openSightings } from "../../src/store/sightings.ts";
import { isVisitor } from "../../src/store/visitors.ts";
import { onEveryDatabase } from "../support/databases.ts";

const NOW = Date.UTC(2026, 10, 17, 9);
const KEYS = [randomBytes(32)] as const;
const VERA = "vera@northwind.example";
const ANN: Visitor = "anonymous:ann";
const USER: Visitor = "user:97";

onEveryDatabase("sightings", ({ store }) => {
  let installation = "";
  let sightings: ReturnType<typeof openSightings>;
  beforeEach((context) => {
    installation = `i-${context.task.id}`;
    sightings = openSightings(store(), KEYS);
  });

  const put = (seen: readonly Sighting[], owner = installation) =>
    sightings.store({ installation: owner, tenant: "62515" }, seen, NOW);
  const view = (key: string, visitor: Visitor, at = NOW, links: readonly VisitorLink[] = []): Sighting => ({
    key,
    visitor,
    at,
    links,
    signal: { key, kind: "page-viewed", at, page: "/pricing" },
  });
  const says = (key: string, links: readonly VisitorLink[], at = NOW): Sighting => ({
    key,
    visitor: links.at(-1)?.is ?? ANN,
    at,
    links,
  });
  const keysOf = async (email: string, owner = installation): Promise<readonly string[]> =>
    ((await loadWaitingSignals(store().db, owner, [email])).get(email) ?? [])
      .map(({ key }) => key)
      .toSorted();
  const hints = async (): Promise<readonly (string | undefined)[]> =>
    (await waitingEvents(store().db, installation, NOW, 100)).map(({ event }) => addressOf(event));

  describe("who is who", () => {
    test("an anonymous visitor's signals wait and wake nobody", async () => {
      expect(await put([view("k1", ANN)])).toEqual({ stored: 1, duplicates: 0, wakes: false });
      expect(await hints()).toEqual([]);
    });

    test("identified by an address, what waited is that address's, and the lane hears of it once", async () => {
      await put([view("k1", ANN), view("k2", ANN)]);
      expect(await put([says("k3", [{ visitor: ANN, is: `email:${VERA}` }])])).toMatchObject({ wakes: true });
      expect(await keysOf(VERA)).toEqual(["k1", "k2"]);
      expect(await hints()).toEqual([VERA]);
    });

    test("in any order of the links, and within one request", async () => {
      const chain = [
        says("l1", [{ visitor: USER, is: `email:${VERA}` }]),
        says("l2", [{ visitor: ANN, is: USER }]),
      ];
      await put([view("k1", ANN), ...chain, view("k2", ANN), view("k3", USER)]);
      expect(await keysOf(VERA)).toEqual(["k1", "k2", "k3"]);
      const later: Visitor = "anonymous:later";
      await put([view("k4", later), says("l3", [{ visitor: later, is: "user:other" }])]);
      await put([says("l4", [{ visitor: "user:other", is: `email:${VERA}` }])]);
      expect(await keysOf(VERA)).toEqual(["k1", "k2", "k3", "k4"]);
    });

    test("a browser that somebody else signs in on is theirs from then on", async () => {
      await put([view("k1", ANN), says("l1", [{ visitor: ANN, is: `email:${VERA}` }])]);
      await put([
        says("l2", [{ visitor: ANN, is: "email:otto@northwind.example" }], NOW + 1),
        view("k2", ANN),
      ]);
      expect(await keysOf(VERA)).toEqual(["k1"]);
      expect(await keysOf("otto@northwind.example")).toEqual(["k2"]);
    });

    test("what was said earlier and comes later changes nothing", async () => {
      await put([says("l2", [{ visitor: ANN, is: `email:${VERA}` }], NOW)]);
      await put([
        says("l1", [{ visitor: ANN, is: "email:old@northwind.example" }], NOW - HOUR_MS),
        view("k1", ANN),
      ]);
      expect(await keysOf(VERA)).toEqual(["k1"]);
    });

    test("requests of one moment see each other, however they are ordered", async () => {
      const others = Array.from({ length: 20 }, (_, number) => put([view(`k${number}`, ANN)]));
      await Promise.all([
        ...others.slice(0, 10),
        put([says("l1", [{ visitor: ANN, is: `email:${VERA}` }])]),
        ...others.slice(10),
      ]);
      expect(await keysOf(VERA)).toHaveLength(20);
    });
  });

  test("two servers on one database never leave a signal behind its visitor's name", async () => {
    const other = openSightings(store(), KEYS);
    for (let round = 0; round < 5; round += 1) {
      const visitor: Visitor = `anonymous:${round}`;
      await Promise.all([
        put([view(`r${round}`, visitor)]),
        other.store(
          { installation, tenant: "62515" },
          [says(`i${round}`, [{ visitor, is: `email:${VERA}` }])],
          NOW,
        ),
      ]);
    }
    expect(await keysOf(VERA)).toHaveLength(5);
  });

  test("a message counts once: in a request, in the next, and after its signal is gone", async () => {
    const known: Visitor = `email:${VERA}`;
    expect(await put([view("k1", known), view("k1", known)])).toMatchObject({ stored: 1, duplicates: 1 });
    expect(await put([view("k1", known)])).toEqual({ stored: 0, duplicates: 1, wakes: false });
    await expireSignals(store().db, NOW + 1);
    expect(await put([view("k1", known)])).toMatchObject({ stored: 0, duplicates: 1 });
    expect(await keysOf(VERA)).toEqual([]);
  });

  test("tenants are apart: neither ids, nor addresses, nor messages are shared", async () => {
    const other = `${installation}-other`;
    await put([says("l1", [{ visitor: ANN, is: `email:${VERA}` }])]);
    expect(await put([view("k1", ANN)], other)).toEqual({ stored: 1, duplicates: 0, wakes: false });
    expect(await put([view("k1", ANN)])).toMatchObject({ stored: 1, wakes: true });
    expect(await keysOf(VERA, other)).toEqual([]);
    expect(await keysOf(VERA)).toEqual(["k1"]);
  });

  test("old history goes behind what people do now", async () => {
    await put([view("k1", "email:old@northwind.example", NOW - DAY_MS)]);
    await put([view("k2", `email:${VERA}`)]);
    expect(await hints()).toEqual([VERA, "old@northwind.example"]);
  });

  test("a visitor nobody names keeps the newest signals only", async () => {
    const many = Array.from({ length: MOST_OF_A_VISITOR + 10 }, (_, number) =>
      view(`k${number}`, ANN, NOW - number),
    );
    await put(many);
    await put([says("l1", [{ visitor: ANN, is: `email:${VERA}` }])]);
    const kept = await keysOf(VERA);
    expect(kept).toHaveLength(MOST_OF_A_VISITOR);
    expect(kept).toContain("k0");
    expect(kept).not.toContain(`k${MOST_OF_A_VISITOR}`);
  });

  test("what is older than the retention goes: signals of leads, waiting ones, and visitors", async () => {
    await put([
      view("k1", `email:${VERA}`, NOW - 2 * DAY_MS),
      view("k2", `email:${VERA}`, NOW),
      says("l1", [{ visitor: ANN, is: "email:gone@northwind.example" }], NOW - 2 * DAY_MS),
    ]);
    const lead = { crm: "hubspot" as const, id: "10001" };
    for (const at of [NOW - 2 * DAY_MS, NOW])
      await saveSignals(store().db, installation, [{ lead, signal: { key: `s${at}`, kind: "product", at } }]);
    expect(await expireSignals(store().db, NOW - DAY_MS)).toBeGreaterThanOrEqual(2);
    expect(await keysOf(VERA)).toEqual(["k2"]);
    expect(await isVisitor(store().db, installation, "gone@northwind.example")).toBe(false);
    const kept = (await loadSignals(store().db, installation, [lead.id])).get(lead.id);
    expect(kept?.map(({ at }) => at)).toEqual([NOW]);
  });

  test("of visitors without an address an installation keeps the newest, and all of those with one", async () => {
    const made = Array.from({ length: 6 }, (_, number) =>
      view(`k${number}`, `anonymous:${number}`, NOW - number),
    );
    await put([...made, view("k9", `email:${VERA}`, NOW - HOUR_MS)]);
    await expireSignals(store().db, 0, 4);
    const rows = await store()
      .db.selectFrom("waiting_signals")
      .select("key")
      .where("installation", "=", installation)
      .execute();
    expect(rows.map(({ key }) => key).toSorted()).toEqual(["k0", "k1", "k2", "k3", "k9"]);
  });

  test("an erased person leaves no visitor and no signal, and does not come back", async () => {
    await put([
      view("k1", ANN),
      says("l1", [
        { visitor: ANN, is: USER },
        { visitor: USER, is: `email:${VERA}` },
      ]),
    ]);
    expect(await isVisitor(store().db, installation, VERA)).toBe(true);
    await eraseLead(store().db, KEYS, installation, "10001", [VERA], NOW);
    expect(await isVisitor(store().db, installation, VERA)).toBe(false);
    await put([view("k2", `email:${VERA}`, NOW, [{ visitor: ANN, is: `email:${VERA}` }]), view("k3", ANN)]);
    expect(await isVisitor(store().db, installation, VERA)).toBe(false);
    expect(await hints()).toEqual([]);
  });

  test("a portal that is wiped keeps nothing", async () => {
    await put([view("k1", ANN), says("l1", [{ visitor: ANN, is: `email:${VERA}` }])]);
    await wipeInstallation(store().db, installation, NOW);
    for (const table of ["visitors", "waiting_signals", "signal_messages"] as const) {
      const rows = await store()
        .db.selectFrom(table)
        .selectAll()
        .where("installation", "=", installation)
        .execute();
      expect(rows).toEqual([]);
    }
  });
});
