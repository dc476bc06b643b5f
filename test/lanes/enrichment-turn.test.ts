import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { openProvider, type Provider } from "../../src/enrich/provider.ts";
import type { Lane } from "../../src/lanes/lane.ts";
import type { Snapshot } from "../../src/model/lead.ts";
import type { Playbook } from "../../src/playbook/playbook.ts";
import { decisionsOfLead, type StoredDecision } from "../../src/store/turns.ts";
import { json, openStandIn, type StandIn } from "../enrich/stand-in.ts";
import { ENRICH, enrichedFiles } from "../playbook/enrichment-kit.ts";
import { aPlaybook } from "../playbook/kit.ts";
import { onEveryDatabase } from "../support/databases.ts";
import { onceEach, tallyWrites } from "../support/exactly-once.ts";
import { openStandstill, type Standstill } from "./kit.ts";

const TITLE = { person: { titles: ["VP Sales"] } };

onEveryDatabase("a turn that asks a provider", ({ url }) => {
  let at: Standstill;
  let standIn: StandIn;
  let provider: Provider;
  let lane: Lane;
  beforeAll(async () => {
    at = await openStandstill(url());
  });
  afterAll(async () => await at.close());
  beforeEach(async () => {
    await at.emptyInbox();
    standIn = await openStandIn();
    provider = openProvider({ url: standIn.url, sandbox: true, now: () => at.clock.now() });
    const playbook = demanding();
    lane = { ...at.lane, provider, playbook: () => playbook };
  });
  afterEach(async () => {
    await standIn.close();
    await provider.close();
  });

  /** A hand-raiser whose job nobody knows. */
  const unknown = async (): Promise<string> => {
    const { id } = await at.handRaiser();
    await at.stage.portal.act({ do: "change", who: id, properties: { jobtitle: "" }, by: "workflow" });
    await at.stage.sandbox.drained();
    return id;
  };
  const tally = (lead: string) => tallyWrites(at.stage.sandbox, at.stage.portal, [lead]);
  const latest = async (lead: string): Promise<StoredDecision | undefined> =>
    (await decisionsOfLead(at.db, lane.installation.id, lead, 1))[0];
  const roleOf = (snapshot: Snapshot | undefined) => snapshot?.facts["lead.role"];

  test("a lead that only lacked what the provider knows is handed off in the same turn, once", async () => {
    standIn.answer = json(TITLE);
    const id = await unknown();
    await at.work(lane);
    expect(standIn.asked).toHaveLength(1);
    expect(tally(id)).toEqual(onceEach([id]));
    const stored = await latest(id);
    expect(stored?.decision.verdict.outcome).toBe("ready");
    expect(roleOf(stored?.snapshot)).toEqual({ value: "VP Sales", from: "enrichment: person.titles[0]" });
  });

  test("a lead the provider could not tell of is held, and handed off once the provider answers", async () => {
    standIn.answer = json({}, 500);
    const id = await unknown();
    await at.work(lane);
    expect((await latest(id))?.decision.verdict).toMatchObject({ outcome: "held", missing: ["lead.role"] });
    standIn.answer = json(TITLE);
    await at.work(lane);
    expect(standIn.asked).toHaveLength(1);

    const askedAt = at.clock.now();
    at.clock.moveTo(askedAt + 61_000);
    await at.work(lane);
    expect(standIn.asked).toHaveLength(2);
    expect((await latest(id))?.decision.verdict.outcome).toBe("ready");
    // What began it was known when the provider failed, not when it was asked again.
    const began = at.db.selectFrom("handoffs").select("received_at").where("lead", "=", id);
    expect((await began.executeTakeFirstOrThrow()).received_at).toBeLessThanOrEqual(askedAt);
    expect(tally(id)).toEqual(onceEach([id]));
  });

  test("a lead about which the provider knows nothing is held and not asked about again", async () => {
    standIn.answer = json({}, 404);
    const id = await unknown();
    await at.work(lane);
    await at.tell({ kind: "lead-changed", lead: { crm: "hubspot", id }, field: "other", property: "city" });
    await at.work(lane);
    expect((await latest(id))?.decision.verdict.outcome).toBe("held");
    expect(standIn.asked).toHaveLength(1);
  });

  test("what a person fills in goes before what the provider knows", async () => {
    standIn.answer = json({ person: {} });
    const id = await unknown();
    await at.work(lane);
    await at.stage.portal.act({ do: "change", who: id, properties: { jobtitle: "CFO" }, by: "workflow" });
    await at.stage.sandbox.drained();
    await at.work(lane);
    const stored = await latest(id);
    expect(stored?.decision.verdict.outcome).toBe("ready");
    expect(roleOf(stored?.snapshot)).toEqual({ value: "CFO", from: "contact.jobtitle" });
  });
});

/** Even of hand-raisers the job must be known, and a provider is asked for it. */
function demanding(): Playbook {
  const files = enrichedFiles(ENRICH.replace("[account.domain]", "[lead.email]"));
  const definition = files["definition.yaml"] ?? "";
  const agreement = files["agreement.yaml"] ?? "";
  return aPlaybook({
    ...files,
    "definition.yaml": definition.replace("    waive: all\n", ""),
    "agreement.yaml": agreement.replace("when_incomplete: hold", "when_incomplete: enrich"),
  });
}
