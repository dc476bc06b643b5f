/**
 * Looking whether writes with a lost answer are there. Looking too early proves nothing, because the lost call may still
 * be at work: the caller waits `settleMs` first. The search index is never asked; its silence proves nothing either.
 */
import { BatonError } from "../../src/errors.ts";
import type { Capabilities } from "../../src/model/capabilities.ts";
import type { Sighting, Write } from "../../src/model/effect.ts";
import { chunks } from "../http/chunks.ts";
import type { Gateway } from "../http/gateway.ts";
import { isMarked } from "../http/mark.ts";
import { BATCH_SIZE, isRecordId, newestFirst, readItems } from "./batch-read.ts";
import type { ReadItems } from "./batch-read.ts";
import { contactProperty, valuesIn } from "./compose.ts";
import type { Update, WriteOf } from "./compose.ts";
import { indexContacts } from "./contact.ts";
import { lookByKey } from "./keyed.ts";
import { readLinks } from "./links.ts";
import { lookForListed } from "./list-adds.ts";
import { lookForSequences } from "./sequences.ts";

type Creation = WriteOf<"create-task" | "create-note">;

interface Kind {
  readonly type: "tasks" | "notes";
  /** The property that holds the marked body. */
  readonly body: string;
}
const TASKS: Kind = { type: "tasks", body: "hs_task_body" };
const NOTES: Kind = { type: "notes", body: "hs_note_body" };
/** Most records that are read for marks, newest first. What hangs on older ones is `unsure`. */
const MOST_BODIES = 2_000;

/**
 * Looks for writes, one sighting each, in order. Never throws: what cannot be read is `unsure`.
 * An answer to a workflow is never seen and can always be given again.
 */
export async function lookFor(
  gateway: Gateway,
  capabilities: Capabilities,
  writes: readonly Write[],
): Promise<readonly Sighting[]> {
  const updates = writes.filter((write) => write.kind === "update-lead" || write.kind === "sync-fields");
  const tasks = writes.filter((write) => write.kind === "create-task");
  const notes = writes.filter((write) => write.kind === "create-note");
  const sequences = writes.filter((write) => write.kind === "start-sequence");
  const listed = writes.filter((write) => write.kind === "add-to-list");
  const groups = await Promise.all([
    orUnsure(updates, () => lookForUpdates(gateway, updates)),
    orUnsure(tasks, () =>
      lookForCreations(gateway, tasks, TASKS, capabilities.taskKey === "unique-property"),
    ),
    orUnsure(notes, () =>
      lookForCreations(gateway, notes, NOTES, capabilities.noteKey === "unique-property"),
    ),
    orUnsure(sequences, () => lookForSequences(gateway, sequences)),
    orUnsure(listed, () => lookForListed(gateway, listed)),
  ]);
  const sightings = new Map(groups.flat().map((sighting) => [sighting.key, sighting]));
  return writes.map(({ key }) => sightings.get(key) ?? { key, seen: "no" });
}

async function orUnsure(
  writes: readonly Write[],
  look: () => Promise<readonly Sighting[]>,
): Promise<readonly Sighting[]> {
  try {
    return writes.length > 0 ? await look() : [];
  } catch (error) {
    const code = error instanceof BatonError ? error.code : "crm.unreachable";
    return writes.map(({ key }) => ({ key, seen: "unsure", code }));
  }
}

/** An update is there when every value is. Where that can be told, anything else is no, since writing it again does no harm. */
async function lookForUpdates(gateway: Gateway, writes: readonly Update[]): Promise<readonly Sighting[]> {
  const names = writes.flatMap((write) => valuesIn(write).map(([path]) => contactProperty(path) ?? ""));
  const read = await readItems(gateway, {
    type: "contacts",
    ids: writes.map((write) => write.lead.id).filter(isRecordId),
    properties: [
      ...new Set(["hubspot_owner_id", "lifecyclestage", "hs_merged_object_ids", ...names.filter(Boolean)]),
    ],
  });
  const contacts = indexContacts(read.found);
  return writes.map((write): Sighting => {
    const contact = contacts.byId.get(write.lead.id);
    const unread = read.unreadable.get(write.lead.id);
    if (contact === undefined && unread !== undefined)
      return { key: write.key, seen: "unsure", code: unread };
    const isThere =
      contact !== undefined &&
      wantedValues(write).every(([name, to]) => isSame(contact.properties[name], to));
    return isThere ? { key: write.key, seen: "yes", id: contact.id } : { key: write.key, seen: "no" };
  });
}

function wantedValues(write: Update): (readonly [name: string, to: string])[] {
  const { owner, stage } = write.kind === "update-lead" ? write : {};
  return [
    ...(owner ? [["hubspot_owner_id", owner.to] as const] : []),
    ...(stage ? [["lifecyclestage", stage.to] as const] : []),
    ...valuesIn(write).map(([path, to]) => [contactProperty(path) ?? path, to] as const),
  ];
}

/** HubSpot gives dates back in its own spelling, so times are compared as times. */
function isSame(is: string | undefined, to: string): boolean {
  if ((is ?? "") === to) return true;
  const isTime = /^\d{4}-\d{2}-\d{2}T/;
  return isTime.test(to) && isTime.test(is ?? "") && Date.parse(is ?? "") === Date.parse(to);
}

async function lookForCreations(
  gateway: Gateway,
  writes: readonly Creation[],
  kind: Kind,
  isKeyed: boolean,
): Promise<readonly Sighting[]> {
  if (!isKeyed) return lookForMarks(gateway, writes, kind);
  const found = await lookByKey(
    gateway,
    kind.type,
    writes.map((write) => write.key),
  );
  return writes.map(({ key }) => {
    const id = found.get(key);
    return id === undefined ? { key, seen: "no" } : { key, seen: "yes", id };
  });
}

/**
 * Reads the bodies of what hangs on the contacts, merged ones under their survivor, and searches them for the marks. What hangs on a
 * contact that is not told of may be under another id by now: only of one that was read does it count that there is no mark.
 */
async function lookForMarks(
  gateway: Gateway,
  writes: readonly Creation[],
  { type, body }: Kind,
): Promise<readonly Sighting[]> {
  const asked = [...new Set(writes.map((write) => write.lead.id).filter(isRecordId))];
  const told = await readItems(gateway, {
    type: "contacts",
    ids: asked,
    properties: ["hs_merged_object_ids"],
  });
  const contacts = indexContacts(told.found);
  const idsOf = (id: string): readonly string[] => [...new Set([id, contacts.byId.get(id)?.id ?? id])];
  const links = await readLinks(gateway, asked.flatMap(idsOf), type);
  const candidates = [...new Set([...links.values()].flat())].toSorted(newestFirst);
  const found = new Map<string, string>();
  const read = new Set<string>();
  for (const ids of chunks(candidates.slice(0, MOST_BODIES), BATCH_SIZE)) {
    if (found.size === writes.length) break;
    for (const { id, properties } of (await readItems(gateway, { type, ids, properties: [body] })).found) {
      read.add(id);
      for (const { key } of writes) if (isMarked(properties[body], key)) found.set(key, id);
    }
  }
  return writes.map(({ key, lead }): Sighting => {
    const id = found.get(key);
    if (id !== undefined) return { key, seen: "yes", id };
    if (!isRecordId(lead.id)) return { key, seen: "no" };
    if (!contacts.byId.has(lead.id)) return { key, seen: "unsure", code: whyUntold(lead.id, told) };
    // What hangs on the contact and is not read may be the very record that is looked for.
    const isWhole = idsOf(lead.id).every((each) => (links.get(each) ?? []).every((one) => read.has(one)));
    return isWhole ? { key, seen: "no" } : { key, seen: "unsure", code: "crm.bad-answer" };
  });
}

/** Why nothing is known of a contact that was asked for: it is denied, or makes no sense, or nothing was said of it. */
function whyUntold(id: string, { gone, unreadable }: ReadItems): string {
  return unreadable.get(id) ?? (gone.has(id) ? "crm.not-found" : "crm.bad-answer");
}
