/**
 * The handoffs of an installation, for counting. On SQLite a day that nothing has happened to since it was last asked for is read as
 * it was kept; any other is put together from its rows and kept, unless a handoff of it changed meanwhile. PostgreSQL reads rows.
 */
import { setImmediate as breathe } from "node:timers/promises";
import { type FigureColumns, type HandoffFigure, toColumns } from "../model/handoff-figure.ts";
import type { Store } from "./open.ts";
import { decodeColumns, encodeColumns } from "./report-columns.ts";
import { figurePages } from "./report-rows.ts";
import type { ReportDayRow } from "./schema-report.ts";

/** Days read at once: a few megabytes for a million handoffs a year. */
const DAYS_AT_ONCE = 4;

/**
 * The handoffs of these days (UTC, `toDay` excluded), oldest days first; on SQLite a day at a time. Lets others work between two
 * pieces. Throws what the database throws.
 */
export async function* figureDays(
  { db, dialect }: Pick<Store, "db" | "dialect">,
  installation: string,
  fromDay: number,
  toDay: number,
): AsyncGenerator<FigureColumns> {
  if (dialect !== "sqlite") {
    for await (const figures of figurePages(db, installation, fromDay, toDay)) yield toColumns(figures);
    return;
  }
  for (let after = fromDay - 1; ;) {
    const days = await keptDays(db, installation, after, toDay);
    for (const day of days) yield (day.body && decodeColumns(day.body)) ?? (await countedAgain(db, day));
    const last = days.at(-1);
    if (last === undefined) return;
    after = last.day;
    await breathe();
  }
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
