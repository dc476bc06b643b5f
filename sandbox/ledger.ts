/**
 * The ledger: what the sandbox was asked and what it accepted. Tests compare Baton with this, and with nothing that
 * Baton says of itself. Entries are appended and never changed, except that a call gets its end.
 */

/** One HTTP call on the API, from its arrival to its answer. */
export interface LedgerCall {
  readonly number: number;
  /** Business time, epoch milliseconds. */
  readonly at: number;
  /** Monotonic milliseconds at arrival and at the answer (undefined while running). */
  readonly startMs: number;
  endMs: number | undefined;
  portalId: number | undefined;
  appId: number | undefined;
  /** The org of a call to Salesforce. */
  orgId?: string;
  readonly method: string;
  readonly path: string;
  /** The route's pattern, such as `/crm/objects/2026-03/:type/:id`. */
  readonly route: string;
  /** The status sent; 0 when the connection was cut or left hanging. */
  status: number;
  /** Length of `inputs` in the body, 1 where there is none. */
  readonly inputs: number;
  /** The fault that was applied, by its `do`. */
  fault: string | undefined;
  /** The `sforce-*` headers of a call to Salesforce, names in lower case. */
  readonly headers?: Readonly<Record<string, string>>;
  /** What a composite call held. */
  subrequests?: readonly LedgerSubrequest[];
}

/** What is known of a call when it arrives; whose it was and how it ended is written down as it turns out. */
type Arrival = Pick<LedgerCall, "at" | "startMs" | "method" | "path" | "route"> &
  Partial<Omit<LedgerCall, "number">>;

/** One part of a composite call, with its own headers and its own status. */
interface LedgerSubrequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly status: number;
  readonly fault?: string;
}

/** Who made a write: the id of HubSpot's app, the client id of Salesforce's, or the kind of other actor. */
type LedgerWho = { readonly app: number } | { readonly client: string } | { readonly other: string };

/** One write that the sandbox accepted and kept. */
export interface LedgerWrite {
  readonly number: number;
  readonly at: number;
  /** Where it was made: a portal, or an org. */
  readonly portalId?: number;
  readonly orgId?: string;
  /** `<object>.<verb>`, such as `task.create`, `contact.update`, `contact.merge`; in an org `Task.create`. */
  readonly kind: string;
  readonly objectId: string;
  readonly properties: Readonly<Record<string, string>>;
  readonly who: LedgerWho;
  readonly traceId: string | undefined;
  /** The `sforce-*` headers in force for a write to an org: of its subrequest where it was one. */
  readonly headers?: Readonly<Record<string, string>>;
  /** The call that carried it; undefined for acts of people. */
  readonly call: number | undefined;
}

/** Which writes to look at; each part that is given must hold. */
export interface WriteFilter {
  readonly portalId?: number;
  readonly orgId?: string;
  readonly kind?: string;
  readonly objectId?: string;
  /** `app`: only writes that came through the API; `other`: only those of people and workflows. */
  readonly by?: "app" | "other";
}

/** The ledger with its questions. None of its functions throws. */
export interface Ledger {
  readonly calls: readonly LedgerCall[];
  readonly writes: readonly LedgerWrite[];
  /** Writes to orgs that `clear` took away: they are held against their writer all the same (salesforce/header-check.ts). */
  readonly cleared: readonly LedgerWrite[];
  begin(call: Arrival): LedgerCall;
  accept(write: Omit<LedgerWrite, "number">): void;
  /** How many calls answered so far match; `route` is compared as a prefix of the route's pattern. */
  countCalls(filter?: {
    portalId?: number;
    orgId?: string;
    method?: string;
    route?: string;
    status?: number;
  }): number;
  find(filter?: WriteFilter): LedgerWrite[];
  /**
   * Markers that more than one accepted creation of `kind` carries, with the ids that carry them. `marker` reads the
   * marker from the properties; a write without one is left out.
   */
  duplicates(
    kind: string,
    marker: (properties: Readonly<Record<string, string>>) => string | undefined,
  ): Map<string, string[]>;
  /** The most calls of one portal (or org) that were open at the same moment. */
  mostConcurrent(portalId: number | string): number;
  clear(): void;
}

/** How every call stands before anything is known but that it came. */
const UNANSWERED = {
  endMs: undefined,
  portalId: undefined,
  appId: undefined,
  status: 0,
  inputs: 1,
  fault: undefined,
} as const;

/** Makes an empty ledger. */
export function createLedger(): Ledger {
  const calls: LedgerCall[] = [];
  const writes: LedgerWrite[] = [];
  const cleared: LedgerWrite[] = [];
  let lastNumber = 0;
  return {
    calls,
    writes,
    cleared,
    begin(call) {
      const entry = { ...UNANSWERED, ...call, number: ++lastNumber };
      calls.push(entry);
      return entry;
    },
    accept(write) {
      writes.push({ ...write, number: ++lastNumber });
    },
    countCalls(filter = {}) {
      return calls.filter(
        (call) =>
          (filter.portalId === undefined || call.portalId === filter.portalId) &&
          (filter.orgId === undefined || call.orgId === filter.orgId) &&
          (filter.method === undefined || call.method === filter.method) &&
          (filter.route === undefined || call.route.startsWith(filter.route)) &&
          (filter.status === undefined || call.status === filter.status),
      ).length;
    },
    find: (filter = {}) => writes.filter((write) => matches(write, filter)),
    duplicates(kind, marker) {
      const seen = new Map<string, string[]>();
      for (const write of writes) {
        const found = write.kind === kind ? marker(write.properties) : undefined;
        if (found !== undefined) seen.set(found, [...(seen.get(found) ?? []), write.objectId]);
      }
      return new Map([...seen].filter(([, ids]) => ids.length > 1));
    },
    mostConcurrent: (id) => mostConcurrent(calls.filter((call) => call.portalId === id || call.orgId === id)),
    clear() {
      cleared.push(...writes.filter(({ orgId }) => orgId !== undefined));
      calls.length = 0;
      writes.length = 0;
    },
  };
}

function matches(write: LedgerWrite, filter: WriteFilter): boolean {
  return (
    (filter.portalId === undefined || write.portalId === filter.portalId) &&
    (filter.orgId === undefined || write.orgId === filter.orgId) &&
    (filter.kind === undefined || write.kind === filter.kind) &&
    (filter.objectId === undefined || write.objectId === filter.objectId) &&
    (filter.by === undefined || (filter.by === "app") === !("other" in write.who))
  );
}

function mostConcurrent(calls: readonly LedgerCall[]): number {
  const marks = calls.flatMap((call) => [
    { ms: call.startMs, step: 1 },
    { ms: call.endMs ?? Number.POSITIVE_INFINITY, step: -1 },
  ]);
  // An end and a start at one instant do not overlap, so ends are counted first.
  marks.sort((a, b) => a.ms - b.ms || a.step - b.step);
  let open = 0;
  let most = 0;
  for (const mark of marks) {
    open += mark.step;
    most = Math.max(most, open);
  }
  return most;
}
