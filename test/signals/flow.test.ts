/** The whole way: Segment's client, a real server, a lane, and a decision that counts what was sent. */
import { Analytics } from "@segment/analytics-node";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Stage } from "../../src/cli/demo/stage.ts";
import { listInstallations } from "../../src/store/installations.ts";
import { listOutcomes, type LeadOutcome } from "../../src/store/outcomes.ts";
import { createWriteKey } from "../../src/store/write-keys.ts";
import { onEveryDatabase } from "../support/databases.ts";
import { addReadyLead } from "../support/leads.ts";
import { openTestStage } from "../support/stage.ts";

onEveryDatabase("signals of Segment's client", ({ url }) => {
  let stage: Stage;
  let installation = "";
  let key = "";

  beforeAll(async () => {
    ({ stage } = await openTestStage(url()));
    installation = (await listInstallations(stage.baton.store.db))[0]?.id ?? "";
    ({ key } = await createWriteKey(stage.baton.store.db, installation, stage.baton.now()));
  });
  afterAll(async () => await stage.close());

  async function send(calls: (client: Analytics) => void): Promise<void> {
    const client = new Analytics({
      writeKey: key,
      host: stage.baton.url,
      path: "/signals/v1/batch",
      maxRetries: 0,
    });
    const errors: unknown[] = [];
    client.on("error", (error) => errors.push(error));
    calls(client);
    await client.closeAndFlush();
    await stage.quiet();
    expect(errors).toEqual([]);
  }

  async function outcomeOf(email: string): Promise<LeadOutcome | undefined> {
    const all = await listOutcomes(stage.baton.store.db, installation);
    return all.find(({ snapshot }) => snapshot.facts["lead.email"]?.value === email);
  }

  async function qualified(number: number): Promise<string> {
    const { id, email } = await addReadyLead(stage.portal, number);
    await stage.portal.act({
      do: "change",
      who: id,
      properties: { lifecyclestage: "marketingqualifiedlead" },
      by: "workflow",
    });
    await stage.quiet();
    return email;
  }

  const interest = (who: { anonymousId: string } | { userId: string }) => (client: Analytics) => {
    for (const path of ["/pricing", "/pricing/enterprise", "/security"])
      client.page({ ...who, properties: { path } });
    client.track({ ...who, event: "Meeting Booked" });
  };

  test("an anonymous visitor's signals count as soon as they are identified, and the lead is handed off", async () => {
    const email = await qualified(1);
    expect((await outcomeOf(email))?.decision.verdict).toMatchObject({
      outcome: "not-ready",
      reason: "intent",
    });

    await send(interest({ anonymousId: "laptop-1" }));
    expect((await outcomeOf(email))?.decision.verdict.outcome).toBe("not-ready");

    await send((client) => client.identify({ userId: "97", anonymousId: "laptop-1", traits: { email } }));
    const decided = await outcomeOf(email);
    expect(decided?.decision.verdict).toMatchObject({ outcome: "ready", type: "marketing-qualified" });
    const sent = decided?.snapshot.signals.filter((signal) => signal.key.startsWith("message:")) ?? [];
    expect(sent.map(({ kind }) => kind).toSorted()).toEqual([
      "meeting-booked",
      "page-viewed",
      "page-viewed",
      "page-viewed",
    ]);
    expect(stage.portal.find("contact", email)?.properties["hubspot_owner_id"]).toMatch(/\d/);
    expect(await waiting()).toBe(0);
  });

  test("signals of an address the CRM does not know wait for its contact", async () => {
    const email = "lead-2@company-2.example";
    await send(interest({ userId: email }));
    expect(await waiting()).toBe(4);
    await qualified(2);
    expect((await outcomeOf(email))?.decision.verdict).toMatchObject({ outcome: "ready" });
    expect(await waiting()).toBe(0);
  });

  test("a message sent again wakes nobody and counts once", async () => {
    const email = await qualified(3);
    const again = (client: Analytics): void =>
      client.track({ userId: email, event: "Report Shared", messageId: "fixed-1" });
    await send(again);
    const first = await outcomeOf(email);
    await send(again);
    const second = await outcomeOf(email);
    expect(second?.snapshot.decisionId).toBe(first?.snapshot.decisionId);
    expect(second?.snapshot.signals.filter(({ event }) => event === "Report Shared")).toHaveLength(1);
  });

  async function waiting(): Promise<number> {
    const rows = await stage.baton.store.db.selectFrom("waiting_signals").select("key").execute();
    return rows.length;
  }
});
