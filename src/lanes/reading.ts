/** Looking at the CRM: the leads of a claim as they stand now, with what forms said about them, in one round trip. */
import type { CrmEvent, FormSubmission } from "../model/event.ts";
import type { LeadRef } from "../model/lead.ts";
import type { CrmRecord } from "../model/record.ts";
import { type Signal, slugOf } from "../model/signal.ts";
import { wanted } from "../playbook/index.ts";
import { findErased } from "../store/erase.ts";
import { settleEvents } from "../store/events.ts";
import { loadOpenHandoffs } from "../store/handoffs.ts";
import { ownJson } from "../store/json.ts";
import { loadLeads, type SeenLead } from "../store/leads.ts";
import { saveSignals } from "../store/signals.ts";
import { readBatches } from "./batches.ts";
import type { Claim } from "./claim.ts";
import type { Outcome } from "./commit.ts";
import { leadsOfActivities } from "./following.ts";
import { withoutGathering } from "./gathering.ts";
import { inLane, type Lane } from "./lane.ts";
import { type LeadWork, seqsOf } from "./lead-work.ts";
import { pollSubmissions } from "./polls.ts";
import { asksForHandoffs, completed, goesBeyond, glimpseOf, type Surroundings } from "./surroundings.ts";
import { alsoSynced, outOfStep } from "./sync.ts";
import { withWaiting } from "./waiting.ts";
import { introduce, type Introduced, noteWhoIsWho, unlessMerged } from "./who-is-who.ts";

/** A lead with its work and its record. */
export interface ReadLead {
  readonly work: LeadWork;
  readonly record: CrmRecord;
  /** Signals that came with this reading and are not stored yet. */
  readonly fresh: readonly Signal[];
}

/** Up to this many leads, a look at the forms is part of the reading, so that the note quotes the answers. */
const FEW_LEADS = 5;

/** @param polls  Whether the forms are due to be asked anyway: then they are asked beside the leads, not before them. */
export async function readLeads(lane: Lane, claim: Claim, polls: boolean): Promise<readonly ReadLead[]> {
  const introduced = withMore(await introduce(lane, claim), await leadsOfActivities(lane, claim.activities));
  const works = await withoutGathering(lane, await withoutTold(lane, introduced));
  const [records, submissions] = await Promise.all([readRecords(lane, works), askForms(lane, works, polls)]);
  const read = works.map((work, index) => {
    const record = records[index] ?? { found: false, asked: { crm: lane.installation.crm, id: work.lead } };
    return {
      work,
      record,
      fresh: [...submittedEvents(work), ...submittedBy(record, submissions)].map(signalOf),
    };
  });
  return await withWaiting(lane, await noteWhoIsWho(lane, introduced, read));
}

/** All forms when their poll is due; else, for few leads, those that a lead has just converted on. */
async function askForms(
  lane: Lane,
  works: readonly LeadWork[],
  polls: boolean,
): Promise<readonly FormSubmission[]> {
  if (polls) return await pollSubmissions(lane);
  const conversions = works.flatMap(({ events }) => events.flatMap(({ event }) => conversionOf(event) ?? []));
  return conversions.length === 0 || works.length > FEW_LEADS ? [] : await pollSubmissions(lane, conversions);
}

/**
 * Leaves out leads of which nothing is new but what forms say that sales has had since they said it: the answers are kept, and
 * nobody has to be read for it. A burst is told a second time by the forms, a minute later.
 */
async function withoutTold(lane: Lane, { works }: Introduced): Promise<readonly LeadWork[]> {
  const formsOnly = works.filter(({ events }) =>
    events.every(({ event }) => event.kind === "form-submitted"),
  );
  const { id, crm } = lane.installation;
  const handoffs = await loadOpenHandoffs(
    lane.store.db,
    id,
    formsOnly.map(({ lead }) => lead),
  );
  const told = formsOnly.filter((work) => {
    const handoff = handoffs.get(work.lead);
    return (
      handoff?.state === "with-sales" &&
      submittedEvents(work).every(({ submittedAt }) => submittedAt <= handoff.startedAt)
    );
  });
  if (told.length === 0) return works;
  await inLane(lane, async (tx) => {
    const erased = await findErased(
      tx,
      lane.keys,
      id,
      told.map(({ lead }) => lead),
    );
    const signals = told
      .filter(({ lead }) => !erased.has(lead))
      .flatMap((work) =>
        submittedEvents(work).map((one) => ({ lead: { crm, id: work.lead }, signal: signalOf(one) })),
      );
    await saveSignals(tx, id, signals);
    const events = told.flatMap((work) => work.events);
    await settleEvents(tx, seqsOf(events), "done", "sales had the lead already");
  });
  const done = new Set(told);
  return works.filter((work) => !done.has(work));
}

/** The same with more work: that of a lead that has some already is added to it. */
function withMore(introduced: Introduced, more: readonly LeadWork[]): Introduced {
  if (more.length === 0) return introduced;
  const byLead = new Map(introduced.works.map((work) => [work.lead, work]));
  for (const { lead, events } of more)
    byLead.set(lead, { lead, events: [...(byLead.get(lead)?.events ?? []), ...events] });
  return { ...introduced, works: [...byLead.values()] };
}

/** As the CRM has them now; where only handoffs are asked about, all but the leads themselves as it was read last. */
async function readRecords(
  lane: Lane,
  works: readonly LeadWork[],
): Promise<readonly (CrmRecord | undefined)[]> {
  if (works.length === 0) return [];
  const leads = works.map(({ lead }) => lead);
  const seen = await loadLeads(lane.store.db, lane.installation.id, leads);
  const remembered = leads.map((lead) => surroundingsIn(seen.get(lead)));
  const isWhole = !asksForHandoffs(works) || remembered.includes(undefined);
  if (isWhole) return await readWhole(lane, leads, seen);
  const asWanted = wanted(lane.playbook().fields);
  // Their times are read with the whole lead, where they decide anything.
  const { properties } = alsoSynced(lane, asWanted);
  const wantedNow = glimpseOf({ ...asWanted, properties }, works);
  const records = (await readBatches(lane, refsOf(lane, leads), wantedNow)).map((record, index) =>
    record.found === true ? completed(record, remembered[index], wantedNow) : record,
  );
  const moved = leads.filter((_, index) => records[index] === undefined);
  const again = byAsked(await readWhole(lane, moved, seen));
  return leads.map((lead, index) => records[index] ?? again.get(lead));
}

async function readWhole(
  lane: Lane,
  leads: readonly string[],
  seen: ReadonlyMap<string, SeenLead>,
): Promise<readonly CrmRecord[]> {
  if (leads.length === 0) return [];
  const hints = new Map(
    leads.flatMap((lead) => {
      const account = seen.get(lead)?.account ?? undefined;
      return account === undefined ? [] : [[lead, account] as const];
    }),
  );
  const { fields, lists } = lane.playbook();
  const all = alsoSynced(lane, wanted(fields, lists.length > 0));
  return await readBatches(lane, refsOf(lane, leads), all, hints);
}

/**
 * Those leads of a look whose decisions go beyond following, or whose two records differ, are read whole before anything is done about
 * them. @returns The same leads; the very same where nobody was read.
 */
export async function readBeyond(
  lane: Lane,
  read: readonly ReadLead[],
  outcomes: readonly Outcome[],
): Promise<readonly ReadLead[]> {
  const differing = await outOfStep(lane, read);
  const leads = read.flatMap(({ work }, index) => {
    const outcome = outcomes[index];
    const isBeyond = outcome !== undefined && goesBeyond(outcome);
    return isBeyond || differing.has(work.lead) ? [work.lead] : [];
  });
  if (leads.length === 0) return read;
  const seen = await loadLeads(lane.store.db, lane.installation.id, leads);
  const whole = byAsked(await readWhole(lane, leads, seen));
  return read.map((one) => {
    const record = whole.get(one.work.lead);
    return record === undefined ? one : { ...one, record: unlessMerged(record) };
  });
}

function refsOf({ installation: { crm } }: Lane, leads: readonly string[]): readonly LeadRef[] {
  return leads.map((id) => ({ crm, id }));
}

function byAsked(records: readonly CrmRecord[]): ReadonlyMap<string, CrmRecord> {
  return new Map(records.map((record) => [record.asked.id, record]));
}

function surroundingsIn(seen: SeenLead | undefined): Surroundings | undefined {
  const text = seen?.surroundings ?? undefined;
  return text === undefined ? undefined : ownJson<Surroundings>(text);
}

/** What a conversion says of itself; among other things, the form's name. */
function conversionOf(event: CrmEvent): string | undefined {
  return event.kind === "lead-changed" && event.field === "conversion" ? event.value : undefined;
}

function submittedEvents(work: LeadWork): readonly FormSubmission[] {
  return work.events.flatMap(({ event }) => (event.kind === "form-submitted" ? [event.submission] : []));
}

/** A record holds the address it was found by among its values, whatever the property is called. */
function submittedBy(record: CrmRecord, submissions: readonly FormSubmission[]): readonly FormSubmission[] {
  if (record.found !== true || submissions.length === 0) return [];
  const values = new Set(Object.values(record.values).map((value) => value.toLowerCase()));
  return submissions.filter(({ email }) => values.has(email));
}

function signalOf(submission: FormSubmission): Signal {
  return {
    key: `submission:${submission.id}`,
    kind: "form-submitted",
    at: submission.submittedAt,
    form: slugOf(submission.form),
    answers: submission.answers,
    ...(submission.page === undefined ? {} : { page: submission.page }),
  };
}
