/**
 * Stage 7: what became of a handoff. Its story (touches, answers, clocks) is folded into where it stands, and into what that
 * asks for now: a step of escalation, or its end. Pure: the same story at the same instant stands the same.
 *
 *     untouched ─▶ tried ─▶ in-touch ─▶ accepted ─▶ ended
 *
 * A handoff may skip any of these, and an answer may come before any touch. It ends by an answer only: `rejected`, `recycled`,
 * or an outcome the agreement calls closing. What was said before stays; a changed mind is a later answer.
 */
import type { OpenHandoff, Story } from "../model/handoff.ts";
import type { Instant } from "../model/instant.ts";
import type { Snapshot } from "../model/lead.ts";
import { type Progress, standingOf } from "../model/progress.ts";
import type { Roster } from "../model/rep.ts";
import type { Playbook } from "../playbook/playbook.ts";
import { foldAnswers } from "./answers.ts";
import { windClocks } from "./clocks.ts";
import { contested } from "./contest.ts";
import { foldDeals } from "./deals.ts";
import { foldTouches } from "./touches.ts";

/**
 * Follows the handoff a lead is in. Undefined for a lead sales does not have or a partner has, and for one whose story is not known.
 * Throws `playbook.invalid` for an owner whose calendar has no working time.
 */
export function track(
  snapshot: Snapshot,
  playbook: Playbook,
  roster: Roster,
  now: Instant,
): Progress | undefined {
  const { handoff } = snapshot;
  // A partner works its leads elsewhere, and has promised nothing here.
  if (handoff?.state !== "with-sales" || handoff.ownerId === undefined || handoff.story === undefined)
    return undefined;
  const { story } = handoff;
  const { attemptedAt, ...touches } = foldTouches(story.touches, playbook.agreement, handoff.startedAt, now);
  const newOwner = ownerChosen(snapshot, handoff, story);
  // Whoever says that it is somebody else's and gives it to them has done both.
  const answers = foldAnswers(
    story.answers,
    playbook.agreement,
    newOwner === undefined ? story.ownedAt : Infinity,
  );
  const wound =
    answers.ending === undefined || answers.isForAnother
      ? windClocks(
          { handoff, story, touches, attemptedAt, isAnswered: isAnswered(answers), newOwner },
          playbook,
          roster,
          now,
        )
      : { clocks: [], steps: [], attemptsInTime: touches.attempts };
  const deals = foldDeals(snapshot, playbook.agreement, handoff.startedAt, now);
  return {
    standing: standingOf({ ...touches, ...answers }),
    ...touches,
    ...answers,
    ...wound,
    ...(deals === undefined ? {} : { deals }),
    ...(newOwner === undefined ? {} : { newOwner }),
    ...contested(story, newOwner, now),
  };
}

/** Saying that it is somebody else's is no answer: whoever gets it owes one. */
function isAnswered({ answeredAt, isForAnother }: Pick<Progress, "answeredAt" | "isForAnother">): boolean {
  return answeredAt !== undefined && !isForAnother;
}

/** A person gave the lead to somebody else. One whose owner was only taken off stays with whom Baton gave it. */
function ownerChosen({ facts }: Snapshot, { ownerId }: OpenHandoff, { isMoving }: Story): string | undefined {
  const owner = facts["lead.owner"]?.value;
  // While Baton's own choice is on its way, what the CRM shows is of before.
  if (isMoving || owner === undefined || String(owner) === ownerId) return undefined;
  return String(owner);
}
