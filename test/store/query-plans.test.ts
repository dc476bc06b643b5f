import { afterAll, beforeAll, expect, test } from "vitest";
import type { CrmEvent } from "../../src/model/event.ts";
import { claimBound, dueChannels } from "../../src/store/deliveries.ts";
import { ownWrites } from "../../src/store/echoes.ts";
import { dueEffects } from "../../src/store/due-effects.ts";
import { markLost, settleEffects } from "../../src/store/effects.ts";
import { effectsOfHandoff } from "../../src/store/stuck-effects.ts";
import { pendingEventsOf, waitingEvents } from "../../src/store/events.ts";
import {
  findHandoff,
  loadAccountHandoffs,
  loadOpenHandoffs,
  stampWritten,
} from "../../src/store/handoffs.ts";
import { lastHandedOff } from "../../src/store/handoff-leads.ts";
import { eventsWithEmail, leadsWithEmail } from "../../src/store/find-lead.ts";
import { claimNext, loadMessage } from "../../src/store/gather.ts";
import { insertOwnEvents } from "../../src/store/inbox.ts";
import { exportRecords } from "../../src/store/export.ts";
import { knownUntil } from "../../src/store/known-until.ts";
import { expireNotices } from "../../src/store/notices.ts";
import { dueLanes } from "../../src/store/lanes.ts";
import { deleteUnseen } from "../../src/store/accounts.ts";
import { findByKeys } from "../../src/store/match-keys.ts";
import { loadAnswers, openReviews } from "../../src/store/reviews.ts";
import { openStore, type Store } from "../../src/store/open.ts";
import type { Db } from "../../src/store/schema.ts";
import { loadSignals } from "../../src/store/signals.ts";
import { findDecision } from "../../src/store/turns.ts";

const AT = { installation: "i", channel: "c" };
const MEANS = { claim: "k", digestKey: "d", leaseMs: 1 };
const FEW = { fewCount: 5, windowMs: 1, mostCount: 9 };

let store: Store;
/** What SQLite said of every statement since it was emptied. */
const plans: string[] = [];

beforeAll(async () => {
  store = await openStore("sqlite::memory:");
  const { sqlite } = store;
  if (sqlite === undefined) throw new Error("a SQLite store has its handle");
  const prepare = sqlite.prepare.bind(sqlite);
  sqlite.prepare = (text: string) => {
    const placeholders = Array.from({ length: text.split("?").length - 1 }, () => "1");
    for (const row of prepare(`explain query plan ${text}`).all(...placeholders))
      plans.push(JSON.stringify(row));
    return prepare(text);
  };
});
afterAll(async () => await store.close());

const deletionOf = (id: string): CrmEvent => ({
  kind: "lead-deleted",
  key: "k",
  tenant: "t",
  lead: { crm: "hubspot", id },
  occurredAt: 1,
  urgency: "live",
});

/** As many as a turn asks for at once: with few, the planner may choose well by luck. */
const manyAccounts = Array.from({ length: 100 }, (_, index) => String(index));
const manySettled = manyAccounts.map((key) => ({ key, state: "confirmed", crmId: "1" }) as const);

test.each<[string, string, (db: Db) => Promise<unknown>]>([
  ["what waits in a lane", "events_pending", (db) => waitingEvents(db, "i", 1, 10)],
  [
    "what is pending of a lead",
    "SEARCH events USING INDEX events_lead (installation=? AND lead=? AND rowid>?)",
    async (db) => {
      await insertOwnEvents(db, "i", [deletionOf("1")], 1);
      return await pendingEventsOf(db, "i", ["1"], 1);
    },
  ],
  ["up to when a lead is known", "events_lead", (db) => knownUntil(db, "i", ["1"])],
  ["which lanes have something due", "effects_due", (db) => dueLanes(db, 1)],
  ["which effects are due", "effects_due", (db) => dueEffects(db, "i", "hubspot", ["planned"], 1, 10)],
  ["what a dead worker was at", "effects_due", (db) => markLost(db, "i", 1)],
  ["whether a handoff is written", "effects_handoff", (db) => stampWritten(db, "i", ["h"], 1)],
  ["the effects of a handoff", "effects_handoff", (db) => effectsOfHandoff(db, "i", "h")],
  [
    "what writes ended as",
    "SEARCH effects USING INDEX sqlite_autoindex_effects_1 (installation=? AND key=?)",
    (db) => settleEffects(db, "i", manySettled, 1),
  ],
  [
    "what an account's people are in",
    "handoffs_open_account",
    (db) => loadAccountHandoffs(db, "i", manyAccounts),
  ],
  ["what was written to a lead", "effects_lead", (db) => ownWrites(db, "i", ["1"])],
  ["a lead's open handoff", "handoffs_open", (db) => loadOpenHandoffs(db, "i", ["1"])],
  ["a lead's signals", "signals", (db) => loadSignals(db, "i", ["1"])],
  ["a handoff by its id alone", "handoffs_id", (db) => findHandoff(db, "h")],
  ["a decision by its id alone", "decisions_id", (db) => findDecision(db, "d")],
  [
    "accounts by a key",
    "SEARCH account_keys USING PRIMARY KEY",
    (db) => findByKeys(db, "i", "account_keys", ["k"]),
  ],
  [
    "people by a key",
    "SEARCH person_keys USING PRIMARY KEY",
    (db) => findByKeys(db, "i", "person_keys", ["k"]),
  ],
  ["a lead's reviews", "reviews_other", (db) => loadAnswers(db, "i", ["1"])],
  ["what waits for an answer", "reviews_open", (db) => openReviews(db, "i")],
  [
    "events that name somebody, page by page",
    "SEARCH events USING INDEX sqlite_autoindex_events_1 (installation=? AND key>?)",
    (db) => eventsWithEmail(db, "i", "vera@x.example"),
  ],
  [
    "decisions under an address, page by page",
    "SEARCH decisions USING INDEX sqlite_autoindex_decisions_1 (installation=? AND id>?)",
    (db) => leadsWithEmail(db, "i", "vera@x.example"),
  ],
  ["accounts that are gone", "accounts_seen", (db) => deleteUnseen(db, "i", 1)],
  ["which channels have something due", "deliveries_due", (db) => dueChannels(db, "sqlite", 1)],
  ["what may have been sent already", "deliveries_waiting", (db) => claimBound(db, "sqlite", AT, MEANS, 1)],
  ["what is to be sent next", "deliveries_waiting", (db) => claimNext(db, "sqlite", AT, FEW, MEANS, 1)],
  ["what a message says", "deliveries_message", (db) => loadMessage(db, { ...AT, sentAs: "m" }, 9)],
  ["what is too old to tell", "notices_at", (db) => expireNotices(db, 1)],
])("%s is found by an index (%s), however much is stored", async (_question, index, ask) => {
  plans.length = 0;
  await ask(store.db);
  expect(plans.join("\n")).toContain(index);
  // Not by the installation alone: that is a scan of all it ever had.
  expect(
    plans.filter((plan) =>
      /SEARCH (?:effects|handoffs) USING INDEX (?:effects_handoff|handoffs_\w+) \(installation=\?\)/.test(
        plan,
      ),
    ),
  ).toEqual([]);
  expect(
    plans.filter((plan) =>
      /SCAN (?:events|effects|handoffs|decisions|signals|accounts|account_keys|person_keys|reviews|deliveries|notices|[defcn]\b)/.test(
        plan,
      ),
    ),
  ).toEqual([]);
});

test("every page of an export is read in the order of an index, so that it costs the page and not the table", async () => {
  plans.length = 0;
  for await (const _record of exportRecords(store.db, "i", 0)) break;
  expect(plans.join("\n")).toContain(
    "SEARCH events USING INDEX sqlite_autoindex_events_1 (installation=? AND key>?)",
  );
  expect(plans.filter((plan) => /TEMP B-TREE|SCAN/.test(plan))).toEqual([]);
});

test("who was handed off last is read in the order of an index, so no further than is asked", async () => {
  plans.length = 0;
  await lastHandedOff(store.db, "i", manyAccounts, 3);
  expect(plans.join("\n")).toContain("SEARCH handoffs USING INDEX handoffs_decided (installation=?)");
  expect(plans.join("\n")).not.toContain("TEMP B-TREE");
});
