/**
 * Which Leads and Contacts have news since an instant: those that were modified, those that were deleted or lost a merge, and those
 * that were put on a campaign, which modifies nobody.
 *
 * It walks by the ids of people and not by time: an id never changes, and what was modified since then stays so, so nothing slips from
 * one page to another while people go on working, and an import that stamps thousands with one instant is paged like anything else.
 * Transactions are stamped before they are committed; the caller begins early enough.
 *
 * Deleted records are asked for with the others (`queryAll`), which costs no call more; the list of deletions (`getDeleted`) would be two,
 * and in one piece however long it is. What was taken out of the recycle bin is not found, and who was taken off a campaign neither: that
 * row is gone for good.
 */
import { BatonError } from "../../src/errors.ts";
import type { ModifiedLead, ModifiedPage } from "../../src/model/change.ts";
import type { Instant } from "../../src/model/instant.ts";
import type { Gateway } from "../http/gateway.ts";
import type { Schema } from "./describe.ts";
import { leadRef, personWith } from "./person.ts";
import type { PersonObject } from "./person.ts";
import { findAll, recordsOf, recordsUnlessRefused } from "./queries.ts";
import type { Ask, Found, SfRecord } from "./queries.ts";
import { soql } from "./soql.ts";
import { idIn, instantOf } from "./values.ts";

const PAGE_SIZE = 500;
/** What a place among memberships begins with; one among people is an id, and nothing else. */
const AMONG_MEMBERS = "members:";

/** A part of the walk: people of one object, or memberships of them. */
interface Part {
  readonly object: PersonObject;
  readonly of: "people" | "members";
}

/** In the order they are walked. Ids of Contacts (003) come before those of Leads (00Q). */
const PARTS: readonly Part[] = [
  { object: "Contact", of: "people" },
  { object: "Lead", of: "people" },
  { object: "Contact", of: "members" },
  { object: "Lead", of: "members" },
];

/** A place in the walk: behind this person. */
interface Place {
  readonly part: number;
  readonly id: string;
}

/**
 * Reads one page, in one call.
 *
 * @param after  The `next` of the page before; left out, the list begins.
 * A row that makes no sense is left out; one whose instant cannot be read counts as modified at `since`. Of an org that does not let
 * Baton see memberships, none are listed.
 * @throws BatonError `crm.*` when Salesforce cannot be read; `crm.bad-answer` when a full page does not lead on.
 */
export async function readModified(
  { gateway, schema }: { readonly gateway: Gateway; readonly schema: Schema },
  since: Instant,
  after?: string,
): Promise<ModifiedPage> {
  const start = placeOf(after ?? "");
  const hasMembers = (await schema.of("CampaignMember")) !== undefined;
  const left = PARTS.map((part, index) => ({ ...part, ref: `part${index}`, index })).filter(
    (part) => part.index >= (start?.part ?? 0) && (hasMembers || part.of === "people"),
  );
  const asks = left.map((part): Ask => {
    const behind = start?.part === part.index ? start.id : undefined;
    const ask = part.of === "people" ? peopleOf(part, since, behind) : membersOf(part, since, behind);
    return { ref: part.ref, ...ask };
  });
  const found = await findAll(gateway, asks);
  const leads: ModifiedLead[] = [];
  for (const part of left) {
    const records = rowsOf(found, part.ref, part);
    leads.push(...records.flatMap((record) => describe(record, part, since)));
    if (records.length >= PAGE_SIZE) return { leads: onceEach(leads), next: furthest(leads, part, start) };
  }
  return { leads: onceEach(leads) };
}

function placeOf(after: string): Place | undefined {
  const isMember = after.startsWith(AMONG_MEMBERS);
  const person = personWith(isMember ? after.slice(AMONG_MEMBERS.length) : after);
  if (person === undefined) return undefined;
  const of = isMember ? "members" : "people";
  return { part: PARTS.findIndex((part) => part.of === of && part.object === person.object), id: person.id };
}

function peopleOf({ object }: Part, since: Instant, behind: string | undefined): Omit<Ask, "ref"> {
  const where = [
    { field: "SystemModstamp", from: { at: since } },
    ...(behind === undefined ? [] : [{ field: "Id", after: { text: behind } }]),
  ];
  const select = ["Id", "SystemModstamp", "IsDeleted"];
  const text = soql({ select, from: object, where, orderBy: ["Id"], limit: PAGE_SIZE });
  return { text, withDeleted: true };
}

/**
 * Also of who was modified: that may be known, and being put on a campaign after it not. A Lead that was converted is on its campaigns as
 * its Contact.
 */
function membersOf({ object }: Part, since: Instant, behind: string | undefined): Omit<Ask, "ref"> {
  const field = `${object}Id`;
  const where = [
    { field: "SystemModstamp", from: { at: since } },
    { field, not: null },
    ...(object === "Lead" ? [{ field: "ContactId", is: null }] : []),
    ...(behind === undefined ? [] : [{ field, after: { text: behind } }]),
  ];
  const select = [field, "SystemModstamp"];
  // The next page begins behind a person: what stands before its edge is the latest of theirs.
  const orderBy = [field, { field: "SystemModstamp", descending: true }] as const;
  return { text: soql({ select, from: "CampaignMember", where, orderBy, limit: PAGE_SIZE }) };
}

/** An org that refuses to tell of memberships tells of people all the same. */
function rowsOf(found: ReadonlyMap<string, Found>, ref: string, { of }: Part): readonly SfRecord[] {
  return of === "people" ? recordsOf(found, ref) : recordsUnlessRefused(found, ref);
}

function describe(record: SfRecord, { object, of }: Part, since: Instant): ModifiedLead[] {
  const person = personWith(idIn(record, of === "people" ? "Id" : `${object}Id`) ?? "");
  if (person === undefined) return [];
  const modifiedAt = instantOf(record["SystemModstamp"]) ?? since;
  const isGone = record["IsDeleted"] === true;
  return [{ lead: leadRef(person.id), modifiedAt, ...(isGone ? { isGone } : {}) }];
}

/** Somebody may have been modified and put on campaigns: the latest of it tells when. */
function onceEach(leads: readonly ModifiedLead[]): readonly ModifiedLead[] {
  const byId = Map.groupBy(leads, ({ lead }) => lead.id);
  return [...byId.values()].flatMap((some) =>
    some.toSorted((a, b) => b.modifiedAt - a.modifiedAt).slice(0, 1),
  );
}

/** @throws BatonError `crm.bad-answer` where a full page leads nowhere: the page after it would be the same. */
function furthest(leads: readonly ModifiedLead[], { of }: Part, start: Place | undefined): string {
  const last = leads.at(-1)?.lead.id;
  if (last !== undefined && last !== start?.id) return of === "people" ? last : AMONG_MEMBERS + last;
  throw new BatonError("crm.bad-answer", "Salesforce's list of modified leads does not lead on.");
}
