/** One portal's whole state, its switches, and the ways it tells the rest of the sandbox what happened. */
import type { LedgerWrite } from "../ledger.ts";
import { optionsOf } from "./definitions/definition.ts";
import type { PropertyDefinition } from "./definitions/definition.ts";
import { standardDefinitions, standardGroups } from "./definitions/standard.ts";
import { createLinks } from "./links.ts";
import type { Links } from "./links.ts";
import type { ObjectType } from "./object-type.ts";
import type { Actor, StoredRecord } from "./record.ts";

/** An owner as `GET /crm/owners` shows it. */
export interface Owner {
  readonly id: string;
  readonly type: "PERSON" | "QUEUE";
  readonly email: string;
  readonly firstName: string;
  readonly lastName: string;
  readonly userId: number | undefined;
  archived: boolean;
  readonly teams: readonly { readonly id: string; readonly name: string; readonly primary: boolean }[];
}

/** A form of the portal; `fields` are property names in the order asked. */
export interface Form {
  readonly id: string;
  readonly name: string;
  readonly fields: readonly { readonly name: string; readonly label: string }[];
}

/** One submission of a form. */
export interface Submission {
  readonly formId: string;
  readonly conversionId: string;
  readonly submittedAt: number;
  readonly values: readonly {
    readonly name: string;
    readonly value: string;
    readonly objectTypeId: string;
  }[];
  readonly pageUrl: string;
}

/** A list of contacts or companies with its members, by record id. List ids are apart from record ids. */
export interface PortalList {
  readonly id: string;
  readonly name: string;
  readonly of: "contact" | "company";
  readonly members: Set<string>;
  /** Only people put members on `MANUAL` and `SNAPSHOT` lists; a `DYNAMIC` one has its own rules, which the sandbox does not run. */
  readonly processing: "MANUAL" | "SNAPSHOT" | "DYNAMIC";
  /** Once somebody has deleted it. */
  deletedAt?: number;
}

/** A sequence of e-mails and tasks that contacts are enrolled in. */
export interface Sequence {
  readonly id: string;
  readonly name: string;
}

/** The last time a contact was enrolled in a sequence; `active` until it is over. */
export interface Enrollment {
  readonly id: string;
  readonly sequenceId: string;
  readonly userId: number;
  readonly senderEmail: string;
  readonly toEmail: string;
  readonly at: number;
  active: boolean;
}

/** A workflow that reached the app's custom action, and how far it came. */
export interface Execution {
  readonly callbackId: string;
  readonly contactId: string;
  readonly appId: number;
  state: "SENT" | "BLOCK" | "SUCCESS" | "FAIL_CONTINUE" | "FAILED";
  outputFields: Readonly<Record<string, string>>;
}

/** An admin's validation rule: a write that sets `property` (to `value`, where given) needs `needs` to be known. */
interface AdminRule {
  readonly objectType: ObjectType;
  readonly property: string;
  readonly value?: string;
  readonly needs: string;
}

/** How this portal behaves where HubSpot's behaviour differs by portal, is switched by admins, or is not documented. */
export interface PortalRules {
  /** May tasks and notes have a custom property with unique values, and may it be used as `idProperty`? */
  uniqueActivityProperties: boolean;
  activityIdProperty: boolean;
  /** Is an archived owner refused with 400? */
  refuseArchivedOwner: boolean;
  /** Does reading a merged id answer the survivor, or 404? */
  survivorOnMergedRead: boolean;
  /** Does a merge make a third record, or keep the primary one? */
  mergeMakesNewRecord: boolean;
  /** Do calculated properties (the conversion ones) fire webhooks? */
  calculatedPropertiesFire: boolean;
  /** Are unknown properties of a single write ignored, instead of refused? */
  ignoreUnknownOnSingleWrite: boolean;
  /** Do successful batch items carry `objectWriteTraceId`, and do results come in another order than asked? */
  traceIdOnSuccess: boolean;
  shuffleBatchResults: boolean;
  /** Is a new contact linked to the company whose domain its address has? */
  associateByDomain: boolean;
  /** Addresses of the owners who have a seat for sequences and a connected inbox. */
  sequenceSenders: "all" | readonly string[];
  /** Optional scopes the installer grants. */
  grantedOptionalScopes: "all" | readonly string[];
  /** How far the search index is behind, in business milliseconds. */
  searchLagMs: number;
  /** Calls that other apps made in each window of ten seconds, and the calls allowed a day (0: no daily limit). */
  otherUse: number;
  dailyLimit: number;
  adminRules: AdminRule[];
  timeZone: string;
}

/** What changed, in the words of webhooks. One change may match several subscriptions of several apps. */
export interface CrmChange {
  readonly portalId: number;
  readonly objectType: ObjectType;
  readonly kind:
    | "creation"
    | "deletion"
    | "merge"
    | "restore"
    | "propertyChange"
    | "associationChange"
    | "privacyDeletion";
  readonly objectId: string;
  readonly occurredAt: number;
  readonly actor: Actor;
  /** The fields that only this kind has, as they stand in the event. */
  readonly detail: Readonly<Record<string, unknown>>;
}

/** How a portal reaches the clock, the ledger, the webhooks and chance. */
export interface PortalHooks {
  now(): number;
  changed(change: CrmChange): void;
  wrote(write: Omit<LedgerWrite, "number" | "at" | "portalId">): void;
  hex(length: number): string;
}

/** A portal's state. Maps are keyed by id; record ids are unique over all types of the portal. */
export interface PortalState {
  readonly id: number;
  readonly rules: PortalRules;
  readonly definitions: Readonly<Record<ObjectType, Map<string, PropertyDefinition>>>;
  readonly groups: Readonly<Record<ObjectType, Map<string, string>>>;
  readonly records: Readonly<Record<ObjectType, Map<string, StoredRecord>>>;
  /** `<type>.<property>` to value to record id, for unique properties. */
  readonly unique: Map<string, Map<string, string>>;
  /** The first live company of each domain, by domain. */
  readonly domains: Map<string, string>;
  readonly links: Links;
  readonly owners: Owner[];
  readonly forms: Form[];
  readonly submissions: Submission[];
  /** The forms that each contact has submitted, by contact id. */
  readonly conversions: Map<string, Set<string>>;
  readonly lists: PortalList[];
  readonly sequences: Sequence[];
  /** By contact id. */
  readonly enrollments: Map<string, Enrollment>;
  readonly executions: Map<string, Execution>;
  readonly blockedAddresses: Set<string>;
  readonly hooks: PortalHooks;
  nextId(): string;
}

const defaultRules: PortalRules = {
  uniqueActivityProperties: true,
  activityIdProperty: true,
  refuseArchivedOwner: true,
  survivorOnMergedRead: true,
  mergeMakesNewRecord: false,
  calculatedPropertiesFire: true,
  ignoreUnknownOnSingleWrite: false,
  traceIdOnSuccess: false,
  shuffleBatchResults: false,
  associateByDomain: true,
  sequenceSenders: "all",
  grantedOptionalScopes: "all",
  searchLagMs: 0,
  otherUse: 0,
  dailyLimit: 0,
  adminRules: [],
  timeZone: "Europe/Berlin",
};

/** Makes an empty portal with the standard properties. Throws nothing. */
export function createPortalState(id: number, hooks: PortalHooks, rules: Partial<PortalRules>): PortalState {
  let lastId = 100;
  return {
    id,
    rules: { ...defaultRules, ...rules, adminRules: [...(rules.adminRules ?? [])] },
    definitions: perType((type) => new Map(standardDefinitions(type).map((each) => [each.name, each]))),
    groups: perType((type) => new Map([[standardGroups[type], standardGroups[type]]])),
    records: perType(() => new Map<string, StoredRecord>()),
    unique: new Map(),
    domains: new Map(),
    links: createLinks(),
    owners: [],
    forms: [],
    submissions: [],
    conversions: new Map(),
    lists: [],
    sequences: [],
    enrollments: new Map(),
    executions: new Map(),
    blockedAddresses: new Set(),
    hooks,
    nextId: () => String(++lastId),
  };
}

/** Adds a custom property to a portal, replacing one of the same name. `options` empty means free text. */
export function addCustomProperty(
  portal: PortalState,
  type: ObjectType,
  name: string,
  traits: { label?: string; options?: readonly (readonly [string, string])[] } = {},
): void {
  portal.definitions[type].set(name, {
    name,
    label: traits.label ?? name,
    type: traits.options ? "enumeration" : "string",
    fieldType: traits.options ? "select" : "text",
    groupName: standardGroups[type],
    description: "",
    options: optionsOf(traits.options ?? []),
    externalOptions: false,
    hasUniqueValue: false,
    calculated: false,
    hidden: false,
    hubspotDefined: false,
    displayOrder: -1,
    formField: true,
    archived: false,
    modificationMetadata: { archivable: true, readOnlyDefinition: false, readOnlyValue: false },
  });
}

function perType<T>(make: (type: ObjectType) => T): Record<ObjectType, T> {
  return {
    contact: make("contact"),
    company: make("company"),
    deal: make("deal"),
    task: make("task"),
    note: make("note"),
    call: make("call"),
    email: make("email"),
    meeting: make("meeting"),
    user: make("user"),
    lead: make("lead"),
  };
}
