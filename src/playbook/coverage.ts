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
interface Tally {
  holds: number;
  fails: number;
}

/** What verdicts have shown so far. Made by `nothingShown` and written by `show` alone. */
export interface Shown {
  /** By place, then by words. */
  readonly conditions: Map<string, Map<string, Tally>>;
  /** Types somebody was ready as. */
  readonly ready: Set<string>;
  /** By type, the reasons of those who were not. */
  readonly reasons: Map<string, Set<string>>;
}

/** Where showing begins. */
export function nothingShown(): Shown {
  return { conditions: new Map(), ready: new Set(), reasons: new Map() };
}

/**
 * Counts one verdict. A thousand examples of a thousand conditions have a million findings: they are counted one example after
 * the other, and nothing of them is kept. Throws nothing.
 */
export function show(shown: Shown, verdict: Verdict): void {
  for (const finding of verdict.findings) count(shown, finding);
  if (!("type" in verdict) || verdict.type === undefined) return;
  const { outcome, type, reason } = verdict;
  if (outcome === "ready") shown.ready.add(type);
  const reasons = shown.reasons.get(type) ?? new Set();
  shown.reasons.set(type, reasons.add(reason));
}

/** Looks at what judging the examples asked, in any order. Throws nothing. */
export function coverageOf(definition: Definition, shown: Shown, now: Instant): Coverage {
  const items = [
    ...typeItems(definition, shown),
    ...sectionsOf(definition).flatMap(({ name, condition }) =>
      leavesOf(condition.test(nobody(now), now)).map((leaf): Item => {
        const missing = missingOf(shown.conditions.get(leaf.source ?? "")?.get(leaf.says));
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

/** The conditions of a finding that are made of no others. */
function count(shown: Shown, { parts, source = "", says, truth }: Finding): void {
  if (parts !== undefined && parts.length > 0) {
    for (const part of parts) count(shown, part);
    return;
  }
  let bySays = shown.conditions.get(source);
  if (bySays === undefined) shown.conditions.set(source, (bySays = new Map()));
  let tally = bySays.get(says);
  if (tally === undefined) bySays.set(says, (tally = { holds: 0, fails: 0 }));
  if (truth === "yes") tally.holds += 1;
  else tally.fails += 1;
}

function missingOf(tally: Tally | undefined): string | undefined {
  if (tally === undefined) return "no example reaches it";
  if (tally.holds === 0) return "no example meets it";
  return tally.fails === 0 ? "every example meets it" : undefined;
}

function typeItems({ types }: Definition, { ready, reasons }: Shown): readonly Item[] {
  return types.flatMap(({ name, needs, source }) => {
    const lacking = needs.map((need): Item => {
      const missing = reasons.get(name)?.has(need) === true ? undefined : "no example of this type lacks it";
      return { source, says: `type ${name}: needs ${need}`, missing };
    });
    const missing = ready.has(name) ? undefined : "no example is ready as it";
    return [{ source, says: `type ${name}`, missing }, ...lacking];
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
