/** Work that ends without a look at the CRM: echoes of our own writes, erasures, and deletions of leads that nobody works on. */
import { deleteAccountSignals } from "../store/account-signals.ts";
import { ownWrites } from "../store/echoes.ts";
import { dropPlanned } from "../store/effects.ts";
import { endHandoff, eraseLead, findErased, knownEmails } from "../store/erase.ts";
import { settleEvents, type WaitingEvent } from "../store/events.ts";
import { loadOpenHandoffs } from "../store/handoffs.ts";
import { deletePersonKeys } from "../store/identities.ts";
import { unlink } from "../store/links.ts";
import { saveReviews } from "../store/reviews.ts";
import type { Tx } from "../store/schema.ts";
import { admitsStrangers } from "./admitting.ts";
import type { Lane } from "./lane.ts";
import { type LeadWork, seqsOf } from "./lead-work.ts";

/** Ends what needs no look. In the transaction of a claim. @returns The work that is left, and whether somebody was erased. */
export async function settleWithoutLooking(
  lane: Lane,
  tx: Tx,
  works: readonly LeadWork[],
): Promise<{ leads: readonly LeadWork[]; erased: boolean }> {
  const { id } = lane.installation;
  const names = works.map(({ lead }) => lead);
  const tombstones = await findErased(tx, lane.keys, id, names);
  const echoes = await findEchoes(tx, id, works);
  const endings = new Map(works.map((work) => [work.lead, endingOf(work)]));
  const deleted = names.filter((lead) => endings.get(lead) === "lead-deleted");
  const withSales = await loadOpenHandoffs(tx, id, deleted);
  const leads: LeadWork[] = [];
  let erased = false;

  for (const work of works) {
    const ending = endings.get(work.lead);
    if (tombstones.has(work.lead) || ending === "lead-erased") {
      await eraseLead(tx, lane.keys, id, work.lead, await knownEmails(tx, id, work.lead), lane.now());
      erased = true;
    } else if (ending === "lead-deleted" && !withSales.has(work.lead)) {
      await endLead(lane, tx, work.lead);
      await settleEvents(tx, seqsOf(work.events), "done", "lead deleted");
    } else {
      const own = work.events.filter((one) => echoes.has(one));
      const others = work.events.filter((one) => !echoes.has(one));
      if (own.length > 0) await settleEvents(tx, seqsOf(own), "echo", "caused by Baton's own write");
      if (others.length > 0) leads.push({ lead: work.lead, events: others });
    }
  }
  return { leads, erased };
}

/** A lead that is gone: its handoff is over and what was still planned for it is pointless. */
export async function endLead(lane: Lane, tx: Tx, lead: string): Promise<void> {
  const open = await loadOpenHandoffs(tx, lane.installation.id, [lead]);
  for (const handoff of open.values())
    await endHandoff(tx, lane.installation.id, handoff.id, "lead deleted", lane.now());
  await dropPlanned(tx, lane.installation.id, lead, "the lead was deleted in the CRM", lane.now());
  // A record that is gone is nobody's colleague and nobody's duplicate.
  await deleteAccountSignals(tx, lane.installation.id, [lead]);
  await deletePersonKeys(tx, lane.installation.id, [lead]);
  // Whoever comes again under the address meets the record. Where records become leads the link stays: nobody is made of it again.
  if (!admitsStrangers(lane)) await unlink(tx, lane.installation.id, lead);
  await saveReviews(tx, lane.installation.id, [lead], [], lane.now());
}

/**
 * What the last of deletion, restoration and erasure says; an erasure is final. A deletion counts for the lead it names: that
 * of an id which was merged into another lead says nothing about the survivor.
 */
export function endingOf({ lead, events }: LeadWork): "lead-deleted" | "lead-erased" | undefined {
  if (events.some(({ event }) => event.kind === "lead-erased")) return "lead-erased";
  const last = events
    .map(({ event }) => event)
    .filter((event) => event.kind === "lead-deleted" || event.kind === "lead-restored")
    .filter((event) => event.lead.id === lead)
    .toSorted((a, b) => a.occurredAt - b.occurredAt)
    .at(-1);
  return last?.kind === "lead-deleted" ? "lead-deleted" : undefined;
}

/**
 * The events that tell of what Baton itself wrote: they come back to it. An owner of before, whom a person has given the lead again, is
 * news.
 */
async function findEchoes(
  tx: Tx,
  installation: string,
  works: readonly LeadWork[],
): Promise<ReadonlySet<WaitingEvent>> {
  const isOwn = await ownWrites(
    tx,
    installation,
    works.map(({ lead }) => lead),
  );
  const own = works.flatMap(({ lead, events }) =>
    events.flatMap((one) => {
      if (one.event.kind !== "lead-changed") return [];
      const { field, value, occurredAt: at } = one.event;
      return isOwn({ lead, field, value, at })
        ? [{ one, lead, owner: field === "owner" ? value : undefined }]
        : [];
    }),
  );
  const handoffs = await loadOpenHandoffs(tx, installation, [...new Set(own.map(({ lead }) => lead))]);
  const echoes = own.filter(({ lead, owner }) => {
    const ownerId = handoffs.get(lead)?.ownerId;
    return owner === undefined || ownerId === undefined || owner === ownerId;
  });
  return new Set(echoes.map(({ one }) => one));
}
