/**
 * Conditions on what several people of one account did: `{ account: { people: 3, signal: page-viewed, at_least: 8, within:
 * 7d } }`. The lead is one of the people. Who else belongs to the account is unknown where the lead has none.
 */
import * as z from "zod";
import type { Colleague } from "../model/account.ts";
import type { Finding } from "../model/finding.ts";
import type { Instant } from "../model/instant.ts";
import type { Snapshot } from "../model/lead.ts";
import type { Signal } from "../model/signal.ts";
import {
  below,
  type AccountWatch,
  type Change,
  type CompileContext,
  type CompiledCondition,
} from "./compiled.ts";
import { durationSchema, formatDuration } from "./duration.ts";
import { compileStep, dayOf, isWithin, stepSchema, type Step } from "./signal-condition.ts";
import { withSignals } from "./subject.ts";

/** `{ account: { people: 3, signal: page-viewed, page: "/pricing*", at_least: 8, within: 7d } }`. */
export const accountSchema = z.strictObject({
  account: z
    .strictObject({
      people: z
        .int()
        .min(2)
        .max(100)
        .describe("How many different people of the account, the lead among them."),
      ...stepSchema.shape,
      at_least: z
        .int()
        .min(2)
        .max(1000)
        .exactOptional()
        .describe("How often, by all of them together; once each unless this says more."),
      within: durationSchema.describe("Counted over this span, ending now: 7d."),
    })
    .describe("What several people of the lead's account did."),
});
type AccountYaml = z.output<typeof accountSchema>["account"];

/** What one account did: how many people, how often, and when last. */
interface Count {
  readonly people: number;
  readonly times: number;
  readonly isOwn: boolean;
  readonly lastAt: Instant;
}

/** Compiles a condition on an account. Tells `context` what is to be remembered of colleagues; throws nothing. */
export function compileAccount(
  { account: yaml }: { readonly account: AccountYaml },
  context: CompileContext,
): CompiledCondition {
  const step = compileStep(yaml);
  const watch: AccountWatch = { matches: step.matches, within: yaml.within };
  context.onWindow?.(yaml.within);
  context.onAccount?.(watch);
  const atLeast = Math.max(yaml.at_least ?? yaml.people, yaml.people);
  const says = `${yaml.people} people of the account with ${step.says} at least ${atLeast} times within ${formatDuration(yaml.within)}`;
  const source = context.source(below(context, "account").path);
  const countOf = ({ signals, account }: Snapshot, now: Instant): Count =>
    countWithin(
      signals,
      account?.colleagues ?? [],
      (signal) => isWithin(signal, yaml.within, now) && step.matches(signal),
    );
  return {
    says,
    test(subject, now): Finding {
      if (subject.account === undefined) return { says, truth: "unknown", source };
      const { people, times, lastAt } = countOf(subject, now);
      const saw =
        times === 0
          ? "nobody"
          : `${people} ${people === 1 ? "person" : "people"}, ${times} times, last on ${dayOf(lastAt)}`;
      return { says, truth: people >= yaml.people && times >= atLeast ? "yes" : "no", saw, source };
    },
    truth(subject, now) {
      if (subject.account === undefined) return "unknown";
      const { people, times } = countOf(subject, now);
      return people >= yaml.people && times >= atLeast ? "yes" : "no";
    },
    changes(subject, now, wanted) {
      if (!wanted || subject.account === undefined) return [];
      const { people, times, isOwn } = countOf(subject, now);
      const missing = { people: Math.max(0, yaml.people - people), times: Math.max(0, atLeast - times) };
      return missing.people + missing.times === 0 ? [] : [growth(missing, isOwn, step)];
    },
  };
}

/** Counts the deeds that count, the lead's own and its colleagues'. */
function countWithin(
  own: readonly Signal[],
  colleagues: readonly Colleague[],
  counts: (signal: Signal) => boolean,
): Count {
  const count = { people: 0, times: 0, isOwn: false, lastAt: 0 };
  const add = (signals: readonly Signal[]): void => {
    const before = count.times;
    for (const signal of signals) {
      if (!counts(signal)) continue;
      count.lastAt = Math.max(count.lastAt, signal.at);
      count.times += 1;
    }
    if (count.times > before) count.people += 1;
  };
  add(own);
  count.isOwn = count.people > 0;
  for (const { signals } of colleagues) add(signals);
  return count;
}

/** More of the same by this lead where that is enough, and by people who are new to us where more of them are missing. */
function growth(
  missing: { readonly people: number; readonly times: number },
  isOwn: boolean,
  step: Step,
): Change {
  const newPeople = isOwn ? missing.people : Math.max(0, missing.people - 1);
  const ownTimes = Math.max(missing.times - newPeople, !isOwn && missing.people > 0 ? 1 : 0);
  const more = [
    ...(newPeople === 0
      ? []
      : [
          `${newPeople === 1 ? "one" : newPeople} more ${newPeople === 1 ? "person" : "people"} of the account`,
        ]),
    ...(ownTimes === 0 ? [] : [`${ownTimes === 1 ? "one" : ownTimes} more ${step.says}`]),
  ];
  return {
    says: `with ${more.join(" and ")}`,
    kind: "signal",
    apply(subject, at) {
      const own = Array.from({ length: ownTimes }, (_, number) => step.sample(at, number));
      const joined = Array.from({ length: newPeople }, (_, number): Colleague => ({
        lead: `supposed:${number}`,
        signals: [step.sample(at, number)],
      }));
      const after = withSignals(subject, own);
      const { colleagues = [], handoffs = [] } = subject.account ?? {};
      return { ...after, account: { colleagues: [...colleagues, ...joined], handoffs } };
    },
  };
}
