import { beforeEach, describe, expect, test } from "vitest";
import type { CrmEvent } from "../../src/model/event.ts";
import { HOUR_MS, MINUTE_MS } from "../../src/model/instant.ts";
import { settleEvents, waitingEvents } from "../../src/store/events.ts";
import { insertOwnEvents } from "../../src/store/inbox.ts";
import { knownUntil } from "../../src/store/known-until.ts";
import { saveLeads } from "../../src/store/leads.ts";
import { askSweep, loadSweep, replaceSweep, startSweeps, type Sweep } from "../../src/store/sweeps.ts";
import { onEveryDatabase } from "../support/databases.ts";

const NOW = Date.UTC(2026, 10, 17, 9);
const LATER = NOW + HOUR_MS;

onEveryDatabase("how a sweep stands", ({ store }) => {
  let id = "";
  beforeEach((context) => {
    id = `i-${context.task.id}`;
  });
  const standing = () => loadSweep(store().db, id);

  test("begins once: a second start changes nothing", async () => {
    expect(await standing()).toBeUndefined();
    await startSweeps(store().db, id, NOW, LATER);
    await startSweeps(store().db, id, LATER, LATER + HOUR_MS);
    expect(await standing()).toEqual({ sweptAt: NOW, dueAt: LATER });
  });

  test("asked for before it ever began, it begins where it was asked to", async () => {
    await askSweep(store().db, id, NOW, LATER);
    expect(await standing()).toEqual({
      sweptAt: NOW,
      dueAt: LATER,
      sweep: { since: NOW, looked: 0, told: 0 },
    });
  });

  test("asked for while one is under way, it begins again and goes as far back as either", async () => {
    const { db } = store();
    await startSweeps(db, id, NOW, NOW);
    const before = { sweptAt: NOW, dueAt: NOW };
    const open: Sweep = { since: NOW - HOUR_MS, startedAt: NOW, after: "200", looked: 200, told: 3 };
    expect(await replaceSweep(db, id, before, { ...before, sweep: open })).toBe(true);
    await askSweep(db, id, NOW - MINUTE_MS, LATER);
    expect((await standing())?.sweep).toEqual({ since: NOW - HOUR_MS, looked: 0, told: 0 });
    await askSweep(db, id, NOW - 2 * HOUR_MS, LATER);
    expect((await standing())?.sweep).toEqual({ since: NOW - 2 * HOUR_MS, looked: 0, told: 0 });
  });

  test("asked for after one has ended, it goes back as far as it was asked to", async () => {
    const { db } = store();
    await startSweeps(db, id, NOW, NOW);
    const before = { sweptAt: NOW, dueAt: NOW };
    const done: Sweep = { since: NOW - HOUR_MS, startedAt: NOW, endedAt: NOW, looked: 1, told: 0 };
    await replaceSweep(db, id, before, { ...before, sweep: done });
    await askSweep(db, id, NOW, LATER);
    expect((await standing())?.sweep).toEqual({ since: NOW, looked: 0, told: 0 });
  });

  test("is not replaced by whoever has not seen that somebody asked anew", async () => {
    const { db } = store();
    await startSweeps(db, id, NOW, NOW);
    const seen = { sweptAt: NOW, dueAt: NOW };
    await askSweep(db, id, NOW - HOUR_MS, LATER);
    expect(await replaceSweep(db, id, seen, { sweptAt: LATER, dueAt: LATER })).toBe(false);
    expect(await standing()).toMatchObject({ sweptAt: NOW, sweep: { since: NOW - HOUR_MS } });
  });
});

onEveryDatabase("what is known of a lead", ({ store }) => {
  const id = "i-known";
  const event = (key: string, lead: string, occurredAt: number): CrmEvent => ({
    key,
    tenant: "t",
    occurredAt,
    urgency: "live",
    kind: "lead-changed",
    lead: { crm: "hubspot", id: lead },
    field: "stage",
    property: "lifecyclestage",
  });

  describe("is the latest of what was told", () => {
    test("and when it was decided, by lead; of a stranger nothing", async () => {
      const { db } = store();
      const told = [event("a", "1", NOW), event("b", "1", NOW + 5), event("c", "2", NOW + 9)];
      await insertOwnEvents(db, id, told, NOW);
      await insertOwnEvents(db, "another", [event("a", "1", LATER)], NOW);
      const nothing = { email: null, name: null, role: null, account: null, outcome: null, reason: null };
      await saveLeads(db, id, [{ lead: "2", ...nothing, decision: null, surroundings: null }], NOW + 20);
      expect(await knownUntil(db, id, ["1", "2", "3"])).toEqual(
        new Map([
          ["1", { heardAt: NOW + 5 }],
          ["2", { heardAt: NOW + 9, decidedAt: NOW + 20 }],
        ]),
      );
    });

    test("but for echoes and forms, which may have been settled without a look", async () => {
      const { db } = store();
      const form: CrmEvent = {
        key: "f",
        tenant: "t",
        occurredAt: NOW + 50,
        urgency: "live",
        kind: "form-submitted",
        lead: { crm: "hubspot", id: "4" },
        submission: { id: "s", form: "Demo", submittedAt: NOW + 50, email: "a@example.com", answers: [] },
      };
      await insertOwnEvents(db, id, [event("d", "4", NOW), event("e", "4", NOW + 40), form], NOW);
      const waiting = await waitingEvents(db, id, LATER, 10);
      const echo = waiting.filter(({ event: one }) => one.key === "e").map(({ seq }) => seq);
      await settleEvents(db, echo, "echo", "caused by Baton's own write");
      expect(await knownUntil(db, id, ["4"])).toEqual(new Map([["4", { heardAt: NOW }]]));
    });
  });
});
