/**
 * The list of all accounts, kept beside the leads so that matching one asks nobody.
 *
 * A pass reads the list from its beginning to its end, one page a turn and at most one a second: at 100 accounts a page that is a
 * tenth of the CRM's budget, and only while nothing else waits. It begins anew six hours after it began. The cursor row says
 * how it stands, so that it goes on after a restart where it was:
 *
 *     at     when the last pass began that came to its end; 0 before the first one has. Until then nothing is matched,
 *            because half a list would call an account the only one of its domain that is not.
 *     due_at when the next page is wanted
 *     page   the pass under way: when it began, and the CRM's name for its next page
 */
import { type BatonError, crmTrouble, IS_RETRIABLE } from "../errors.ts";
import { type DurationMs, HOUR_MS, type Instant, MINUTE_MS, NEVER, SECOND_MS } from "../model/instant.ts";
import { wanted } from "../playbook/index.ts";
import { accountKeys } from "../resolve/keys.ts";
import { deleteUnseen, saveAccounts } from "../store/accounts.ts";
import { deleteCursor, loadCursor, saveCursor } from "../store/cursors.ts";
import { ownJson } from "../store/json.ts";
import type { Db } from "../store/schema.ts";
import { inLane, type Lane } from "./lane.ts";

const ACCOUNTS = "accounts";
const PAGE_EVERY_MS: DurationMs = SECOND_MS;
const PASS_EVERY_MS: DurationMs = 6 * HOUR_MS;
/** After an answer that says to try later. */
const RETRY_MS: DurationMs = MINUTE_MS;
/** After one that trying again will not change: the place in the list is no longer known, or the permission is missing. */
const START_OVER_MS: DurationMs = HOUR_MS;

/** A pass under way. Without `after` it is at its first page. */
interface Pass {
  readonly startedAt: Instant;
  readonly after?: string;
}

/**
 * Reads one more page, if one is due. To be asked when a turn found nothing else to do.
 * @returns Whether there was anything to do: the next page is due a second later at the earliest, so that a lane never spins.
 * Throws `crm.disconnected` and `deliver.lost-lane`; whatever else the CRM says puts the list off, and nothing but the list.
 */
export async function importAccounts(lane: Lane): Promise<boolean> {
  const { id } = lane.installation;
  const cursor = await loadCursor(lane.store.db, id, ACCOUNTS);
  if (!lane.playbook().fields.match.accounts) {
    if (cursor !== undefined) await forgetAccounts(lane);
    return cursor !== undefined;
  }
  if (cursor !== undefined && cursor.dueAt > lane.now()) return false;
  const pass: Pass = cursor?.page === undefined ? { startedAt: lane.now() } : ownJson<Pass>(cursor.page);
  await readPage(lane, pass, cursor?.at ?? 0);
  return true;
}

/** Whether the list is complete, so that leads may be matched with it. */
export async function hasAccounts(db: Db, installation: string): Promise<boolean> {
  const cursor = await loadCursor(db, installation, ACCOUNTS);
  return cursor !== undefined && cursor.at > 0;
}

async function readPage(lane: Lane, pass: Pass, completedAt: Instant): Promise<void> {
  const { id } = lane.installation;
  try {
    const page = await lane.connector.asBulk().accounts(wanted(lane.playbook().fields), pass.after);
    const accounts = page.accounts.map((account) => ({ account, keys: accountKeys(account) }));
    await inLane(lane, async (tx) => {
      await saveAccounts(tx, id, accounts, pass.startedAt);
      if (page.next !== undefined) {
        await savePass(tx, id, { ...pass, after: page.next }, completedAt, lane.now() + PAGE_EVERY_MS);
        return;
      }
      await deleteUnseen(tx, id, pass.startedAt);
      const nextAt = Math.max(pass.startedAt + PASS_EVERY_MS, lane.now() + PAGE_EVERY_MS);
      await saveCursor(tx, id, ACCOUNTS, pass.startedAt, nextAt);
    });
  } catch (cause) {
    await putOff(lane, pass, completedAt, crmTrouble(cause));
  }
}

/** A page that cannot be read now is asked for again; one that never can be begins the list anew. */
async function putOff(lane: Lane, pass: Pass, completedAt: Instant, cause: BatonError): Promise<void> {
  const { id } = lane.installation;
  lane.log.warn({ installation: id, code: cause.code }, "accounts could not be read");
  const now = lane.now();
  await inLane(lane, async (tx) => {
    if (IS_RETRIABLE[cause.remedy])
      await savePass(tx, id, pass, completedAt, now + Math.max(RETRY_MS, cause.retryAfterMs ?? 0));
    else await saveCursor(tx, id, ACCOUNTS, completedAt, now + START_OVER_MS);
  });
}

async function savePass(
  db: Db,
  installation: string,
  pass: Pass,
  completedAt: Instant,
  dueAt: Instant,
): Promise<void> {
  await saveCursor(db, installation, ACCOUNTS, completedAt, dueAt, JSON.stringify(pass));
}

/** Matching was switched off: a list that nobody reads any more is not kept. */
async function forgetAccounts(lane: Lane): Promise<void> {
  const { id } = lane.installation;
  await inLane(lane, async (tx) => {
    await deleteUnseen(tx, id, NEVER);
    await deleteCursor(tx, id, ACCOUNTS);
  });
}
