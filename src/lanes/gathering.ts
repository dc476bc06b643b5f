/**
 * News of handoffs gathers. What comes alone is looked at once; what comes thick and fast waits for the others, until the next full
 * span of time, so that following costs so many looks a day at most, however many people call and answer. Clocks of long promises ring
 * on full five minutes too, and share those looks. Nobody is escalated in between, because that asks for itself.
 */
import { type DurationMs, NEVER } from "../model/instant.ts";
import { loadCursor, saveCursor } from "../store/cursors.ts";
import { postponeEvents, type WaitingEvent } from "../store/events.ts";
import { countOpenHandoffs } from "../store/handoffs.ts";
import { type LeadWork, seqsOf } from "./lead-work.ts";
import { inLane, type Lane } from "./lane.ts";

/** Each names the cursor that says when such news was looked at last. */
type News = "activities" | "answers";

/**
 * What answers may gather for each open handoff: five minutes for a hundred thousand, six seconds for two thousand. Somebody waits for
 * what an answer leads to, so it waits no longer than a look of its own would be too dear.
 */
const ANSWERS_GATHER_MS: DurationMs = 3;
/** A span as short as this saves no call. */
const TOO_SHORT_MS: DurationMs = 1_000;

/** @returns Whether it is time for a look at such news; if not, these events wait until it is. */
export async function mayLook(
  lane: Lane,
  news: News,
  spanMs: DurationMs,
  waiting: readonly WaitingEvent[],
): Promise<boolean> {
  const { id } = lane.installation;
  const last = await loadCursor(lane.store.db, id, news);
  const nextAt = last === undefined || spanMs === 0 ? 0 : Math.ceil((last.at + 1) / spanMs) * spanMs;
  const isTime = nextAt <= lane.now();
  await inLane(lane, async (tx) => {
    // It is not due by itself: news that waits is.
    if (isTime) await saveCursor(tx, id, news, lane.now(), NEVER);
    else await postponeEvents(tx, seqsOf(waiting), nextAt, "gathers with others", false);
  });
  return isTime;
}

/** Leaves out leads of which nothing is new but an answer, while answers gather. */
export async function withoutGathering(lane: Lane, works: readonly LeadWork[]): Promise<readonly LeadWork[]> {
  const answered = works.filter(isAnswerOnly);
  if (answered.length === 0) return works;
  const open = await countOpenHandoffs(lane.store.db, lane.installation.id);
  const spanMs = Math.min(lane.gatherMs, open * ANSWERS_GATHER_MS);
  if (spanMs < TOO_SHORT_MS) return works;
  const events = answered.flatMap((work) => work.events);
  if (await mayLook(lane, "answers", spanMs, events)) return works;
  const left = new Set(answered);
  return works.filter((work) => !left.has(work));
}

function isAnswerOnly({ events }: LeadWork): boolean {
  return events.every(({ event }) => event.kind === "lead-changed" && event.field === "disposition");
}
