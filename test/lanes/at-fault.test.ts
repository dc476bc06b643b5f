import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import type { Connector } from "../../src/connector.ts";
import { BatonError, type ErrorCode } from "../../src/errors.ts";
import type { Lane } from "../../src/lanes/lane.ts";
import { takeTurn } from "../../src/pipeline.ts";
import { parkedEvents } from "../../src/store/events.ts";
import { noteTurn } from "../../src/store/lanes.ts";
import { onEveryDatabase } from "../support/databases.ts";
import { onceEach, tallyWrites } from "../support/exactly-once.ts";
import { addReadyLead } from "../support/leads.ts";
import { openStandstill, type Standstill } from "./kit.ts";

const MINUTE_MS = 60_000;

onEveryDatabase("a lead over which the CRM fails", ({ url, dialect }) => {
  let at: Standstill;
  let serial = 0;
  beforeAll(async () => {
    at = await openStandstill(url());
    // Somebody whom sales has had, to ask for when somebody else cannot be read.
    await at.handRaiser();
    await at.work();
  });
  beforeEach(async () => await at.emptyInbox());
  afterEach(async () => {
    at.stage.sandbox.faults.clear();
    await noteTurn(at.db, at.lane.installation.id, { failures: 0, retryAt: 0, code: null });
    await at.db.deleteFrom("events").where("state", "in", ["pending", "parked"]).execute();
  });
  afterAll(async () => await at.close());

  const tally = (...leads: string[]) => tallyWrites(at.stage.sandbox, at.stage.portal, leads);
  const untouched = (lead: string) => ({ lead, ownerWrites: 0, tasks: 0, notes: 0 });
  const waitingOf = async (lead: string) =>
    await at.db
      .selectFrom("events")
      .select(["state", "attempts", "outcome", "not_before"])
      .where("lead", "=", lead)
      .where("state", "!=", "done")
      .execute();
  /** Whether nothing of them waits any more, whatever was decided of them. */
  const areDecided = async (leads: readonly string[]): Promise<boolean> =>
    (await Promise.all(leads.map(waitingOf))).every((waiting) => waiting.length === 0);
  const pass = (ms: number): void => at.clock.moveTo(at.clock.now() + ms);
  /** Leads that are asked for, each by one event. */
  const asking = async (count: number): Promise<readonly string[]> => {
    await at.emptyInbox();
    const ids = await newLeads(count);
    for (const id of ids) await ask(id);
    return ids;
  };
  /** Leads of whose making nobody has told. */
  const newLeads = async (count: number): Promise<readonly string[]> => {
    const before = await at.db.selectFrom("events").select("seq").execute();
    const ids: string[] = [];
    for (let index = 0; index < count; index += 1) {
      serial += 1;
      ids.push((await addReadyLead(at.stage.portal, 9_000 + serial)).id);
    }
    await at.stage.sandbox.drained();
    const kept = before.map(({ seq }) => seq);
    await at.db
      .deleteFrom("events")
      .where("state", "=", "pending")
      .$if(kept.length > 0, (query) => query.where("seq", "not in", kept))
      .execute();
    return ids;
  };
  const ask = async (id: string): Promise<void> =>
    await at.tell({ kind: "handoff-requested", lead: { crm: "hubspot", id }, request: { via: "workflow" } });
  const failed = (code: ErrorCode): BatonError => new BatonError(code, "failed");
  const laneWith = (part: Partial<Connector>): Lane => {
    const connector: Connector = { ...at.lane.connector, ...part };
    return { ...at.lane, connector: { ...connector, asBulk: () => connector } };
  };
  /** A lane whose CRM fails over these leads, with what was asked of it. */
  const failingOver = (leads: readonly string[], code: ErrorCode = "crm.server-error") => {
    const asked: string[][] = [];
    const lane = laneWith({
      read: async (refs, ...rest) => {
        asked.push(refs.map(({ id }) => id));
        if (refs.some(({ id }) => leads.includes(id))) throw failed(code);
        return await at.lane.connector.read(refs, ...rest);
      },
    });
    return { lane, asked };
  };

  // First, while the reps still have room today.
  test("and says so of it, waits ever longer, then for a person, and the others of its call go on", async () => {
    const [strange = "", sound = ""] = await asking(2);
    const fault = { do: "mangled-record", id: strange, into: "failed" } as const;
    at.stage.sandbox.faults.add({ path: "/crm/objects/*/contacts/batch/read", fault });
    await at.work();
    expect(tally(strange, sound)).toEqual([untouched(strange), ...onceEach([sound])]);
    const waits: number[] = [];
    for (;;) {
      const [event] = await waitingOf(strange);
      if (event?.state !== "pending") break;
      expect(event).toMatchObject({ attempts: waits.length + 1, outcome: "crm.server-error" });
      waits.push(event.not_before - at.clock.now());
      pass(event.not_before - at.clock.now());
      expect(await takeTurn(at.lane)).toBe(true);
    }
    expect(waits).toEqual(waits.toSorted((a, b) => a - b));
    expect(waits.length).toBe(5);
    expect(await parkedEvents(at.db, at.lane.installation.id)).toMatchObject([
      { lead: strange, outcome: "crm.server-error" },
    ]);

    at.stage.sandbox.faults.clear();
    const again = { state: "pending", attempts: 0, not_before: at.clock.now() } as const;
    await at.db.updateTable("events").set(again).where("state", "=", "parked").execute();
    await at.work();
    expect(tally(strange)).toEqual(onceEach([strange]));
  });

  test("only when it is written waits for a person, and whoever was to be written with it does not", async () => {
    const [strange = "", ...sound] = await asking(3);
    at.stage.sandbox.faults.add({
      path: "/crm/objects/*/contacts/batch/update",
      input: strange,
      fault: { do: "server-error", status: 502 },
    });
    const ownerWrites = () => tally(strange, ...sound).map((one) => one.ownerWrites);
    await at.work();
    expect(ownerWrites()).toEqual([0, 0, 0]);
    await at.workFor(6);
    expect(ownerWrites()).toEqual([0, 1, 1]);
    for (let hours = 0; hours < 12; hours += 1) {
      pass(60 * MINUTE_MS);
      await at.work();
    }
    expect(tally(...sound)).toEqual(onceEach(sound));
    const parked = await at.db
      .selectFrom("effects")
      .select(["lead", "kind"])
      .where("state", "=", "parked")
      .execute();
    expect(parked).toEqual([{ lead: strange, kind: "update-lead" }]);
  });

  test("when asked what passed between it and sales is found, too", async () => {
    const [strange = "", other = ""] = await asking(2);
    await at.work();
    await at.emptyInbox();
    const touched: string[][] = [];
    const lane = laneWith({
      touches: async (refs, ...rest) => {
        touched.push(refs.map(({ id }) => id));
        if (refs.some(({ id }) => id === strange)) throw failed("crm.server-error");
        return await at.lane.connector.touches(refs, ...rest);
      },
    });
    for (const id of [strange, other])
      await at.tell({
        kind: "lead-changed",
        lead: { crm: "hubspot", id },
        field: "owner",
        property: "owner",
        value: "1",
      });
    expect(await takeTurn(lane)).toBe(true);
    expect(touched[0]).toEqual([strange, other]);
    expect(await waitingOf(strange)).toMatchObject([{ state: "pending", attempts: 1 }]);
    expect(await waitingOf(other)).toEqual([]);
  });

  test("keeps no late write of another lead back, and gets its own when it can be read", async () => {
    const [strange = "", other = ""] = await asking(2);
    at.stage.sandbox.faults.add({ path: "/crm/objects/*/*/batch/create", fault: { do: "locked" }, times: 2 });
    await at.work();
    const { lane } = failingOver([strange]);
    pass(5 * MINUTE_MS);
    await at.work(lane);
    expect(tally(strange, other)).toEqual([
      { lead: strange, ownerWrites: 1, tasks: 0, notes: 0 },
      ...onceEach([other]),
    ]);
    const effects = await at.db
      .selectFrom("effects")
      .select(["state", "code"])
      .where("lead", "=", strange)
      .where("settled_at", "is", null)
      .execute();
    expect(effects).toEqual(
      ["create-task", "create-note"].map(() => ({ state: "planned", code: "crm.server-error" })),
    );
    pass(3_600_000);
    await at.work();
    expect(tally(strange)).toEqual(onceEach([strange]));
  });

  test.each(["crm.server-error", "crm.timeout", "crm.bad-answer"] as const)(
    "and breaks off every call it is in (%s) holds nobody up, and is tried again later",
    async (code) => {
      const ids = await asking(23);
      const [strange = "", ...others] = ids.toReversed();
      const { lane, asked } = failingOver([strange], code);
      expect(await takeTurn(lane)).toBe(true);
      expect(await areDecided(others)).toBe(true);
      const [event] = await waitingOf(strange);
      expect(event).toMatchObject({ state: "pending", attempts: 1, outcome: code });
      // All, a tenth, and it alone.
      expect(asked.filter((some) => some.includes(strange)).map(({ length }) => length)).toEqual([23, 2, 1]);

      const calls = asked.length;
      await takeTurn(lane);
      expect(asked.slice(calls).flat()).not.toContain(strange);
      pass(30_000);
      expect(await takeTurn(at.lane)).toBe(true);
      expect(await areDecided(ids)).toBe(true);
    },
  );

  test("alone does not put the lane to rest", async () => {
    const [strange = ""] = await asking(1);
    const { lane } = failingOver([strange]);
    expect(await takeTurn(lane)).toBe(true);
    expect(await waitingOf(strange)).toMatchObject([{ state: "pending", attempts: 1 }]);
  });

  test("and a few more like it are all found", async () => {
    const ids = await asking(12);
    const strange = ids.filter((_, index) => index % 4 === 1);
    const others = ids.filter((id) => !strange.includes(id));
    const { lane } = failingOver(strange);
    for (let turn = 0; turn < 3; turn += 1) await takeTurn(lane);
    expect(await areDecided(others)).toBe(true);
    for (const id of strange) expect(await waitingOf(id)).toMatchObject([{ state: "pending", attempts: 1 }]);
  });

  test("is not at fault while the CRM fails over everybody, however often and however long", async () => {
    const ids = await asking(3);
    const lane = laneWith({ read: () => Promise.reject(failed("crm.server-error")) });
    for (let turn = 0; turn < 12; turn += 1) {
      await expect(takeTurn(lane)).rejects.toMatchObject({ code: "crm.server-error" });
      // As the lanes of a process note it.
      await noteTurn(at.db, at.lane.installation.id, {
        failures: turn + 1,
        retryAt: 0,
        code: "crm.server-error",
      });
      pass(3 * 3_600_000);
    }
    for (const id of ids)
      expect(await waitingOf(id)).toMatchObject([{ state: "pending", attempts: 0, outcome: null }]);
    await at.work();
    expect(await areDecided(ids)).toBe(true);
  });

  test.each([
    "crm.rate-limited",
    "crm.unreachable",
    "crm.locked",
    "crm.migrating",
    "crm.disconnected",
  ] as const)("is not looked for where the CRM says %s: that is about all of them", async (code) => {
    const [strange = "", other = ""] = await asking(2);
    const { lane, asked } = failingOver([strange], code);
    await expect(takeTurn(lane)).rejects.toMatchObject({ code });
    expect(asked).toEqual([[strange, other]]);
    expect(await waitingOf(strange)).toMatchObject([{ attempts: 0 }]);
  });

  test("so often that no call is made for a while is found when calls are made again", async () => {
    const ids = await asking(13);
    const strange = ids[11] ?? "";
    const others = ids.filter((id) => id !== strange);
    const { lane } = failingOver([strange], "crm.resting");
    const breaksOff = async (): Promise<void> => {
      await expect(takeTurn(lane)).rejects.toMatchObject({ code: "crm.resting" });
      await noteTurn(at.db, at.lane.installation.id, { failures: 1, retryAt: 0, code: "crm.resting" });
    };
    await breaksOff();
    expect(await areDecided(others)).toBe(false);
    // Somebody else first, then the first ten one by one, and the others in tenths.
    expect(await takeTurn(lane)).toBe(true);
    await noteTurn(at.db, at.lane.installation.id, { failures: 0, retryAt: 0, code: null });
    await takeTurn(lane);
    expect(await areDecided(others)).toBe(true);
    expect(await waitingOf(strange)).toMatchObject([
      { state: "pending", attempts: 1, outcome: "crm.resting" },
    ]);
  });

  test("is not at fault where calls are not made at all", async () => {
    const [lead = ""] = await asking(1);
    const lane = laneWith({ read: () => Promise.reject(failed("crm.resting")) });
    for (let turn = 0; turn < 3; turn += 1) {
      await expect(takeTurn(lane)).rejects.toMatchObject({ code: "crm.resting" });
      await noteTurn(at.db, at.lane.installation.id, { failures: 1, retryAt: 0, code: "crm.resting" });
    }
    expect(await waitingOf(lead)).toMatchObject([{ state: "pending", attempts: 0 }]);
  });

  test.skipIf(dialect === "postgres")(
    "is found behind a CRM that really answers 502 of it",
    { timeout: 60_000 },
    async () => {
      const [strange = "", other = ""] = await asking(2);
      const fault = { do: "server-error", status: 502 } as const;
      at.stage.sandbox.faults.add({ path: "/crm/**", input: strange, fault });
      await at.work();
      expect(await areDecided([other])).toBe(true);
      expect(await waitingOf(strange)).toMatchObject([{ attempts: 1, outcome: "crm.server-error" }]);
    },
  );

  // Last: nobody is known any more.
  test("is not at fault where nobody else is known, until somebody else is read", async () => {
    await at.db.deleteFrom("handoffs").execute();
    const [strange = ""] = await asking(1);
    const { lane } = failingOver([strange]);
    for (let turn = 0; turn < 7; turn += 1)
      await expect(takeTurn(lane)).rejects.toMatchObject({ code: "crm.server-error" });
    expect(await waitingOf(strange)).toMatchObject([{ state: "pending", attempts: 0 }]);
    const [other = ""] = await newLeads(1);
    await ask(other);
    await takeTurn(lane);
    expect(await areDecided([other])).toBe(true);
    expect(await waitingOf(strange)).toMatchObject([{ state: "pending", attempts: 1 }]);
  });
});
