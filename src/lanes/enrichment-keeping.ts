/**
 * What becomes of a provider's replies: they are stored in one transaction that meets erasures, and leads without an answer
 * get an event for the instant at which asking again makes sense.
 */
import { type BatonError, type ErrorCode, IS_RETRIABLE } from "../errors.ts";
import type { CrmEvent } from "../model/event.ts";
import { DAY_MS, type DurationMs, HOUR_MS, type Instant, MINUTE_MS } from "../model/instant.ts";
import { type Asked, saveAsked } from "../store/enrichments.ts";
import { findErased } from "../store/erase.ts";
import { insertOwnEvents } from "../store/inbox.ts";
import { saveUnmapped } from "../store/unmapped.ts";
import type { Inquiry } from "./enrichment.ts";
import type { Reply } from "./enrichment-asking.ts";
import { inLane, type Lane } from "./lane.ts";

/** When a question is asked again. `raised`: the lead gets an event for it, instead of waiting for one of its own. */
interface Again {
  readonly againAt: Instant;
  readonly tries: number;
  readonly raised: boolean;
}

/** Waits before a failed question is asked again, while the lead still needs it; after the last, its next event asks. */
const RETRY_MS: readonly DurationMs[] = [MINUTE_MS, 5 * MINUTE_MS, 30 * MINUTE_MS, 2 * HOUR_MS, 12 * HOUR_MS];
/** A question that was repeated in vain, or makes no sense to the provider, is not asked again for this long. */
const REST_MS: DurationMs = DAY_MS;
/** What an admin mends outside the playbook, which makes every question a new one: leads should not need an event of their own. */
const MENDED: ReadonlySet<ErrorCode> = new Set(["enrich.refused", "enrich.forbidden-address"]);

/** Stores replies, but for leads that were erased while the provider was asked. Throws `deliver.lost-lane`. */
export async function keepReplies(
  lane: Lane,
  told: readonly { readonly inquiry: Inquiry; readonly reply: Reply }[],
): Promise<void> {
  const { id } = lane.installation;
  const now = lane.now();
  const rows = told.flatMap(({ inquiry, reply }) => rowsOf(inquiry, reply, now));
  const unmapped = told.flatMap(({ reply }) => ("unmapped" in reply ? reply.unmapped : []));
  await inLane(lane, async (tx) => {
    const leads = rows.map(({ asked }) => asked.lead);
    const erased = await findErased(tx, lane.keys, id, leads);
    const kept = rows.filter(({ asked }) => !erased.has(asked.lead));
    await saveAsked(
      tx,
      id,
      kept.map(({ asked }) => asked),
    );
    await saveUnmapped(tx, id, unmapped, now);
    const waiting = kept.flatMap(({ asked: { lead, againAt }, raised }) =>
      raised && againAt !== undefined ? [{ lead, againAt }] : [],
    );
    for (const [againAt, some] of Map.groupBy(waiting, (one) => one.againAt)) {
      const events = some.map(({ lead }) => dueEvent(lane, lead, now, againAt));
      await insertOwnEvents(tx, id, events, now, againAt);
    }
  });
}

function rowsOf(
  { subject, leads, before }: Inquiry,
  reply: Reply,
  now: Instant,
): readonly { readonly asked: Asked; readonly raised: boolean }[] {
  const again = "failure" in reply ? againAfter(reply.failure, before[0]?.tries ?? 0, now) : undefined;
  return leads.map((lead) => {
    const head = { subject: subject.digests[0], lead, askedAt: now };
    if ("failure" in reply && again !== undefined) {
      const { raised, ...wait } = again;
      return { asked: { ...head, facts: {}, code: reply.failure.code, ...wait }, raised };
    }
    return { asked: { ...head, facts: "facts" in reply ? reply.facts : {}, tries: 0 }, raised: false };
  });
}

function againAfter(failure: BatonError, tries: number, now: Instant): Again {
  const waitMs = IS_RETRIABLE[failure.remedy] || MENDED.has(failure.code) ? RETRY_MS[tries] : undefined;
  if (waitMs === undefined) return { againAt: now + REST_MS, tries: 0, raised: false };
  return { againAt: now + Math.max(waitMs, failure.retryAfterMs ?? 0), tries: tries + 1, raised: true };
}

/** The lead is looked at again, as after any event; whether it still wants an answer is decided then. */
function dueEvent(lane: Lane, lead: string, now: Instant, dueAt: Instant): CrmEvent {
  const { crm, tenant } = lane.installation;
  return {
    key: `enrichment:${lead}:${dueAt}`,
    tenant,
    occurredAt: now,
    urgency: "live",
    kind: "enrichment-due",
    lead: { crm, id: lead },
  };
}
