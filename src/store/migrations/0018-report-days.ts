/**
 * Days of reports on PostgreSQL, kept true as 0015 does it on SQLite. What a transaction did to handoffs marks its days when it commits:
 * then it takes no other lock any more, and transactions of one installation mark one after the other, so that two of them never wait
 * for each other and none misses what the one before it did to the same lead.
 *
 * Not everything that speaks PostgreSQL's protocol has such triggers. There, no day is kept and reports read rows.
 */
import { type Kysely, sql } from "kysely";
import type { Migration } from "kysely/migration";
import type { DialectName } from "../open.ts";

const DAY = 86_400_000;
/** SQLSTATE of `feature_not_supported` and `syntax_error`. */
const UNKNOWN_THERE: ReadonlySet<unknown> = new Set(["0A000", "42601"]);

/** The steps for one dialect: SQLite has done its own. */
export function reportDays(dialect: DialectName): Migration {
  return {
    async up(db: Kysely<unknown>): Promise<void> {
      if (dialect === "sqlite") return;
      await sql`savepoint report_days`.execute(db);
      try {
        for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
      } catch (cause) {
        if (!(cause instanceof Error && "code" in cause && UNKNOWN_THERE.has(cause.code))) throw cause;
        await sql`rollback to savepoint report_days`.execute(db);
      }
    },
  };
}

const STATEMENTS: readonly string[] = [
  // Columns of numbers do not get smaller by PostgreSQL's compression, only slower.
  "alter table report_days alter column body set storage external",
  `create function mark_report_days() returns trigger language plpgsql as $$
   begin
     perform pg_advisory_xact_lock(hashtextextended('report_days ' || coalesce(new.installation, old.installation), 0));
     if tg_op <> 'INSERT' then
       update report_days set changes = report_days.changes + 1, body = null
         where installation = old.installation and day = old.decided_at / ${DAY};
     end if;
     if tg_op <> 'DELETE' then
       insert into report_days (installation, day, changes, body)
         values (new.installation, new.decided_at / ${DAY}, 1, null)
         on conflict (installation, day) do update set changes = report_days.changes + 1, body = null;
     end if;
     if tg_op <> 'UPDATE' or (old.lead, old.decided_at, old.closed_at, old.ended_as)
       is distinct from (new.lead, new.decided_at, new.closed_at, new.ended_as) then
       update report_days set changes = report_days.changes + 1, body = null where (installation, day) in (
         select installation, (decided_at / ${DAY})::integer from handoffs
         where ended_as is not null and ((installation = old.installation and lead = old.lead)
           or (installation = new.installation and lead = new.lead)));
     end if;
     return null;
   end $$`,
  `create constraint trigger handoffs_mark_days after insert or update or delete on handoffs
     deferrable initially deferred for each row execute function mark_report_days()`,
  // After the trigger, whose making waits for whoever writes: what they wrote is there by now.
  `insert into report_days (installation, day, changes)
     select distinct installation, decided_at / ${DAY}, 0 from handoffs on conflict do nothing`,
];
