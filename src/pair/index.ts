/**
 * Two CRMs as one: leads live in marketing's, sales works in its own. Everything that decides sees one connector, so nothing
 * decides twice. A lead is named by its id in marketing's CRM; only this folder and the links know the other one.
 */
import type { Connector } from "../connector.ts";
import type { Capabilities } from "../model/capabilities.ts";
import type { LeadChange, ModifiedPage } from "../model/change.ts";
import type { Instant } from "../model/instant.ts";
import type { LeadRef } from "../model/lead.ts";
import type { ActivityRef } from "../model/touch.ts";
import type { Vocabulary } from "../model/vocabulary.ts";
import { admit } from "./admitting.ts";
import { lookInPairs } from "./looking.ts";
import { colleaguesOf } from "./owners.ts";
import type { PairParts } from "./parts.ts";
import { glanceAtPairs, readPairs } from "./reading.ts";
import { applyToPairs } from "./writing.ts";

/** Throws nothing itself; the methods are documented in `src/connector.ts`. To close the pair closes both. */
export function pairedConnector(parts: PairParts): Connector {
  const { marketing, sales } = parts;
  const colleagues = colleaguesOf(parts, parts.now);
  let atLeisure: Connector | undefined;
  return {
    crm: marketing.crm,
    capabilities: capabilitiesOf(marketing.capabilities, sales.capabilities),
    objects: [...marketing.objects, ...sales.objects],
    read: (leads, wanted, hints) => readPairs(parts, colleagues, leads, wanted, hints),
    glance: (leads, properties) => glanceAtPairs(parts, leads, properties),
    spent: () => marketing.spent() + sales.spent(),
    day: () => sales.day?.() ?? marketing.day?.(),
    findByEmail: (emails) => marketing.findByEmail(emails),
    owners: () => sales.owners(),
    accounts: (wanted, after) => marketing.accounts(wanted, after),
    submissions: (since, conversions) => marketing.submissions(since, conversions),
    changedSince: (since, after, where) => changedInEither(parts, since, after, where),
    changesOf: (leads, since) => changesInEither(parts, leads, since),
    apply: (writes, mayWrite) => applyToPairs(parts, colleagues, writes, mayWrite),
    admit: (people, how) => admit(parts, people, how),
    look: (writes) => lookInPairs(parts, colleagues, writes),
    ownRecords: (leads, since) => throughLinks(parts, leads, (refs) => sales.ownRecords(refs, since)),
    touches: (leads, since, own) => throughLinks(parts, leads, (refs) => sales.touches(refs, since, own)),
    leadsOf: (activities) => leadsOfEither(parts, activities),
    vocabulary: async () => joinedVocabulary(await marketing.vocabulary(), await sales.vocabulary()),
    // Sales' account is an installation of its own, and is made ready as one.
    prepare: (offered) => marketing.prepare(offered),
    leadUrl: (lead) => (lead.crm === sales.crm ? sales : marketing).leadUrl(lead),
    leave: () => marketing.leave(),
    asBulk: () =>
      (atLeisure ??= pairedConnector({ ...parts, marketing: marketing.asBulk(), sales: sales.asBulk() })),
    close: async () => void (await Promise.all([marketing.close(), sales.close()])),
  };
}

/** What sales does is seen and written in sales' CRM; how leads behave, in marketing's. */
function capabilitiesOf(marketing: Capabilities, sales: Capabilities): Capabilities {
  const { taskKey, noteKey, deals, workingHours, touches, counterparts, sweepEveryMs } = sales;
  return {
    ...marketing,
    taskKey,
    noteKey,
    deals,
    workingHours,
    touches,
    ...(counterparts === undefined ? {} : { counterparts }),
    // What sales' CRM changes is looked for where its leads are.
    ...(sweepEveryMs === undefined ? {} : { sweepEveryMs }),
  };
}

/** Which CRM a part of the list of changes is of. */
const PARTS = ["marketing", "sales"] as const;

/**
 * First all that was modified in marketing's CRM, then those of sales' whose leads are known; and under their own names those who are
 * nobody's yet, where they may become leads. The second part is left out where only the leading CRM is asked about.
 */
async function changedInEither(
  { marketing, sales, links, rules }: PairParts,
  since: Instant,
  after?: string,
  where?: "leading",
): Promise<ModifiedPage> {
  const [part, place] = placeOf(after);
  if (part === "marketing") {
    const page = await marketing.changedSince(since, place);
    if (page.next !== undefined) return { leads: page.leads, next: `marketing:${page.next}` };
    return { leads: page.leads, ...(where === "leading" ? {} : { next: "sales:" }) };
  }
  if (where === "leading") return { leads: [] };
  const page = await sales.changedSince(since, place);
  const leads = await links.leadsOf(page.leads.map(({ lead }) => lead.id));
  const { admits } = rules();
  return {
    leads: page.leads.flatMap(({ lead, modifiedAt, isGone }) => {
      const id = leads.get(lead.id);
      if (id === undefined) return admits && isGone !== true ? [{ lead, modifiedAt }] : [];
      return [{ lead: { crm: marketing.crm, id }, modifiedAt }];
    }),
    ...(page.next === undefined ? {} : { next: `sales:${page.next}` }),
  };
}

function placeOf(after: string | undefined): readonly [(typeof PARTS)[number], string | undefined] {
  for (const part of PARTS)
    if (after?.startsWith(`${part}:`) === true) {
      const place = after.slice(part.length + 1);
      return [part, place === "" ? undefined : place];
    }
  return ["marketing", undefined];
}

async function changesInEither(
  parts: PairParts,
  leads: readonly LeadRef[],
  since: Instant,
): Promise<readonly LeadChange[]> {
  const [strangers, own] = [
    leads.filter(({ crm }) => crm === parts.sales.crm),
    leads.filter(({ crm }) => crm !== parts.sales.crm),
  ];
  const changes = await Promise.all([
    parts.marketing.changesOf(own, since),
    throughLinks(parts, own, (refs) => parts.sales.changesOf(refs, since)),
    strangers.length === 0 ? [] : parts.sales.changesOf(strangers, since),
  ]);
  return changes.flat().toSorted((a, b) => a.at - b.at);
}

/** Asks sales' CRM about those leads it knows; what it answers speaks of them by their own names. */
async function throughLinks<T extends { readonly lead: LeadRef }>(
  { links, sales }: PairParts,
  leads: readonly LeadRef[],
  ask: (refs: readonly LeadRef[]) => Promise<readonly T[]>,
): Promise<readonly T[]> {
  const known = await links.of(leads.map(({ id }) => id));
  if (known.size === 0) return [];
  const byRef = new Map<string, LeadRef>();
  for (const lead of leads) {
    const link = known.get(lead.id);
    if (link !== undefined) byRef.set(link.counterpart, lead);
  }
  const answers = await ask([...byRef.keys()].map((id) => ({ crm: sales.crm, id })));
  // A converted or merged record answers under another name; whoever was asked for is meant by what is left.
  return answers.flatMap((answer) => {
    const lead = byRef.get(answer.lead.id);
    return lead === undefined ? [] : [{ ...answer, lead }];
  });
}

/** What passed between people and leads is asked where it happened. */
async function leadsOfEither(
  { marketing, sales, links }: PairParts,
  activities: readonly ActivityRef[],
): ReturnType<Connector["leadsOf"]> {
  const [there, here] = [
    activities.filter(({ crm }) => crm === sales.crm),
    activities.filter(({ crm }) => crm !== sales.crm),
  ];
  const [own, others] = await Promise.all([marketing.leadsOf(here), sales.leadsOf(there)]);
  const leads = await links.leadsOf(others.map(({ lead }) => lead.id));
  return [
    ...own,
    ...others.flatMap(({ activity, lead }) => {
      const id = leads.get(lead.id);
      return id === undefined
        ? []
        : [{ activity: { ...activity, crm: sales.crm }, lead: { crm: marketing.crm, id } }];
    }),
  ];
}

function joinedVocabulary(marketing: Vocabulary, sales: Vocabulary): Vocabulary {
  return {
    ...marketing,
    properties: { ...marketing.properties, ...sales.properties },
    own: [...marketing.own, ...sales.own],
    owners: sales.owners,
  };
}

export type { LinkBook, PairRules } from "./parts.ts";
