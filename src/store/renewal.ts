/**
 * Renewing one connection's tokens, once in the whole fleet. A CRM may give a new refresh token each time and revoke everything
 * when an old one is used again, so nobody may use the same one twice, and what comes back must not be lost.
 *
 *     stale ── mark (the row says who renews, for half a minute) ── exchange ── keep (only over what was read) ── renewed
 *                 │ another's mark: wait, then take theirs        │ fault: unmark, unless newer ones are there
 *
 * - The mark is a row and no lock: no transaction is open while the CRM answers, and a database connection that breaks meanwhile
 *   lets nobody else use the refresh token.
 * - Whoever was paused past its mark asks nothing any more (`mayAsk`).
 * - What the CRM gave is stored before anyone uses it, and tried again while the database does not answer.
 * - A process that dies between the CRM's answer and the commit leaves its mark and the old tokens. When the mark is over the
 *   old refresh token is used again: no other is known. HubSpot documents no rotation, so that works there; a CRM that rotates
 *   strictly says that the grant is void, and an admin connects again.
 */
import { randomUUID } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { BatonError } from "../errors.ts";
import { type DurationMs, type Instant, SECOND_MS } from "../model/instant.ts";
import type { Tokens, TokenVault } from "../tokens.ts";
import { countElapsed } from "./elapsed.ts";
import { databaseNow, type Store } from "./open.ts";
import type { Db } from "./schema.ts";

/** How long a mark keeps others away, and a process that died holds them up: a call of the token endpoint takes 20 s at most. */
const MARK_MS: DurationMs = 30 * SECOND_MS;
/** How long after its mark a process may still ask, so that the answer comes while the mark stands. */
const ASK_WITHIN_MS: DurationMs = 10 * SECOND_MS;
/** How long another's renewal is waited for; held tokens are used up meanwhile, where they are still good. */
const PATIENCE_MS: DurationMs = 25 * SECOND_MS;
const LOOK_AGAIN_MS: DurationMs = 25;
/** Waits between attempts to store what the CRM gave: half a minute in all, and again whenever tokens are asked for. */
const KEEP_DELAYS_MS: readonly DurationMs[] = [100, 250, 500, ...Array.from({ length: 29 }, () => SECOND_MS)];

type Exchange = Parameters<TokenVault["renew"]>[1];

/** Where tokens are stored; `open` and `close` are the seal. */
export interface TokenPlace {
  readonly store: Store;
  readonly installation: string;
  readonly now: () => Instant;
  readonly open: (sealed: string) => Tokens;
  readonly close: (tokens: Tokens) => string;
}

/** Tokens with the text they were read from: they are replaced only while that stands. */
interface Read {
  readonly sealed: string;
  readonly tokens: Tokens;
}

/** Makes the vault of one place. One renewal at a time runs in it. */
export function renewingVault(place: TokenPlace): TokenVault {
  const me = randomUUID();
  let renewal: Promise<Tokens> | undefined;
  let unsaved: { readonly before: Read; readonly tokens: Tokens } | undefined;

  const save = async (before: Read, tokens: Tokens): Promise<Tokens> => {
    unsaved = { before, tokens };
    const kept = await keepPatiently(place, before, tokens);
    unsaved = undefined;
    return kept;
  };
  const current = async (): Promise<Tokens> => {
    if (unsaved !== undefined) return await save(unsaved.before, unsaved.tokens);
    return (await readTokens(place)).tokens;
  };
  const renew = async (stale: Tokens, exchange: Exchange): Promise<Tokens> => {
    if (unsaved !== undefined) return await current();
    const claimed = await claim(place, me, stale);
    if ("newer" in claimed) return claimed.newer;
    const { read, sinceMark } = claimed;
    try {
      const renewed = await exchange(read.tokens, () => sinceMark() < ASK_WITHIN_MS);
      return await save(read, renewed);
    } catch (cause) {
      if (unsaved !== undefined) throw cause;
      return await newerOrThrow(place, me, read, cause);
    }
  };

  return {
    load: current,
    renew: (stale, exchange) => {
      renewal ??= renew(stale, exchange).finally(() => {
        renewal = undefined;
      });
      return renewal;
    },
  };
}

type Claimed = { readonly newer: Tokens } | { readonly read: Read; readonly sinceMark: () => DurationMs };

/** Waits until the tokens are no longer the stale ones, or ours to renew. */
async function claim(place: TokenPlace, me: string, stale: Tokens): Promise<Claimed> {
  const waited = countElapsed();
  for (;;) {
    const read = await readTokens(place);
    if (read.tokens.access !== stale.access) return { newer: read.tokens };
    const sinceMark = countElapsed();
    if (await mark(place, me, read)) return { read, sinceMark };
    if (waited() >= PATIENCE_MS) {
      throw new BatonError(
        "crm.timeout",
        `Another process renews the tokens of installation ${place.installation} and has not ended. It is tried again.`,
      );
    }
    await pause(LOOK_AGAIN_MS);
  }
}

async function mark({ store, installation }: TokenPlace, me: string, { sealed }: Read): Promise<boolean> {
  const at = await databaseNow(store.db, store.dialect);
  const marked = await store.db
    .updateTable("connections")
    .set({ renewer: me, renewing_until: at + MARK_MS })
    .where("installation", "=", installation)
    .where("sealed", "=", sealed)
    .where((eb) => eb.or([eb("renewing_until", "is", null), eb("renewing_until", "<=", at)]))
    .executeTakeFirst();
  return marked.numUpdatedRows === 1n;
}

/** The exchange failed. Who has newer tokens by now (another process, an admin who connected again) is right. */
async function newerOrThrow(place: TokenPlace, me: string, before: Read, cause: unknown): Promise<Tokens> {
  let read: Read;
  try {
    await unmark(place, me);
    read = await readTokens(place);
  } catch {
    throw cause;
  }
  if (read.sealed === before.sealed) throw cause;
  return read.tokens;
}

async function unmark({ store, installation }: TokenPlace, me: string): Promise<void> {
  await store.db
    .updateTable("connections")
    .set({ renewer: null, renewing_until: null })
    .where("installation", "=", installation)
    .where("renewer", "=", me)
    .execute();
}

/** @throws what the database throws, when it has not answered for half a minute. */
async function keepPatiently(place: TokenPlace, before: Read, tokens: Tokens): Promise<Tokens> {
  for (const delayMs of KEEP_DELAYS_MS) {
    try {
      return await keep(place, before, tokens);
    } catch (cause) {
      if (cause instanceof BatonError) throw cause;
      await pause(delayMs);
    }
  }
  return await keep(place, before, tokens);
}

/** Stores tokens over those they were got with. Where others stand by now, an admin has connected again: those are used. */
async function keep(place: TokenPlace, before: Read, tokens: Tokens): Promise<Tokens> {
  const { store, installation, now } = place;
  const kept = await store.db
    .updateTable("connections")
    .set({
      sealed: place.close(tokens),
      expires_at: tokens.expiresAt,
      updated_at: now(),
      renewer: null,
      renewing_until: null,
    })
    .where("installation", "=", installation)
    .where("sealed", "=", before.sealed)
    .executeTakeFirst();
  return kept.numUpdatedRows === 1n ? tokens : (await readTokens(place)).tokens;
}

/** @throws BatonError `crm.disconnected` when there are none, `store.sealed` when they do not open. */
async function readTokens({ store, installation, open }: TokenPlace): Promise<Read> {
  const sealed = await loadSealed(store.db, installation);
  return { sealed, tokens: open(sealed) };
}

/** An installation's tokens, under seal. Throws `crm.disconnected` when there are none. */
export async function loadSealed(db: Db, installation: string): Promise<string> {
  const row = await db
    .selectFrom("connections")
    .select("sealed")
    .where("installation", "=", installation)
    .executeTakeFirst();
  if (row !== undefined) return row.sealed;
  throw new BatonError(
    "crm.disconnected",
    `Installation ${installation} holds no tokens. Install the app again.`,
  );
}
