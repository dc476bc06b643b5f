/** What becomes of handoffs: touches, answers, clocks with steps, and where each stands. Meanings stand in ../schema-following.ts. */
import { type Kysely, sql } from "kysely";
import type { Migration } from "kysely/migration";
import type { DialectName } from "../open.ts";

const INSTANTS = [
  "owned_at",
  "first_attempt_at",
  "first_attempt_due",
  "meaningful_at",
  "meaningful_due",
  "attempts_due",
  "meeting_booked_at",
  "meeting_held_at",
  "answered_at",
  "answer_due",
  "accepted_at",
  "opportunity_at",
  "won_at",
  "wake_at",
];
const COUNTS = [
  "attempts",
  "attempts_in_time",
  "attempts_owed",
  "missed_meetings",
  "opportunities",
  "opportunity_amount",
  "won",
  "won_amount",
  "for_good",
];
const TEXTS = [
  "pool",
  "team",
  "former_owners",
  "pauses",
  "standing",
  "answer",
  "answer_reason",
  "ended_as",
  "source",
  "campaign_first",
  "campaign_last",
  "missing",
];

/** The steps for one dialect: they differ in what an instant is called. */
export function following(dialect: DialectName): Migration {
  const instant = dialect === "sqlite" ? "integer" : "bigint";
  const amount = dialect === "sqlite" ? "real" : "double precision";
  const statements: readonly string[] = [
    ...INSTANTS.map((name) => `alter table handoffs add column ${name} ${instant}`),
    ...COUNTS.map(
      (name) =>
        `alter table handoffs add column ${name} ${name.endsWith("_amount") ? amount : "integer"} not null default 0`,
    ),
    ...TEXTS.map((name) => `alter table handoffs add column ${name} text`),
    "create index handoffs_ended on handoffs (installation, lead, closed_at) where ended_as is not null",
    `alter table clocks add column look_at ${instant}`,
    "alter table clocks add column taken integer",
    "alter table clocks add column calendar text",
    "update clocks set look_at = due_at where kind = 'routing'",
    "create index clocks_look on clocks (installation, look_at) where look_at is not null",
    `create table touches (installation text not null, lead text not null, key text not null, handoff text not null,
       kind text not null, result text not null, at ${instant} not null, owner text, by_person integer not null,
       primary key (installation, lead, key))`,
    "create index touches_handoff on touches (installation, handoff)",
    `create table dispositions (installation text not null, handoff text not null, key text not null, lead text not null,
       answer text not null, reason text, via text not null, given_by text, at ${instant} not null,
       primary key (installation, handoff, key))`,
    "create index dispositions_lead on dispositions (installation, lead)",
  ];
  return {
    async up(db: Kysely<unknown>): Promise<void> {
      for (const statement of statements) await sql.raw(statement).execute(db);
    },
  };
}
