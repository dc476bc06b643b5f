/** Looking at the CRM: the leads of a claim as they stand now, with what forms said about them, in one round trip. */
import type { CrmRecord } from "../connector.ts";
import type { FormSubmission } from "../model/event.ts";
import { MINUTE_MS } from "../model/instant.ts";
import type { LeadRef } from "../model/lead.ts";
import { type Signal, slugOf } from "../model/signal.ts";
import { wanted } from "../playbook/index.ts";
import { postponeEvents, settleEvents, type WaitingEvent } from "../store/events.ts";
import { loadLeads } from "../store/leads.ts";
import { type Claim, type LeadWork, seqsOf } from "./claim.ts";
import { inLane, type Lane } from "./lane.ts";
import { pollSubmissions } from "./polls.ts";

/** A lead with its work and its record. */
export interface ReadLead {
  readonly work: LeadWork;
  readonly record: CrmRecord;
  /** Signals that came with this reading and are not stored yet. */
  readonly fresh: readonly Signal[];
}

/** A form submission of somebody the CRM does not know yet is looked for again; the CRM lags behind its own forms. */
const STRANGER_TRIES = 10;
/** Up to this many leads, a look at the forms is part of the reading, so that the note quotes the answers. */
const FEW_LEADS = 5;

/** @param polls  Whether the forms are due to be asked anyway: then they are asked beside the leads, not before them. */
export async function readLeads(lane: Lane, claim: Claim, polls: boolean): Promise<readonly ReadLead[]> {
  const works = await withStrangers(lane, claim);
  if (works.length === 0) {
    if (polls) await pollSubmissions(lane);
    return [];
  }

  const refs = works.map(({ lead }): LeadRef => ({ crm: lane.installation.crm, id: lead }));
  const seen = await loadLeads(
    lane.store.db,
    lane.installation.id,
    works.map(({ lead }) => lead),
  );
  const hints = new Map(
    [...seen].flatMap(([lead, { account }]) => (account === null ? [] : [[lead, account] as const])),
  );
  const asksForms =
    polls || (works.length <= FEW_LEADS && works.some(({ events }) => events.some(isConversion)));

  const [records, submissions] = await Promise.all([
    lane.connector.read(refs, wanted(lane.playbook().fields), hints),
    asksForms ? pollSubmissions(lane) : [],
  ]);
  return works.map((work, index) => {
    const record = records[index] ?? { found: false, asked: { crm: lane.installation.crm, id: work.lead } };
    return {
      work,
      record,
      fresh: [...submittedEvents(work), ...submittedBy(record, submissions)].map(signalOf),
    };
  });
}

/** Adds submissions known by e-mail only to the leads they belong to; who is not found is looked for later. */
async function withStrangers(lane: Lane, claim: Claim): Promise<readonly LeadWork[]> {
  if (claim.strangers.length === 0) return claim.leads;
  const found = await lane.connector.findByEmail([
    ...new Set(claim.strangers.map(({ submission }) => submission.email)),
  ]);
  const byLead = new Map(claim.leads.map(({ lead, events }) => [lead, [...events]]));
  const missing: WaitingEvent[] = [];

  for (const { waiting, submission } of claim.strangers) {
    const lead = found.get(submission.email);
    if (lead === undefined) missing.push(waiting);
    else byLead.set(lead.id, [...(byLead.get(lead.id) ?? []), waiting]);
  }
  if (missing.length > 0) await waitForStrangers(lane, missing);
  return [...byLead].map(([lead, events]) => ({ lead, events }));
}

async function waitForStrangers(lane: Lane, missing: readonly WaitingEvent[]): Promise<void> {
  await inLane(lane, async (tx) => {
    for (const [tries, events] of Map.groupBy(missing, ({ attempts }) => attempts)) {
      if (tries >= STRANGER_TRIES)
        await settleEvents(tx, seqsOf(events), "done", "no lead with this e-mail address");
      else
        await postponeEvents(tx, seqsOf(events), lane.now() + tries * MINUTE_MS, "lead not found yet", true);
    }
  });
}

function isConversion({ event }: WaitingEvent): boolean {
  return event.kind === "lead-changed" && event.field === "conversion";
}

function submittedEvents(work: LeadWork): readonly FormSubmission[] {
  return work.events.flatMap(({ event }) => (event.kind === "form-submitted" ? [event.submission] : []));
}

/** A record holds the address it was found by among its values, whatever the property is called. */
function submittedBy(record: CrmRecord, submissions: readonly FormSubmission[]): readonly FormSubmission[] {
  if (!record.found || submissions.length === 0) return [];
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
