/** Relationships from a parent to its children, as sub-queries and describes name them. */

/** Where the children of a relationship are: rows of `object` whose `field` holds the parent's id. */
export interface Child {
  readonly name: string;
  readonly object: string;
  readonly field: string;
}

const person = (type: "Lead" | "Contact"): readonly Child[] => [
  { name: "Tasks", object: "Task", field: "WhoId" },
  { name: "Events", object: "Event", field: "WhoId" },
  { name: "Notes", object: "Note", field: "ParentId" },
  { name: "CampaignMembers", object: "CampaignMember", field: `${type}Id` },
  { name: "Histories", object: `${type}History`, field: `${type}Id` },
];
const children: Readonly<Record<string, readonly Child[]>> = {
  Lead: person("Lead"),
  Contact: [
    ...person("Contact"),
    { name: "OpportunityContactRoles", object: "OpportunityContactRole", field: "ContactId" },
  ],
  Account: [
    { name: "Contacts", object: "Contact", field: "AccountId" },
    { name: "Opportunities", object: "Opportunity", field: "AccountId" },
    { name: "Tasks", object: "Task", field: "AccountId" },
    { name: "Events", object: "Event", field: "AccountId" },
    { name: "Notes", object: "Note", field: "ParentId" },
  ],
  Opportunity: [
    { name: "OpportunityContactRoles", object: "OpportunityContactRole", field: "OpportunityId" },
    { name: "Tasks", object: "Task", field: "WhatId" },
    { name: "Events", object: "Event", field: "WhatId" },
    { name: "Notes", object: "Note", field: "ParentId" },
  ],
  Campaign: [{ name: "CampaignMembers", object: "CampaignMember", field: "CampaignId" }],
  Group: [
    { name: "GroupMembers", object: "GroupMember", field: "GroupId" },
    { name: "QueueSobjects", object: "QueueSobject", field: "QueueId" },
  ],
};

/** The relationships of a parent. */
export function childrenOf(parent: string): readonly Child[] {
  return children[parent] ?? [];
}

/** A relationship by its name in any case; undefined where there is none. */
export function childOf(parent: string, name: string): Child | undefined {
  return childrenOf(parent).find((child) => child.name.toLowerCase() === name.toLowerCase());
}
