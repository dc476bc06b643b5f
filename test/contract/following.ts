/** What any connector tells of what sales did with a lead, and what it starts in sales' name. Part of the contract suite. */
import { expect, test } from "vitest";
import type { Write } from "../../src/model/effect.ts";
import type { LeadRef } from "../../src/model/lead.ts";
import type { Capabilities } from "../../src/model/capabilities.ts";
import type { ConnectorHarness, RecordKind } from "./harness.ts";

const NOW = Date.UTC(2026, 10, 17, 9, 30);
const HOUR_MS = 3_600_000;

/** What the suite has made already. */
interface Means {
  /** There once its tests run. */
  readonly harness: () => ConnectorHarness;
  readonly newLead: (lead?: { readonly ownerId?: string }) => Promise<LeadRef>;
  readonly writeOf: (kind: RecordKind, lead: LeadRef) => Write;
  readonly capabilities: Capabilities;
}

/** Adds the tests to the suite that calls it. */
export function describeFollowing({ harness, newLead, writeOf, capabilities }: Means): void {
  test("what passed between sales and a lead is told with how far it got, oldest first", async () => {
    const [lead, other] = [await newLead({ ownerId: harness().owners.one }), await newLead()];
    const past = [
      ["call-tried", "call", "tried"],
      ["call-reached", "call", "reached"],
      ["email", "email", "tried"],
      ["reply", "reply", "reached"],
      ["meeting-held", "meeting", "reached"],
      ["meeting-missed", "meeting", "missed"],
    ] as const;
    const expected: unknown[] = [];
    for (const [index, [does, kind, result]] of past.entries()) {
      if (harness().unsayable.includes(does)) continue;
      const at = NOW - HOUR_MS + index * 60_000;
      const { kind: named, id } = await harness().act(lead, { does, at });
      expected.push({
        lead,
        key: `${named}:${id}`,
        kind,
        result,
        at,
        ownerId: harness().owners.one,
        byPerson: true,
      });
    }
    expect(await harness().connector.touches([other, lead], NOW - HOUR_MS)).toEqual(expected);
    expect(await harness().connector.touches([other], 0)).toEqual([]);
  });

  test("what is planned is told whenever it was planned, what was called off is not", async () => {
    const lead = await newLead({ ownerId: harness().owners.one });
    for (const does of ["call-planned", "meeting-planned", "meeting-cancelled"] as const)
      await harness().act(lead, { does, at: NOW + 24 * HOUR_MS });
    const told = await harness().connector.touches([lead], NOW + 1_000 * HOUR_MS);
    expect(told.map(({ kind, result }) => [kind, result])).toEqual([
      ["call", "planned"],
      ["meeting", "planned"],
    ]);
  });

  test("a sequence's e-mail is told, and is nobody's effort", async () => {
    const lead = await newLead({ ownerId: harness().owners.one });
    await harness().act(lead, { does: "sequence-email", at: NOW });
    expect(await harness().connector.touches([lead], 0)).toMatchObject([
      { kind: "email", result: "tried", byPerson: false },
    ]);
  });

  test("a completed task counts, and Baton's own says nothing", async () => {
    const lead = await newLead({ ownerId: harness().owners.one });
    const [receipt] = await harness().connector.apply([writeOf("create-task", lead)]);
    await harness().complete(receipt && "id" in receipt ? receipt.id : "");
    const { id } = await harness().act(lead, { does: "task", at: NOW });
    expect(await harness().connector.touches([lead], 0)).toMatchObject([
      { key: `task:${id}`, kind: "task", result: "tried", byPerson: true },
    ]);
  });

  test("an activity or a deal leads to its lead, and what is gone to nobody", async () => {
    const [one, other] = [await newLead(), await newLead()];
    const call = await harness().act(one, { does: "call-tried", at: NOW });
    const meeting = await harness().act(other, { does: "meeting-held", at: NOW });
    const deal = { kind: "deal", id: await harness().addDeal(one, { name: "D", amount: "1" }) } as const;
    const gone = { kind: "email", id: "999999999" } as const;
    // A deal may make another record of its lead: whose it is, the CRM says.
    const nothing = { properties: [], history: [], deals: false, lists: false };
    const now = await harness().connector.read([one, other], nothing);
    const [oneNow, otherNow] = now.map((record) => (record.found === true ? record.lead.id : undefined));
    const pairs = await harness().connector.leadsOf([call, gone, meeting, deal, call]);
    expect(new Set(pairs.map(({ activity, lead }) => `${activity.kind}:${activity.id} ${lead.id}`))).toEqual(
      new Set([
        `call:${call.id} ${oneNow}`,
        `meeting:${meeting.id} ${otherNow}`,
        `deal:${deal.id} ${oneNow}`,
      ]),
    );
    expect(pairs).toHaveLength(3);
  });

  test.runIf(capabilities.sequences)(
    "a sequence is not started over one that runs, and the same one counts as started",
    async () => {
      const [lead, another] = [await newLead(), await harness().addSequence("Another")];
      const first = writeOf("start-sequence", lead);
      if (first.kind !== "start-sequence") throw new Error("a sequence was asked for");
      expect(await harness().connector.apply([first])).toMatchObject([{ outcome: "applied" }]);
      const again = writeOf("start-sequence", lead);
      expect(await harness().connector.apply([again])).toMatchObject([{ outcome: "applied" }]);
      const { key } = writeOf("start-sequence", lead);
      const over: Write = {
        kind: "start-sequence",
        key,
        lead,
        ownerId: harness().owners.one,
        sequence: another,
      };
      const [refused] = await harness().connector.apply([over]);
      expect(refused).toMatchObject({ outcome: "refused", code: "crm.conflict" });
      expect(harness().sequenceOf(lead)).toBe(first.sequence);
    },
  );
}
