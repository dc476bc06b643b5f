/**
 * Turns a change into the events that an app's subscriptions ask for.
 * Source: https://developers.hubspot.com/docs/api-reference/latest/webhooks/guide
 */
import type { App, Subscription } from "../app.ts";
import { objectTypes } from "../object-type.ts";
import type { CrmChange } from "../portal.ts";
import type { WebhookMood } from "./mood.ts";

/** One event as it stands in a webhook body. `attemptNumber` is set anew for each attempt. */
export interface WebhookEvent extends Readonly<Record<string, unknown>> {
  readonly eventId: number;
  readonly portalId: number;
  readonly subscriptionType: string;
  readonly objectId: number;
}

/** The events a change makes for one app: one for each active subscription that it meets. Throws nothing. */
export function eventsFor(
  change: CrmChange,
  app: App,
  mood: WebhookMood,
  nextEventId: () => number,
): WebhookEvent[] {
  return app.subscriptions
    .filter((subscription) => subscription.active && meets(subscription, change))
    .map((subscription) => eventOf(change, app, subscription, mood, nextEventId()));
}

function meets(subscription: Subscription, change: CrmChange): boolean {
  const [object, kind] = subscription.subscriptionType.split(".");
  const objectType = object === "object" ? subscription.objectType : object;
  return (
    kind === change.kind &&
    objectType === change.objectType &&
    // A privacy deletion exists only in the legacy form.
    (change.kind !== "privacyDeletion" || object === "contact") &&
    (change.kind !== "propertyChange" || subscription.propertyName === change.detail["propertyName"])
  );
}

function eventOf(
  change: CrmChange,
  app: App,
  subscription: Subscription,
  mood: WebhookMood,
  eventId: number,
): WebhookEvent {
  const generic = subscription.subscriptionType.startsWith("object.");
  const redacted = mood.redactedProperties.includes(String(change.detail["propertyName"]));
  return {
    eventId,
    subscriptionId: subscription.id,
    portalId: change.portalId,
    appId: app.id,
    occurredAt: change.occurredAt,
    subscriptionType: subscription.subscriptionType,
    attemptNumber: 0,
    objectId: Number(change.objectId),
    ...(generic ? { objectTypeId: objectTypes[change.objectType].typeId } : {}),
    ...change.detail,
    ...(redacted ? { propertyValue: "REDACTED", isSensitive: true } : {}),
    changeSource: change.actor.source,
    sourceId: change.actor.sourceId,
  };
}
