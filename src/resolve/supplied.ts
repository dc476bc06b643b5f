/** A provider's answer as facts: the `enrich` section of fields.yaml against JSON of which nothing is known beforehand. */
import type { Fact, Facts, UnmappedValue } from "../model/lead.ts";
import type { FieldReading } from "../playbook/field-reading.ts";
import { readFirst, type Source } from "./reading.ts";

/** What the origin of every supplied fact says: `enrichment: company.metrics.employees`. */
const ORIGIN = "enrichment: ";
/** A name or a title has some dozen characters; a longer text is not what was asked for. */
const LONGEST_TEXT = 500;

/**
 * Reads an answer.
 *
 * @param answer  Parsed JSON of any shape. Texts, numbers and booleans are understood as `reads` say; a place that holds a
 *                list, a map, nothing or more than 500 characters is unknown.
 * @returns       Facts, each with its place in the answer, and values no mapping covers. Throws nothing.
 */
export function readAnswer(
  answer: unknown,
  reads: readonly FieldReading[],
): { readonly facts: Facts; readonly unmapped: readonly UnmappedValue[] } {
  const unmapped: UnmappedValue[] = [];
  const source: Source = {
    textAt: (path) => textOf(valueAt(answer, path)),
    nameOf: (path) => `${ORIGIN}${path}`,
    section: "enrich.read",
    stageNamed: () => undefined,
  };
  const facts = reads.flatMap((reading): readonly [string, Fact][] => {
    const fact = readFirst(reading, source, unmapped);
    return fact === undefined ? [] : [[reading.fact, fact]];
  });
  return { facts: Object.fromEntries(facts), unmapped };
}

/** Whether a fact came from a provider, or follows from one that did. */
export function isSupplied({ from }: Fact): boolean {
  return from.includes(ORIGIN);
}

/** `company.people[0].name` in the answer; only what the answer has itself, never what JavaScript gives every object. */
function valueAt(answer: unknown, path: string): unknown {
  const steps = [...path.matchAll(/\[(\d+)\]|[^.[\]]+/g)].map(([key, index]) => index ?? key);
  let value = answer;
  for (const step of steps) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, step)) return undefined;
    value = Reflect.get(value, step);
  }
  return value;
}

function textOf(value: unknown): string | undefined {
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  const text = typeof value === "string" ? value.trim() : "";
  return text === "" || text.length > LONGEST_TEXT ? undefined : text;
}
