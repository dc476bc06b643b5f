/**
 * Linking and unlinking records with everything that hangs on it: both directions, the primary company, the counts
 * on the records, and the webhooks, which fire on both sides.
 *
 * Source: https://developers.hubspot.com/docs/api-reference/latest/webhooks/guide
 */
import { emitChange } from "./emission.ts";
import { linkIds } from "./links.ts";
import type { LinkEnd } from "./links.ts";
import { objectTypes } from "./object-type.ts";
import type { ObjectType } from "./object-type.ts";
import type { PortalState } from "./portal.ts";
import { problem } from "./problem.ts";
import { appendValue, calculation, valueOf } from "./record.ts";
import type { WriteContext } from "./write-context.ts";

/**
 * Links two records. Without `typeId` it is the default link; the first company of a contact or deal becomes the
 * primary one. A primary link also sets the unlabelled one. Linking again changes nothing.
 * @throws Problem 400 for object types or type ids that do not fit together.
 */
export function associate(
  portal: PortalState,
  from: LinkEnd,
  to: LinkEnd,
  context: WriteContext,
  typeId?: number,
): void {
  const ids = linkIds(from.type, to.type);
  const reverse = linkIds(to.type, from.type);
  if (!ids || !reverse)
    throw problem(400, "VALIDATION_ERROR", `${from.type} cannot be associated with ${to.type}`);
  if (typeId !== undefined && typeId !== ids.plain && typeId !== ids.primary) {
    throw problem(
      400,
      "VALIDATION_ERROR",
      `Association type ${typeId} does not link ${from.type} to ${to.type}`,
    );
  }
  const primary = primaryEnds(from, to);
  const wantsPrimary =
    ids.primary !== undefined &&
    (typeId === ids.primary || (primary !== undefined && !primaryOf(portal, ...primary)));
  if (wantsPrimary && primary) clearPrimary(portal, primary[0], primary[1].type, primary[1].id);
  const added = addBothWays(portal, from, to, ids.plain, reverse.plain, false, context);
  if (wantsPrimary && ids.primary !== undefined && reverse.primary !== undefined) {
    addBothWays(portal, from, to, ids.primary, reverse.primary, true, context);
  }
  followLinks(portal, from, to, context);
  if (added) noteTouches(portal, from, to, context);
}

/** Removes a link in both directions, with the webhooks for it. Removing what is not there changes nothing. */
export function dissociate(portal: PortalState, from: LinkEnd, to: LinkEnd, context: WriteContext): void {
  const wasPrimary = (portal.links.of(from, to.type).get(to.id)?.size ?? 0) > 1;
  if (!portal.links.remove(from, to)) return;
  portal.links.remove(to, from);
  emitLink(portal, from, to, { removed: true, primary: wasPrimary }, context);
  emitLink(portal, to, from, { removed: true, primary: wasPrimary }, context);
  followLinks(portal, from, to, context);
}

/** The id of the primary record of `type`, such as a contact's primary company. */
function primaryOf(
  portal: PortalState,
  end: LinkEnd,
  other: { readonly type: ObjectType },
): string | undefined {
  const primary = linkIds(end.type, other.type)?.primary;
  if (primary === undefined) return undefined;
  for (const [id, typeIds] of portal.links.of(end, other.type)) if (typeIds.has(primary)) return id;
  return undefined;
}

/** The side that may have only one primary partner comes first: the contact, deal or lead, never the company. */
function primaryEnds(from: LinkEnd, to: LinkEnd): [LinkEnd, LinkEnd] | undefined {
  if (linkIds(from.type, to.type)?.primary === undefined) return undefined;
  return from.type === "company" || to.type === "lead" ? [to, from] : [from, to];
}

function clearPrimary(portal: PortalState, end: LinkEnd, type: ObjectType, exceptId: string): void {
  const current = primaryOf(portal, end, { type });
  if (current === undefined || current === exceptId) return;
  const other = { type, id: current };
  portal.links.remove(end, other, linkIds(end.type, type)?.primary);
  portal.links.remove(other, end, linkIds(type, end.type)?.primary);
}

function addBothWays(
  portal: PortalState,
  from: LinkEnd,
  to: LinkEnd,
  typeId: number,
  reverseId: number,
  primary: boolean,
  context: WriteContext,
): boolean {
  if (!portal.links.add(from, to, typeId)) return false;
  portal.links.add(to, from, reverseId);
  emitLink(portal, from, to, { removed: false, primary }, context);
  emitLink(portal, to, from, { removed: false, primary }, context);
  return true;
}

function emitLink(
  portal: PortalState,
  from: LinkEnd,
  to: LinkEnd,
  link: { removed: boolean; primary: boolean },
  context: WriteContext,
): void {
  emitChange(portal, from, "associationChange", context, {
    associationType: `${from.type.toUpperCase()}_TO_${to.type.toUpperCase()}`,
    fromObjectId: Number(from.id),
    toObjectId: Number(to.id),
    associationRemoved: link.removed,
    isPrimaryAssociation: link.primary,
  });
}

/** Keeps `associatedcompanyid` and `num_associated_deals` in step with the links. */
function followLinks(portal: PortalState, from: LinkEnd, to: LinkEnd, context: WriteContext): void {
  const timestamp = context.at ?? portal.hooks.now();
  for (const [end, other] of [
    [from, to],
    [to, from],
  ] as const) {
    const record = portal.records[end.type].get(end.id);
    if (!record) continue;
    const keep = (name: string, value: string): void => {
      appendValue(record, name, { value, timestamp, actor: calculation });
    };
    if (end.type === "contact" && other.type === "company") {
      keep("associatedcompanyid", primaryOf(portal, end, other) ?? "");
    }
    if (other.type === "deal" && (end.type === "contact" || end.type === "company")) {
      keep("num_associated_deals", String(portal.links.of(end, "deal").size));
    }
  }
}

/** An activity on a contact modifies the contact: a note moves `notes_last_updated`, the others `notes_last_contacted` too. */
function noteTouches(portal: PortalState, from: LinkEnd, to: LinkEnd, context: WriteContext): void {
  const moved = MOVED[from.type];
  const contact = to.type === "contact" ? portal.records.contact.get(to.id) : undefined;
  const activity = portal.records[from.type].get(from.id);
  if (moved === undefined || !contact || !activity) return;
  const timestamp = context.at ?? portal.hooks.now();
  const value = valueOf(activity, "hs_timestamp") ?? "";
  const modified = { value: new Date(timestamp).toISOString(), timestamp, actor: calculation };
  for (const name of moved) appendValue(contact, name, { value, timestamp, actor: calculation });
  if (from.type !== "note") appendValue(contact, objectTypes.contact.modified, modified);
}
const CONTACTED = ["notes_last_updated", "notes_last_contacted"] as const;
const MOVED: Partial<Record<ObjectType, readonly string[]>> = {
  note: ["notes_last_updated"],
  call: CONTACTED,
  email: CONTACTED,
  meeting: CONTACTED,
};
