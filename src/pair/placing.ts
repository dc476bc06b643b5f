/**
 * Making sure that a lead is in sales' CRM: linked, found by its address, or made there. At most one record there ever carries a
 * lead's id, so that a repetition after a lost answer makes none.
 */
import type { GuardedValue, Receipt } from "../model/effect.ts";
import type { Addressee, LeadRef } from "../model/lead.ts";
import type { Newcomer } from "../model/newcomer.ts";
import type { Making } from "../playbook/in-step.ts";
import type { Employer } from "../resolve/belonging.ts";
import { newcomerValues, sideState } from "../sync/index.ts";
import { belongings, employerOf } from "./belonging.ts";
import { meetingOthers, type NotMet } from "./carried.ts";
import { emailPathOf, type PairParts } from "./parts.ts";

/** A lead that is to be in sales' CRM, under the key of the write that wants it there. */
export interface Placing {
  readonly key: string;
  readonly lead: LeadRef;
  readonly owner?: GuardedValue;
}

/** Where each lead is in sales' CRM, or why it is not, by lead. */
export type Placed = ReadonlyMap<string, LeadRef | Exclude<Receipt, { outcome: "applied" }>>;

/** What `place` came to. `told` says of leads that were made as what and why, where more than one thing was possible. */
interface Placement {
  readonly where: Placed;
  readonly told: ReadonlyMap<string, string>;
}

/** Throws `crm.*` when marketing's CRM cannot be read. */
export async function place(
  parts: PairParts,
  placings: readonly Placing[],
  mayWrite?: () => boolean,
): Promise<Placement> {
  if (placings.length === 0) return { where: new Map(), told: new Map() };
  const newcomers = await newcomersOf(parts, placings);
  const met = await metThere(parts, newcomers);
  const [known, strangers] = [
    newcomers.filter(({ email = "" }) => met.has(email)),
    newcomers.filter(({ email = "" }) => !met.has(email)),
  ];
  const made = await make(parts, strangers, mayWrite);
  const others = await meetingOthers(
    parts,
    known.flatMap(({ placing: { lead }, email = "" }) => {
      const carried = met.get(email)?.counterpart;
      return carried === undefined ? [] : [{ lead: lead.id, carried }];
    }),
  );
  const found = known.map(({ placing, email = "" }) => ({
    placing,
    ref: refOf(placing.key, met.get(email), others.get(placing.lead.id)),
    by: "email" as const,
  }));
  return {
    where: await linked(parts, [...found, ...made]),
    told: new Map(
      made.flatMap(({ placing: { lead }, told }) => (told === undefined ? [] : [[lead.id, told] as const])),
    ),
  };
}

/** By address, where it does not make people itself: what makes them looks who is there first. */
async function metThere(
  { sales, rules }: PairParts,
  newcomers: readonly Arrival[],
): Promise<ReadonlyMap<string, Addressee>> {
  const emails = newcomers.flatMap(({ email }) => email ?? []);
  const isMade = rules().makes === "now" && sales.createLeads !== undefined;
  return isMade || emails.length === 0 ? new Map() : await sales.findByEmail(emails);
}

function refOf(key: string, met: Addressee | undefined, notMet: NotMet | undefined): Place["ref"] {
  if (typeof notMet === "object") return { key, outcome: "not-applied", code: notMet.code };
  return notMet === undefined ? whoIs(key, met) : namedAnother(key, met);
}

/** Whose a record is that says another name than its address does, a person sorts out. */
function namedAnother(key: string, met: Addressee | undefined): Place["ref"] {
  const reason = `record ${met?.id ?? ""} of sales' CRM has this e-mail address and says that it is another lead (${met?.counterpart ?? ""}); merge the two, or change one address`;
  return { key, outcome: "refused", code: "crm.conflict", reason };
}

/** Of several, a person says which one is meant. */
function whoIs(key: string, met: Addressee | undefined): Place["ref"] {
  if (met?.isUnclear !== true) return met;
  const ids = [met, ...(met.others ?? [])].map(({ id }) => id).join(", ");
  const reason = `several records of sales' CRM have this e-mail address: ${ids}; merge them, or link one by hand`;
  return { key, outcome: "refused", code: "crm.conflict", reason };
}

interface Arrival {
  readonly placing: Placing;
  readonly email?: string;
  readonly employer: Employer;
  readonly properties: Readonly<Record<string, string>>;
}

/** With what both CRMs are agreed to keep of them. Somebody marketing's CRM does not show now is made by a later attempt. */
async function newcomersOf(parts: PairParts, placings: readonly Placing[]): Promise<readonly Arrival[]> {
  const rules = parts.rules();
  const properties = rules.fields.map(({ marketing }) => marketing);
  const { employer } = rules;
  const beside = employer === undefined ? [] : [...employer.name, ...employer.domain];
  const records = await parts.marketing.read(
    placings.map(({ lead }) => lead),
    { properties: [...new Set([...properties, ...beside])], history: [], deals: false, lists: false },
  );
  const path = emailPathOf(rules) ?? "";
  return placings.flatMap((placing, index) => {
    const record = records[index];
    if (record?.found !== true) return [];
    const email = record.values[path]?.toLowerCase();
    const { values } = newcomerValues(rules.fields, sideState(record, properties), "marketing");
    return [
      {
        placing,
        properties: values,
        employer: employer === undefined ? {} : employerOf(employer, record.values, email),
        ...(email === undefined ? {} : { email }),
      },
    ];
  });
}

interface Place {
  readonly placing: Placing;
  readonly by: "email" | "made";
  readonly ref: LeadRef | Exclude<Receipt, { outcome: "applied" }> | undefined;
  readonly told?: string;
}

async function make(
  parts: PairParts,
  arrivals: readonly Arrival[],
  mayWrite?: () => boolean,
): Promise<readonly Place[]> {
  const { sales } = parts;
  if (arrivals.length === 0) return [];
  const { makes } = parts.rules();
  if (makes !== "now" || sales.createLeads === undefined)
    return arrivals.map(({ placing }) => ({ placing, by: "made", ref: notMade(placing.key, makes) }));
  const accounts = await belongings(
    parts,
    arrivals.map(({ employer }) => employer),
  );
  const newcomers = arrivals.map(({ placing: { key, lead, owner }, properties }, index): Newcomer => {
    const belonging = accounts.get(index);
    return {
      key,
      counterpart: lead,
      properties,
      ...(owner === undefined ? {} : { ownerId: owner.to }),
      ...(belonging === undefined ? {} : { belonging }),
    };
  });
  const receipts = await sales.createLeads(newcomers, mayWrite);
  return arrivals.map(({ placing }, index) => {
    const receipt = receipts[index];
    if (receipt?.outcome !== "applied") return { placing, by: "made", ref: receipt };
    const { id, reason, isFound } = receipt;
    const ref = { crm: sales.crm, id };
    return {
      placing,
      by: isFound ? "email" : "made",
      ref,
      ...(reason === undefined ? {} : { told: reason }),
    };
  });
}

/** Somebody else makes it, and it is looked for again; or nobody does, and people are told. */
function notMade(key: string, makes: Making): Exclude<Receipt, { outcome: "applied" }> {
  if (makes === "later") return { key, outcome: "not-applied", code: "crm.not-placed" };
  const reason =
    "sales' CRM does not know the lead, and fields.yaml says that Baton makes none there (sync: create)";
  return { key, outcome: "refused", code: "crm.not-found", reason };
}

/**
 * Keeps who is where. A record that is somebody else's already is nobody's to hand off twice. One that was found was made since the lead
 * was looked at: whose it is there has to be seen first (deliver/met-late.ts).
 */
async function linked({ links }: PairParts, places: readonly Place[]): Promise<Placed> {
  const found = places.flatMap(({ placing, by, ref }) =>
    ref !== undefined && "id" in ref ? [{ lead: placing.lead.id, counterpart: ref.id, by }] : [],
  );
  const own = found.length === 0 ? new Set<string>() : await links.save(found);
  return new Map(
    places.flatMap(({ placing: { key, lead }, by, ref }) => {
      if (ref === undefined) return [];
      if (by === "email" && own.has(lead.id))
        return [[lead.id, { key, outcome: "not-applied" as const, code: "crm.not-placed" }] as const];
      if (!("id" in ref) || own.has(lead.id)) return [[lead.id, ref] as const];
      const reason = `record ${ref.id} of sales' CRM is linked with another lead; merge the two, or unlink the other`;
      return [[lead.id, { key, outcome: "refused" as const, code: "crm.conflict", reason }] as const];
    }),
  );
}
