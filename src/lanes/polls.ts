/**
 * What no webhook tells: form submissions are asked for, every minute and whenever a lead has just converted. Both ways
 * bring the same submission under the same id, so it is one event however often it is seen.
 */
import { BatonError } from "../errors.ts";
import type { CrmEvent, FormSubmission } from "../model/event.ts";
import { type Instant, MINUTE_MS } from "../model/instant.ts";
import { offeredAnswers } from "../playbook/offered.ts";
import { findErased } from "../store/erase.ts";
import { deleteCursor, loadCursor, NEVER_READY, PREPARATION, saveCursor } from "../store/cursors.ts";
import { insertOwnEvents } from "../store/inbox.ts";
import { saveCapabilities } from "../store/installations.ts";
import type { Db, Tx } from "../store/schema.ts";
import { raiseClocks } from "./following.ts";
import { inLane, type Lane } from "./lane.ts";
import { sweepAfterSilence, sweepFromNow } from "./reconcile.ts";

const SUBMISSIONS = "submissions";
const POLL_EVERY_MS = MINUTE_MS;
const PREPARE_EVERY_MS = 5 * MINUTE_MS;

/**
 * Whether a lane can be worked on. `renewed`: what its tenant can do was found out just now, and its connector does not know it yet;
 * `unready`: nobody knows what the tenant can do. A lead decided then would be held back by lists that can be read in a minute.
 */
type Readiness = "ready" | "renewed" | "unready";

/** Turns clocks that have come due into events, and makes a tenant ready that could not be made so before. */
export async function raiseDue(lane: Lane): Promise<Readiness> {
  await raiseClocks(lane);
  return await prepareIfDue(lane);
}

export async function isPollDue(lane: Lane): Promise<boolean> {
  const cursor = await loadCursor(lane.store.db, lane.installation.id, SUBMISSIONS);
  return cursor !== undefined && cursor.dueAt <= lane.now();
}

/**
 * Reads new submissions and stores them as events. Forms that cannot be read hold nothing up: they are asked again in a minute,
 * from the same place.
 * @param conversions  Glances at the forms these speak of; that is no poll, so the next one is due when it was, and tells what a
 *                     glance left out.
 * @returns What was read, so that a turn under way can use it at once.
 */
export async function pollSubmissions(
  lane: Lane,
  conversions?: readonly string[],
): Promise<readonly FormSubmission[]> {
  const { id } = lane.installation;
  const cursor = await loadCursor(lane.store.db, id, SUBMISSIONS);
  if (cursor === undefined) return [];
  const read = await readSubmissions(lane, cursor.at, conversions);
  return await inLane(lane, async (tx) => {
    const submissions = await withoutErased(lane, tx, read);
    await insertOwnEvents(
      tx,
      id,
      submissions.map((submission) => eventOf(lane, submission)),
      lane.now(),
    );
    if (conversions !== undefined) return submissions;
    await sweepAfterSilence(tx, id, cursor.dueAt, lane.now());
    const newest = submissions.reduce((at, { submittedAt }) => Math.max(at, submittedAt), cursor.at);
    await saveCursor(tx, id, SUBMISSIONS, newest, lane.now() + POLL_EVERY_MS);
    return submissions;
  });
}

async function readSubmissions(
  lane: Lane,
  since: Instant,
  conversions: readonly string[] | undefined,
): Promise<readonly FormSubmission[]> {
  if (!lane.connector.capabilities.submissions) return [];
  try {
    return await lane.connector.submissions(since, conversions);
  } catch (cause) {
    // Where nothing happens, the poll is what notices that the tenant has left.
    if (!(cause instanceof BatonError) || cause.code === "crm.disconnected") throw cause;
    lane.log.warn({ installation: lane.installation.id, code: cause.code }, "forms could not be read");
    return [];
  }
}

/**
 * Somebody who was erased is not brought back by a form they once filled in. Looked up in the lane's own transaction, which an erasure
 * waits for: one that came in between would not meet what is stored after it.
 */
async function withoutErased(
  lane: Lane,
  tx: Tx,
  submissions: readonly FormSubmission[],
): Promise<readonly FormSubmission[]> {
  const emails = [...new Set(submissions.map(({ email }) => email))];
  const erased = await findErased(tx, lane.keys, lane.installation.id, emails);
  return submissions.filter(({ email }) => !erased.has(email));
}

/**
 * Starts polling. What was submitted or changed before the app was first installed is history, not news; an installation that
 * comes back goes on from where it was.
 */
export async function startPolling(db: Db, installation: string, now: Instant): Promise<void> {
  const cursor = await loadCursor(db, installation, SUBMISSIONS);
  await sweepFromNow(db, installation, now);
  if (cursor !== undefined) await sweepAfterSilence(db, installation, cursor.dueAt, now);
  await saveCursor(db, installation, SUBMISSIONS, cursor?.at ?? now, now);
}

/**
 * An installation that was just connected waits until its tenant is made ready, whoever does it. All are made ready anew once another
 * version of the playbook is live, because the CRM's pick lists offer its words; they go on meanwhile.
 */
export async function prepareLater(db: Db, installation: string, dueAt: Instant): Promise<void> {
  await deleteCursor(db, installation, PREPARATION);
  await saveCursor(db, installation, PREPARATION, NEVER_READY, dueAt);
}

async function prepareIfDue(lane: Lane): Promise<Readiness> {
  const { id } = lane.installation;
  const cursor = await loadCursor(lane.store.db, id, PREPARATION);
  // What an earlier release stored does not say what this one can do with the tenant.
  const isUntold = !("touches" in lane.connector.capabilities);
  const isDue = cursor === undefined ? isUntold : cursor.dueAt <= lane.now();
  if (!isDue) return cursor?.at === NEVER_READY ? "unready" : "ready";
  const againAt = lane.now() + PREPARE_EVERY_MS;
  await saveCursor(lane.store.db, id, PREPARATION, cursor?.at ?? lane.now(), againAt);
  const capabilities = await lane.connector.prepare(offeredAnswers(lane.playbook().agreement));
  await inLane(lane, async (tx) => {
    await saveCapabilities(tx, id, capabilities, lane.now());
    await deleteCursor(tx, id, PREPARATION, againAt);
  });
  lane.reconnect();
  return "renewed";
}

/** The tenant is ready: nothing is left to prepare. */
export async function prepared(db: Db, installation: string): Promise<void> {
  await deleteCursor(db, installation, PREPARATION);
}

function eventOf(lane: Lane, submission: FormSubmission): CrmEvent {
  return {
    key: `submission:${submission.id}`,
    tenant: lane.installation.tenant,
    occurredAt: submission.submittedAt,
    urgency: "live",
    kind: "form-submitted",
    submission,
  };
}
