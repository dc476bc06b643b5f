/**
 * What reps have taught: whoever gave reasons since the version before hears what has changed in the definition. People go on giving
 * reasons when they see that somebody reads them.
 */
import type { Instant } from "../model/instant.ts";
import type { Notice } from "../model/notice.ts";
import { diffPlaybooks } from "../playbook/diff.ts";
import { type GivenReasons, reasonsGivenSince } from "../store/given-reasons.ts";
import { listInstallations } from "../store/installations.ts";
import { planNotices } from "../store/notices.ts";
import type { Tx } from "../store/schema.ts";
import type { Files } from "./proposal.ts";

/** One version going live after another. */
export interface Change {
  readonly version: string;
  readonly from: Files;
  readonly to: Files;
  /** Since when the one before was live. */
  readonly since: Instant;
}

/** Lines of the change that fit a notice. */
const MOST_LINES = 8;

/** Plans the notices, in the transaction that publishes. A definition that says what it said before teaches nobody anything. */
export async function planLessons(tx: Tx, change: Change, now: Instant): Promise<void> {
  const says =
    diffPlaybooks(change.from, change.to).changed.find(({ file }) => file === "definition.yaml")?.says ?? [];
  if (says.length === 0) return;
  for (const { id, state } of await listInstallations(tx)) {
    if (state !== "active") continue;
    const given = await reasonsGivenSince(tx, id, change.since);
    const notices = [...given].map(([rep, reasons]) => lessonFor(rep, reasons, says, change.version, now));
    await planNotices(tx, id, notices, now);
  }
}

function lessonFor(
  rep: string,
  reasons: GivenReasons,
  says: readonly string[],
  version: string,
  now: Instant,
): Notice {
  const counts = reasons.map(({ reason, count }) => `${reason} (${count})`).join(", ");
  const more = says.length - MOST_LINES;
  return {
    key: `lesson:${version}:${now}:${rep}`,
    kind: "lesson",
    to: rep,
    as: "owner",
    subject: "What your answers have changed",
    lines: [
      `Since the last version you gave these reasons: ${counts}.`,
      "What counts as a lead has changed:",
      ...says.slice(0, MOST_LINES),
      ...(more > 0 ? [`and ${more} more`] : []),
    ],
    links: [],
    notBefore: now,
    at: now,
  };
}
