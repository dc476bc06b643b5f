/** What one matching rule comes to: an owner, a partner, a queue, or nobody, and why. */
import type { Assignment } from "../model/decision.ts";
import type { Instant } from "../model/instant.ts";
import type { Snapshot } from "../model/lead.ts";
import type { Roster } from "../model/rep.ts";
import type { Queue, Routing, Target } from "../playbook/routing.ts";
import { findNamedOwner } from "./named-owner.ts";
import { chooseFromPool } from "./pool.ts";
import type { LevelledCandidate } from "./roster.ts";

type Head = "rule" | "because" | "candidates" | "findings";
/** An assignment without the story of how it came about. */
export type Outcome = Assignment extends infer Each
  ? Each extends unknown
    ? Omit<Each, Head>
    : never
  : never;

/** Without an `outcome` nobody was found; `opensAt` is then when somebody will be, where that is known. */
export interface Aim {
  readonly outcome?: Outcome;
  readonly because: string;
  readonly candidates: readonly LevelledCandidate[];
  readonly opensAt?: Instant;
}

/** Follows a rule's target. Throws `playbook.invalid` for a rep whose calendar has no working time. */
export function aimAt(
  to: Target,
  subject: Snapshot,
  fairness: Routing["fairness"],
  roster: Roster,
  now: Instant,
): Aim {
  switch (to.kind) {
    case "owner":
    case "rep":
      return aimAtOwner(to, subject, roster, now);
    case "pool":
      return aimAtPool(to, fairness, roster, now);
    case "partner":
      return aimAtPartner(to, subject);
    case "queue":
      return aimAtQueue(to.queue, "the rule sends it to a queue", now);
  }
}

/** Waiting in a queue, to be tried again after the queue's own limit. */
export function aimAtQueue(
  { name, notify, withinMs }: Queue,
  because: string,
  now: Instant,
): Aim & { readonly outcome: Outcome } {
  const outcome: Outcome = {
    outcome: "queued",
    queue: name,
    ...(notify !== undefined && { notify }),
    retryAt: now + withinMs,
  };
  return { outcome, because, candidates: [] };
}

function aimAtOwner(
  to: Extract<Target, { kind: "owner" | "rep" }>,
  subject: Snapshot,
  roster: Roster,
  now: Instant,
): Aim {
  const named = findNamedOwner(to, subject, roster, now);
  const { because } = named;
  if (!named.found) {
    const candidate = { rep: named.who, eligible: false, because };
    return { because: `${named.who} ${because}`, candidates: [candidate] };
  }
  const { owner, rep } = named;
  const candidate = { rep: rep?.id ?? owner.email ?? owner.id, eligible: true, because };
  const outcome: Outcome = {
    outcome: "assigned",
    ownerId: owner.id,
    ownerName: owner.name,
    ...(rep && { rep: rep.id }),
    counts: false,
  };
  return { outcome, because, candidates: [candidate] };
}

function aimAtPool(
  to: Extract<Target, { kind: "pool" }>,
  fairness: Routing["fairness"],
  roster: Roster,
  now: Instant,
): Aim {
  const { pool } = to;
  const { chosen, candidates, opensAt } = chooseFromPool(to, roster, fairness, now);
  if (chosen?.ownerId === undefined) {
    const because = `nobody in ${pool} can take it now`;
    return { because, candidates, ...(opensAt !== undefined && { opensAt }) };
  }
  const { id: rep, ownerId, name: ownerName } = chosen;
  const able = candidates.filter(({ eligible }) => eligible).length;
  const because =
    able === 1
      ? `${ownerName} is the only one in ${pool} who can take it now`
      : `${ownerName} has the largest shortfall of ${able} in ${pool}`;
  return {
    outcome: { outcome: "assigned", ownerId, ownerName, rep, pool, counts: true },
    because,
    candidates,
  };
}

function aimAtPartner(to: Extract<Target, { kind: "partner" }>, subject: Snapshot): Aim {
  const fact = subject.facts[to.partner];
  if (fact === undefined) return { because: `${to.partner} is not known`, candidates: [] };
  const partner = String(fact.value);
  return {
    outcome: { outcome: "partner", partner, share: to.share },
    because: `${to.partner} is ${partner}`,
    candidates: [],
  };
}
