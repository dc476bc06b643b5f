import { afterEach, expect, test } from "vitest";
import type { CrmEvent } from "../../src/model/event.ts";
import { eraseLead } from "../../src/store/erase.ts";
import { eventsWithEmail, leadsWithEmail } from "../../src/store/find-lead.ts";
import { insertOwnEvents } from "../../src/store/inbox.ts";
import { saveDecisions } from "../../src/store/turns.ts";
import { aLead } from "../playbook/kit.ts";
import { onEveryDatabase } from "../support/databases.ts";

const NOW = Date.UTC(2026, 10, 17, 9);
const KEYS = [Buffer.alloc(32, "find lead test")] as const;
const head = { tenant: "t", occurredAt: NOW, urgency: "live" } as const;
/** As somebody may type it, and as somebody else typed it. */
const SPELLINGS = [
  ["ines@x.example", "Ines@X.example"],
  ["élodie@x.example", "Élodie@x.example"],
  ["ÉLODIE@X.EXAMPLE", "élodie@x.example".normalize("NFD")],
  ["øyvind@åsen.example", "Øyvind@Åsen.example"],
  ["ольга@почта.example", "Ольга@Почта.example"],
  ["gross@x.example", "GROß@x.example"],
  ["inci@x.example", "İNCİ@x.example"],
  ["o'neil_50%@x.example", "O'Neil_50%@x.example"],
] as const;

const signal = (key: string, email: string): CrmEvent => ({ ...head, key, kind: "signal-received", email });
const form = (key: string, email: string, answer: string): CrmEvent => ({
  ...head,
  key,
  kind: "form-submitted",
  lead: { crm: "hubspot", id: "9" },
  submission: {
    id: key,
    form: "demo",
    submittedAt: NOW,
    email,
    answers: [{ question: "Who else?", answer }],
  },
});
const changed = (key: string, value: string): CrmEvent => ({
  ...head,
  key,
  kind: "lead-changed",
  lead: { crm: "hubspot", id: "8" },
  field: "other",
  property: "email",
  value,
});

onEveryDatabase("an address in any spelling", ({ store }) => {
  afterEach(async () => {
    for (const table of ["events", "decisions", "tombstones"] as const)
      await store().db.deleteFrom(table).execute();
  });

  test.each(SPELLINGS)("%s finds the events of %s, and the lead decided under it", async (typed, stored) => {
    const { db } = store();
    const events = [signal("a", stored), form("b", stored, "nobody"), signal("c", "ana@x.example")];
    await insertOwnEvents(db, "i", events, NOW);
    await insertOwnEvents(db, "other", [signal("a", stored)], NOW);
    expect(await eventsWithEmail(db, "i", typed)).toMatchObject([
      { lead: null, email: stored },
      { lead: "9", email: stored },
    ]);
    const decision = {
      verdict: { outcome: "not-ready", reason: "x", findings: [] },
      plan: { writes: [], clocks: [], notices: [] },
      playbookVersion: "v",
      decidedAt: NOW,
    } as const;
    const of = (id: string, email: string) => ({
      decision,
      snapshot: {
        ...aLead(),
        decisionId: `d${id}`,
        lead: { crm: "hubspot", id } as const,
        facts: { "lead.email": { value: email, from: "contact.email" } },
      },
    });
    await saveDecisions(db, "i", "t", [of("5", stored), of("6", "ana@x.example")]);
    expect(await leadsWithEmail(db, "i", typed)).toEqual(["5", "9"]);
  });

  test.each(SPELLINGS)("%s is erased from events that hold %s, wherever in them", async (typed, stored) => {
    const { db } = store();
    const events = [
      signal("a", stored),
      form("b", "ana@x.example", stored),
      changed("c", stored),
      signal("d", `x${stored}`),
    ];
    await insertOwnEvents(db, "i", events, NOW);
    await insertOwnEvents(db, "other", [signal("a", stored)], NOW);
    await db.transaction().execute((tx) => eraseLead(tx, KEYS, "i", "1", [typed], NOW));
    const left = db.selectFrom("events").select(["installation", "key"]).orderBy("installation").execute();
    expect(await left).toEqual([
      { installation: "i", key: "d" },
      { installation: "other", key: "a" },
    ]);
  });

  test("is found among more events than one page holds", async () => {
    const { db } = store();
    const events = Array.from({ length: 600 }, (_, index) => signal(`k${index}`, `nr${index}@x.example`));
    await insertOwnEvents(db, "i", events, NOW);
    await insertOwnEvents(db, "i", [signal("zz", "Élodie@x.example"), signal("A", "élodie@X.example")], NOW);
    expect(await eventsWithEmail(db, "i", "élodie@x.example")).toMatchObject([
      { email: "Élodie@x.example" },
      { email: "élodie@X.example" },
    ]);
  });
});
