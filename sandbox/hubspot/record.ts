/** A CRM record as the sandbox keeps it: every value with its history, oldest first. */
import type { ObjectType } from "./object-type.ts";

/** Where a change came from, in the words of property history and of webhooks. */
export interface Actor {
  /** `sourceType` and `changeSource`, such as `CRM_UI`, `INTEGRATION`, `FORMS`, `AUTOMATION`, `IMPORT`. */
  readonly source: string;
  readonly sourceId: string;
  readonly userId?: number;
  /** The app behind an API call. */
  readonly appId?: number;
}

/** One value that a property had from `timestamp` on (epoch milliseconds). `""` means cleared. */
export interface Change {
  readonly value: string;
  readonly timestamp: number;
  readonly actor: Actor;
}

/** A record. `mergedInto` names the survivor once it lost a merge. */
export interface StoredRecord {
  readonly id: string;
  readonly type: ObjectType;
  readonly createdAt: number;
  archivedAt: number | undefined;
  mergedInto: string | undefined;
  readonly history: Map<string, Change[]>;
}

/** A person at the portal, changing things by hand. */
export function human(userId: number): Actor {
  return { source: "CRM_UI", sourceId: `userId:${userId}`, userId };
}

/** An app, changing things through the API. */
export function appActor(appId: number): Actor {
  return { source: "INTEGRATION", sourceId: String(appId), appId };
}

/** One of the portal's own workflows. */
export function workflowActor(workflowId: number): Actor {
  return { source: "AUTOMATION", sourceId: `workflowId:${workflowId}` };
}

/** HubSpot's own arithmetic: calculated and derived properties. */
export const calculation: Actor = { source: "CALCULATED", sourceId: "CalculatedProperty" };
/** The website tracking. */
export const analytics: Actor = { source: "ANALYTICS", sourceId: "WebAnalyticsPropertyCalculation" };

/**
 * The value of a property now, or as it was at `asOf`. Undefined when it was never set; `""` when it was cleared.
 * Throws nothing.
 */
export function valueOf(record: StoredRecord, name: string, asOf?: number): string | undefined {
  const history = record.history.get(name);
  if (asOf === undefined) return history?.at(-1)?.value;
  return history?.findLast((change) => change.timestamp <= asOf)?.value;
}

/** Every property that has a value, by name. */
export function currentValues(record: StoredRecord): Record<string, string> {
  const values: Record<string, string> = {};
  for (const [name, history] of record.history) {
    const value = history.at(-1)?.value;
    if (value !== undefined && value !== "") values[name] = value;
  }
  return values;
}

/** Appends a value without any rule or side effect. False when the value was already so. */
export function appendValue(record: StoredRecord, name: string, change: Change): boolean {
  const history = record.history.get(name);
  if ((history?.at(-1)?.value ?? "") === change.value) return false;
  if (history) history.push(change);
  else record.history.set(name, [change]);
  return true;
}
