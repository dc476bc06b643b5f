import { Registry } from "prom-client";
import { expect, test } from "vitest";
import { UNPROBED } from "../../src/install/flow.ts";
import { addBacklog } from "../../src/server/backlog.ts";
import { readFigures } from "../../src/store/figures.ts";
import { planEffects, settleEffects } from "../../src/store/effects.ts";
import { insertOwnEvents } from "../../src/store/inbox.ts";
import { saveInstallation, setServes } from "../../src/store/installations.ts";
import { askResync } from "../../src/store/resyncs.ts";
import { onEveryDatabase } from "../support/databases.ts";

const NOW = Date.UTC(2026, 10, 17, 9);
const lead = { crm: "hubspot", id: "101" } as const;

onEveryDatabase("the backlog's figures", ({ store }) => {
  test("say what waits, for how long, and what waits for a person", async () => {
    const { db } = store();
    await saveInstallation(db, { id: "i", crm: "hubspot", tenant: "62515", capabilities: UNPROBED }, NOW);
    await insertOwnEvents(
      db,
      "i",
      [{ key: "a", tenant: "62515", occurredAt: NOW, urgency: "live", kind: "lead-created", lead }],
      NOW,
    );
    const write = { kind: "create-note", html: "", at: NOW, lead } as const;
    await planEffects(
      db,
      "i",
      [
        { write: { ...write, key: "a" }, decision: "d" },
        { write: { ...write, key: "b" }, decision: "d" },
      ],
      NOW,
    );
    await settleEffects(db, "i", [{ key: "b", state: "refused", code: "crm.invalid", reason: "rule" }], NOW);

    const due = { key: "due", tenant: "1", occurredAt: NOW - 60_000, urgency: "live" } as const;
    const later = { ...due, kind: "enrichment-due", lead: { crm: "hubspot", id: "2" } } as const;
    await insertOwnEvents(db, "i", [later], NOW - 60_000, NOW + 600_000);

    const compared = {
      id: "r",
      subject: "fields",
      isDry: true,
      askedAt: NOW,
      looked: 900,
      differing: 41,
    } as const;
    await askResync(db, "i", { ...compared, written: 0, calls: 9, counts: {} });

    const org = { id: "o", crm: "salesforce", tenant: "00D5g000008ABCDEA4", capabilities: UNPROBED } as const;
    await saveInstallation(db, org, NOW);
    await setServes(db, "o", "i", NOW);

    const registry = new Registry();
    addBacklog(
      registry,
      () => readFigures(db),
      () => NOW + 90_000,
    );
    const scraped = await registry.metrics();
    for (const line of [
      "baton_waiting_events 2",
      "baton_waiting_event_age_seconds 90",
      'baton_effects{state="planned"} 1',
      'baton_effects{state="refused"} 1',
      'baton_effects{state="parked"} 0',
      'baton_installations{state="active"} 2',
      'baton_installations{state="disconnected"} 0',
      "baton_drifting_leads 41",
    ]) {
      expect(scraped.split("\n")).toContain(line);
    }
  });
});
