import { randomBytes } from "node:crypto";
import { beforeEach, expect, test } from "vitest";
import type { Write } from "../../src/model/effect.ts";
import type { OwnRecord } from "../../src/model/lost.ts";
import { addChannel, listChannels, removeChannel } from "../../src/store/channels.ts";
import { dueEffects } from "../../src/store/due-effects.ts";
import { markAttempting, planEffects, settleEffects } from "../../src/store/effects.ts";
import { eraseLead, findErased, wipeInstallation } from "../../src/store/erase.ts";
import { insertOwnEvents } from "../../src/store/inbox.ts";
import { loadInstallation, saveInstallation } from "../../src/store/installations.ts";
import { holdLane, releaseLane } from "../../src/store/lanes.ts";
import { saveLeads } from "../../src/store/leads.ts";
import { planNotices } from "../../src/store/notices.ts";
import { loadRestore, markRestored, notInLedger } from "../../src/store/restored.ts";
import type { SecretKeys } from "../../src/store/seal.ts";
import { settleRestored } from "../../src/store/settle-restored.ts";
import { readGone, takeAway } from "../../src/store/take-over.ts";
import { stuckEffects } from "../../src/store/stuck-effects.ts";
import { createWriteKey, findWriteKey, revokeWriteKey } from "../../src/store/write-keys.ts";
import { CAPABILITIES } from "../cli/kit.ts";
import { aNotice, LOCKSMITH, WEBHOOK_SECRET } from "../notify/kit.ts";
import { onEveryDatabase, useDatabase } from "../support/databases.ts";

const NOW = Date.UTC(2026, 10, 17, 9);
const LATER = NOW + 3_600_000;
const SETTLE_MS = 60_000;
const KEYS: SecretKeys = [randomBytes(32)];

onEveryDatabase("a restored database", ({ store, dialect }) => {
  const replaced = useDatabase(dialect);
  let installation = "";
  beforeEach(async (context) => {
    installation = `i-${context.task.id}`;
    for (const { db } of [store(), replaced.store()]) await install(db, installation);
  });
  type Db = ReturnType<typeof store>["db"];
  const install = (db: Db, id: string) =>
    saveInstallation(db, { id, crm: "hubspot", tenant: `t-${id}`, capabilities: CAPABILITIES }, NOW);
  const lead = (id: string) => ({ crm: "hubspot" as const, id });
  const task = (key: string, id: string): Write => ({
    kind: "create-task",
    key,
    lead: lead(id),
    ownerId: "77",
    subject: "Call",
    html: "",
    dueAt: NOW,
    priority: "high",
    action: "call",
  });
  const plan = (...writes: readonly Write[]) =>
    planEffects(
      store().db,
      installation,
      writes.map((write) => ({ write, decision: "d" })),
      NOW,
    );
  const someone = async (db: Db, id: string, email: string) => {
    await saveLeads(
      db,
      installation,
      [
        {
          lead: id,
          email,
          name: "Ana Ruiz",
          role: null,
          account: null,
          outcome: "ready",
          reason: "x",
          decision: "d",
          surroundings: null,
        },
      ],
      NOW,
    );
  };
  const leadsLeft = async () =>
    (
      await store().db.selectFrom("leads").select("lead").where("installation", "=", installation).execute()
    ).map((row) => row.lead);

  test("is known until the newest instant it holds", async () => {
    await plan(task("a.task", "1"));
    await markAttempting(store().db, installation, ["a.task"], NOW + 5);
    await settleEffects(
      store().db,
      installation,
      [{ key: "a.task", state: "confirmed", crmId: "9" }],
      NOW + 7,
    );
    await markRestored(store().db, LATER, SETTLE_MS);
    expect(await loadRestore(store().db, installation)).toEqual({ knownUntil: NOW + 7, restoredAt: LATER });
  });

  test.each([
    ["stored now", NOW],
    ["which older versions stored as received when it is due", NOW + 86_400_000],
  ])("is not known until an event to come, %s", async (_how, receivedAt) => {
    const head = { tenant: "t", occurredAt: NOW, urgency: "live" } as const;
    const due = { ...head, key: "e", kind: "enrichment-due", lead: lead("1") } as const;
    await insertOwnEvents(store().db, installation, [due], receivedAt, NOW + 86_400_000);
    const marks = await markRestored(store().db, LATER, SETTLE_MS);
    expect(marks.get(installation)?.knownUntil).toBe(NOW);
  });

  test("that is restored twice has one hole, over both times", async () => {
    const event = { key: "k", tenant: "t", occurredAt: NOW, urgency: "live" } as const;
    await insertOwnEvents(
      store().db,
      installation,
      [{ ...event, kind: "lead-created", lead: lead("1") }],
      NOW,
    );
    await markRestored(store().db, NOW + 10, SETTLE_MS);
    await insertOwnEvents(
      store().db,
      installation,
      [{ ...event, key: "l", kind: "lead-created", lead: lead("1") }],
      NOW + 20,
    );
    await markRestored(store().db, LATER, SETTLE_MS);
    expect(await loadRestore(store().db, installation)).toEqual({ knownUntil: NOW, restoredAt: LATER });
  });

  test("looks for every effect that had not ended before it writes it, once the last call must be over", async () => {
    await plan(task("a.task", "1"), task("b.task", "2"), task("c.task", "3"));
    await markAttempting(store().db, installation, ["b.task", "c.task"], NOW);
    await settleEffects(store().db, installation, [{ key: "c.task", state: "confirmed", crmId: "9" }], NOW);
    await markRestored(store().db, LATER, SETTLE_MS);
    const due = async (at: number) =>
      (await dueEffects(store().db, installation, "hubspot", ["planned", "ambiguous"], at, 10)).map(
        ({ write, state }) => `${write.key} ${state}`,
      );
    expect(await due(LATER + SETTLE_MS - 1)).toEqual([]);
    expect(await due(LATER + SETTLE_MS)).toEqual(["a.task ambiguous", "b.task ambiguous"]);
  });

  test("parks what was refused, so that a retry looks first: somebody may have retried it since", async () => {
    await plan(task("a.task", "1"));
    await markAttempting(store().db, installation, ["a.task"], NOW);
    const refused = { key: "a.task", state: "refused", code: "crm.invalid", reason: "no region" } as const;
    await settleEffects(store().db, installation, [refused], NOW);
    await markRestored(store().db, LATER, SETTLE_MS);
    expect(await stuckEffects(store().db, installation)).toMatchObject([
      { key: "a.task", state: "parked", code: "crm.invalid", reason: "no region" },
    ]);
  });

  test("knows which of the CRM's tasks it made: those of the same lead and kind with the same id", async () => {
    await plan(task("a.task", "1"));
    await markAttempting(store().db, installation, ["a.task"], NOW);
    await settleEffects(store().db, installation, [{ key: "a.task", state: "confirmed", crmId: "9" }], NOW);
    const records: readonly OwnRecord[] = [
      { lead: lead("1"), kind: "task", id: "9", at: NOW },
      { lead: lead("1"), kind: "note", id: "9", at: NOW },
      { lead: lead("2"), kind: "task", id: "10", at: NOW },
    ];
    expect(await notInLedger(store().db, installation, records)).toEqual(records.slice(1));
  });

  test("erases again whoever the replaced one had erased, under any id or address, and nobody else", async () => {
    for (const { db } of [store(), replaced.store()]) {
      await someone(db, "1", "ana@example.com");
      await someone(db, "2", "ben@example.com");
    }
    const submitted = {
      key: "s",
      tenant: "t",
      occurredAt: NOW,
      urgency: "live",
      kind: "form-submitted",
      submission: { id: "s", form: "demo", submittedAt: NOW, email: "Cid@Example.com", answers: [] },
    } as const;
    await insertOwnEvents(store().db, installation, [submitted], NOW);
    await eraseLead(replaced.store().db, KEYS, installation, "1", ["ana@example.com"], NOW);
    await eraseLead(replaced.store().db, KEYS, installation, "cid@example.com", ["cid@example.com"], NOW);

    const gone = await readGone(replaced.store().db);
    expect(JSON.stringify(gone)).not.toMatch(/example/i);
    expect(await takeAway(store().db, gone, KEYS, LATER)).toEqual({
      erased: 2,
      removed: 0,
      revoked: 0,
      channels: 0,
    });
    expect(await leadsLeft()).toEqual(["2"]);
    const subjects = ["1", "2", "ana@example.com"];
    const erased = await findErased(store().db, KEYS, installation, subjects);
    expect(erased).toEqual(new Set(["1", "ana@example.com"]));
    const events = store().db.selectFrom("events").select("body").where("installation", "=", installation);
    expect(await events.execute()).toEqual([]);
  });

  test("removes a channel that was removed since, with its secrets and what waits for it, and no other", async () => {
    const settings = { kind: "webhook", url: "https://hooks.example/x", secret: WEBHOOK_SECRET } as const;
    const { db } = store();
    const [old, kept] = [
      await addChannel(db, LOCKSMITH, installation, { settings }, NOW),
      await addChannel(db, LOCKSMITH, installation, { settings }, NOW),
    ];
    await planNotices(db, installation, [aNotice("n1")], NOW);
    const rows = await db
      .selectFrom("channels")
      .selectAll()
      .where("installation", "=", installation)
      .execute();
    await replaced.store().db.insertInto("channels").values(rows).execute();
    await removeChannel(replaced.store().db, installation, old, LATER);

    const gone = await readGone(replaced.store().db);
    expect((await takeAway(db, gone, KEYS, LATER)).channels).toBe(1);
    expect((await listChannels(db, installation)).map(({ id }) => id)).toEqual([kept]);
    const waiting = db
      .selectFrom("deliveries")
      .select(["channel", "state"])
      .where("installation", "=", installation);
    expect(new Map((await waiting.execute()).map(({ channel, state }) => [channel, state]))).toEqual(
      new Map([
        [old, "dropped"],
        [kept, "planned"],
      ]),
    );
  });

  test("keeps its channels where what it replaces knows nothing of the installation", async () => {
    const { db } = store();
    const alone = `${installation}-alone`;
    await install(db, alone);
    const settings = { kind: "teams", url: "https://teams.example/x" } as const;
    await addChannel(db, LOCKSMITH, alone, { settings }, NOW);
    const gone = await readGone(replaced.store().db);
    expect((await takeAway(db, gone, KEYS, LATER)).channels).toBe(0);
    expect(await listChannels(db, alone)).toHaveLength(1);
  });

  test("wipes an installation that was left since, and revokes a key that was revoked since", async () => {
    const left = `${installation}-left`;
    const key = await createWriteKey(store().db, installation, NOW);
    for (const { db } of [store(), replaced.store()]) await install(db, left);
    await someone(store().db, "1", "ana@example.com");
    const rows = await store()
      .db.selectFrom("write_keys")
      .selectAll()
      .where("installation", "=", installation)
      .execute();
    await replaced.store().db.insertInto("write_keys").values(rows).execute();
    await revokeWriteKey(replaced.store().db, installation, key.id, LATER);
    await wipeInstallation(replaced.store().db, left, LATER);

    const gone = await readGone(replaced.store().db);
    expect(await takeAway(store().db, gone, KEYS, LATER)).toEqual({
      erased: 0,
      removed: 1,
      revoked: 1,
      channels: 0,
    });
    expect((await loadInstallation(store().db, left))?.state).toBe("removed");
    expect(await findWriteKey(store().db, key.key)).toBeUndefined();
    expect(await leadsLeft()).toEqual(["1"]);
  });

  const settle = async () =>
    await settleRestored(store(), await readGone(replaced.store().db), {
      keys: KEYS,
      now: LATER,
      settleMs: SETTLE_MS,
    });

  test.runIf(dialect === "postgres")("is not settled while a server holds a lane of it", async () => {
    const hold = await holdLane(store().db, dialect, installation, "a server");
    await expect(settle()).rejects.toMatchObject({ code: "config.invalid" });
    expect(await loadRestore(store().db, installation)).toBeUndefined();
    if (hold !== undefined) await releaseLane(store().db, hold);
    await expect(settle()).resolves.toBeDefined();
  });

  test("is marked and audited when it is settled", async () => {
    const { marks } = await settle();
    expect(marks.find(({ tenant }) => tenant === `t-${installation}`)).toMatchObject({ restoredAt: LATER });
    const audit = store().db.selectFrom("audit").select("action").where("installation", "=", installation);
    expect(await audit.execute()).toEqual([{ action: "restored" }]);
  });

  test("of an installation that is wiped keeps no mark", async () => {
    await markRestored(store().db, LATER, SETTLE_MS);
    await wipeInstallation(store().db, installation, LATER);
    expect(await loadRestore(store().db, installation)).toBeUndefined();
  });
});
