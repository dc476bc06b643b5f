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
}

/** Who made a write: the id of the app, or the kind of other actor. */
type LedgerWho = { readonly app: number } | { readonly other: string };

/** One write that the sandbox accepted and kept. */
export interface LedgerWrite {
  readonly number: number;
  readonly at: number;
  readonly portalId: number;
  /** `<object>.<verb>`, such as `task.create`, `contact.update`, `note.associate`, `contact.merge`. */
  readonly kind: string;
  readonly objectId: string;
  readonly properties: Readonly<Record<string, string>>;
  readonly who: LedgerWho;
  readonly traceId: string | undefined;
  /** The call that carried it; undefined for acts of people. */
  readonly call: number | undefined;
}

/** Which writes to look at; each part that is given must hold. */
export interface WriteFilter {
  readonly portalId?: number;
  readonly kind?: string;
  readonly objectId?: string;
  /** `app`: only writes that came through the API; `other`: only those of people and workflows. */
  readonly by?: "app" | "other";
}

/** The ledger with its questions. None of its functions throws. */
export interface Ledger {
  readonly calls: readonly LedgerCall[];
  readonly writes: readonly LedgerWrite[];
  begin(call: Omit<LedgerCall, "number">): LedgerCall;
  accept(write: Omit<LedgerWrite, "number">): void;
  /** How many calls answered so far match; `route` is compared as a prefix of the route's pattern. */
  countCalls(filter?: { portalId?: number; method?: string; route?: string; status?: number }): number;
  find(filter?: WriteFilter): LedgerWrite[];
  /**
   * Markers that more than one accepted creation of `kind` carries, with the ids that carry them. `marker` reads the
   * marker from the properties; a write without one is left out.
   */
  duplicates(
    kind: string,
    marker: (properties: Readonly<Record<string, string>>) => string | undefined,
  ): Map<string, string[]>;
  /** The most calls of one portal that were open at the same moment. */
  mostConcurrent(portalId: number): number;
  clear(): void;
}

/** Makes an empty ledger. */
export function createLedger(): Ledger {
  const calls: LedgerCall[] = [];
  const writes: LedgerWrite[] = [];
  let lastNumber = 0;
  return {
    calls,
    writes,
    begin(call) {
      const entry = { ...call, number: ++lastNumber };
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
    mostConcurrent: (portalId) => mostConcurrent(calls.filter((call) => call.portalId === portalId)),
    clear() {
      calls.length = 0;
      writes.length = 0;
    },
  };
}

function matches(write: LedgerWrite, filter: WriteFilter): boolean {
  return (
    (filter.portalId === undefined || write.portalId === filter.portalId) &&
    (filter.kind === undefined || write.kind === filter.kind) &&
    (filter.objectId === undefined || write.objectId === filter.objectId) &&
    (filter.by === undefined || (filter.by === "app") === "app" in write.who)
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
