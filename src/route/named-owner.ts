/** Sending a lead to one named owner: the one a record of the CRM already has, or the one a rule names. */
import type { Instant } from "../model/instant.ts";
import type { Snapshot } from "../model/lead.ts";
import type { Owner, Rep, Roster } from "../model/rep.ts";
import type { Target } from "../playbook/routing.ts";
import { sayTime } from "../sla/words.ts";
import { awayUntil } from "./readiness.ts";
import { repByOwner } from "./reps.ts";

type NamedTarget = Extract<Target, { kind: "owner" | "rep" }>;

/** The owner, or why they cannot have the lead. `rep` is set when they stand in team.yaml. */
export type NamedOwner =
  | { readonly found: true; readonly owner: Owner; readonly rep?: Rep; readonly because: string }
  | { readonly found: false; readonly who: string; readonly because: string };

const ownersById = new WeakMap<readonly Owner[], ReadonlyMap<string, Owner>>();

/** Finds whom the rule names. Inactive owners, unknown facts and, `unlessAway`, absent people are no owner. Throws nothing. */
export function findNamedOwner(
  to: NamedTarget,
  snapshot: Snapshot,
  roster: Roster,
  now: Instant,
): NamedOwner {
  const ownerId = to.kind === "owner" ? factText(snapshot, to.fact) : ownerIdOf(to.rep, roster);
  const who = to.kind === "owner" ? to.fact : to.rep;
  if (ownerId === undefined)
    return {
      found: false,
      who,
      because: to.kind === "owner" ? "not known" : "no active owner in the CRM",
    };
  const owner = byId(roster.owners).get(ownerId);
  if (owner === undefined || !owner.active)
    return { found: false, who: owner?.email ?? ownerId, because: "left the CRM" };
  // A queue that a record lies in has not taken it.
  if (to.kind === "owner" && owner.kind === "queue")
    return { found: false, who: owner.name, because: "a queue, and no person" };
  const rep = repByOwner(roster.reps, ownerId);
  const until = awayUntil(rep?.away ?? owner.away ?? [], now);
  if (to.unlessAway && until !== undefined) {
    const zone = rep?.calendar.zone ?? "UTC";
    return { found: false, who: owner.email ?? ownerId, because: `away until ${sayTime(until, zone)}` };
  }
  const because = to.kind === "owner" ? `${to.fact} is ${owner.name}` : `the rule names ${owner.name}`;
  return { found: true, owner, ...(rep && { rep }), because };
}

function ownerIdOf(email: string, roster: Roster): string | undefined {
  return roster.owners.find((owner) => owner.active && owner.email === email)?.id;
}

function byId(owners: readonly Owner[]): ReadonlyMap<string, Owner> {
  let index = ownersById.get(owners);
  if (index === undefined) {
    index = new Map(owners.map((owner) => [owner.id, owner]));
    ownersById.set(owners, index);
  }
  return index;
}

function factText(snapshot: Snapshot, name: string): string | undefined {
  const fact = snapshot.facts[name];
  return fact === undefined ? undefined : String(fact.value);
}
