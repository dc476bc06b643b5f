/** The CRMs a playbook speaks of: how each names its properties and lists, and what its parts are called. */
import * as z from "zod";
import type { Crm } from "../model/lead.ts";

/** One CRM as fields.yaml speaks of it. */
export interface CrmWords {
  /** `HubSpot`. */
  readonly name: string;
  /** What a property may belong to, the lead's own record first. */
  readonly objects: readonly [own: string, account: string];
  /** How a property is called behind its object, as a regular expression. */
  readonly property: string;
  /** Properties for examples: one that is read, one that Baton writes. */
  readonly example: { readonly read: string; readonly write: string };
  /** A list of people, such as `hubspot:1042`: its id as a regular expression, one for examples, where the id is seen, what to grant. */
  readonly list: {
    readonly id: string;
    readonly example: string;
    readonly says: string;
    readonly grant: string;
  };
  /** Baton's own properties: whether Baton makes them and fills their pick lists, and what to do where one is missing. */
  readonly own: { readonly areMade: boolean; readonly remedy: string };
  /** What an owner and the stage are called where facts say where they come from. */
  readonly owner: string;
  readonly accountOwner: string;
  readonly stage: string;
  /** Where the stage is kept, if a playbook may speak of it as of any other property. */
  readonly stageProperty?: string;
  /** Where it keeps an account's domain, if it is read whatever fields.yaml says. */
  readonly accountDomain?: string;
  /** Where it keeps an account's country. */
  readonly accountCountry: string;
}

/** Baton's words for each CRM. Marketing's comes first: where both are connected, it leads. */
export const CRM_WORDS: Readonly<Record<Crm, CrmWords>> = {
  hubspot: {
    name: "HubSpot",
    objects: ["contact", "company"],
    property: "[a-z0-9_]+",
    example: { read: "contact.jobtitle", write: "contact.baton_why_now" },
    list: {
      id: "[1-9]\\d{0,18}",
      example: "hubspot:1042",
      says: "the number in the list's address",
      grant: "grant crm.lists.read and install the app again",
    },
    own: { areMade: true, remedy: "Baton makes it when an admin installs the app again" },
    owner: "contact owner",
    accountOwner: "company owner",
    stage: "lifecycle stage",
    accountDomain: "company.domain",
    accountCountry: "company.country",
  },
  salesforce: {
    name: "Salesforce",
    objects: ["lead", "account"],
    property: "[A-Za-z][A-Za-z0-9_]{0,79}",
    example: { read: "lead.Title", write: "lead.Baton_Why_Now__c" },
    list: {
      id: "701[A-Za-z0-9]{15}",
      example: "salesforce:7015g0000000001AAA",
      says: "the 18 characters in the campaign's address",
      grant: "let Baton's user read campaigns and their members",
    },
    own: {
      areMade: false,
      remedy: "it comes with Baton's package, see docs/install-salesforce.md; without it, take its line out",
    },
    owner: "record owner",
    accountOwner: "account owner",
    stage: "lead status",
    stageProperty: "lead.Status",
    accountCountry: "account.BillingCountry",
  },
};

/** The CRM a property is of: objects of both are called differently. Throws nothing. */
export function crmOf(path: string): Crm {
  return CRM_WORDS.salesforce.objects.includes(path.slice(0, path.indexOf("."))) ? "salesforce" : "hubspot";
}

/** Whether a property is one of accounts, in whichever CRM. Throws nothing. */
export function isOfAccount(path: string): boolean {
  return CRM_WORDS[crmOf(path)].objects[1] === path.slice(0, path.indexOf("."));
}

/** The CRM of a list as a playbook names it: `hubspot:1042`. Throws nothing. */
export function crmOfList(name: string): Crm {
  return name.startsWith("salesforce:") ? "salesforce" : "hubspot";
}

/** A property that is read: `contact.jobtitle`, `account.Name`. */
export function readPath(crm: Crm): z.ZodString {
  const { name, objects, property, example } = CRM_WORDS[crm];
  const error = `a property is ${objects.map((object) => `${object}.…`).join(" or ")} and the internal name ${name} shows, such as ${example.read}`;
  return z.string({ error }).regex(new RegExp(`^(${objects.join("|")})\\.${property}$`), { error });
}

/** A property of the lead's own record, such as `contact.baton_why_now`. `error` says what is expected, up to the example. */
export function ownPath(crm: Crm, error: string, example: string): z.ZodString {
  const { objects, property } = CRM_WORDS[crm];
  const says = `${error}, such as ${example}`;
  return z.string({ error: says }).regex(new RegExp(`^${objects[0]}\\.${property}$`), { error: says });
}

/** A list of people by its id: `hubspot:1042`. */
export function listPath(crm: Crm): z.ZodString {
  const { name, list } = CRM_WORDS[crm];
  const error = `a ${crm === "hubspot" ? "list" : "campaign"} of ${name} is expected, such as ${list.example}`;
  return z.string({ error }).regex(new RegExp(`^${crm}:${list.id}$`), { error });
}
