/** The operators a condition may ask of a fact's value: `is`, `in`, `from`, `domain`, `matches` and their kin. */
import * as z from "zod";
import type { Instant } from "../model/instant.ts";
import type { FactValue } from "../model/lead.ts";
import type { FactUse } from "./compiled.ts";
import { COUNTRY_GROUPS } from "./country.ts";
import { glob } from "./glob.ts";
import { DOMAIN_GROUPS, domainOf, isInDomainGroup, isWithinDomain, type DomainGroup } from "./mail-domain.ts";
import { momentOf, momentSchema } from "./moment.ts";

const scalar = z.union([z.string().max(500), z.number(), z.boolean()], {
  error: "a text, a number, true or false is expected",
});
const oneOrMore = <T extends z.ZodType>(item: T) => z.union([item, z.array(item).min(1).max(1000)]);

const TEST_EXPECTED =
  "a fact is asked for a value, or for operators such as { in: [a, b] }, { from: 50 } or { known: true }";

/** What may stand behind a fact's name: a value to be equal to, or operators that must all hold. */
export const factTestSchema = z.union(
  [
    scalar,
    z
      .strictObject({
        is: scalar.exactOptional().describe("It is this value."),
        not: oneOrMore(scalar).exactOptional().describe("It is known, and none of these."),
        in: oneOrMore(scalar)
          .exactOptional()
          .describe("It is one of these; countries may be groups such as EU, EEA, DACH, EMEA, AMER, APAC."),
        from: z.number().exactOptional().describe("A number of at least this."),
        to: z.number().exactOptional().describe("A number of at most this."),
        before: momentSchema.exactOptional().describe('A date before this: "2026-06-30", or "30d ago".'),
        after: momentSchema.exactOptional().describe('A date at or after this: "2026-06-30", or "30d ago".'),
        known: z.boolean().exactOptional().describe("Whether there is a value at all."),
        domain: oneOrMore(z.string().max(253))
          .exactOptional()
          .describe(
            "An e-mail or web address of one of these domains or below; or academic, disposable, free-mail.",
          ),
        matches: oneOrMore(z.string().min(1).max(500))
          .exactOptional()
          .describe('A text like this, where * stands for anything: "*student*".'),
      })
      .refine((test) => Object.keys(test).length > 0, {
        error: "an operator is missing: is, not, in, from, to, before, after, known, domain or matches",
      })
      .superRefine(refuseEmptySpan),
  ],
  { error: TEST_EXPECTED },
);

/** A condition that no value can ever meet is a slip: the two ends are the wrong way round. */
function refuseEmptySpan(
  { from, to, before, after }: { from?: number; to?: number; before?: string; after?: string },
  context: z.RefinementCtx,
): void {
  const refuse = (message: string, key: string): void =>
    context.addIssue({ code: "custom", message, path: [key] });
  if (from !== undefined && to !== undefined && from > to)
    refuse(
      `no number is at least ${from} and at most ${to}: did you mean { from: ${to}, to: ${from} }?`,
      "from",
    );
  if (before !== undefined && after !== undefined && isNever(after, before))
    refuse(`no date is at or after ${after} and before ${before}: change one of them`, "after");
}

/** Whether one moment is not before another; unknown, and so false, where one stands still and the other moves with now. */
function isNever(after: string, before: string): boolean {
  return after.endsWith(" ago") === before.endsWith(" ago") && momentOf(after)(0) >= momentOf(before)(0);
}

/** A checked test. */
export type FactTest = z.output<typeof factTestSchema>;
/** Operators that must all hold. */
export type Operators = Exclude<FactTest, string | number | boolean>;

/** One operator, ready to run. `fixes` are values to try when a lead is to satisfy it, `breaks` when it is not to. */
export interface Check {
  readonly says: string;
  readonly use: FactUse;
  readonly holds: (value: FactValue, now: Instant) => boolean;
  readonly fixes: (value: FactValue | undefined, now: Instant) => readonly FactValue[];
  readonly breaks: readonly FactValue[];
}

/** The operators of a test, in a fixed order; `known` is not among them, for it looks at no value. Throws nothing. */
export function checksOf(name: string, test: Operators): readonly Check[] {
  const checks: Check[] = [];
  if (test.is !== undefined) checks.push(oneOf([test.is], `is ${test.is}`));
  if (test.in !== undefined) {
    const values = listOf(test.in);
    checks.push(oneOf(expand(name, values), `in ${values.join(", ")}`));
  }
  if (test.not !== undefined) {
    const values = listOf(test.not);
    checks.push(negate(oneOf(expand(name, values), ""), `not ${values.join(", ")}`));
  }
  if (test.from !== undefined || test.to !== undefined) checks.push(between(test.from, test.to));
  if (test.before !== undefined) checks.push(beforeMoment(test.before));
  if (test.after !== undefined) checks.push(afterMoment(test.after));
  if (test.domain !== undefined) checks.push(inDomain(listOf(test.domain)));
  if (test.matches !== undefined) checks.push(matching(listOf(test.matches)));
  return checks;
}

function oneOf(values: readonly FactValue[], says: string): Check {
  const wanted = new Set(values.map(folded));
  const first = values[0];
  return {
    says,
    use: "any",
    holds: (value) => wanted.has(folded(value)),
    fixes: () => (first === undefined ? [] : [first]),
    breaks: [typeof first === "boolean" ? !first : "something else", -1],
  };
}

function negate(check: Check, says: string): Check {
  return {
    ...check,
    says,
    holds: (value, now) => !check.holds(value, now),
    fixes: () => check.breaks,
    breaks: check.fixes(undefined, 0),
  };
}

function between(from = -Infinity, to = Infinity): Check {
  return {
    says: [from > -Infinity ? [`from ${from}`] : [], to < Infinity ? [`to ${to}`] : []].flat().join(" "),
    use: "number",
    holds: (value) => typeof value === "number" && value >= from && value <= to,
    fixes: (value) => [typeof value === "number" && value > to ? to : from > -Infinity ? from : to],
    breaks: from > -Infinity ? [from - 1] : [to + 1],
  };
}

function beforeMoment(text: string): Check {
  const moment = momentOf(text);
  return {
    says: `before ${text}`,
    use: "date",
    holds: (value, now) => typeof value === "number" && value < moment(now),
    fixes: (_, now) => [moment(now) - 1],
    breaks: [],
  };
}

function afterMoment(text: string): Check {
  const moment = momentOf(text);
  return {
    says: `${text} or later`,
    use: "date",
    holds: (value, now) => typeof value === "number" && value >= moment(now),
    fixes: (_, now) => [moment(now)],
    breaks: [],
  };
}

function inDomain(entries: readonly string[]): Check {
  const domains = entries.filter((entry) => !isGroup(entry)).map((entry) => entry.toLowerCase());
  const groups = entries.filter(isGroup);
  return {
    says: `domain ${entries.join(", ")}`,
    use: "text",
    holds(value) {
      const domain = domainOf(String(value));
      if (domain === undefined) return false;
      return (
        domains.some((parent) => isWithinDomain(domain, parent)) ||
        groups.some((group) => isInDomainGroup(domain, group))
      );
    },
    fixes: () => domains,
    breaks: ["elsewhere.example"],
  };
}

function matching(patterns: readonly string[]): Check {
  const globs = patterns.map(glob);
  return {
    says: `matches ${patterns.join(", ")}`,
    use: "text",
    holds: (value) => globs.some((matches) => matches(String(value))),
    fixes: () => patterns.map((pattern) => pattern.replaceAll("*", "")),
    breaks: ["something else"],
  };
}

/** Country facts may name groups (`in: EEA`); every other fact takes its values as they stand. */
function expand(name: string, values: readonly FactValue[]): readonly FactValue[] {
  if (!name.endsWith("country")) return values;
  return values.flatMap((value): readonly FactValue[] =>
    Object.hasOwn(COUNTRY_GROUPS, String(value)) ? (COUNTRY_GROUPS[String(value)] ?? []) : [value],
  );
}

/** Whether a word stands for many domains. */
export function isGroup(entry: string): entry is DomainGroup {
  return DOMAIN_GROUPS.some((group) => group === entry);
}

/** One value or several, as several. */
export function listOf<T extends FactValue>(value: T | readonly T[]): readonly T[] {
  return typeof value === "object" ? value : [value];
}

/** Values compare as text: `"5"` and `5`, `"true"` and `true` are the same to whoever writes YAML. */
function folded(value: FactValue): string {
  return String(value).toLowerCase();
}
