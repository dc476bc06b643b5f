/**
 * The handoffs of an installation, for counting. A day that nothing has happened to since it was last asked for is read as it was kept;
 * any other is put together from its rows and kept, unless a handoff of it changed meanwhile. Where the database has no triggers that
 * say what has changed, nothing is kept and rows are read. Source: docs/decisions/0025-reports.md.
 */
import { sql } from "kysely";
import { type FigureColumns, type HandoffFigure, toColumns } from "../model/handoff-figure.ts";
import { giveWay } from "./give-way.ts";
import type { Store } from "./open.ts";
import { decodeColumns, encodeColumns } from "./report-columns.ts";
import { figurePages } from "./report-rows.ts";
import type { ReportDayRow } from "./schema-report.ts";

type Reading = Pick<Store, "db" | "dialect">;

/** Days read at once: a few megabytes for a million handoffs a year. */
const DAYS_AT_ONCE = 4;

/**
 * The handoffs of these days (UTC, `toDay` excluded), oldest days first, a day at a time where days are kept. Lets others work between
 * two pieces. Throws what the database throws.
 */
export async function* figureDays(
  store: Reading,
  installation: string,
  fromDay: number,
  toDay: number,
): AsyncGenerator<FigureColumns> {
  const { db } = store;
  if (!(await keepsDays(store))) {
    for await (const figures of figurePages(db, installation, fromDay, toDay)) yield toColumns(figures);
    return;
  }
  for (let after = fromDay - 1; ;) {
    const days = await keptDays(db, installation, after, toDay);
    for (const day of days) {
      yield (day.body && decodeColumns(day.body)) ?? (await countedAgain(db, day));
      await giveWay();
    }
    const last = days.at(-1);
    if (last === undefined) return;
    after = last.day;
  }
}

/** Whether the database marks the days whose handoffs change: SQLite always, PostgreSQL and its kin where the trigger could be made. */
async function keepsDays({ db, dialect }: Reading): Promise<boolean> {
  if (dialect === "sqlite") return true;
  const { rows } = await sql`
    select 1 from pg_trigger where tgname = 'handoffs_mark_days' and tgrelid = 'handoffs'::regclass and tgenabled <> 'D'`.execute(
    db,
  );
  return rows.length > 0;
}

async function keptDays(
  db: Store["db"],
  installation: string,
  after: number,
  toDay: number,
): Promise<readonly ReportDayRow[]> {
  return await db
    .selectFrom("report_days")
    .selectAll()
    .where("installation", "=", installation)
    .where("day", ">", after)
    .where("day", "<", toDay)
    .orderBy("day")
    .limit(DAYS_AT_ONCE)
    .execute();
}

/** `changes` was read before the rows: where it is the same when they are kept, nothing came between. */
async function countedAgain(
  db: Store["db"],
  { installation, day, changes }: ReportDayRow,
): Promise<FigureColumns> {
  const figures: HandoffFigure[] = [];
  for await (const page of figurePages(db, installation, day, day + 1)) figures.push(...page);
  const columns = toColumns(figures);
  await db
    .updateTable("report_days")
    .set({ body: Buffer.from(encodeColumns(columns)) })
    .where("installation", "=", installation)
    .where("day", "=", day)
    .where("changes", "=", changes)
    .execute();
  return columns;
}
