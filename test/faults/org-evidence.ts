/**
 * What an org kept, in the words of the judge (checker.ts), which are a portal's: by lead as Baton knows it, whatever its record is in
 * the org. People are one person here who have one address; the runs give no two leads the same.
 */
import type { Org, Portal, Sandbox } from "../../sandbox/index.ts";
import type { LedgerWrite } from "./checker.ts";
import type { Crms } from "./crms.ts";

type Written = ReturnType<Sandbox["ledger"]["find"]>[number];

/** The writes of Baton in both CRMs, in order. */
export function writesOf({ ledger }: Sandbox, { portal, org, topology }: Crms): readonly LedgerWrite[] {
  const there = portal === undefined ? [] : ledger.find({ portalId: portal.id, by: "app" });
  if (org === undefined) return there;
  const leadOf = leadsByRecord(org, portal);
  const here = ledger.find({ orgId: org.id, by: "app" }).flatMap((write) => inWords(write, leadOf));
  return topology === "both" ? [...there.map(asCopy), ...sameOnce(here)] : here;
}

/** Ids of the leads that each task or note of the org hangs on. */
export function orgLeadsOf({ portal, org }: Crms): ReadonlyMap<string, readonly string[]> {
  if (org === undefined) return new Map();
  const leadOf = leadsByRecord(org, portal);
  const linked = (object: string, field: string) =>
    org.all(object).map(({ id, values }) => [id, leadOf(String(values[field])) ?? []] as const);
  return new Map(
    [...linked("Task", "WhoId"), ...linked("Note", "ParentId")].map(([id, lead]) => [id, [lead].flat()]),
  );
}

/** Notifications that were acknowledged, by the keys under which they are kept. */
export function acknowledged({ org }: Crms): readonly { readonly key: string; readonly what: string }[] {
  const all = (org?.outbound.deliveries ?? [])
    .filter((delivery) => delivery.acknowledged)
    .flatMap(({ notifications }) => notifications);
  return [...new Map(all.map((one) => [one.id, one])).values()].map(({ id, recordId }) => ({
    key: `outbound:${id}`,
    what: `a change of ${recordId}`,
  }));
}

type LeadOf = (record: string) => string | undefined;

function leadsByRecord(org: Org, portal: Portal | undefined): LeadOf {
  if (portal === undefined) return (record) => record;
  const byEmail = new Map(portal.all("contact").map(({ id, properties }) => [properties["email"], id]));
  return (record) => byEmail.get(String(org.find(record)?.values["Email"] ?? ""));
}

function inWords(write: Written, leadOf: LeadOf): readonly LedgerWrite[] {
  const { kind, objectId, properties } = write;
  const lead = leadOf(objectId) ?? objectId;
  const owner = properties["OwnerId"];
  const given: LedgerWrite[] =
    owner === undefined
      ? []
      : [{ kind: "contact.update", objectId: lead, properties: { hubspot_owner_id: owner } }];
  switch (kind) {
    case "Lead.create":
    case "Contact.create":
      return [{ kind: "counterpart.create", objectId: lead, properties }, ...given];
    case "Lead.update":
    case "Contact.update":
      return given;
    case "Task.create":
    case "Note.create":
      return [{ kind: kind.toLowerCase(), objectId, properties }];
    case "CampaignMember.create":
      return [
        {
          kind: "list.add",
          objectId: properties["CampaignId"] ?? "",
          properties: { ids: leadOf(properties["LeadId"] ?? properties["ContactId"] ?? "") ?? "" },
        },
      ];
    default:
      return [];
  }
}

/** Where sales works in an org, the owner that counts is the org's; the portal's follows it. */
function asCopy(write: LedgerWrite): LedgerWrite {
  const { hubspot_owner_id: _owner, ...properties } = write.properties;
  return write.kind === "contact.update" ? { ...write, properties } : write;
}

/**
 * An update of a pair of which one part's answer was lost is made again as a whole, so the other part may be written twice: the same
 * owner for the same lead, which changes nothing. Another owner counts.
 */
function sameOnce(writes: readonly LedgerWrite[]): readonly LedgerWrite[] {
  const last = new Map<string, string | undefined>();
  return writes.filter(({ kind, objectId, properties }) => {
    if (kind !== "contact.update") return true;
    const owner = properties["hubspot_owner_id"];
    const isSame = last.get(objectId) === owner;
    last.set(objectId, owner);
    return !isSame;
  });
}
