import { Writable } from "node:stream";
import { beforeAll, expect, test } from "vitest";
import { gather } from "../../src/cli/explain/explanation.ts";
import { findSubject } from "../../src/cli/explain/find.ts";
import { explanationLines } from "../../src/cli/explain/text.ts";
import { screenOf } from "../../src/cli/shell.ts";
import { HOUR_MS } from "../../src/model/instant.ts";
import type { Snapshot } from "../../src/model/lead.ts";
import type { Owner } from "../../src/model/rep.ts";
import { decide } from "../../src/pipeline.ts";
import { formRoster } from "../../src/route/index.ts";
import { saveInstallation } from "../../src/store/installations.ts";
import { savePlaybook } from "../../src/store/playbooks.ts";
import { saveDecisions, saveTurn } from "../../src/store/turns.ts";
import { CAPABILITIES } from "../cli/kit.ts";
import { aPlaybook, NOW, shippedFiles } from "../playbook/kit.ts";
import { demoRequest, intent, qualified } from "../qualify/kit.ts";
import { OWNERS } from "../route/acme.ts";
import { useDatabase } from "../support/databases.ts";

const playbook = aPlaybook();
const database = useDatabase("sqlite");
const INSTALLATION = "inst-1";
const TURN = "turn-1";

const handRaiser = (changes: Parameters<typeof qualified>[0] = {}): Snapshot =>
  qualified({ "lead.phone": "+49 30 5550100", ...changes }, [demoRequest(), ...intent()]);
const PARTNER = { "lead.source": "partner", "lead.partner": "Northwind Partners" };
const HANDOFF = {
  id: "earlier",
  state: "with-sales",
  type: "hand-raiser",
  startedAt: NOW - HOUR_MS,
} as const;

/** Every way a decision can come out, and the nearest other one. */
const CASES: Readonly<Record<string, readonly [lead: Snapshot, says: string, owners?: readonly Owner[]]>> = {
  assigned: [handRaiser(), "ready as marketing-qualified without the form demo-request"],
  partner: [qualified(PARTNER, intent()), "ready as marketing-qualified if "],
  queued: [handRaiser(), "assigned if ", []],
  "not-ready": [qualified({ "account.employees": 12 }), "ready if account.employees were at least 50"],
  refused: [handRaiser({ "lead.role": "Student" }), 'ready as hand-raiser if "lead.role matches'],
  suppressed: [handRaiser({ "lead.opted_out": true }), 'ready as hand-raiser if "lead.opted_out is true"'],
  held: [qualified({ "lead.source": undefined }), "ready once lead.source is known"],
  "with-sales": [{ ...handRaiser(), handoff: HANDOFF }, "judged anew once that handoff is closed"],
};

beforeAll(async () => {
  const { db } = database.store();
  const roster = formRoster(playbook.team, OWNERS, new Map(), NOW);
  const tenant = { id: INSTALLATION, crm: "hubspot", tenant: "424242", capabilities: CAPABILITIES } as const;
  await saveInstallation(db, tenant, NOW);
  await savePlaybook(db, playbook.version, shippedFiles(), NOW);
  await saveTurn(db, INSTALLATION, { id: TURN, roster, playbook: playbook.version }, NOW);
  for (const [name, [lead, , owners]] of Object.entries(CASES)) await keep(name, lead, owners ?? OWNERS);
});

/** Decides and stores, as a lane does. */
async function keep(name: string, lead: Snapshot, owners: readonly Owner[]): Promise<void> {
  const { db } = database.store();
  const snapshot = { ...lead, decisionId: `decision-${name}`, lead: { crm: "hubspot", id: name } } as const;
  const roster = formRoster(playbook.team, owners, new Map(), NOW);
  const decision = decide(snapshot, { playbook, roster, now: NOW, publicUrl: "https://baton.example" });
  await saveDecisions(db, INSTALLATION, TURN, [{ snapshot, decision }]);
}

test.each(Object.entries(CASES))(
  "a stored decision says it in the terminal and in JSON: %s",
  async (name, [, says]) => {
    const store = database.store();
    const explanation = await gather(store.db, await findSubject(store, name, undefined), false);
    expect([explanation.verdict.outcome, explanation.assignment?.outcome]).toContain(name);
    expect(explanation.verdict).not.toHaveProperty("nearest");
    expect(explanation.nearest?.says).toContain(says);
    const screen = screenOf(new Writable(), {});
    const lines = explanationLines(explanation, { screen, zone: "UTC", now: NOW });
    expect(lines.find((line) => line.startsWith("  otherwise"))).toContain(says);
  },
);

test("an explanation without the version that decided says the rest", async () => {
  const store = database.store();
  await store.db.deleteFrom("playbooks").execute();
  const explanation = await gather(store.db, await findSubject(store, "refused", undefined), false);
  expect(explanation).toMatchObject({ verdict: { outcome: "refused", reason: "student" } });
  expect(explanation).not.toHaveProperty("nearest");
});
