/** The judge of delivery: the sandbox's own ledger of what it accepted, and nothing that Baton says of itself. */
import type { Portal, Sandbox } from "../../sandbox/index.ts";

export interface Tally {
  readonly lead: string;
  readonly ownerWrites: number;
  readonly tasks: number;
  readonly notes: number;
}

/** How often each lead got an owner, a task and a note from the app. */
export function tallyWrites(sandbox: Sandbox, portal: Portal, leads: readonly string[]): readonly Tally[] {
  const owners = sandbox.ledger
    .find({ portalId: portal.id, kind: "contact.update", by: "app" })
    .filter(({ properties }) => (properties["hubspot_owner_id"] ?? "") !== "");
  return leads.map((lead) => ({
    lead,
    ownerWrites: owners.filter(({ objectId }) => objectId === lead).length,
    tasks: portal.linked("contact", lead, "task").length,
    notes: portal.linked("contact", lead, "note").length,
  }));
}

/** One of each for every lead. */
export function onceEach(leads: readonly string[]): readonly Tally[] {
  return leads.map((lead) => ({ lead, ownerWrites: 1, tasks: 1, notes: 1 }));
}
