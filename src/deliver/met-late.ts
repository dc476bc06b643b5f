/**
 * Leads whose record in sales' CRM a late write is the first to see: it was made there while the write waited, by a rep, an import or
 * another connector. The decision knew no owner there. A rep who has it keeps it, and that is told, so that it is decided anew; every record
 * has some owner from its first second, so anybody else, who is no rep of team.yaml (a queue, whoever imported it), has chosen nothing.
 */
import { type Lane, inLane } from "../lanes/lane.ts";
import { isPair, type Pair } from "../lanes/sync.ts";
import type { CrmEvent } from "../model/event.ts";
import type { CrmRecord } from "../model/record.ts";
import { formRoster } from "../route/index.ts";
import type { Effect } from "../store/effects.ts";
import { insertOwnEvents } from "../store/inbox.ts";
import { type Link, saveLinks } from "../store/links.ts";

/** The record each effect is to be judged by. Throws what the database and the connector throw. */
export async function judgedBy(
  lane: Lane,
  effects: readonly Effect[],
  records: ReadonlyMap<string, CrmRecord>,
  links: ReadonlyMap<string, Link>,
): Promise<ReadonlyMap<string, CrmRecord>> {
  const met = effects.flatMap((effect) => {
    const record = records.get(effect.write.lead.id);
    return record !== undefined && isPair(record) && isUnseen(effect, record, links)
      ? [{ effect, record }]
      : [];
  });
  if (met.length === 0) return new Map();
  const reps = await repsOf(lane);
  const judged = met.map(({ effect, record }) => {
    const isTheirs = record.ownerId !== undefined && reps.has(record.ownerId);
    return { effect, record, isTheirs };
  });
  await noteMet(lane, judged);
  return new Map(
    judged.flatMap(({ effect, record, isTheirs }) =>
      isTheirs ? [] : [[effect.write.key, asDecided(effect, record)] as const],
    ),
  );
}

/** Whether the record was linked after the effect was planned, or is not linked yet. */
function isUnseen({ plannedAt }: Effect, { lead, sales }: Pair, links: ReadonlyMap<string, Link>): boolean {
  return sales.by === "email" || (links.get(lead.id)?.linkedAt ?? plannedAt) > plannedAt;
}

async function repsOf(lane: Lane): Promise<ReadonlySet<string>> {
  const { reps } = formRoster(lane.playbook().team, await lane.owners(), new Map(), lane.now());
  return new Set(reps.flatMap(({ ownerId }) => ownerId ?? []));
}

/** As far as its owner goes, the record is as the decision saw it. */
function asDecided({ write }: Effect, record: Pair): CrmRecord {
  const { ownerId: _, ...rest } = record;
  const seen = seenBy(write);
  return seen === undefined ? rest : { ...rest, ownerId: seen };
}

function seenBy(write: Effect["write"]): string | undefined {
  switch (write.kind) {
    case "update-lead":
      return write.owner?.seen;
    case "create-task":
    case "start-sequence":
      return write.ownerSeen;
    case "create-note":
    case "add-to-list":
    case "sync-fields":
    case "answer-request":
      return undefined;
  }
}

/** Links them, and tells of a lead that a rep has and somebody else was to have: what the write leaves out, a turn sees to. */
async function noteMet(
  lane: Lane,
  judged: readonly { readonly effect: Effect; readonly record: Pair; readonly isTheirs: boolean }[],
): Promise<void> {
  const fresh = new Map(
    judged.flatMap(({ record: { lead, sales } }) =>
      sales.by === "email"
        ? [[lead.id, { lead: lead.id, counterpart: sales.lead.id, by: "email" as const }] as const]
        : [],
    ),
  );
  const news = judged.flatMap(({ effect, record, isTheirs }): readonly CrmEvent[] => {
    const { write, attempts } = effect;
    if (!isTheirs || write.kind !== "update-lead" || (write.owner?.to ?? record.ownerId) === record.ownerId)
      return [];
    return [
      {
        key: `met-late:${write.key}:${attempts}`,
        tenant: lane.installation.tenant,
        occurredAt: lane.now(),
        urgency: "live",
        kind: "lead-changed",
        lead: record.lead,
        field: "owner",
        property: "found in sales' CRM",
      },
    ];
  });
  if (fresh.size === 0 && news.length === 0) return;
  const { id } = lane.installation;
  await inLane(lane, async (tx) => {
    await saveLinks(tx, id, [...fresh.values()], lane.now());
    await insertOwnEvents(tx, id, news, lane.now());
  });
}
