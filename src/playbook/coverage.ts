/**
 * Coverage: which conditions of definition.yaml its examples test. A condition is covered when it holds for one example
 * and does not hold for another: with that, nobody can take it out or turn it round without an example noticing that
 * something was asked. A type is covered when an example is ready as it, a need of a type when an example lacks just that.
 * Source: docs/glossary.md, "Coverage".
 */
import type { Verdict } from "../model/decision.ts";
import type { Finding } from "../model/finding.ts";
import type { Instant } from "../model/instant.ts";
import type { Snapshot } from "../model/lead.ts";
import type { CompiledCondition } from "./compiled.ts";
import type { Definition } from "./definition.ts";
import { placeOf } from "./problem.ts";

/** A condition the examples do not test. */
interface Gap {
  readonly file: string;
  readonly line: number;
  /** `fit: account.employees from 50 to 5000`. */
  readonly says: string;
  /** What is missing: `no example meets it`. */
  readonly missing: string;
}

/** How far the examples test a definition. */
export interface Coverage {
  readonly conditionCount: number;
  readonly coveredCount: number;
  /** In the order of the file. */
  readonly gaps: readonly Gap[];
}

/** One thing to be covered. */
interface Item {
  readonly source: string;
  readonly says: string;
  /** What the verdicts do not show of it; undefined when nothing is missing. */
  readonly missing: string | undefined;
}

/** How often a condition held among the verdicts, and how often it did not hold or was not known. */
interface Shown {
  holds: number;
  fails: number;
}

/** Looks at what judging the examples asked. `verdicts` are theirs, in any order. Throws nothing. */
export function coverageOf(definition: Definition, verdicts: readonly Verdict[], now: Instant): Coverage {
  const shown = new Map<string, Shown>();
  for (const leaf of verdicts.flatMap(({ findings }) => findings.flatMap(leavesOf))) {
    const one = shown.get(keyOf(leaf)) ?? { holds: 0, fails: 0 };
    one[leaf.truth === "yes" ? "holds" : "fails"] += 1;
    shown.set(keyOf(leaf), one);
  }
  const items = [
    ...typeItems(definition, verdicts),
    ...sectionsOf(definition).flatMap(({ name, condition }) =>
      leavesOf(condition.test(nobody(now), now)).map((leaf): Item => {
        const missing = missingOf(shown.get(keyOf(leaf)));
        return { source: leaf.source ?? "", says: `${name}: ${leaf.says}`, missing };
      }),
    ),
  ];
  const gaps = items.flatMap(({ source, says, missing }): readonly Gap[] => {
    const { file, line } = placeOf(source);
    return missing === undefined ? [] : [{ file, line, says, missing }];
  });
  return {
    conditionCount: items.length,
    coveredCount: items.length - gaps.length,
    gaps: gaps.toSorted((a, b) => a.line - b.line),
  };
}

function missingOf(shown: Shown | undefined): string | undefined {
  if (shown === undefined) return "no example reaches it";
  if (shown.holds === 0) return "no example meets it";
  return shown.fails === 0 ? "every example meets it" : undefined;
}

function typeItems({ types }: Definition, verdicts: readonly Verdict[]): readonly Item[] {
  return types.flatMap(({ name, needs, source }) => {
    const isReady = verdicts.some((verdict) => verdict.outcome === "ready" && verdict.type === name);
    const lacking = needs.map((need): Item => {
      const isLacked = verdicts.some(
        (verdict) => "type" in verdict && verdict.type === name && verdict.reason === need,
      );
      const missing = isLacked ? undefined : "no example of this type lacks it";
      return { source, says: `type ${name}: needs ${need}`, missing };
    });
    return [
      { source, says: `type ${name}`, missing: isReady ? undefined : "no example is ready as it" },
      ...lacking,
    ];
  });
}

/** Every condition an admin wrote, with the section it stands in. */
function sectionsOf(
  definition: Definition,
): readonly { readonly name: string; readonly condition: CompiledCondition }[] {
  const { types, reachable, isReachableWritten, fit, intent, refuse, consent } = definition;
  const named = (name: string, conditions: readonly CompiledCondition[]) =>
    conditions.map((condition) => ({ name, condition }));
  return [
    ...types.flatMap(({ name, when }) => named(`type ${name}`, [when])),
    ...named("reachable", isReachableWritten ? [reachable] : []),
    ...named("fit", fit === undefined ? [] : [fit]),
    ...named("intent", intent?.of ?? []),
    ...refuse.flatMap(({ name, when }) => named(`refuse ${name}`, [when])),
    ...named("consent", [
      ...consent.never.map(({ when }) => when),
      ...consent.require.flatMap(({ when, need }) => [when, need]),
    ]),
  ];
}

/** The conditions that are made of no others. */
function leavesOf(finding: Finding): readonly Finding[] {
  const { parts = [] } = finding;
  return parts.length === 0 ? [finding] : parts.flatMap(leavesOf);
}

function keyOf({ source, says }: Finding): string {
  return `${source ?? ""} ${says}`;
}

/** A lead nothing is known of: judging it tells which conditions there are. */
function nobody(now: Instant): Snapshot {
  return {
    decisionId: "nobody",
    lead: { crm: "hubspot", id: "nobody" },
    leadUrl: "https://crm.example/nobody",
    facts: {},
    unmapped: [],
    signals: [],
    readAt: now,
  };
}
