/** Apps registered with the sandbox, and the portals they are installed in. */
import type { Random } from "../random.ts";
import type { ObjectType } from "./object-type.ts";

/** One webhook subscription: generic (`object.propertyChange` with `objectType`) or legacy (`contact.merge`). */
export interface Subscription {
  readonly id: number;
  readonly subscriptionType: string;
  readonly objectType?: ObjectType;
  readonly propertyName?: string;
  active: boolean;
}

/** An app. Secret, URLs and subscriptions may be changed while it runs, as a developer would. */
export interface App {
  readonly id: number;
  readonly name: string;
  readonly clientId: string;
  clientSecret: string;
  readonly requiredScopes: readonly string[];
  readonly optionalScopes: readonly string[];
  redirectUrls: readonly string[];
  targetUrl: string | undefined;
  actionUrl: string | undefined;
  maxConcurrentRequests: number;
  readonly subscriptions: Subscription[];
  /** Portals that have the app, with the scopes granted there. */
  readonly installs: Map<number, readonly string[]>;
}

/** What a developer states when registering an app; everything has a default. */
export interface AppDeclaration {
  readonly id?: number;
  readonly name?: string;
  readonly clientId?: string;
  readonly clientSecret?: string;
  readonly requiredScopes?: readonly string[];
  readonly optionalScopes?: readonly string[];
  readonly redirectUrls?: readonly string[];
  readonly targetUrl?: string;
  readonly actionUrl?: string;
  readonly maxConcurrentRequests?: number;
  readonly subscriptions?: readonly {
    readonly subscriptionType: string;
    readonly objectType?: ObjectType;
    readonly propertyName?: string;
  }[];
}

const defaultRequired = [
  "oauth",
  "crm.objects.contacts.read",
  "crm.objects.contacts.write",
  "crm.objects.companies.read",
  "crm.objects.owners.read",
  "crm.schemas.contacts.read",
  "crm.schemas.contacts.write",
  "forms",
] as const;
const defaultOptional = [
  "crm.objects.companies.write",
  "crm.objects.deals.read",
  "crm.objects.leads.read",
  "crm.objects.leads.write",
  "crm.lists.read",
  "crm.lists.write",
  "crm.objects.users.read",
  "communication_preferences.read",
  "automation",
  "automation.sequences.read",
  "automation.sequences.enrollments.write",
] as const;
const watchedContactProperties = [
  "lifecyclestage",
  "hs_lead_status",
  "hubspot_owner_id",
  "recent_conversion_event_name",
  "recent_conversion_date",
  "num_conversion_events",
  "hs_email_optout",
  "baton_owner_disposition",
  "baton_disposition_reason",
] as const;

/** The subscriptions an app has when it declares none: all that a handoff can hang on. */
const defaultSubscriptions: NonNullable<AppDeclaration["subscriptions"]> = [
  ...watchedContactProperties.map((propertyName) => ({
    subscriptionType: "object.propertyChange",
    objectType: "contact" as const,
    propertyName,
  })),
  ...["creation", "deletion", "merge", "restore", "privacyDeletion", "associationChange"].map((kind) => ({
    subscriptionType: `contact.${kind}`,
  })),
  ...(["call", "email", "meeting", "deal"] as const).map((objectType) => ({
    subscriptionType: "object.creation",
    objectType,
  })),
  ...(
    [
      ["call", "hs_call_status"],
      ["call", "hs_call_disposition"],
      ["meeting", "hs_meeting_outcome"],
      ["task", "hs_task_status"],
      ["deal", "dealstage"],
      ["deal", "amount"],
    ] as const
  ).map(([objectType, propertyName]) => ({
    subscriptionType: "object.propertyChange",
    objectType,
    propertyName,
  })),
  { subscriptionType: "company.propertyChange", propertyName: "hubspot_owner_id" },
];

/** Every secret the sandbox makes up says so, and can never be taken for a real one. */
const secretMark = "sandbox-";

/** Registers an app from its declaration; ids and secrets that were not stated are drawn. Throws nothing. */
export function createApp(declaration: AppDeclaration, random: Random, nextId: () => number): App {
  return {
    id: declaration.id ?? nextId(),
    name: declaration.name ?? "App",
    clientId: declaration.clientId ?? uuid(random),
    clientSecret: declaration.clientSecret ?? `${secretMark}${uuid(random)}`,
    requiredScopes: declaration.requiredScopes ?? defaultRequired,
    optionalScopes: declaration.optionalScopes ?? defaultOptional,
    redirectUrls: declaration.redirectUrls ?? [],
    targetUrl: declaration.targetUrl,
    actionUrl: declaration.actionUrl,
    maxConcurrentRequests: declaration.maxConcurrentRequests ?? 10,
    subscriptions: (declaration.subscriptions ?? defaultSubscriptions).map((each) => ({
      ...each,
      id: nextId(),
      active: true,
    })),
    installs: new Map(),
  };
}

/** A text in the shape of a UUID. */
export function uuid(random: Random): string {
  return [8, 4, 4, 4, 12].map((length) => random.hex(length)).join("-");
}
