/** What Baton itself keeps in step between two CRMs, and what it leaves to HubSpot's own connector. Source: docs/sync.md. */
import type { SyncField } from "../model/sync.ts";
import type { Sync } from "./sync.ts";

/** When a lead that sales' CRM does not know is made there. `later`: by somebody else, and Baton waits for it. */
export type Making = "now" | "later" | "never";

/** The fields Baton writes, and who makes leads. `admits`: whether people whom only sales' CRM knows become leads of marketing's. */
export interface InStep {
  readonly fields: readonly SyncField[];
  readonly makes: Making;
  readonly admits: boolean;
}

/**
 * @param isSyncedElsewhere  Whether the CRM's own connector is installed. Then Baton keeps to the hand-off, unless fields.yaml says
 * `coexist: no`. Throws nothing.
 */
export function inStep(sync: Sync | undefined, isSyncedElsewhere: boolean): InStep {
  if (sync === undefined) return { fields: [], makes: "never", admits: false };
  const coexists = sync.coexist === "yes" || (sync.coexist === "auto" && isSyncedElsewhere);
  if (coexists) return { fields: [], makes: sync.create === "never" ? "never" : "later", admits: false };
  const makes = sync.create === "never" ? "never" : "now";
  return { fields: sync.fields, makes, admits: sync.createInHubspot === "contact" };
}
