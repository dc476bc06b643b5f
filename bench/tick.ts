/**
 * What a tick costs while clocks wait: looking for what rings, with ten thousand, a hundred thousand and a million waiting, and with
 * nothing or a hundred of them due. The figure is how the time grows with the number that wait: it must not.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sql } from "kysely";
import type { Capabilities } from "../src/model/capabilities.ts";
import { DAY_MS, type Instant } from "../src/model/instant.ts";
import { takeDueClocks } from "../src/store/clocks.ts";
import { saveInstallation } from "../src/store/installations.ts";
import { dueLanes } from "../src/store/lanes.ts";
import { openStore, type Store } from "../src/store/open.ts";
import { median, shown } from "./figures.ts";
import type { Report } from "./table.ts";

export interface TickOptions {
  readonly rounds: number;
}

/** One size, in milliseconds. */
interface Took {
  readonly waiting: number;
  readonly idleMs: number;
  readonly dueMs: number;
}

const SIZES = [10_000, 100_000, 1_000_000] as const;
const DUE = 100;
const INSTALLATION = "bench";
const NOW: Instant = Date.UTC(2026, 10, 17, 9);
const CAPABILITIES: Capabilities = {
  taskKey: "marker",
  noteKey: "marker",
  deals: false,
  workingHours: false,
  submissions: false,
  callbacks: false,
  lists: false,
  touches: true,
  sequences: false,
};

/** Throws what opening a database throws. */
export async function tick({ rounds }: TickOptions): Promise<Report> {
  const took: Took[] = [];
  for (const waiting of SIZES) took.push(await measure(waiting, rounds));
  const [least] = took;
  const growth = (of: "idleMs" | "dueMs", one: Took): string => `${shown(one[of] / (least?.[of] ?? 1), 2)} ×`;
  return {
    bench: "tick",
    tried: { sizes: SIZES.join(", "), due: DUE, rounds },
    head: ["clocks waiting", "nothing due, ms", "of the least", `${DUE} due, ms`, "of the least"],
    rows: took.map((one) => [
      one.waiting.toLocaleString("en"),
      shown(one.idleMs, 3),
      growth("idleMs", one),
      shown(one.dueMs, 3),
      growth("dueMs", one),
    ]),
    notes: ["a tick is the look over all lanes and the taking of what rings, on SQLite on disk"],
    figures: { took },
  };
}

async function measure(waiting: number, rounds: number): Promise<Took> {
  const folder = mkdtempSync(join(tmpdir(), "baton-bench-tick-"));
  const store = await openStore(`sqlite:${join(folder, "tick.sqlite")}`);
  try {
    await fill(store, waiting);
    const idle: number[] = [];
    const due: number[] = [];
    for (let round = 0; round < rounds; round += 1) {
      idle.push(await timed(store, NOW));
      await ring(store, round);
      due.push(await timed(store, NOW));
    }
    return { waiting, idleMs: median(idle), dueMs: median(due) };
  } finally {
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function timed({ db }: Store, now: Instant): Promise<number> {
  const began = performance.now();
  await dueLanes(db, now);
  await takeDueClocks(db, INSTALLATION, now);
  return performance.now() - began;
}

async function fill({ db }: Store, waiting: number): Promise<void> {
  const crm = "hubspot" as const;
  await saveInstallation(db, { id: INSTALLATION, crm, tenant: "1", capabilities: CAPABILITIES }, NOW);
  await sql`
    with recursive numbers (n) as (select 1 union all select n + 1 from numbers where n < ${waiting})
    insert into clocks (installation, handoff, lead, kind, due_at, look_at)
    select ${INSTALLATION}, 'h' || n, 'l' || n, 'first-attempt', ${NOW + DAY_MS} + n, ${NOW + DAY_MS} + n from numbers
  `.execute(db);
}

/** Makes some of those that wait due. */
async function ring({ db }: Store, round: number): Promise<void> {
  const handoffs = Array.from({ length: DUE }, (_, index) => `h${round * DUE + index + 1}`);
  await db
    .updateTable("clocks")
    .set({ look_at: NOW - 1 })
    .where("installation", "=", INSTALLATION)
    .where("handoff", "in", handoffs)
    .execute();
}
