import { afterAll, beforeAll, expect, test } from "vitest";
import { ownWrites } from "../../src/store/echoes.ts";
import { dueEffects, markLost } from "../../src/store/effects.ts";
import { effectsOfHandoff } from "../../src/store/stuck-effects.ts";
import { gatheringEvents, waitingEvents } from "../../src/store/events.ts";
import { findHandoff, loadOpenHandoffs, stampWritten } from "../../src/store/handoffs.ts";
import { knownUntil } from "../../src/store/known-until.ts";
import { dueLanes } from "../../src/store/lanes.ts";
import { deleteUnseen } from "../../src/store/accounts.ts";
import { findByKeys } from "../../src/store/match-keys.ts";
import { loadAnswers, openReviews } from "../../src/store/reviews.ts";
import { openStore, type Store } from "../../src/store/open.ts";
import type { Db } from "../../src/store/schema.ts";
import { loadSignals } from "../../src/store/signals.ts";
import { findDecision } from "../../src/store/turns.ts";

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

test.each<[string, string, (db: Db) => Promise<unknown>]>([
  ["what waits in a lane", "events_pending", (db) => waitingEvents(db, "i", 1, 10)],
  ["what gathers of a lead", "events_lead", (db) => gatheringEvents(db, "i", ["1"], 1)],
  ["up to when a lead is known", "events_lead", (db) => knownUntil(db, "i", ["1"])],
  ["which lanes have something due", "effects_due", (db) => dueLanes(db, 1)],
  ["which effects are due", "effects_due", (db) => dueEffects(db, "i", "hubspot", ["planned"], 1, 10)],
  ["what a dead worker was at", "effects_due", (db) => markLost(db, "i", 1)],
  ["whether a handoff is written", "effects_handoff", (db) => stampWritten(db, "i", ["h"], 1)],
  ["the effects of a handoff", "effects_handoff", (db) => effectsOfHandoff(db, "i", "h")],
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
  ["accounts that are gone", "accounts_seen", (db) => deleteUnseen(db, "i", 1)],
])("%s is found by an index (%s), however much is stored", async (_question, index, ask) => {
  plans.length = 0;
  await ask(store.db);
  expect(plans.join("\n")).toContain(index);
  expect(
    plans.filter((plan) =>
      /SCAN (?:events|effects|handoffs|decisions|signals|accounts|account_keys|person_keys|reviews|[efc]\b)/.test(
        plan,
      ),
    ),
  ).toEqual([]);
});
