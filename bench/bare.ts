/**
 * What Baton's ingest is measured against: a bare Fastify that does the least a receiver can do. It checks the v3 signature
 * and its timestamp over the raw bytes, reads the JSON, and inserts one keyed row an event, before it answers.
 *
 *     answer-only          no signature, no store: how fast the load generator and HTTP themselves are
 *     commit-per-request   one transaction a request: the baseline of the target
 *     baton-table          the same, into Baton's own table with its columns and indexes: what lanes need to find work
 *     group-commit         requests that wait at the same moment share one transaction, as Baton's do
 *
 * The database has Baton's own settings: WAL, synchronous=FULL, secure_delete. Nothing else of Baton is in here.
 */
import { createHmac, timingSafeEqual } from "node:crypto";
import Database from "better-sqlite3";
import Fastify, { type FastifyInstance, type FastifyRequest } from "fastify";
import { openStore } from "../src/store/open.ts";

export const BARE_KINDS = ["answer-only", "commit-per-request", "baton-table", "group-commit"] as const;
export type BareKind = (typeof BARE_KINDS)[number];

export interface BareOptions {
  readonly kind: BareKind;
  readonly url: string;
  readonly secret: string;
  readonly databasePath: string;
}

interface BareEvent {
  readonly portalId: number;
  readonly eventId: number;
  readonly objectId: number;
  readonly occurredAt: number;
  readonly propertyName: string;
}

type Keep = (events: readonly BareEvent[]) => Promise<void>;

const TIMESTAMP_WINDOW_MS = 300_000;
const BODY_LIMIT = 4 * 1024 * 1024;

/** Builds the server; call `listen` on it. Throws when the database cannot be opened. */
export async function bareServer(options: BareOptions): Promise<FastifyInstance> {
  const app = Fastify({ logger: false, bodyLimit: BODY_LIMIT });
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("*", { parseAs: "buffer" }, (_request, body, done) => done(null, body));
  if (options.kind === "answer-only") {
    app.post("*", async (_request, reply) => await reply.code(200).send());
    return app;
  }

  const table = options.kind === "baton-table" ? await batonTable(options) : bareTable(options);
  const keep = options.kind === "group-commit" ? grouped(table) : oneByOne(table);
  app.post("*", async (request, reply) => {
    if (!isSigned(request, options)) return await reply.code(401).send();
    const events: readonly BareEvent[] = JSON.parse(bytesOf(request).toString("utf8"));
    await keep(events);
    return await reply.code(200).send();
  });
  app.addHook("onClose", async () => await table.close());
  return app;
}

interface EventTable {
  /** One transaction for all of them. */
  readonly insert: (events: readonly BareEvent[]) => void;
  readonly close: () => Promise<void>;
}

function bareTable({ databasePath }: BareOptions): EventTable {
  const database = new Database(databasePath);
  for (const pragma of ["journal_mode = WAL", "synchronous = FULL", "secure_delete = ON"])
    database.pragma(pragma);
  database.exec(
    "create table events (seq integer primary key, key text not null unique, body text not null, received_at integer not null)",
  );
  const row = database.prepare(
    "insert into events (key, body, received_at) values (?, ?, ?) on conflict (key) do nothing",
  );
  return {
    insert: inserter(database, (event, now) => void row.run(keyOf(event), JSON.stringify(event), now)),
    close: () => Promise.resolve(void database.close()),
  };
}

async function batonTable({ databasePath }: BareOptions): Promise<EventTable> {
  const store = await openStore(`sqlite:${databasePath}`);
  if (store.sqlite === undefined) throw new Error("the table of Baton is measured on SQLite");
  const row = store.sqlite.prepare(
    `insert into events (installation, key, kind, lead, urgency, body, occurred_at, received_at, not_before, attempts, state)
     values ('bench', ?, 'lead-changed', ?, 0, ?, ?, ?, ?, 0, 'pending') on conflict (installation, key) do nothing`,
  );
  return {
    insert: inserter(store.sqlite, (event, now) => {
      row.run(keyOf(event), String(event.objectId), JSON.stringify(event), event.occurredAt, now, now);
    }),
    close: () => store.close(),
  };
}

function isSigned(request: FastifyRequest, { secret, url }: BareOptions): boolean {
  const timestamp = String(request.headers["x-hubspot-request-timestamp"]);
  if (!(Math.abs(Date.now() - Number(timestamp)) <= TIMESTAMP_WINDOW_MS)) return false;
  const given = Buffer.from(String(request.headers["x-hubspot-signature-v3"]));
  const expected = createHmac("sha256", secret)
    .update(`POST${url}`)
    .update(bytesOf(request))
    .update(timestamp)
    .digest("base64");
  return given.length === expected.length && timingSafeEqual(given, Buffer.from(expected));
}

function bytesOf(request: FastifyRequest): Buffer {
  return Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
}

function inserter(
  database: Database.Database,
  insert: (event: BareEvent, now: number) => void,
): EventTable["insert"] {
  const all = database.transaction((events: readonly BareEvent[]) => {
    const now = Date.now();
    for (const event of events) insert(event, now);
  });
  return (events) => all.immediate(events);
}

function keyOf({ portalId, eventId, occurredAt, propertyName }: BareEvent): string {
  return `${portalId}:${eventId}:${occurredAt}:${propertyName}`;
}

function oneByOne({ insert }: EventTable): Keep {
  return (events) => Promise.resolve(insert(events));
}

function grouped({ insert }: EventTable): Keep {
  let waiting: { readonly events: readonly BareEvent[]; readonly done: () => void }[] = [];
  const flush = (): void => {
    const group = waiting;
    waiting = [];
    insert(group.flatMap(({ events }) => events));
    for (const { done } of group) done();
  };
  return (events) =>
    new Promise((resolve) => {
      if (waiting.length === 0) setImmediate(flush);
      waiting.push({ events, done: resolve });
    });
}
