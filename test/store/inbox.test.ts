import { beforeEach, expect, test } from "vitest";
import type { CrmEvent } from "../../src/model/event.ts";
import { countTries, postponeEvents, settleEvents, waitingEvents } from "../../src/store/events.ts";
import { GATHER_MS, insertOwnEvents, openInbox } from "../../src/store/inbox.ts";
import { onEveryDatabase } from "../support/databases.ts";

const NOW = Date.UTC(2026, 10, 17, 9);

function created(key: string, urgency: "live" | "bulk" = "live"): CrmEvent {
  return {
    key,
    tenant: "62515",
    occurredAt: NOW,
    urgency,
    kind: "lead-created",
    lead: { crm: "hubspot", id: key },
  };
}

onEveryDatabase("the inbox", ({ store }) => {
  let installation = "";
  beforeEach((context) => {
    installation = `i-${context.task.id}`;
  });

  test("an event stored twice waits once, and both callers are told the truth", async () => {
    const inbox = openInbox(store());
    const [first, second] = await Promise.all([
      inbox.store([{ installation, events: [created("a"), created("b")] }], NOW),
      inbox.store([{ installation, events: [created("b"), created("c")] }], NOW),
    ]);
    expect(first).toEqual({ stored: 2, duplicates: 0 });
    expect(second).toEqual({ stored: 1, duplicates: 1 });
    const waiting = await waitingEvents(store().db, installation, NOW, 10);
    expect(waiting.map(({ event }) => event.key)).toEqual(["a", "b", "c"]);
  });

  test("the same key in two installations is two events", async () => {
    const inbox = openInbox(store());
    const other = `${installation}-other`;
    await inbox.store(
      [
        { installation, events: [created("a")] },
        { installation: other, events: [created("a")] },
      ],
      NOW,
    );
    expect(await waitingEvents(store().db, installation, NOW, 10)).toHaveLength(1);
    expect(await waitingEvents(store().db, other, NOW, 10)).toHaveLength(1);
  });

  test("an event the database refuses costs nobody else theirs, neither in the same commit nor in the same request", async () => {
    const inbox = openInbox(store());
    const other = `${installation}-other`;
    // What no column takes: the connector never lets it through.
    const bad = { ...created("bad"), occurredAt: Number.NaN };
    const answers = await Promise.allSettled([
      inbox.store([{ installation, events: [created("a")] }], NOW),
      inbox.store(
        [
          { installation, events: [created("b"), bad] },
          { installation: other, events: [created("c")] },
        ],
        NOW,
      ),
      inbox.store([{ installation: other, events: [created("d")] }], NOW),
    ]);
    expect(answers.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
    const keys = async (of: string) =>
      (await waitingEvents(store().db, of, NOW, 10)).map(({ event }) => event.key);
    expect([await keys(installation), await keys(other)]).toEqual([
      ["a", "b"],
      ["c", "d"],
    ]);
  });

  test("bulk events gather for a minute, then yield to live ones that came later", async () => {
    const inbox = openInbox(store());
    await inbox.store([{ installation, events: [created("imported", "bulk")] }], NOW);
    await inbox.store([{ installation, events: [created("demo")] }], NOW + 1);
    const keysAt = async (now: number) =>
      (await waitingEvents(store().db, installation, now, 10)).map(({ event }) => event.key);
    expect(await keysAt(NOW + GATHER_MS - 1)).toEqual(["demo"]);
    expect(await keysAt(NOW + GATHER_MS)).toEqual(["demo", "imported"]);
  });

  test("a postponed event waits for its instant and keeps count of its tries", async () => {
    const { db } = store();
    await insertOwnEvents(db, installation, [created("a")], NOW);
    const [event] = await waitingEvents(db, installation, NOW, 10);
    const seqs = [event?.seq ?? 0];
    await countTries(db, seqs);
    await postponeEvents(db, seqs, NOW + 1_000, "crm.unreachable", true);
    expect(await waitingEvents(db, installation, NOW + 999, 10)).toEqual([]);
    expect((await waitingEvents(db, installation, NOW + 1_000, 10))[0]?.attempts).toBe(2);
    await countTries(db, seqs);
    await postponeEvents(db, seqs, NOW, "crm.unreachable", false);
    expect((await waitingEvents(db, installation, NOW, 10))[0]?.attempts).toBe(2);
  });

  test("a settled event never waits again, however often it is delivered", async () => {
    const { db } = store();
    await insertOwnEvents(db, installation, [created("a")], NOW);
    const [event] = await waitingEvents(db, installation, NOW, 10);
    await settleEvents(db, [event?.seq ?? 0], "done", "ready");
    expect(await insertOwnEvents(db, installation, [created("a")], NOW)).toBe(0);
    expect(await waitingEvents(db, installation, NOW, 10)).toEqual([]);
  });

  test("thousands of events of many requests land in few commits, each once", async () => {
    const inbox = openInbox(store());
    const batches = Array.from({ length: 120 }, (_, batch) =>
      Array.from({ length: 100 }, (__, index) => created(`${(batch * 90 + index) % 9_000}`)),
    );
    const told = await Promise.all(batches.map((events) => inbox.store([{ installation, events }], NOW)));
    const stored = told.reduce((sum, one) => sum + one.stored, 0);
    const distinct = new Set(batches.flat().map(({ key }) => key)).size;
    expect(stored).toBe(distinct);
    expect(told.reduce((sum, one) => sum + one.duplicates, 0)).toBe(12_000 - distinct);
    expect(await waitingEvents(store().db, installation, NOW, 20_000)).toHaveLength(distinct);
  });
});
