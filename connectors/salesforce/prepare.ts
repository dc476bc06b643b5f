/**
 * Finding out what an org can do. Nothing is made here: Baton's fields come with its package, by an admin's hand. What is missing
 * makes Baton do without: tasks are found again by a mark in their text, and people by their e-mail address.
 */
import { BatonError } from "../../src/errors.ts";
import type { Capabilities } from "../../src/model/capabilities.ts";
import { MINUTE_MS } from "../../src/model/instant.ts";
import type { ObjectShape } from "./describe.ts";
import type { Tools } from "./org.ts";
import { COUNTERPART_FIELD, KEY_FIELD } from "./package-fields.ts";
import { PEOPLE } from "./person.ts";

/** What Baton cannot do without: to read and write Leads or Contacts, and to give tasks. */
const NEEDED = ["OwnerId", "Email"] as const;
/** Outbound messages, callouts and streams are all an admin's to set up, and may get lost: one call each time where nothing changed. */
const SWEEP_EVERY_MS = 10 * MINUTE_MS;

/**
 * Says what this org can do, by what its user may see and write now.
 * @throws BatonError `crm.forbidden` when it may not even read Leads and Contacts or give tasks; `crm.*` when it cannot be asked.
 */
export async function prepareOrg({ schema }: Pick<Tools, "schema">): Promise<Capabilities> {
  schema.forget();
  const [lead, contact, task] = await Promise.all([
    schema.of("Lead"),
    schema.of("Contact"),
    schema.of("Task"),
  ]);
  requirePermissions({ Lead: lead, Contact: contact, Task: task });
  const [opportunity, role, campaign, member] = await Promise.all([
    schema.of("Opportunity"),
    schema.of("OpportunityContactRole"),
    schema.of("Campaign"),
    schema.of("CampaignMember"),
  ]);
  return {
    taskKey: isKey(task, KEY_FIELD) ? "unique-property" : "marker",
    noteKey: "marker",
    deals: opportunity !== undefined && role !== undefined,
    workingHours: false,
    submissions: false,
    callbacks: false,
    lists: campaign !== undefined && member !== undefined,
    touches: task?.fields.has("WhoId") === true,
    sequences: false,
    counterparts: isKey(lead, COUNTERPART_FIELD) && isKey(contact, COUNTERPART_FIELD),
    // Which channels there are is found out by listening; of an org that allows none, sweeps tell what changed.
    streams: true,
    sweepEveryMs: SWEEP_EVERY_MS,
  };
}

/** Whether records can be known by a field: it is unique, and Baton's user may fill it. */
function isKey(shape: ObjectShape | undefined, name: string): boolean {
  const field = shape?.fields.get(name);
  return field?.isKey === true && field.isCreateable && field.isUpdateable;
}

function requirePermissions(shapes: Readonly<Record<string, ObjectShape | undefined>>): void {
  const missing = [
    ...PEOPLE.filter((object) => !NEEDED.every((name) => shapes[object]?.fields.has(name) === true)),
    ...PEOPLE.filter((object) => shapes[object]?.isUpdateable === false),
    ...(shapes["Task"]?.isCreateable === true ? [] : ["Task"]),
  ];
  if (missing.length === 0) return;
  throw new BatonError(
    "crm.forbidden",
    `Baton's user in Salesforce may not do enough with ${[...new Set(missing)].join(", ")}. ` +
      "Assign the permission set of docs/install-salesforce.md, then connect again.",
  );
}
