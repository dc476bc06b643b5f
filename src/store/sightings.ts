/**
 * Where sightings are put before their sender is told that they arrived. Each is counted once, for ever; who somebody is is
 * worked out at once, so that only what is known by an address ever wakes a lane.
 *
 * Requests that wait at the same moment share one transaction (group-commit.ts). Of one installation only one
 * such transaction runs at a time, on PostgreSQL by an advisory lock: a signal and the message that names its visitor must
 * see each other, whichever comes first, or the signal would wait for ever.
 */
import { sql } from "kysely";
import type { CrmEvent } from "../model/event.ts";
import { HOUR_MS, type Instant } from "../model/instant.ts";
import type { Signal } from "../model/signal.ts";
import { emailOf, type Sighting, type Visitor } from "../model/visitor.ts";
import { loadInChunks } from "./chunks.ts";
import { findErased } from "./erase.ts";
import { openGroupCommit, type Waiter } from "./group-commit.ts";
import { insertOwnEvents } from "./inbox.ts";
import { keepInstalled } from "./installations.ts";
import type { Store } from "./open.ts";
import type { Db } from "./schema.ts";
import type { SecretKeys } from "./seal.ts";
import { moveWaitingSignals, saveWaitingSignals, trimVisitors } from "./signals.ts";
import { bestName, loadLinks, saveLinks } from "./visitors.ts";

/** Whose sightings they are. */
interface Owner {
  readonly installation: string;
  readonly tenant: string;
}

interface Stored {
  readonly stored: number;
  readonly duplicates: number;
  /** Whether a lane has something to look at now. */
  readonly wakes: boolean;
}

export interface Sightings {
  /** Settles once the sightings are on disk; rejects when they are not. */
  store(owner: Owner, sightings: readonly Sighting[], receivedAt: Instant): Promise<Stored>;
  /** Settles when nothing waits to be written. */
  flushed(): Promise<void>;
}

/** What one sender sent in one request. */
interface Batch {
  readonly owner: Owner;
  readonly sightings: readonly Sighting[];
  readonly receivedAt: Instant;
}

/** Sightings in one commit: more would hold the writer longer than a lane should wait. */
const MOST_SIGHTINGS = 2_000;
/** What happened longer ago is history that is being loaded: it goes behind what people do now. */
const LIVE_FOR_MS = HOUR_MS;

export function openSightings(store: Store, keys: SecretKeys): Sightings {
  const group = openGroupCommit<Batch, Stored>(
    MOST_SIGHTINGS,
    ({ sightings }) => sightings.length,
    (waiters) => writeSome(store, keys, waiters),
  );
  return {
    store: (owner, sightings, receivedAt) => group.commit({ owner, sightings, receivedAt }),
    flushed: () => group.flushed(),
  };
}

const NOTHING: Stored = { stored: 0, duplicates: 0, wakes: false };

/** One commit for all; when it fails, each waiter gets one of their own, so that nobody spoils another's. */
async function writeSome(
  store: Store,
  keys: SecretKeys,
  waiters: readonly Waiter<Batch, Stored>[],
): Promise<void> {
  try {
    const counts = await store.db.transaction().execute(async (tx) => {
      const all: Stored[] = [];
      // One order for everybody: locks taken crosswise would wait for each other.
      const ordered = [...waiters].sort((a, b) =>
        a.request.owner.installation < b.request.owner.installation ? -1 : 1,
      );
      for (const waiter of ordered) all.push(await write(tx, store, keys, waiter.request));
      return new Map(ordered.map((waiter, index) => [waiter, all[index]]));
    });
    for (const waiter of waiters) waiter.resolve(counts.get(waiter) ?? NOTHING);
  } catch (cause) {
    if (waiters.length === 1) for (const { reject } of waiters) reject(cause);
    else for (const waiter of waiters) await writeSome(store, keys, [waiter]);
  }
}

async function write(
  tx: Db,
  store: Store,
  keys: SecretKeys,
  { owner, sightings, receivedAt }: Batch,
): Promise<Stored> {
  const { installation } = owner;
  if (store.dialect === "postgres")
    await sql`select pg_advisory_xact_lock(hashtextextended(${`signals ${installation}`}, 0))`.execute(tx);
  const fresh = await unseen(tx, installation, sightings);
  // A write key is remembered for a moment.
  await keepInstalled(tx, store.dialect, installation);
  const wanted = await withoutErased(tx, keys, installation, fresh);
  const named = await nameVisitors(tx, installation, wanted);
  const signals = wanted.flatMap(({ visitor, signal }) =>
    signal === undefined ? [] : [{ visitor: named.nameOf(visitor), signal }],
  );
  await saveWaitingSignals(tx, installation, signals);
  await trimVisitors(tx, installation, [
    ...new Set([...signals.map(({ visitor }) => visitor), ...named.moved.map(({ to }) => to)]),
  ]);
  const events = hints(owner, signals, named.moved, receivedAt);
  await insertOwnEvents(tx, installation, events, receivedAt);
  return {
    stored: fresh.length,
    duplicates: sightings.length - fresh.length,
    wakes: events.length > 0,
  };
}

/** Those that were never seen before, in order. */
async function unseen(
  tx: Db,
  installation: string,
  sightings: readonly Sighting[],
): Promise<readonly Sighting[]> {
  const byKey = new Map(sightings.toReversed().map((sighting) => [sighting.key, sighting]));
  const inserted = await loadInChunks([...byKey.keys()], (chunk) =>
    tx
      .insertInto("signal_messages")
      .values(chunk.map((key) => ({ installation, key })))
      .onConflict((oc) => oc.columns(["installation", "key"]).doNothing())
      .returning("key")
      .execute(),
  );
  const fresh = new Set(inserted.map(({ key }) => byKey.get(key)));
  return sightings.filter((sighting) => fresh.has(sighting));
}

/** Somebody who was erased is not brought back by what they do later. */
async function withoutErased(
  tx: Db,
  keys: SecretKeys,
  installation: string,
  sightings: readonly Sighting[],
): Promise<readonly Sighting[]> {
  const emails = new Set(sightings.flatMap(({ visitor }) => emailOf(visitor) ?? []));
  if (emails.size === 0) return sightings;
  const erased = await findErased(tx, keys, installation, [...emails]);
  return sightings.filter(({ visitor }) => !erased.has(emailOf(visitor) ?? ""));
}

/** What waited under one name and waits under a better one now. `key` is of the message that said so. */
interface Moved {
  readonly to: Visitor;
  readonly key: string;
  readonly at: Instant;
}

interface Named {
  readonly nameOf: (visitor: Visitor) => Visitor;
  readonly moved: readonly Moved[];
}

/** Learns who is who. What was said last, by the sender's time, holds. */
async function nameVisitors(tx: Db, installation: string, sightings: readonly Sighting[]): Promise<Named> {
  const links = await loadLinks(
    tx,
    installation,
    sightings.flatMap((one) => [one.visitor, ...one.links.flatMap(({ visitor, is }) => [visitor, is])]),
  );
  const learnt = new Map<Visitor, Sighting>();
  for (const sighting of sightings) {
    for (const { visitor, is } of sighting.links) {
      const known = links.get(visitor);
      if (known !== undefined && known.at > sighting.at) continue;
      links.set(visitor, { is, at: sighting.at });
      learnt.set(visitor, sighting);
    }
  }
  await saveLinks(
    tx,
    installation,
    [...learnt.keys()].flatMap((visitor) => {
      const link = links.get(visitor);
      return link === undefined ? [] : [[visitor, link] as const];
    }),
  );
  const moved: Moved[] = [];
  for (const visitor of await haveWaiting(tx, installation, [...learnt.keys()])) {
    const [to, said] = [bestName(links, visitor), learnt.get(visitor)];
    if (said === undefined || to === visitor) continue;
    await moveWaitingSignals(tx, installation, visitor, to);
    moved.push({ to, key: said.key, at: said.at });
  }
  return { nameOf: (visitor) => bestName(links, visitor), moved };
}

async function haveWaiting(
  tx: Db,
  installation: string,
  visitors: readonly Visitor[],
): Promise<readonly Visitor[]> {
  const rows = await loadInChunks(visitors, (chunk) =>
    tx
      .selectFrom("waiting_signals")
      .select("visitor")
      .distinct()
      .where("installation", "=", installation)
      .where("visitor", "in", chunk)
      .execute(),
  );
  return rows.map(({ visitor }) => visitor);
}

/** One event for each address that something is new of: the lane looks at its lead once, whatever the number. */
function hints(
  { tenant }: Owner,
  signals: readonly { readonly visitor: Visitor; readonly signal: Signal }[],
  moved: readonly Moved[],
  now: Instant,
): readonly CrmEvent[] {
  const news = [
    ...moved,
    ...signals.map(({ visitor, signal }) => ({ to: visitor, key: signal.key, at: signal.at })),
  ].filter(({ to }) => emailOf(to) !== undefined);
  return [...Map.groupBy(news, ({ to }) => emailOf(to) ?? "")].flatMap(([email, own]): CrmEvent[] => {
    const latest = own.reduce((a, b) => (b.at > a.at ? b : a));
    return [
      {
        key: `signal:${latest.key}`,
        tenant,
        occurredAt: latest.at,
        urgency: latest.at >= now - LIVE_FOR_MS ? "live" : "bulk",
        kind: "signal-received",
        email,
      },
    ];
  });
}
