/** The app as `app.json` declares it, in the words the sandbox registers apps with. */
import { createHash } from "node:crypto";
import type { AppDeclaration } from "../../../sandbox/index.ts";
import declared from "../../../app.json" with { type: "json" };

type Subscriptions = NonNullable<AppDeclaration["subscriptions"]>;

/** @param publicUrl  Where this Baton is reached. */
export function hubspotAppDeclaration(publicUrl: string, seed: number): AppDeclaration {
  const { webhooks, scopes } = declared;
  return {
    name: declared.name,
    clientSecret: `sandbox-${createHash("sha256").update(`secret ${seed}`).digest("hex").slice(0, 24)}`,
    requiredScopes: scopes.required,
    optionalScopes: scopes.optional,
    redirectUrls: [`${publicUrl}${declared.redirectPath}`],
    targetUrl: `${publicUrl}${webhooks.path}`,
    actionUrl: `${publicUrl}${declared.workflowAction.path}`,
    maxConcurrentRequests: webhooks.maxConcurrentRequests,
    subscriptions: [
      ...webhooks.contactProperties.map((propertyName) => ({
        subscriptionType: "object.propertyChange",
        objectType: "contact" as const,
        propertyName,
      })),
      ...webhooks.activities.flatMap(activitySubscriptions),
      ...webhooks.contactChanges.map((change) => ({ subscriptionType: `contact.${change}` })),
      ...webhooks.hubEvents.map((subscriptionType) => ({ subscriptionType })),
    ],
  };
}

function activitySubscriptions(activity: (typeof declared.webhooks.activities)[number]): Subscriptions {
  const objectType = OBJECT_TYPES[activity.objectType];
  if (objectType === undefined)
    throw new Error(`app.json: the sandbox has no object type ${activity.objectType}`);
  return [
    ...(activity.creation ? [{ subscriptionType: "object.creation", objectType }] : []),
    ...activity.properties.map((propertyName) => ({
      subscriptionType: "object.propertyChange",
      objectType,
      propertyName,
    })),
  ];
}
const OBJECT_TYPES: Readonly<Record<string, Subscriptions[number]["objectType"]>> = {
  call: "call",
  email: "email",
  meeting: "meeting",
  task: "task",
  deal: "deal",
};
