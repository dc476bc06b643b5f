import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { beforeEach, expect, test } from "vitest";
import { eraseLead, findErased, scrub } from "../../src/store/erase.ts";
import { closeHandoff, loadOpenHandoffs, saveHandoffs, stampWritten } from "../../src/store/handoffs.ts";
import { insertOwnEvents } from "../../src/store/inbox.ts";
import { loadMerges } from "../../src/store/leads.ts";
import { joinLeads } from "../../src/store/merge.ts";
import type { DialectName } from "../../src/store/open.ts";
import type { HandoffRow } from "../../src/store/schema-decisions.ts";
import { loadSignals, saveSignals } from "../../src/store/signals.ts";
import { loadStandings, saveStandings } from "../../src/store/standings.ts";
import { NO_COURSE } from "../../src/store/schema-following.ts";
import { onEveryDatabase } from "../support/databases.ts";

const NOW = Date.UTC(2026, 10, 17, 9);

onEveryDatabase("leads", ({ store, dialect, url }) => {
  let installation = "";
  beforeEach((context) => {
    installation = `i-${context.task.id}`;
  });
  const ref = (id: string) => ({ crm: "hubspot" as const, id });
  const handoff = (id: string, lead: string, over: Partial<HandoffRow> = {}): HandoffRow => ({
    installation,
    id: `${installation}-${id}`,
    lead,
    account: null,
    scope: "lead",
    state: "with-sales",
    type: "hand-raiser",
    rule: "pool",
    reason: null,
    rep: "lena@acme.example",
    owner: "77",
    owner_name: "Lena Vogt",
    playbook: "v",
    occurred_at: NOW,
    received_at: NOW,
    read_at: NOW,
    decided_at: NOW,
    written_at: null,
    closed_at: null,
    closed_because: null,
    ...NO_COURSE,
    ...over,
  });

  test("a lead has at most one open handoff: the database itself refuses a second", async () => {
    await saveHandoffs(store().db, [handoff("a", "1")]);
    await expect(saveHandoffs(store().db, [handoff("b", "1")])).rejects.toThrow(/unique/i);
    await closeHandoff(store().db, installation, `${installation}-a`, "done", NOW);
    await saveHandoffs(store().db, [handoff("b", "1")]);
    expect((await loadOpenHandoffs(store().db, installation, ["1"])).get("1")?.id).toBe(`${installation}-b`);
  });

  test("a queued handoff that gets its owner is written only when the owner's task and note are", async () => {
    const writtenAt = async () =>
      (
        await store()
          .db.selectFrom("handoffs")
          .select("written_at")
          .where("installation", "=", installation)
          .execute()
      )[0]?.written_at;
    await saveHandoffs(store().db, [handoff("q", "1", { state: "queued", rep: null, owner: null })]);
    await stampWritten(store().db, installation, [`${installation}-q`], NOW);
    await saveHandoffs(store().db, [handoff("q", "1", { state: "queued", rep: null, owner: null })]);
    expect(await writtenAt()).toBe(NOW);
    await saveHandoffs(store().db, [handoff("q", "1", { decided_at: NOW + 60_000 })]);
    expect(await writtenAt()).toBeNull();
  });

  test("merges end at the same survivor in whatever order they are heard of", async () => {
    let run = 0;
    const chain = [
      ["1", "2"],
      ["2", "3"],
      ["3", "4"],
      ["5", "3"],
    ] as const;
    await fc.assert(
      fc.asyncProperty(fc.shuffledSubarray([...chain], { minLength: chain.length }), async (merges) => {
        run += 1;
        const own = `${installation}-${run}`;
        for (const [lead, survivor] of [...merges, ...merges])
          await joinLeads(store().db, own, lead, survivor, NOW);
        const found = await loadMerges(store().db, own, ["1", "2", "3", "5"]);
        expect(Object.fromEntries(found)).toEqual({ 1: "4", 2: "4", 3: "4", 5: "4" });
      }),
      { numRuns: 20 },
    );
  });

  test("of two merged leads with a handoff each, the older stays open and moves to the survivor", async () => {
    await saveHandoffs(store().db, [handoff("old", "1"), handoff("new", "2", { decided_at: NOW + 1 })]);
    const lena = { credits: 2, open: 2, day: "2026-11-17", today: 2, lastAt: NOW };
    await saveStandings(store().db, installation, new Map([["lena@acme.example", lena]]), new Map());
    const signal = { key: "s", kind: "page-viewed", at: NOW } as const;
    await saveSignals(store().db, installation, [
      { lead: ref("1"), signal },
      { lead: ref("2"), signal },
    ]);
    await joinLeads(store().db, installation, "1", "2", NOW + 5);
    const open = await loadOpenHandoffs(store().db, installation, ["1", "2"]);
    expect([...open].map(([lead, { id }]) => [lead, id])).toEqual([["2", `${installation}-old`]]);
    expect((await loadStandings(store().db, installation)).get("lena@acme.example")?.open).toBe(1);
    expect((await loadSignals(store().db, installation, ["1", "2"])).get("2")).toEqual([signal]);
  });

  test("of a handoff that waits and one that sales has, the latter stays open, whichever is older", async () => {
    const waiting = { state: "queued", rep: null, owner: null } as const;
    await saveHandoffs(store().db, [handoff("w", "1", waiting), handoff("s", "2", { decided_at: NOW + 1 })]);
    expect(await joinLeads(store().db, installation, "1", "2", NOW + 5)).toEqual({
      id: `${installation}-w`,
    });
    const open = await loadOpenHandoffs(store().db, installation, ["1", "2"]);
    expect([...open.values()].map(({ id }) => id)).toEqual([`${installation}-s`]);
  });

  test("an erased lead leaves a tombstone and not one byte of what it was", async () => {
    const keys = [randomBytes(32)] as const;
    const secret = `ana.${randomBytes(8).toString("hex")}@example.com`;
    const submission = { id: "1", form: "Demo request", submittedAt: NOW, email: secret, answers: [] };
    await insertOwnEvents(
      store().db,
      installation,
      [
        {
          key: "p",
          tenant: "t",
          occurredAt: NOW,
          urgency: "live",
          kind: "lead-changed",
          lead: ref("1"),
          field: "other",
          property: "email",
          value: secret,
        },
        { key: "f", tenant: "t", occurredAt: NOW, urgency: "live", kind: "form-submitted", submission },
      ],
      NOW,
    );
    await saveHandoffs(store().db, [handoff("a", "1", { reason: secret })]);
    expect(isOnDisk(secret, dialect, url())).toBe(dialect === "sqlite");

    await store()
      .db.transaction()
      .execute((tx) => eraseLead(tx, keys, installation, "1", [secret], NOW));
    await scrub(store());

    expect(await findErased(store().db, keys, installation, ["1", "2"])).toEqual(new Set(["1"]));
    const rows = await store()
      .db.selectFrom("events")
      .select("key")
      .where("installation", "=", installation)
      .execute();
    expect(rows).toEqual([]);
    expect(isOnDisk(secret, dialect, url())).toBe(false);
  });
});

/** Reads SQLite's file and log as somebody who stole the disk would; PostgreSQL's files are not ours to read. */
function isOnDisk(text: string, dialect: DialectName, url: string): boolean {
  if (dialect !== "sqlite") return false;
  const path = url.slice("sqlite:".length);
  return [path, `${path}-wal`].some((file) => readFileSync(file).includes(text));
}
