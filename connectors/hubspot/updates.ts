/** Updating contacts: owner, stage and properties, and what the other CRM says, in one batch. */
import type { Receipt } from "../../src/model/effect.ts";
import { writeBatch } from "./batch-write.ts";
import type { ItemOutcome, Outcomes } from "./batch-write.ts";
import { updateInput } from "./compose.ts";
import type { Update } from "./compose.ts";
import type { Gateway } from "../http/gateway.ts";
import { againAfterConflict, itemOf, receiptOf } from "./receipts.ts";
import { OBJECTS_VERSION } from "./version.ts";

/** Applies updates, one receipt each, in order. Never throws. */
export async function applyUpdates(gateway: Gateway, writes: readonly Update[]): Promise<readonly Receipt[]> {
  const outcomes: Outcomes = new Map();
  for (const wave of waves(writes)) {
    const items = wave.flatMap((write) =>
      itemOf(write.key, updateInput(write), outcomes, (result) => result.id === write.lead.id),
    );
    const path = `/crm/objects/${OBJECTS_VERSION}/contacts/batch/update`;
    for (const [key, outcome] of await writeBatch(gateway, path, items)) outcomes.set(key, outcome);
  }
  return writes.map((write) => updateReceipt(write, outcomes.get(write.key)));
}

/** HubSpot refuses a batch that names a record twice, so later writes on the same lead go in a later batch. */
function waves(writes: readonly Update[]): Update[][] {
  const list: Update[][] = [];
  const turn = new Map<string, number>();
  for (const write of writes) {
    const index = turn.get(write.lead.id) ?? 0;
    turn.set(write.lead.id, index + 1);
    (list[index] ??= []).push(write);
  }
  return list;
}

function updateReceipt(write: Update, outcome: ItemOutcome | undefined): Receipt {
  if (outcome?.outcome !== "applied") return againAfterConflict(receiptOf(write.key, outcome));
  const stage = outcome.result?.properties["lifecyclestage"];
  // A backward move gets a 200 and the old stage. Source: HubSpot facts, "lifecyclestage moves forward only".
  const wanted = write.kind === "update-lead" ? write.stage?.to : undefined;
  const isIgnored = wanted !== undefined && stage !== undefined && stage !== wanted;
  return {
    key: write.key,
    outcome: "applied",
    id: outcome.result?.id ?? write.lead.id,
    ...(isIgnored ? { dropped: ["stage"] } : {}),
  };
}
