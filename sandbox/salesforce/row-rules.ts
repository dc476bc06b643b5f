/** What a row must hold: required fields, owners that work here, unique values, and the admin's own rules. */
import type { OrgState } from "./org.ts";
import { refusal } from "./refusal.ts";
import { isBinned, textOf } from "./table.ts";
import type { ObjectDefinition } from "./schema/index.ts";
import type { Row, Values } from "./table.ts";

/** @throws Refusal REQUIRED_FIELD_MISSING with all that is missing. `values` are those the row would have. */
export function checkPresence({ fields }: ObjectDefinition, values: Values): void {
  const missing = [...fields.values()]
    .filter(
      ({ createable, nillable, defaultedOnCreate, type }) =>
        createable && !nillable && !defaultedOnCreate && type !== "boolean",
    )
    .map(({ name }) => name)
    .filter((name) => (values[name] ?? null) === null);
  if (missing.length > 0)
    throw refusal("REQUIRED_FIELD_MISSING", `Required fields are missing: [${missing.join(", ")}]`, {
      fields: missing,
    });
}

/** @throws Refusal for a task or event of a Lead that is about something else too, or an event without its times. */
export function checkActivity({ name }: ObjectDefinition, values: Values): void {
  if (name !== "Task" && name !== "Event") return;
  if (textOf(values["WhoId"]).startsWith("00Q") && textOf(values["WhatId"]) !== "")
    throw refusal(
      "FIELD_INTEGRITY_EXCEPTION",
      "WhatId: a lead's activity cannot be related to another record",
      {
        fields: ["WhatId"],
      },
    );
  const isTimed =
    textOf(values["StartDateTime"] ?? values["ActivityDateTime"] ?? values["ActivityDate"]) !== "" &&
    textOf(values["EndDateTime"] ?? values["DurationInMinutes"]) !== "";
  if (name === "Event" && !isTimed)
    throw refusal("REQUIRED_FIELD_MISSING", "Required fields are missing: [StartDateTime, EndDateTime]", {
      fields: ["StartDateTime", "EndDateTime"],
    });
}

/** @throws Refusal for an owner who is inactive, or a queue that may not own the object. */
export function checkOwner(state: OrgState, { name }: ObjectDefinition, values: Values): void {
  const id = values["OwnerId"];
  if (typeof id !== "string") return;
  const owner = state.row(id);
  if (owner?.type === "User" && owner.values["IsActive"] !== true)
    throw refusal(
      "INACTIVE_OWNER_OR_USER",
      "operation performed with inactive user [" + id.slice(0, 15) + "] as owner",
      {
        fields: ["OwnerId"],
      },
    );
  if (owner?.type !== "Group") return;
  const allowed = state.table("QueueSobject").having("QueueId", id) ?? [];
  if (!allowed.some((row) => row.values["SobjectType"] === name))
    throw refusal("INVALID_CROSS_REFERENCE_KEY", "Queue not associated with this SObject type", {
      fields: ["OwnerId"],
    });
}

/**
 * @param self  The row that is written; undefined for a new one.
 * @throws Refusal DUPLICATE_VALUE for a unique value another row has, or a pair of campaign and person that is there.
 */
export function checkUnique(
  state: OrgState,
  definition: ObjectDefinition,
  values: Values,
  self: Row | undefined,
): void {
  const table = state.table(definition.name);
  for (const { name, unique } of definition.fields.values()) {
    const value = values[name];
    if (unique !== true || typeof value !== "string") continue;
    const held = (table.having(name, value) ?? []).find((row) => row !== self && !isBinned(row));
    if (held) throw duplicateValue(name, held.id);
  }
  if (definition.name === "CampaignMember" && !self) checkPair(state, values);
}

function checkPair(state: OrgState, values: Values): void {
  const who = textOf(values["LeadId"] ?? values["ContactId"]);
  if (who === "" || (values["LeadId"] && values["ContactId"]))
    throw refusal("FIELD_INTEGRITY_EXCEPTION", "Either a lead or a contact must be specified.");
  const members = state.table("CampaignMember").having("CampaignId", textOf(values["CampaignId"])) ?? [];
  for (const member of members) {
    if (!isBinned(member) && member.values["LeadOrContactId"] === who)
      throw refusal("DUPLICATE_VALUE", "Already a campaign member.");
  }
}

function duplicateValue(name: string, id: string): Error {
  return refusal(
    "DUPLICATE_VALUE",
    `duplicate value found: ${name} duplicates value on record with id: ${id.slice(0, 15)}`,
    { fields: [name] },
  );
}

/** @throws Refusal FIELD_CUSTOM_VALIDATION_EXCEPTION by the rules in `rules.validation`, seen on the written row. */
export function checkValidation(state: OrgState, row: Row): void {
  const broken = state.rules.validation.find(
    ({ object, field, is }) => object === row.type && textOf(row.values[field]) === is,
  );
  if (broken) throw refusal("FIELD_CUSTOM_VALIDATION_EXCEPTION", broken.message, { fields: [broken.field] });
}
