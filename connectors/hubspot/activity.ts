/** What activities and deals are called in HubSpot's paths and type ids. */
import { BatonError } from "../../src/errors.ts";
import type { ActivityRef } from "../../src/model/touch.ts";
import type { ObjectName } from "./batch-read.ts";

export type ActivityKind = ActivityRef["kind"];

/** Source: https://developers.hubspot.com/docs/api-reference/latest/crm/associations/associate-records/guide */
export const ACTIVITY_TYPES: Readonly<
  Record<ActivityKind, { readonly name: ObjectName; readonly typeId: string }>
> = {
  call: { name: "calls", typeId: "0-48" },
  email: { name: "emails", typeId: "0-49" },
  meeting: { name: "meetings", typeId: "0-47" },
  task: { name: "tasks", typeId: "0-27" },
  deal: { name: "deals", typeId: "0-3" },
};
const KINDS = ["call", "email", "meeting", "task", "deal"] as const satisfies readonly ActivityKind[];

/** The kind with this type id; undefined for one Baton does not follow. Throws nothing. */
export function kindOfType(typeId: string): ActivityKind | undefined {
  return KINDS.find((kind) => ACTIVITY_TYPES[kind].typeId === typeId);
}

/**
 * What the account does not let Baton read is as good as nothing of that kind: it will not be otherwise the next time.
 * @throws BatonError `crm.*` for every other failure.
 */
export async function ifPermitted<T>(reading: Promise<T>): Promise<T | undefined> {
  try {
    return await reading;
  } catch (error) {
    if (error instanceof BatonError && error.code === "crm.forbidden") return undefined;
    throw error;
  }
}
