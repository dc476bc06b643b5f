/** What is written on the lead itself: the handoff's properties, and the stage a handoff raises it to. */
import type { GuardedValue } from "../model/effect.ts";
import type { Instant } from "../model/instant.ts";
import type { Fact, Snapshot } from "../model/lead.ts";
import { salesStageProperty, type Writable } from "../playbook/fields.ts";
import type { Playbook } from "../playbook/playbook.ts";
import { clean } from "./sentence.ts";

/** What a handoff has to say, by the words `write` in fields.yaml may use. Words without a value are not written. */
export type HandoffWords = Readonly<Partial<Record<Writable, string>>>;

/** A reason quotes what a condition saw, and a lead may have written a book. Characters. */
const LONGEST_PROPERTY = 1_000;

/** The properties to write, by the paths of fields.yaml: one line each, without control characters. */
export function propertiesOf(words: HandoffWords, { fields }: Playbook): Readonly<Record<string, string>> {
  const properties: Record<string, string> = {};
  for (const { property, value: word } of fields.writes) {
    const value = words[word];
    if (value !== undefined) properties[property] = clean(value, LONGEST_PROPERTY);
  }
  return properties;
}

/** An instant as a date-and-time property takes it: `2026-11-17T09:15:00.000Z`. */
export function isoTime(at: Instant): string {
  return new Date(at).toISOString();
}

/**
 * The stage to raise a lead to, by Baton's name for it: when the lead has none or an earlier one in the order of fields.yaml. A stage
 * fields.yaml does not name is left alone, because nobody said whether it is earlier.
 */
export function stageRaise(
  name: string | undefined,
  { facts }: Snapshot,
  { fields }: Pick<Playbook, "fields">,
): GuardedValue | undefined {
  const to = laterStage(name, facts["lead.stage"], fields.stages);
  const seen = facts["lead.stage_value"];
  if (to === undefined) return undefined;
  if (seen === undefined) return { to };
  return facts["lead.stage"] === undefined ? undefined : { to, seen: String(seen.value) };
}

/**
 * The same stage where sales' CRM is another one, as a property: raised by the same rule, and only of a record that has a stage there
 * (a contact of Salesforce's has none). Throws nothing.
 */
export function salesStageRaise(
  name: string | undefined,
  { facts }: Snapshot,
  { fields }: Pick<Playbook, "fields">,
): Readonly<Record<string, string>> {
  const property = salesStageProperty(fields);
  const current = facts["lead.sales_stage"];
  if (property === undefined || current === undefined) return {};
  const to = laterStage(name, current, fields.sales?.stages ?? []);
  return to === undefined ? {} : { [property]: to };
}

/** The CRM's value for a stage, if it comes after the one a lead stands at. */
function laterStage(
  name: string | undefined,
  current: Fact | undefined,
  stages: Playbook["fields"]["stages"],
): string | undefined {
  const wanted = stages.findIndex((stage) => stage.name === name);
  const standing = stages.findIndex((stage) => stage.name === current?.value);
  return standing < wanted ? stages[wanted]?.value : undefined;
}

/** The pick lists emptied that still hold what was said of an earlier handoff: the same word said again could not be seen. */
export function clearedAnswers({ picked = {} }: Snapshot): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.keys(picked).map((path) => [path, ""]));
}
