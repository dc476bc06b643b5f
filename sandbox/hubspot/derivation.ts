/** The values HubSpot sets by itself when another one changes: owner dates, stage dates, closed deals, done tasks. */
import { dealStages } from "./definitions/standard.ts";
import type { PortalState } from "./portal.ts";
import { appendValue, calculation, valueOf } from "./record.ts";
import type { StoredRecord } from "./record.ts";

/**
 * Sets what follows from `changed` and gives the names of the derived properties that changed with it.
 * @param before  The values the changed properties had, `""` where unset.
 */
export function deriveValues(
  portal: PortalState,
  record: StoredRecord,
  changed: readonly string[],
  before: ReadonlyMap<string, string>,
  timestamp: number,
): string[] {
  const derived: string[] = [];
  const instant = new Date(timestamp).toISOString();
  const set = (name: string, value: string): void => {
    if (!portal.definitions[record.type].has(name)) return;
    if (appendValue(record, name, { value, timestamp, actor: calculation })) derived.push(name);
  };
  const now = (name: string): string => valueOf(record, name) ?? "";
  for (const name of changed) {
    if (name === "hubspot_owner_id") {
      set("hubspot_owner_assigneddate", now(name) === "" ? "" : instant);
      set("hs_all_owner_ids", now(name));
      set("hubspot_team_id", primaryTeam(portal, now(name)));
    }
    if (name === "lifecyclestage") {
      const [left, entered] = [before.get(name) ?? "", now(name)];
      if (left !== "") set(`hs_v2_date_exited_${left}`, instant);
      if (entered !== "") {
        set(`hs_v2_date_entered_${entered}`, instant);
        set(`hs_lifecyclestage_${entered}_date`, instant);
      }
    }
    if (name === "dealstage") {
      set("hs_is_closed", String(dealStages.some((stage) => stage.closed && stage.id === now(name))));
      set("hs_is_closed_won", String(now(name) === "closedwon"));
      set("hs_v2_date_entered_current_stage", instant);
      if (now("hs_is_closed") === "true" && !changed.includes("closedate")) set("closedate", instant);
    }
    if (name === "hs_task_status") set("hs_task_completion_date", now(name) === "COMPLETED" ? instant : "");
  }
  return derived;
}

function primaryTeam(portal: PortalState, ownerId: string): string {
  const teams = portal.owners.find((owner) => owner.id === ownerId)?.teams ?? [];
  return teams.find((team) => team.primary)?.id ?? "";
}
