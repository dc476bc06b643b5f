/** Turns and the decisions taken in them, with every input, so that each can be explained and repeated. */
import { createHash } from "node:crypto";
import type { Decision } from "../model/decision.ts";
import type { Instant } from "../model/instant.ts";
import type { Snapshot } from "../model/lead.ts";
import type { Owner, Roster } from "../model/rep.ts";
import { inChunks } from "./chunks.ts";
import { ownJson } from "./json.ts";
import type { DecisionRow } from "./schema-decisions.ts";
import type { Db } from "./schema.ts";

export interface StoredDecision {
  readonly snapshot: Snapshot;
  readonly decision: Decision;
  /** The handoff it began, completed or found. */
  readonly handoff?: string;
  /** Whether writes go with it that another step planned: then it is kept, so that they can be explained. */
  readonly isSynced?: boolean;
}

/** Stores one turn's shared inputs: people once by digest, the ledger as it stood before the first decision. */
export async function saveTurn(
  db: Db,
  installation: string,
  turn: { id: string; roster: Roster; playbook: string },
  now: Instant,
): Promise<void> {
  const { standings, ...people } = turn.roster;
  const body = JSON.stringify(people);
  const digest = createHash("sha256").update(body).digest("base64url");
  await db
    .insertInto("rosters")
    .values({ installation, digest, body })
    .onConflict((oc) => oc.columns(["installation", "digest"]).doNothing())
    .execute();
  await db
    .insertInto("turns")
    .values({
      installation,
      id: turn.id,
      roster: digest,
      standings: JSON.stringify(Object.fromEntries(standings)),
      playbook: turn.playbook,
      decided_at: now,
    })
    .execute();
}

/** Decisions stored in one statement. Each takes some kilobytes, and nothing else moves while SQLite writes them. */
const DECISIONS_AT_ONCE = 100;

/** Stores decisions in order. One that planned nothing replaces the lead's earlier ones that planned nothing either. */
export async function saveDecisions(
  db: Db,
  installation: string,
  turn: string,
  decisions: readonly StoredDecision[],
): Promise<void> {
  await inChunks(decisions, (chunk) =>
    db
      .deleteFrom("decisions")
      .where("installation", "=", installation)
      .where(
        "lead",
        "in",
        chunk.map(({ snapshot }) => snapshot.lead.id),
      )
      .where("inert", "=", 1)
      .execute(),
  );
  const rows = decisions.map((stored, ordinal) => toRow(installation, turn, stored, ordinal));
  await inChunks(rows, (chunk) => db.insertInto("decisions").values(chunk).execute(), DECISIONS_AT_ONCE);
}

function toRow(
  installation: string,
  turn: string,
  { snapshot, decision, handoff, isSynced }: StoredDecision,
  ordinal: number,
): DecisionRow {
  return {
    installation,
    id: snapshot.decisionId,
    turn,
    ordinal,
    lead: snapshot.lead.id,
    handoff: handoff ?? null,
    outcome: decision.verdict.outcome,
    reason: decision.verdict.reason,
    snapshot: JSON.stringify(snapshot),
    decision: JSON.stringify(decision),
    inert: isInert(decision) && isSynced !== true ? 1 : 0,
    decided_at: decision.decidedAt,
  };
}

/** It planned nothing, or nothing but what was agreed before: the next decision stands for it. */
function isInert({ plan: { writes, clocks, notices }, progress }: Decision): boolean {
  return writes.length === 0 && notices.length === 0 && (clocks.length === 0 || progress !== undefined);
}

/** The CRM's owners as the last turn saw them, and when that was; undefined before the first one. */
export async function latestOwners(
  db: Db,
  installation: string,
): Promise<{ readonly owners: readonly Owner[]; readonly at: Instant } | undefined> {
  const turn = await db
    .selectFrom("turns")
    .innerJoin("rosters", (join) =>
      join
        .onRef("rosters.installation", "=", "turns.installation")
        .onRef("rosters.digest", "=", "turns.roster"),
    )
    .select(["rosters.body", "turns.decided_at"])
    .where("turns.installation", "=", installation)
    .orderBy("turns.decided_at", "desc")
    .limit(1)
    .executeTakeFirst();
  return turn && { owners: ownJson<Pick<Roster, "owners">>(turn.body).owners, at: turn.decided_at };
}

/** The lead's decisions, newest first. */
export async function decisionsOfLead(
  db: Db,
  installation: string,
  lead: string,
  most: number,
): Promise<readonly StoredDecision[]> {
  const rows = await db
    .selectFrom("decisions")
    .selectAll()
    .where("installation", "=", installation)
    .where("lead", "=", lead)
    .orderBy("decided_at", "desc")
    .orderBy("ordinal", "desc")
    .limit(most)
    .execute();
  return rows.map(fromRow);
}

/** The decision a handoff stands on: the one that gave it to somebody, or the last that left it waiting. */
export async function decisionOfHandoff(
  db: Db,
  { installation, lead, id }: { readonly installation: string; readonly lead: string; readonly id: string },
): Promise<StoredDecision | undefined> {
  const row = await db
    .selectFrom("decisions")
    .selectAll()
    .where("installation", "=", installation)
    .where("lead", "=", lead)
    .where("handoff", "=", id)
    .where("outcome", "=", "ready")
    .orderBy("decided_at", "desc")
    .orderBy("ordinal", "desc")
    .limit(1)
    .executeTakeFirst();
  return row && fromRow(row);
}

/** By decision or handoff id: the first decision of that handoff. Ids are random and name no tenant. */
export async function findDecision(
  db: Db,
  id: string,
): Promise<(StoredDecision & { installation: string }) | undefined> {
  const row = await db.selectFrom("decisions").selectAll().where("id", "=", id).executeTakeFirst();
  return row && { ...fromRow(row), installation: row.installation };
}

function fromRow(row: DecisionRow): StoredDecision {
  return {
    snapshot: ownJson<Snapshot>(row.snapshot),
    decision: ownJson<Decision>(row.decision),
    ...(row.handoff === null ? {} : { handoff: row.handoff }),
  };
}
