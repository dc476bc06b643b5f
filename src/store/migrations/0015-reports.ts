/**
 * For reports: held leads by when they were seen, days of handoffs as columns, and what reviews decided.
 *
 * A day's columns go in the transaction that changes one of its handoffs, whoever changes it, so that what is kept is never older
 * than the rows. A handoff that comes, goes or changes its lead also touches the days of the lead's others that an answer ended:
 * whether a recycled lead came back is a column of theirs. PostgreSQL counts rows fast enough without, and not everything that speaks its protocol
 * has triggers.
 */
import { type Kysely, sql } from "kysely";
import type { Migration } from "kysely/migration";
import type { DialectName } from "../open.ts";

const DAY = 86_400_000;

/** The steps for one dialect. */
export function reports(dialect: DialectName): Migration {
  const [instant, bytes] = dialect === "sqlite" ? ["integer", "blob"] : ["bigint", "bytea"];
  const statements: readonly string[] = [
    "create index leads_held on leads (installation, seen_at) where outcome = 'held'",
    `create table review_notes (installation text not null, id text not null, at ${instant} not null,
       actor text not null, body text not null, primary key (installation, id))`,
    `create table report_days (installation text not null, day integer not null, changes ${instant} not null,
       body ${bytes}, primary key (installation, day))`,
    ...(dialect === "sqlite" ? keptTrue() : []),
  ];
  return {
    async up(db: Kysely<unknown>): Promise<void> {
      for (const statement of statements) await sql.raw(statement).execute(db);
    },
  };
}

function keptTrue(): readonly string[] {
  return [
    `insert into report_days (installation, day, changes)
       select distinct installation, decided_at / ${DAY}, 0 from handoffs`,
    `create trigger handoffs_came after insert on handoffs begin ${changed("new")} ${othersChanged("new")} end`,
    `create trigger handoffs_changed after update on handoffs begin ${changed("old")} ${changed("new")} end`,
    `create trigger handoffs_moved after update of lead, decided_at, closed_at, ended_as on handoffs
       begin ${othersChanged("old")} ${othersChanged("new")} end`,
    `create trigger handoffs_went after delete on handoffs begin ${changed("old")} ${othersChanged("old")} end`,
  ];
}

function changed(row: "old" | "new"): string {
  return `insert into report_days (installation, day, changes, body)
    values (${row}.installation, ${row}.decided_at / ${DAY}, 1, null)
    on conflict (installation, day) do update set changes = changes + 1, body = null;`;
}

function othersChanged(row: "old" | "new"): string {
  return `update report_days set changes = changes + 1, body = null
    where installation = ${row}.installation and day in (
      select decided_at / ${DAY} from handoffs where installation = ${row}.installation and lead = ${row}.lead and ended_as is not null);`;
}
