import { beforeEach, describe, expect, test } from "vitest";
import { importAccounts } from "../../src/lanes/accounts.ts";
import { commit, type Turn } from "../../src/lanes/commit.ts";
import { noteIdentities, recallIdentities } from "../../src/lanes/identities.ts";
import { inLane, type Lane } from "../../src/lanes/lane.ts";
import type { ReadLead } from "../../src/lanes/reading.ts";
import type { Snapshot } from "../../src/model/lead.ts";
import { eraseLead } from "../../src/store/erase.ts";
import { saveHandoffs } from "../../src/store/handoffs.ts";
import { openReviews, settleReview, textOf } from "../../src/store/reviews.ts";
import { NO_COURSE } from "../../src/store/schema-following.ts";
import { aPlaybook, shippedFiles } from "../playbook/kit.ts";
import { onEveryDatabase } from "../support/databases.ts";
import { aReadLead, decide, openLane, snapshotOf } from "./matching-kit.ts";

const NOW = Date.UTC(2026, 10, 17, 9);
const ON = aPlaybook();
const OFF = aPlaybook({
  "fields.yaml": (shippedFiles()["fields.yaml"] ?? "")
    .replace("  accounts: true", "  accounts: false")
    .replace("  duplicates: true", "  duplicates: false"),
});
const NORTHWIND = {
  id: "900",
  name: "Northwind Traders",
  domain: "northwind.example",
  ownerId: "77",
  values: {
    "company.name": "Northwind Traders",
    "company.numberofemployees": "240",
    "company.domain": "northwind.example",
  },
};
const ANNA = {
  "contact.email": "anna@eu.northwind.example",
  "contact.firstname": "Anna",
  "contact.lastname": "Lang",
};

onEveryDatabase("who the leads of a turn are", ({ store }) => {
  let lane: Lane;
  let playbook = ON;

  beforeEach(async (context) => {
    playbook = ON;
    lane = await openLane({
      store: store(),
      id: `i-${context.task.id}`,
      playbook: () => playbook,
      now: () => NOW,
      accounts: () => Promise.resolve({ accounts: [NORTHWIND, { id: "901", name: "Fabrikam", values: {} }] }),
    });
  });

  /** One turn: recalled, resolved, noted and stored. */
  async function takeTurn(...read: readonly ReadLead[]): Promise<readonly Snapshot[]> {
    const identities = await recallIdentities(lane, read);
    const snapshots = read.map((one) => snapshotOf(lane, one, identities.get(one.work.lead)));
    await inLane(lane, async (tx) => {
      await noteIdentities(
        lane,
        tx,
        snapshots.map((snapshot) => ({ snapshot })),
      );
    });
    await decide(lane, snapshots);
    return snapshots;
  }

  const questions = async () => (await openReviews(store().db, lane.installation.id)).map(textOf);
  const settle = async (key: string, as: "same" | "different" | "linked") => {
    const open = await openReviews(store().db, lane.installation.id);
    const review = open.find((one) => textOf(one) === key);
    if (review === undefined) throw new Error(`${key} is no open question`);
    await settleReview(store().db, lane.installation.id, review, as, NOW);
  };

  describe("a lead that the CRM links to no account", () => {
    test("is read as one of the matched account's, and every fact of it says so", async () => {
      await importAccounts(lane);
      const [snapshot] = await takeTurn(aReadLead("1", ANNA));
      expect(snapshot).toMatchObject({ accountId: "900", match: { outcome: "match", account: "900" } });
      expect(snapshot?.facts).toMatchObject({
        "account.employees": { value: 240, from: "company.numberofemployees of the matched account" },
        "account.owner": { value: "77", from: "company owner of the matched account" },
        "lead.email": { from: "contact.email" },
      });
      expect(await questions()).toEqual([]);
    });

    test("is matched with nothing before the whole list is known", async () => {
      const [snapshot] = await takeTurn(aReadLead("1", ANNA));
      expect(snapshot?.match).toBeUndefined();
      expect(snapshot?.accountId).toBeUndefined();
    });

    test("that has one after all keeps it", async () => {
      await importAccounts(lane);
      const [snapshot] = await takeTurn(aReadLead("1", ANNA, { accountId: "5" }));
      expect(snapshot?.match).toBeUndefined();
      expect(snapshot?.accountId).toBe("5");
      expect(snapshot?.facts["account.owner"]).toBeUndefined();
    });

    const BEN = { "contact.email": "ben@gmail.com", "contact.company": "Fabrikam Inc." };

    test("and whose account is not sure is listed, and nothing is decided by it", async () => {
      await importAccounts(lane);
      const [snapshot] = await takeTurn(aReadLead("2", BEN));
      expect(snapshot?.match).toMatchObject({ outcome: "review", candidates: [{ account: "901" }] });
      expect(snapshot?.accountId).toBeUndefined();
      expect(await questions()).toEqual(["account:2:901"]);
    });

    test("belongs to the account a person says, and not to one they say no to", async () => {
      await importAccounts(lane);
      await takeTurn(aReadLead("2", BEN), aReadLead("3", BEN));
      await settle("account:2:901", "same");
      await settle("account:3:901", "different");
      const [two, three] = await takeTurn(aReadLead("2", BEN), aReadLead("3", BEN));
      expect(two).toMatchObject({
        accountId: "901",
        match: { outcome: "match", evidence: ["a person said so"] },
      });
      expect(three?.match).toEqual({ outcome: "none" });
      expect(await questions()).toEqual(["duplicate:2:3"]);
    });
  });

  describe("another record of the same person", () => {
    const AGAIN = { "contact.email": "anna+x@eu.northwind.example" };

    test("is found among what was decided before, with its owner", async () => {
      await takeTurn(aReadLead("1", ANNA));
      await saveHandoffs(store().db, [openHandoff(lane.installation.id, "1", "88")]);
      const [snapshot] = await takeTurn(aReadLead("2", AGAIN));
      expect(snapshot?.duplicates).toEqual([
        { lead: "1", certainty: "certain", evidence: ["the same mailbox"], ownerId: "88" },
      ]);
      expect(snapshot?.facts).toMatchObject({
        "duplicate.owner": { value: "88" },
        "duplicate.evidence": { value: "certain: the same mailbox" },
      });
      expect(await questions()).toEqual(["duplicate:1:2"]);
    });

    test("is found within the turn, both ways round, and is one question", async () => {
      const snapshots = await takeTurn(aReadLead("1", ANNA), aReadLead("2", AGAIN));
      expect(snapshots.map(({ duplicates }) => duplicates?.map(({ lead }) => lead))).toEqual([["2"], ["1"]]);
      expect(await questions()).toEqual(["duplicate:1:2"]);
    });

    test("is compared as it is now, not as it was", async () => {
      await takeTurn(aReadLead("1", ANNA));
      const changed = { ...ANNA, "contact.email": "other@eu.northwind.example", "contact.lastname": "Berg" };
      const [, two] = await takeTurn(aReadLead("1", changed), aReadLead("2", AGAIN));
      expect(two?.duplicates).toBeUndefined();
      expect(await questions()).toEqual([]);
    });

    test("has the same name at an account only one of them is linked to", async () => {
      await importAccounts(lane);
      await takeTurn(aReadLead("1", { ...ANNA, "contact.email": "anna@gmail.com" }, { accountId: "900" }));
      const [two] = await takeTurn(aReadLead("2", { ...ANNA, "contact.email": "al@northwind.example" }));
      expect(two?.duplicates).toMatchObject([{ lead: "1", evidence: ["the same name at the same company"] }]);
    });

    test("is none any more once a person said they are two", async () => {
      await takeTurn(aReadLead("1", ANNA), aReadLead("2", AGAIN));
      await settle("duplicate:1:2", "different");
      const snapshots = await takeTurn(aReadLead("1", ANNA), aReadLead("2", AGAIN));
      expect(snapshots.map(({ duplicates }) => duplicates)).toEqual([undefined, undefined]);
      expect(await questions()).toEqual([]);
    });

    test("that was erased leaves no trace with those who were like it", async () => {
      await takeTurn(aReadLead("1", ANNA), aReadLead("2", AGAIN));
      await inLane(lane, async (tx) => {
        await eraseLead(tx, lane.keys, lane.installation.id, "1", ["anna@eu.northwind.example"], NOW);
      });
      const rows = await store()
        .db.selectFrom("decisions")
        .select("snapshot")
        .where("installation", "=", lane.installation.id)
        .execute();
      expect(rows).toHaveLength(1);
      expect(JSON.parse(rows[0]?.snapshot ?? "")).toMatchObject({ duplicates: [] });
      expect(await questions()).toEqual([]);
      const [two] = await takeTurn(aReadLead("2", AGAIN));
      expect(two?.duplicates).toBeUndefined();
    });
  });

  /** A turn that decided this lead and plans nothing. */
  function turnOf(snapshot: Snapshot): Turn {
    const decision = {
      verdict: { outcome: "not-ready", reason: "no-type-matches", findings: [] },
      plan: { writes: [], clocks: [], notices: [] },
      playbookVersion: playbook.version,
      decidedAt: NOW,
    } as const;
    const work = { lead: snapshot.lead.id, events: [] };
    const surroundings = { deals: [], values: {}, history: {}, readAt: NOW };
    return {
      id: "late",
      outcomes: [{ kind: "decided", work, snapshot, decision, fresh: [], surroundings }],
      roster: { reps: [], owners: [], standings: new Map() },
      standings: new Map(),
      playbook,
      decidedAt: NOW,
    };
  }

  test("a colleague who is erased while the turn is under way is not brought back either", async () => {
    const [one] = await takeTurn(aReadLead("1", ANNA));
    if (one === undefined) throw new Error("the lead was resolved");
    const colleague = { lead: "77", name: "Ben Ode", signals: [] };
    await inLane(lane, async (tx) => {
      await eraseLead(tx, lane.keys, lane.installation.id, "77", [], NOW);
    });
    const late = turnOf({ ...one, account: { colleagues: [colleague], handoffs: [] } });
    await expect(commit(lane, late)).rejects.toMatchObject({ code: "crm.conflict" });
  });

  test("a record that is erased while the turn is under way is not brought back: the turn is taken again", async () => {
    const again = aReadLead("2", { "contact.email": "anna+x@eu.northwind.example" });
    await takeTurn(aReadLead("1", ANNA));
    const identities = await recallIdentities(lane, [again]);
    const snapshot = snapshotOf(lane, again, identities.get("2"));
    await inLane(lane, async (tx) => {
      await eraseLead(tx, lane.keys, lane.installation.id, "1", [], NOW);
    });
    await expect(commit(lane, turnOf(snapshot))).rejects.toMatchObject({ code: "crm.conflict" });
    expect(await questions()).toEqual([]);
    const [two] = await takeTurn(again);
    expect(two?.duplicates).toBeUndefined();
  });

  test("is asked of nobody where fields.yaml says nothing of it", async () => {
    playbook = OFF;
    const [snapshot] = await takeTurn(aReadLead("1", ANNA), aReadLead("2", ANNA));
    expect(snapshot?.duplicates).toBeUndefined();
    expect((await recallIdentities(lane, [aReadLead("3", ANNA)])).size).toBe(0);
    const keys = await store()
      .db.selectFrom("person_keys")
      .selectAll()
      .where("installation", "=", lane.installation.id)
      .execute();
    expect(keys).toEqual([]);
  });
});

function openHandoff(installation: string, lead: string, owner: string) {
  return {
    installation,
    id: `${installation}-h`,
    lead,
    account: null,
    scope: "lead",
    state: "with-sales",
    type: "hand-raiser",
    rule: null,
    reason: null,
    rep: null,
    owner,
    owner_name: null,
    playbook: "v",
    occurred_at: NOW,
    received_at: NOW,
    read_at: NOW,
    decided_at: NOW,
    written_at: null,
    closed_at: null,
    closed_because: null,
    ...NO_COURSE,
  } as const;
}
