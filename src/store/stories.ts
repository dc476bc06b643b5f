/** The stories of open handoffs, read together; and what has been added to them, stored each once. */
import type { Disposition } from "../model/disposition.ts";
import type { FormerHandoff, OpenHandoff, Pause, Story } from "../model/handoff.ts";
import type { Instant } from "../model/instant.ts";
import type { Touch } from "../model/touch.ts";
import { inChunks, loadInChunks } from "./chunks.ts";
import { loadClocks } from "./clocks.ts";
import { ownJson } from "./json.ts";
import type { Db } from "./schema.ts";
import type { HandoffRow } from "./schema-decisions.ts";
import type { DispositionRow, TouchRow } from "./schema-following.ts";

const UNSETTLED = ["planned", "attempting", "ambiguous"] as const;

/** The same handoffs, by lead, each that sales has with its story. */
export async function withStories(
  db: Db,
  installation: string,
  handoffs: ReadonlyMap<string, OpenHandoff>,
): Promise<ReadonlyMap<string, OpenHandoff>> {
  const owned = [...handoffs.values()].filter(({ state }) => state === "with-sales").map(({ id }) => id);
  if (owned.length === 0) return handoffs;
  const [rows, clocks, touches, answers, moving] = await Promise.all([
    courseRows(db, installation, owned),
    loadClocks(db, installation, owned),
    touchRows(db, installation, owned),
    dispositionRows(db, installation, owned),
    movingHandoffs(db, installation, owned),
  ]);
  const storyOf = ({ id, startedAt }: OpenHandoff): Story | undefined => {
    const row = rows.get(id);
    if (row === undefined) return undefined;
    return {
      ownedAt: row.owned_at ?? startedAt,
      ...(row.rule === null ? {} : { rule: row.rule }),
      ...(row.pool === null || row.rep === null ? {} : { turn: row.rep }),
      formerOwners: row.former_owners === null ? [] : ownJson<readonly string[]>(row.former_owners),
      isMoving: moving.has(id),
      ...(row.standing === null ? {} : { standing: row.standing }),
      ...(row.answer === null ? {} : { told: row.answer }),
      touches: (touches.get(id) ?? []).map(touchOf),
      answers: (answers.get(id) ?? []).map(dispositionOf),
      clocks: clocks.get(id) ?? [],
      pauses: row.pauses === null ? [] : ownJson<readonly Pause[]>(row.pauses),
      flips: row.flips === null ? [] : ownJson<readonly Instant[]>(row.flips),
    };
  };
  return new Map(
    [...handoffs].map(([lead, handoff]) => {
      const story = handoff.state === "with-sales" ? storyOf(handoff) : undefined;
      return [lead, story === undefined ? handoff : { ...handoff, story }] as const;
    }),
  );
}

const COURSE = [
  "id",
  "owned_at",
  "rule",
  "rep",
  "pool",
  "former_owners",
  "pauses",
  "flips",
  "standing",
  "answer",
] as const;
/** What is stored of one handoff's story, the oldest first. */
export async function loadHappenings(
  db: Db,
  installation: string,
  handoff: string,
): Promise<{ readonly touches: readonly Touch[]; readonly answers: readonly Disposition[] }> {
  const [touches, answers] = await Promise.all([
    touchRows(db, installation, [handoff]),
    dispositionRows(db, installation, [handoff]),
  ]);
  return {
    touches: (touches.get(handoff) ?? []).map(touchOf),
    answers: (answers.get(handoff) ?? []).map(dispositionOf),
  };
}

type CourseRow = Pick<HandoffRow, (typeof COURSE)[number]>;

async function courseRows(
  db: Db,
  installation: string,
  handoffs: readonly string[],
): Promise<ReadonlyMap<string, CourseRow>> {
  const found = await loadInChunks(handoffs, (chunk) =>
    db
      .selectFrom("handoffs")
      .select(COURSE)
      .where("installation", "=", installation)
      .where("id", "in", chunk)
      .execute(),
  );
  return new Map(found.map((row) => [row.id, row]));
}

async function touchRows(
  db: Db,
  installation: string,
  handoffs: readonly string[],
): Promise<ReadonlyMap<string, readonly TouchRow[]>> {
  const found = await loadInChunks(handoffs, (chunk) =>
    db
      .selectFrom("touches")
      .selectAll()
      .where("installation", "=", installation)
      .where("handoff", "in", chunk)
      .orderBy("at")
      .orderBy("key")
      .execute(),
  );
  return Map.groupBy(found, ({ handoff }) => handoff);
}

async function dispositionRows(
  db: Db,
  installation: string,
  handoffs: readonly string[],
): Promise<ReadonlyMap<string, readonly DispositionRow[]>> {
  const found = await loadInChunks(handoffs, (chunk) =>
    db
      .selectFrom("dispositions")
      .selectAll()
      .where("installation", "=", installation)
      .where("handoff", "in", chunk)
      .orderBy("at")
      .orderBy("key")
      .execute(),
  );
  return Map.groupBy(found, ({ handoff }) => handoff);
}

/** Handoffs whose owner is still on the way into the CRM: what it shows now says nothing about a person's choice. */
async function movingHandoffs(
  db: Db,
  installation: string,
  handoffs: readonly string[],
): Promise<ReadonlySet<string>> {
  const rows = await loadInChunks(handoffs, (chunk) =>
    db
      .selectFrom("effects")
      .select("handoff")
      .where("installation", "=", installation)
      .where("handoff", "in", chunk)
      .where("owner_to", "is not", null)
      .where("state", "in", UNSETTLED)
      .execute(),
  );
  return new Set(rows.flatMap(({ handoff }) => handoff ?? []));
}

/** Stores touches: of one that is known what was read last counts. */
export async function saveTouches(
  db: Db,
  installation: string,
  touches: readonly { readonly lead: string; readonly handoff: string; readonly touch: Touch }[],
): Promise<void> {
  await inChunks(touches, (chunk) =>
    db
      .insertInto("touches")
      .values(
        chunk.map(({ lead, handoff, touch: { key, kind, result, at, ownerId, byPerson } }) => ({
          installation,
          lead,
          key,
          handoff,
          kind,
          result,
          at,
          owner: ownerId ?? null,
          by_person: byPerson ? 1 : 0,
        })),
      )
      .onConflict((oc) =>
        oc.columns(["installation", "lead", "key"]).doUpdateSet((eb) => ({
          handoff: eb.ref("excluded.handoff"),
          kind: eb.ref("excluded.kind"),
          result: eb.ref("excluded.result"),
          at: eb.ref("excluded.at"),
          owner: eb.ref("excluded.owner"),
          by_person: eb.ref("excluded.by_person"),
        })),
      )
      .execute(),
  );
}

/** Stores answers; one that is known stays as it is. */
export async function saveDispositions(
  db: Db,
  installation: string,
  given: readonly { readonly lead: string; readonly handoff: string; readonly disposition: Disposition }[],
): Promise<void> {
  await inChunks(given, (chunk) =>
    db
      .insertInto("dispositions")
      .values(
        chunk.map(({ lead, handoff, disposition: { key, answer, reason, via, by, at } }) => ({
          installation,
          handoff,
          key,
          lead,
          answer,
          reason: reason ?? null,
          via,
          given_by: by ?? null,
          at,
        })),
      )
      // A reason that was picked after its answer.
      .onConflict((oc) =>
        oc
          .columns(["installation", "handoff", "key"])
          .doUpdateSet((eb) => ({ reason: eb.ref("excluded.reason") })),
      )
      .execute(),
  );
}

/** Lead id to the last handoff that ended by an answer, with how many there were. */
export async function loadFormer(
  db: Db,
  installation: string,
  leads: readonly string[],
): Promise<ReadonlyMap<string, FormerHandoff>> {
  const found = await loadInChunks(leads, (chunk) =>
    db
      .selectFrom("handoffs")
      .selectAll()
      .where("installation", "=", installation)
      .where("lead", "in", chunk)
      // Said as the index says it.
      .where("ended_as", "is not", null)
      .orderBy("closed_at")
      .orderBy("id")
      .execute(),
  );
  const byLead = Map.groupBy(found, ({ lead }) => lead);
  return new Map(
    [...byLead].flatMap(([lead, rows]) => {
      const last = rows.at(-1);
      return last === undefined ? [] : [[lead, formerOf(last, rows.length)] as const];
    }),
  );
}

function formerOf(row: HandoffRow, count: number): FormerHandoff {
  return {
    id: row.id,
    type: row.type,
    startedAt: row.decided_at,
    endedAt: row.closed_at ?? row.decided_at,
    ...(row.answered_at === null ? {} : { answeredAt: row.answered_at }),
    ...(row.ended_as === null ? {} : { answer: row.ended_as }),
    ...(row.answer_reason === null ? {} : { reason: row.answer_reason }),
    ...(row.owner === null ? {} : { ownerId: row.owner }),
    ...(row.owner_name === null ? {} : { ownerName: row.owner_name }),
    ...(row.wake_at === null ? {} : { wakeAt: row.wake_at }),
    isForGood: row.for_good === 1,
    isRestaged: false,
    count,
  };
}

function touchOf({ key, kind, result, at, owner, by_person }: TouchRow): Touch {
  return { key, kind, result, at, ...(owner === null ? {} : { ownerId: owner }), byPerson: by_person === 1 };
}

function dispositionOf({ key, answer, reason, via, given_by, at }: DispositionRow): Disposition {
  return {
    key,
    answer,
    via,
    at,
    ...(reason === null ? {} : { reason }),
    ...(given_by === null ? {} : { by: given_by }),
  };
}
