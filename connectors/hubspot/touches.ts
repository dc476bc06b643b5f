/**
 * What passed between sales and contacts, and which contacts an activity belongs to: through associations, because the search index
 * lags and its silence proves nothing.
 *
 * Touches of a hundred contacts cost four reads of associations, one for each kind, and one read for each hundred activities (fifty
 * tasks; those that Baton made are known and not read). Of each contact the newest ten of a kind are read, and older ones only while the oldest of those read is not yet much older
 * than what is asked for: a contact with a long past costs no more than one with a short one.
 */
import { BatonError } from "../../src/errors.ts";
import type { DurationMs, Instant } from "../../src/model/instant.ts";
import { DAY_MS } from "../../src/model/instant.ts";
import type { LeadRef } from "../../src/model/lead.ts";
import type { ActivityRef, LeadTouch, Touch } from "../../src/model/touch.ts";
import { ACTIVITY_TYPES, ifPermitted } from "./activity.ts";
import type { ActivityKind } from "./activity.ts";
import type { CrmObject } from "./answer.ts";
import { BATCH_SIZE, isRecordId, newestFirst, readSound } from "./batch-read.ts";
import type { Gateway } from "../http/gateway.ts";
import { instantIn } from "./instant.ts";
import { readLinks } from "./links.ts";
import { TOUCH_READINGS } from "./touch-reading.ts";
import type { TouchReading } from "./touch-reading.ts";

/** How many of the newest activities of one kind and contact are known after each round of reading. */
const ROUNDS = [10, 50, 200] as const;
/** Activities are made before they take place; one made longer than this before is not looked for. */
const PLANNED_AHEAD_MS: DurationMs = 90 * DAY_MS;
/** The batch size some accounts hold histories to; reported by users and nowhere documented. */
const HISTORY_BATCH_SIZE = 50;

/**
 * Reads touches at `since` or later, and planned ones, oldest first; nothing of the tasks in `own`. An activity that is no record says nothing; a kind the
 * account does not let Baton read has none.
 * @throws BatonError `crm.*`; `crm.forbidden` where it lets Baton read none.
 */
export async function readTouches(
  { gateway, now }: { readonly gateway: Gateway; readonly now: Instant },
  leads: readonly LeadRef[],
  since: Instant,
  own: ReadonlySet<string> = new Set(),
): Promise<readonly LeadTouch[]> {
  const contacts = [...new Set(leads.map(({ id }) => id).filter(isRecordId))];
  if (contacts.length === 0) return [];
  const asked = { contacts, since, own };
  const parts = await Promise.all(
    TOUCH_READINGS.map((reading) => ifPermitted(ofKind(gateway, reading, asked, now))),
  );
  const permitted = parts.flatMap((part) => (part === undefined ? [] : [part]));
  if (permitted.length === 0)
    throw new BatonError(
      "crm.forbidden",
      "HubSpot does not let Baton read calls, e-mails, meetings or tasks.",
    );
  return permitted.flat().toSorted((a, b) => a.at - b.at || (a.key < b.key ? -1 : 1));
}

/** Whose touches, since when, and which tasks are Baton's own. */
interface Asked {
  readonly contacts: readonly string[];
  readonly since: Instant;
  readonly own: ReadonlySet<string>;
}

async function ofKind(
  gateway: Gateway,
  reading: TouchReading,
  { contacts, since, own }: Asked,
  now: Instant,
): Promise<readonly LeadTouch[]> {
  const links = await readLinks(gateway, contacts, ACTIVITY_TYPES[reading.kind].name);
  // Two kinds may have a record of the same id.
  const isSilent = (id: string): boolean => reading.kind === "task" && own.has(id);
  const newest = new Map(
    [...links].map(([id, all]) => {
      const others = [...new Set(all)].filter((one) => !isSilent(one));
      return [id, others.toSorted(newestFirst)] as const;
    }),
  );
  const touches = new Map<string, Touch>();
  for (const record of await readNewest(gateway, reading, [...newest.values()], since)) {
    const touch = reading.touchOf(record, now);
    if (touch !== undefined && (touch.result === "planned" || touch.at >= since))
      touches.set(record.id, touch);
  }
  return [...newest].flatMap(([contact, ids]) =>
    ids.flatMap((id) => {
      const touch = touches.get(id);
      return touch === undefined ? [] : [{ ...touch, lead: { crm: "hubspot" as const, id: contact } }];
    }),
  );
}

/** @param lists  One contact's activities each, the newest first. */
async function readNewest(
  gateway: Gateway,
  { kind, properties, history }: TouchReading,
  lists: readonly (readonly string[])[],
  since: Instant,
): Promise<readonly CrmObject[]> {
  const known = new Map<string, CrmObject>();
  const size = history.length > 0 ? HISTORY_BATCH_SIZE : BATCH_SIZE;
  let from = 0;
  for (const upTo of ROUNDS) {
    const ids = lists
      .filter((list) => from === 0 || !reachesBack(list.slice(0, from), known, since - PLANNED_AHEAD_MS))
      .flatMap((list) => list.slice(from, upTo));
    const type = ACTIVITY_TYPES[kind].name;
    const found = await readSound(gateway, { type, ids, properties, history, size });
    for (const record of found) known.set(record.id, record);
    from = upTo;
  }
  return [...known.values()];
}

/** Whether one of these was made before `at`: then those after them were, too. */
function reachesBack(ids: readonly string[], known: ReadonlyMap<string, CrmObject>, at: Instant): boolean {
  return ids.some((id) => (instantIn(known.get(id)?.properties["hs_createdate"]) ?? at) < at);
}

/**
 * Reads which contacts activities belong to, each pair once: a call for each kind among them.
 * @param deals  Whether deals may be asked for.
 * @throws BatonError `crm.*`.
 */
export async function readLeadsOf(
  gateway: Gateway,
  activities: readonly ActivityRef[],
  deals: boolean,
): Promise<readonly { readonly activity: ActivityRef; readonly lead: LeadRef }[]> {
  const byKind = Map.groupBy(
    activities.filter(({ id }) => isRecordId(id)),
    ({ kind }) => kind,
  );
  if (!deals) byKind.delete("deal");
  const parts = await Promise.all(
    [...byKind].map(async ([kind, some]) =>
      contactsOf(gateway, kind, [...new Set(some.map(({ id }) => id))]),
    ),
  );
  return parts.flat();
}

async function contactsOf(
  gateway: Gateway,
  kind: ActivityKind,
  ids: readonly string[],
): Promise<readonly { readonly activity: ActivityRef; readonly lead: LeadRef }[]> {
  const links = await ifPermitted(readLinks(gateway, ids, "contacts", ACTIVITY_TYPES[kind].name));
  return [...(links ?? [])].flatMap(([id, contacts]) =>
    [...new Set(contacts)].map((contact) => ({
      activity: { kind, id },
      lead: { crm: "hubspot" as const, id: contact },
    })),
  );
}
