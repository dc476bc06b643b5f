/** Passing a lead on: from an owner who did not act to the next in turn of the same pool. */
import type { Assignment } from "../model/decision.ts";
import type { Instant } from "../model/instant.ts";
import type { OpenHandoff } from "../model/handoff.ts";
import type { Roster } from "../model/rep.ts";
import type { Playbook } from "../playbook/playbook.ts";
import { chooseFromPool } from "./pool.ts";

/**
 * Finds the next owner of a handoff, by the rule that gave it out.
 *
 * Nobody gets a lead a second time, so a lead goes round a pool once at most; one that a person gave back to somebody who had lost
 * it stays there. Undefined when nobody else of the pool can take it, when a rule named the owner, and when that rule is gone.
 * Throws `playbook.invalid` only for a rep whose calendar has no working time.
 */
export function passOn(
  { ownerId, story }: Pick<OpenHandoff, "ownerId" | "story">,
  { routing }: Pick<Playbook, "routing">,
  roster: Roster,
  now: Instant,
): Assignment | undefined {
  const rule = routing.rules.find(({ name }) => name === story?.rule);
  if (rule?.to.kind !== "pool" || ownerId === undefined || story === undefined) return undefined;
  if (story.formerOwners.includes(ownerId)) return undefined;
  const had = new Set([...story.formerOwners, ownerId]);
  const others = roster.reps.filter((rep) => rep.ownerId === undefined || !had.has(rep.ownerId));
  const { chosen, candidates } = chooseFromPool(rule.to, { ...roster, reps: others }, routing.fairness, now);
  if (chosen?.ownerId === undefined) return undefined;
  const { id: rep, ownerId: next, name: ownerName } = chosen;
  return {
    outcome: "assigned",
    rule: rule.name,
    because: `passed on; ${ownerName} has the largest shortfall of the others in ${rule.to.pool}`,
    candidates,
    findings: [],
    ownerId: next,
    ownerName,
    rep,
    pool: rule.to.pool,
    counts: true,
  };
}
