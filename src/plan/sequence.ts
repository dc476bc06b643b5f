/** A sales sequence that starts with the handoff, where the agreement names one for the type. */
import type { WriteBody } from "../model/effect.ts";
import type { Snapshot } from "../model/lead.ts";
import type { Playbook } from "../playbook/playbook.ts";
import { ownerSeen } from "./input.ts";

/** The write that starts it, or none. Throws nothing. */
export function startOf(
  type: string,
  ownerId: string,
  snapshot: Snapshot,
  { agreement }: Pick<Playbook, "agreement">,
): readonly WriteBody[] {
  const sequence = agreement.atHandoff.sequence.get(type);
  if (sequence === undefined) return [];
  const seen = ownerSeen(snapshot);
  return [{ kind: "start-sequence", ownerId, ...(seen !== undefined && { ownerSeen: seen }), sequence }];
}
