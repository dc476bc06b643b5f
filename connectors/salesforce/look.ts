/**
 * Looking whether writes with a lost answer are there: by key where tasks have one, else through the records of the lead, wherever
 * they are by now. Looking too early proves nothing, because the lost call may still be at work: the caller waits first.
 * A task or note that somebody has deleted since was there: deleted records are looked at, too.
 */
import type { Sighting, Write } from "../../src/model/effect.ts";
import { isMarked } from "../http/mark.ts";
import { codeOf } from "../http/outcome.ts";
import { fieldOf, updateRow, valuesIn } from "./compose.ts";
import type { Update, WriteOf } from "./compose.ts";
import { toIdOf } from "./ids.ts";
import { asksForMemberships, readMemberships } from "./memberships.ts";
import { isTaskKeyed, orgFor } from "./org.ts";
import type { Tools } from "./org.ts";
import { KEY_FIELD } from "./package-fields.ts";
import { findPeople } from "./people.ts";
import type { FoundPerson, Whereabouts } from "./people.ts";
import { fieldsUnder, personOf } from "./person.ts";
import { findAll, recordsOf } from "./queries.ts";
import type { Ask, SfRecord } from "./queries.ts";
import { soqlInParts } from "./soql.ts";
import { idIn, isSame, textOf } from "./values.ts";
import { withKnownNames } from "./known-names.ts";

/** Most records of these leads that are read for marks, newest first. Past it a mark that is not among them is `unsure`. */
const MOST_BODIES = 2_000;
type Creation = WriteOf<"create-task" | "create-note">;

/** Looks for writes, one sighting each, in order. Never throws: what cannot be read is `unsure`. Two calls for a turn's writes. */
export async function lookFor(tools: Tools, writes: readonly Write[]): Promise<readonly Sighting[]> {
  if (writes.length === 0) return [];
  try {
    const sightings = await withKnownNames(tools.schema, () => lookAt(tools, writes));
    return writes.map(({ key }) => sightings.get(key) ?? { key, seen: "no" });
  } catch (error) {
    const code = codeOf(error);
    return writes.map(({ key }) => ({ key, seen: "unsure", code }));
  }
}

async function lookAt(tools: Tools, writes: readonly Write[]): Promise<ReadonlyMap<string, Sighting>> {
  const updates = writes.filter((write) => write.kind === "update-lead" || write.kind === "sync-fields");
  const tasks = writes.filter((write) => write.kind === "create-task");
  const notes = writes.filter((write) => write.kind === "create-note");
  const members = writes.filter((write) => write.kind === "add-to-list");
  const people = writes.flatMap(({ lead }) => personOf(lead) ?? []);
  const fields = fieldsUnder(
    "lead",
    updates.flatMap((write) => valuesIn(write).map(([path]) => path)),
  );
  const { byId } = await findPeople(tools, { people, fields, accountFields: [], isEssential: true });
  const isKeyed = tasks.length > 0 && (await isTaskKeyed(tools));
  const now = { byId, isKeyed };
  const found = await findAll(tools.gateway, asksFor(now, { tasks, notes, members }), true);
  const lists = readMemberships([found]);
  const org = await orgFor(tools, updates);
  const sightings = [
    ...updates.map((write) => updateSighting(write, byId, org)),
    ...tasks.map((write) => taskSighting(write, now, recordsOf(found, "tasks"))),
    ...notes.map((write) => markSighting(write, byId, recordsOf(found, "notes"), "Title")),
    ...members.map((write) => memberSighting(write, idsNow(byId, [write]), lists)),
  ];
  return new Map(sightings.map((sighting) => [sighting.key, sighting]));
}

interface Looked {
  readonly tasks: readonly WriteOf<"create-task">[];
  readonly notes: readonly WriteOf<"create-note">[];
  readonly members: readonly WriteOf<"add-to-list">[];
}

/** Where the leads of the writes are now, and whether tasks are known by their key. */
interface Now {
  readonly byId: ReadonlyMap<string, Whereabouts>;
  readonly isKeyed: boolean;
}

function asksFor({ byId, isKeyed }: Now, { tasks, notes, members }: Looked): readonly Ask[] {
  const newest = { orderBy: [{ field: "CreatedDate", descending: true }] as const, limit: MOST_BODIES };
  const task = isKeyed
    ? {
        select: ["Id", KEY_FIELD],
        from: "Task",
        where: [{ field: KEY_FIELD, in: tasks.map(({ key }) => key) }],
      }
    : {
        select: ["Id", "Description"],
        from: "Task",
        where: [{ field: "WhoId", in: idsNow(byId, tasks) }],
        ...newest,
      };
  const note = {
    select: ["Id", "Title"],
    from: "Note",
    where: [{ field: "ParentId", in: idsNow(byId, notes) }],
    ...newest,
  };
  const people = members.flatMap(({ lead }) => personOf(lead) ?? []);
  const moved = idsNow(byId, members).flatMap((id) => personOf({ crm: "salesforce", id }) ?? []);
  const campaigns = members.map(({ list }) => list);
  return [
    { ref: "tasks", text: soqlInParts(task), withDeleted: true, firstPageOnly: !isKeyed },
    { ref: "notes", text: soqlInParts(note), withDeleted: true, firstPageOnly: true },
    ...asksForMemberships([...people, ...moved], campaigns),
  ];
}

/** The ids under which these leads' records hang: those of the writes, and those they have now. */
function idsNow(byId: ReadonlyMap<string, Whereabouts>, writes: readonly Write[]): readonly string[] {
  return writes.flatMap(({ lead }) => {
    const id = personOf(lead)?.id;
    const now = byId.get(id ?? "");
    return [...(id === undefined ? [] : [id]), ...(typeof now === "object" ? [now.id] : [])];
  });
}

/** An update is there when every value is; anything else is no, since writing it again does no harm. */
function updateSighting(
  write: Update,
  byId: ReadonlyMap<string, Whereabouts>,
  org: Parameters<typeof updateRow>[1],
): Sighting {
  const { key } = write;
  const now = byId.get(personOf(write.lead)?.id ?? "");
  return typeof now === "object" && holds(now, write, org)
    ? { key, seen: "yes", id: now.id }
    : { key, seen: "no" };
}

/**
 * Compared as it would be written: to who they are now, with what their record has. What makes two records agree does so as a whole:
 * where a field is not there any more, it does not.
 */
function holds(now: FoundPerson, write: Update, org: Parameters<typeof updateRow>[1]): boolean {
  // Where another record carries the other CRM's id, the write went without it.
  const { counterpart: _, ...bare } = write;
  const composed = updateRow({ ...bare, lead: { crm: "salesforce", id: now.id } }, org);
  if ("reason" in composed) return false;
  if (write.kind === "sync-fields" && composed.dropped.length > 0) return false;
  return Object.entries(composed.row?.fields ?? {}).every(([name, wanted]) => {
    const isText = fieldOf(`lead.${name}`, now, org)?.type === "textarea";
    const is = now.record[name];
    return isText ? lineEnds(textOf(is)) === lineEnds(textOf(wanted)) : isSame(is, wanted);
  });
}

/** Salesforce gives long texts back with line ends of its own. */
function lineEnds(text: string | undefined): string {
  return (text ?? "").replaceAll("\r\n", "\n").trimEnd();
}

function taskSighting(write: Creation, { byId, isKeyed }: Now, records: readonly SfRecord[]): Sighting {
  if (!isKeyed) return markSighting(write, byId, records, "Description");
  const { key } = write;
  const record = records.find((one) => textOf(one[KEY_FIELD]) === key);
  const id = record === undefined ? undefined : idIn(record, "Id");
  return id === undefined ? { key, seen: "no" } : { key, seen: "yes", id };
}

/** What hung on somebody who is not told of may hang on somebody else by now: that there is no mark then proves nothing. */
function markSighting(
  { key, lead }: Creation,
  byId: ReadonlyMap<string, Whereabouts>,
  records: readonly SfRecord[],
  field: "Title" | "Description",
): Sighting {
  const record = records.find((one) => isMarked(textOf(one[field]), key));
  const id = record === undefined ? undefined : idIn(record, "Id");
  if (id !== undefined) return { key, seen: "yes", id };
  const now = byId.get(personOf(lead)?.id ?? "");
  if (now === "gone") return { key, seen: "unsure", code: "crm.not-found" };
  return records.length < MOST_BODIES && now !== "unsure"
    ? { key, seen: "no" }
    : { key, seen: "unsure", code: "crm.bad-answer" };
}

function memberSighting(
  { key, list }: WriteOf<"add-to-list">,
  ids: readonly string[],
  lists: ReadonlyMap<string, readonly string[]>,
): Sighting {
  const campaign = toIdOf("Campaign", list) ?? list;
  const isOnIt = ids.some((id) => lists.get(id)?.includes(campaign) === true);
  return isOnIt ? { key, seen: "yes", id: list } : { key, seen: "no" };
}
