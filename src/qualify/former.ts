/** A lead that sales had before and gave back: it is judged anew by what is new, and by nothing else. */
import type { Verdict } from "../model/decision.ts";
import type { Instant } from "../model/instant.ts";
import type { Snapshot } from "../model/lead.ts";
import { dayOf } from "../playbook/signal-condition.ts";

type Standing = Pick<
  Extract<Verdict, { outcome: "not-ready" | "refused" }>,
  "outcome" | "reason" | "because"
>;

/**
 * What sales said of the lead, as long as that still stands; undefined once something is new.
 *
 * New are signals (a snapshot holds only those since the handoff ended), a request, another stage, and the day that was agreed for
 * the reason. An answer for good stands whatever happens. Throws nothing.
 */
export function stillAnswered({ former, signals, request }: Snapshot, now: Instant): Standing | undefined {
  if (former?.answer === undefined) return undefined;
  const { answer, reason, endedAt, wakeAt, isForGood, isRestaged } = former;
  const said = `sales ${answer} it${reason === undefined ? "" : ` (${reason})`} on ${dayOf(endedAt)}`;
  if (isForGood) return { outcome: "refused", reason: "answered-for-good", because: said };
  const isAwake = wakeAt !== undefined && now >= wakeAt;
  if (isAwake || isRestaged || signals.length > 0 || request !== undefined) return undefined;
  const until = wakeAt === undefined ? "" : `, to be looked at again on ${dayOf(wakeAt)}`;
  return { outcome: "not-ready", reason: "nothing-new", because: `${said}${until}; nothing is new since` };
}
