/**
 * Reviews that are due announce themselves, once: what was announced is remembered in the transaction that plans the notices, and a
 * notice is named by the instant it was due, so that two processes that look at the same time tell people once.
 */
import { eachInstallation } from "../install/each.ts";
import type { Log } from "../log.ts";
import { type Instant, NEVER } from "../model/instant.ts";
import type { Notice } from "../model/notice.ts";
import type { Playbook } from "../playbook/playbook.ts";
import { daysIn, lastDays } from "../report/days.ts";
import { headlinesOf, sayStuck } from "../report/pack-words.ts";
import {
  lookAtReview,
  REVIEW_KINDS,
  REVIEW_WORDS,
  type ReviewKind,
  type ReviewMemory,
} from "../report/reviews.ts";
import { loadCursor, saveCursor } from "../store/cursors.ts";
import { type Installation, listInstallations } from "../store/installations.ts";
import { ownJson } from "../store/json.ts";
import { planNotices } from "../store/notices.ts";
import type { Store } from "../store/open.ts";
import { makePack } from "./pack.ts";
import { packDays, reviewCursor } from "./review-memory.ts";

/** What announcing needs. */
export interface ReviewTools {
  readonly store: Store;
  readonly log: Log;
  readonly now: () => Instant;
  readonly playbook: () => Playbook;
}

/**
 * Announces what is due in every active installation, where the agreement names somebody.
 * @returns How many reviews. Rejects when the installations cannot be looked up.
 */
export async function announceReviews(tools: ReviewTools): Promise<number> {
  if (tools.playbook().agreement.review === undefined) return 0;
  const active = (await listInstallations(tools.store.db)).filter(({ state }) => state === "active");
  let count = 0;
  for (const kind of REVIEW_KINDS)
    count += await eachInstallation(active, tools.log, "a review could not be announced", (installation) =>
      announce(tools, installation, kind),
    );
  return count;
}

/** @returns Whether there was something to announce: 1 or 0. */
async function announce(tools: ReviewTools, installation: Installation, kind: ReviewKind): Promise<number> {
  const { store, now, playbook } = tools;
  const { review } = playbook().agreement;
  const at = now();
  const kept = await loadCursor(store.db, installation.id, reviewCursor(kind));
  const memory = kept?.page === undefined ? undefined : ownJson<ReviewMemory>(kept.page);
  const look = lookAtReview(kind, memory, playbook(), review?.everyMs ?? 0, at);
  const { announcing } = look;
  if (announcing === undefined && JSON.stringify(look.memory) === kept?.page) return 0;
  const notices = announcing === undefined ? [] : await noticesOf(tools, installation, kind, announcing);
  await store.db.transaction().execute(async (tx) => {
    const announcedAt = announcing === undefined ? 0 : at;
    // It is looked at every hour, whatever is due: no lane wakes for it.
    await saveCursor(
      tx,
      installation.id,
      reviewCursor(kind),
      announcedAt,
      NEVER,
      JSON.stringify(look.memory),
    );
    await planNotices(tx, installation.id, notices, at);
  });
  return notices.length > 0 ? 1 : 0;
}

async function noticesOf(
  tools: ReviewTools,
  installation: Installation,
  kind: ReviewKind,
  announcing: string,
): Promise<readonly Notice[]> {
  const { playbook, now } = tools;
  const lines = await linesOf(tools, installation, kind);
  return (playbook().agreement.review?.to ?? []).map((to) => ({
    kind: "report",
    key: `review.${kind}.${announcing}.${to}`,
    to,
    as: "named",
    subject: `${REVIEW_WORDS[kind]} is due`,
    lines,
    links: [],
    at: now(),
    notBefore: now(),
  }));
}

/** Where the pack is read: not behind a link, for its page opens only for the API's token, which no browser sends. Throws nothing. */
export function howToRead({ tenant }: Pick<Installation, "tenant">): string {
  return `The pack for the meeting: baton report pack --portal ${tenant} --out pack.html`;
}

async function linesOf(
  { store, playbook, now }: ReviewTools,
  installation: Installation,
  kind: ReviewKind,
): Promise<readonly string[]> {
  const how = howToRead(installation);
  if (kind === "team")
    return [
      "Look at who gets which lead, and whether the definition still fits the team: baton routes audit",
      how,
    ];
  const days = kind === "pack" ? packDays(playbook()) : REVIEW_DAYS[kind];
  const pack = await makePack(store, installation, playbook(), lastDays(days, now()), now());
  const stuck = sayStuck(pack);
  return [
    `The last ${daysIn(pack.span)} days:`,
    ...headlinesOf(pack).map(({ says, value, before }) => `${says}: ${value}, ${before}.`),
    ...(stuck === "" ? [] : [stuck]),
    ...pack.proposals.slice(0, 3).map(({ says, evidence }) => `Proposed: ${says}. ${evidence}`),
    how,
  ];
}

/** A month and a quarter, as figures see them. */
const REVIEW_DAYS = { reasons: 30, definition: 91 } as const;
