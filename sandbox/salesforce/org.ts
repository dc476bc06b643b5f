/**
 * The state of one org: its objects, rows and switches, and the hooks by which the rest of the sandbox hears of it.
 * Rows are written through rows.ts (without a question) or writing.ts (as the API and people write).
 */
import { makeId } from "./ids.ts";
import type { Journal } from "./journal.ts";
import { packageFields } from "./schema/baton.ts";
import { createSchema } from "./schema/index.ts";
import type { FieldDefinition } from "./schema/field.ts";
import type { Schema } from "./schema/index.ts";
import { createTable } from "./table.ts";
import type { Row, Table, Values } from "./table.ts";
import type { WriteContext } from "./write-context.ts";

/** A rule of the admin's: refuses a write after which this field of the object holds this text. */
interface ValidationRule {
  readonly object: string;
  readonly field: string;
  readonly is: string;
  readonly message: string;
}

/** Switches of an org; change them at any time. */
export interface OrgRules {
  /** Whether field-level security lets the integration user see HasOptedOutOfEmail, DoNotCall and LastTransferDate. */
  fls: boolean;
  /** Objects that the integration user may not see, as if they did not exist. */
  hiddenObjects: readonly string[];
  /** Fields that it may not see, as `Lead.Phone`. */
  hiddenFields: readonly string[];
  /** Duplicate rules on Lead and Contact by e-mail, and on Account by name. `alert` can be passed with allowSave. */
  duplicates: "alert" | "block" | "off";
  /** Spells the body's key `duplicateResut`, as some replies do. */
  misspelled: boolean;
  /** Who an active assignment rule gives Leads to that are written without `Sforce-Auto-Assign: FALSE`. */
  assignTo: string | undefined;
  validation: readonly ValidationRule[];
  /** Rows that somebody else holds locked: UNABLE_TO_LOCK_ROW. */
  lockedIds: readonly string[];
  /** Calls a day, and those that others made of them. */
  dailyLimit: number;
  otherUse: number;
  /** How long an access token lives, in milliseconds. */
  sessionMs: number;
  /** Fields whose history is kept, by object. */
  tracked: Readonly<Record<string, readonly string[]>>;
  /** Custom fields of Leads that "Map Lead Fields" gives to their namesakes of Contacts: the package's, as its guide asks for. */
  mapped: readonly string[];
  /** What token replies name as `instance_url`; undefined is the sandbox's own URL. */
  instanceUrl: string | undefined;
  /** Lets `close()` pass though writes lacked their headers. */
  tolerateHeaders: boolean;
}

/** One row that changed, told after its transaction was committed, in the order of the writes. */
export interface OrgChange {
  readonly object: string;
  readonly id: string;
  readonly kind: "create" | "update" | "delete" | "undelete";
  /** Fields that have another value now, audit fields left out; of a creation those that have one. */
  readonly changed: readonly string[];
  readonly before: Values;
  readonly row: Row;
  readonly context: WriteContext;
  /** Business time, epoch milliseconds. */
  readonly at: number;
  /** The same for all changes of one transaction. */
  readonly transaction: string;
  /** Its place in the transaction, from 1. */
  readonly sequence: number;
}

/** One accepted write, for the ledger. `kind` is `<Object>.<verb>`. */
export interface OrgWrite {
  readonly kind: string;
  readonly objectId: string;
  readonly properties: Readonly<Record<string, string>>;
  readonly context: WriteContext;
}

/** How an org reaches the rest of the sandbox. */
export interface OrgHooks {
  now(): number;
  changed(change: OrgChange): void;
  wrote(write: OrgWrite): void;
  hex(length: number): string;
}

/** Everything an org holds. */
export interface OrgState {
  /** 18 characters. */
  readonly id: string;
  readonly rules: OrgRules;
  readonly hooks: OrgHooks;
  readonly schema: Schema;
  /** The user Baton acts as where nobody else was named. */
  integrationUserId: string;
  /** Calls of the day that `day` names (UTC). */
  readonly use: { day: string; calls: number };
  /** The running transaction; journal.ts alone touches it. */
  journal: Journal | undefined;
  /** How many transactions were committed. */
  transactions: number;
  /** The table of an object, its name in any case. @throws RangeError where there is no such object. */
  table(object: string): Table;
  /** The row of an 18-character id, whatever its object; undefined when there is none. */
  row(id: string): Row | undefined;
  nextId(object: string): string;
  addField(object: string, field: FieldDefinition): void;
}

/** Makes an org without rows. */
export function createOrgState(
  id: string,
  hooks: OrgHooks,
  options: { readonly package: boolean; readonly rules: Partial<OrgRules> },
): OrgState {
  const schema = createSchema(options.package);
  const tables = new Map([...schema].map(([name, definition]) => [name, createTable(definition)]));
  const byPrefix = new Map([...tables.values()].map((table) => [table.definition.keyPrefix, table]));
  const counts = new Map<string, number>();
  const table = (object: string): Table => {
    const found = tables.get(object.toLowerCase());
    if (!found) throw new RangeError(`the org has no object ${object}`);
    return found;
  };
  return {
    id,
    hooks,
    schema,
    rules: { ...defaultRules(), ...options.rules },
    integrationUserId: "",
    use: { day: "", calls: 0 },
    journal: undefined,
    transactions: 0,
    table,
    row: (rowId) => byPrefix.get(rowId.slice(0, 3))?.rows.get(rowId),
    nextId(object) {
      const { keyPrefix } = table(object).definition;
      const count = (counts.get(keyPrefix) ?? 0) + 1;
      counts.set(keyPrefix, count);
      return makeId(keyPrefix, count);
    },
    addField(object, field) {
      table(object).definition.fields.set(field.name.toLowerCase(), field);
      table(object).index(field);
    },
  };
}

/** Calls a day of an Enterprise org without further licences. */
const enterpriseDailyLimit = 100_000;
/** The session time of a new org. */
const twoHoursMs = 2 * 60 * 60_000;

function defaultRules(): OrgRules {
  return {
    fls: false,
    hiddenObjects: [],
    hiddenFields: [],
    duplicates: "alert",
    misspelled: false,
    assignTo: undefined,
    validation: [],
    lockedIds: [],
    dailyLimit: enterpriseDailyLimit,
    otherUse: 0,
    sessionMs: twoHoursMs,
    tracked: { Lead: ["OwnerId", "Status"], Contact: ["OwnerId"] },
    mapped: (packageFields["Lead"] ?? []).map(({ name }) => name),
    instanceUrl: undefined,
    tolerateHeaders: false,
  };
}
