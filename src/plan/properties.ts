/** What is written on the lead itself: the handoff's properties, and the stage a handoff raises it to. */
import type { GuardedValue } from "../model/effect.ts";
import type { Instant } from "../model/instant.ts";
import type { Snapshot } from "../model/lead.ts";
import type { Writable } from "../playbook/fields.ts";
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
  const { stages } = fields;
  const wanted = stages.findIndex((stage) => stage.name === name);
  const to = stages[wanted]?.value;
  if (to === undefined) return undefined;
  const seen = facts["lead.stage_value"];
  if (seen === undefined) return { to };
  const current = stages.findIndex((stage) => stage.name === facts["lead.stage"]?.value);
  return current >= 0 && current < wanted ? { to, seen: String(seen.value) } : undefined;
}

/** The pick lists emptied that still hold what was said of an earlier handoff: the same word said again could not be seen. */
export function clearedAnswers({ picked = {} }: Snapshot): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.keys(picked).map((path) => [path, ""]));
}
