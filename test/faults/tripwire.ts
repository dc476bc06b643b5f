/**
 * Watches, inside a Baton process, every commit that changes an effect of one lead, and ends the process right before or right
 * after one of them, as SIGKILL does. It lies around the database drivers, so nothing in `src/` knows of it, and the point of
 * death is exact: "before" is after the last statement of the transaction and before its commit, "after" is when the commit
 * has been answered and nothing else has been done.
 *
 * A statement outside a transaction is its own: it gets one here, so that there is a "before".
 */
import Database from "better-sqlite3";
import pg from "pg";
import type { Step, Stop, Watch } from "./orders.ts";

interface Row {
  readonly key: string;
  readonly kind: string;
  readonly state: string;
  readonly attempts: number;
}
type Known = ReadonlyMap<string, Row>;

const READ = "select key, kind, state, attempts from effects where lead = ";
let watch: Watch | undefined;
let say: (steps: readonly Step[]) => void = () => undefined;
let known: Known | undefined;

/** Watches one lead from now on; whoever was watched before is not any more. */
export function watchEffects(order: Watch, hear: (steps: readonly Step[]) => void): void {
  [watch, say, known] = [order, hear, undefined];
}

function isWrite(text: string): boolean {
  return watch !== undefined && /^\s*(insert|update|delete|with)\b[\s\S]*\beffects\b/i.test(text);
}

function isCommit(text: string): boolean {
  return watch !== undefined && /^\s*commit\b/i.test(text);
}

/** What a commit changes. A step's number of attempts is the one after it. */
function stepsTo(rows: readonly Row[]): readonly Step[] {
  const before = known ?? new Map<string, Row>();
  return rows.flatMap((row) => {
    const was = before.get(row.key);
    if (was?.state === row.state && was.attempts === row.attempts) return [];
    return [{ kind: row.kind, change: `${was?.state ?? "none"}>${row.state}/${row.attempts}` }];
  });
}

function endAt(when: Stop["when"], steps: readonly Step[]): void {
  const stop = watch?.stop;
  const isHere = steps.some(({ kind, change }) => kind === stop?.kind && change === stop.change);
  if (isHere && stop?.when === when) process.kill(process.pid, "SIGKILL");
}

function passed(rows: readonly Row[], steps: readonly Step[]): void {
  endAt("after", steps);
  known = mapOf(rows);
  if (steps.length > 0) say(steps);
}

function mapOf(rows: readonly Row[]): Known {
  return new Map(rows.map((row) => [row.key, row]));
}

/** A method as it was, to be called on whatever it is a method of. */
type Method<Result> = (self: object, ...args: readonly unknown[]) => Result;
interface Statement {
  run(): unknown;
  all(lead: string | undefined): readonly Row[];
}

// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- the caller names what the driver gives back
function methodOf<Result>(owner: object, name: string): Method<Result> {
  const found: unknown = Reflect.get(owner, name);
  if (typeof found !== "function") throw new TypeError(`the driver has no ${name} any more`);
  return (self, ...args) => Reflect.apply(found, self, args);
}

// SQLite: one connection, one thread. ---------------------------------------------------------------------------------

const prepare = methodOf<Statement>(Database.prototype, "prepare");
const touchedFiles = new WeakSet<object>();

function exec(db: Database.Database, text: string): void {
  prepare(db, text).run();
}

function rowsOf(db: Database.Database): readonly Row[] {
  return prepare(db, `${READ}?`).all(watch?.lead);
}

function aroundSync(db: Database.Database, text: string, run: () => unknown): unknown {
  if (isWrite(text)) {
    known ??= mapOf(rowsOf(db));
    touchedFiles.add(db);
    if (db.inTransaction) return run();
    exec(db, "begin immediate");
    const result = run();
    commitSync(db, () => exec(db, "commit"));
    return result;
  }
  return isCommit(text) && touchedFiles.has(db) ? commitSync(db, run) : run();
}

function commitSync(db: Database.Database, commit: () => unknown): unknown {
  const rows = rowsOf(db);
  const steps = stepsTo(rows);
  endAt("before", steps);
  const result = commit();
  touchedFiles.delete(db);
  passed(rows, steps);
  return result;
}

Object.assign(Database.prototype, {
  prepare(this: Database.Database, text: string): unknown {
    const statement = prepare(this, text);
    const [run, all] = [methodOf<unknown>(statement, "run"), methodOf<unknown>(statement, "all")];
    return Object.assign(statement, {
      run: (...values: unknown[]) => aroundSync(this, text, () => run(statement, ...values)),
      all: (...values: unknown[]) => aroundSync(this, text, () => all(statement, ...values)),
    });
  },
});

// PostgreSQL: a pool of connections, each in a transaction of ours or in none. ----------------------------------------

const query = methodOf<Promise<{ readonly rows: readonly Row[] }>>(pg.Client.prototype, "query");
const open = new WeakSet<object>();
const touched = new WeakSet<object>();

async function aroundAsync(client: object, text: string, values: readonly unknown[]): Promise<unknown> {
  const run = (): Promise<unknown> => query(client, text, values);
  if (/^\s*(begin|start)\b/i.test(text)) open.add(client);
  if (/^\s*(commit|rollback)\b/i.test(text)) open.delete(client);
  if (isWrite(text)) {
    known ??= mapOf(await readRows(client));
    touched.add(client);
    if (open.has(client)) return await run();
    await query(client, "begin");
    const result = await run();
    await commitAsync(client, () => query(client, "commit"));
    return result;
  }
  return isCommit(text) && touched.has(client) ? await commitAsync(client, run) : await run();
}

async function readRows(client: object): Promise<readonly Row[]> {
  const { rows } = await query(client, `${READ}$1`, [watch?.lead]);
  return rows;
}

async function commitAsync(client: object, commit: () => Promise<unknown>): Promise<unknown> {
  const rows = await readRows(client);
  const steps = stepsTo(rows);
  endAt("before", steps);
  const result = await commit();
  touched.delete(client);
  passed(rows, steps);
  return result;
}

Object.assign(pg.Client.prototype, {
  query(this: object, ...given: readonly unknown[]): unknown {
    const [text, values = []] = given;
    const isPlain = typeof text === "string" && Array.isArray(values) && given.length <= 2;
    return isPlain && watch !== undefined ? aroundAsync(this, text, values) : query(this, ...given);
  },
});
