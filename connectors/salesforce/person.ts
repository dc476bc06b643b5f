/** Leads and Contacts: both are a lead in Baton's sense, told apart by the beginning of their ids. */
import type { LeadRef } from "../../src/model/lead.ts";
import { toIdOf } from "./ids.ts";

/** The two objects a lead can be. */
export const PEOPLE = ["Lead", "Contact"] as const;
export type PersonObject = (typeof PEOPLE)[number];

/** A lead by the object it is. `id` has 18 characters. */
export interface Person {
  readonly object: PersonObject;
  readonly id: string;
}

/** The Lead or Contact a lead names; undefined for another CRM's, and for what is no id of either. Throws nothing. */
export function personOf({ crm, id }: LeadRef): Person | undefined {
  return crm === "salesforce" ? personWith(id) : undefined;
}

/** The Lead or Contact with this id; undefined for what is no id of either. Throws nothing. */
export function personWith(id: string): Person | undefined {
  for (const object of PEOPLE) {
    const whole = toIdOf(object, id);
    if (whole !== undefined) return { object, id: whole };
  }
  return undefined;
}

/** How a Lead or Contact is named in Baton. */
export function leadRef(id: string): LeadRef {
  return { crm: "salesforce", id };
}

/** The ids of the people of one object, each once. Throws nothing. */
export function idsOf(object: PersonObject, people: readonly Person[]): readonly string[] {
  return [...new Set(people.filter((person) => person.object === object).map(({ id }) => id))];
}

/** The fields of property paths under an object of fields.yaml: of `lead.Title` it is `Title`. Throws nothing. */
export function fieldsUnder(prefix: "lead" | "account", paths: readonly string[]): readonly string[] {
  const start = `${prefix}.`;
  return [...new Set(paths.filter((path) => path.startsWith(start)).map((path) => path.slice(start.length)))];
}
