/** What sales' answers come to: the one that counts, since when, and whether the handoff is over by it. */
import type { Disposition } from "../model/disposition.ts";
import type { Instant } from "../model/instant.ts";
import type { Ending, Progress, UnclearAnswer } from "../model/progress.ts";
import type { Agreement, AnswerRules } from "../playbook/agreement.ts";

type Folded = Pick<Progress, "answer" | "answeredAt" | "acceptedAt" | "ending" | "isForAnother" | "unclear">;
type Words = Agreement["dispositions"];

/**
 * Folds answers in the order they were given; the last that counts decides. One that the agreement does not know, or that lacks
 * its reason, does not count, and is `unclear` while nothing clear came after it. That an earlier owner said it was somebody else's is
 * done with, and so is all that was said before. Throws nothing.
 */
export function foldAnswers(
  answers: readonly Disposition[],
  { dispositions }: Pick<Agreement, "dispositions">,
  ownedAt: Instant,
): Folded {
  const inOrder = answers.toSorted((a, b) => a.at - b.at || (a.key < b.key ? -1 : 1));
  const passedOn = inOrder.findLastIndex((one) => isForAnother(one, dispositions) && one.at <= ownedAt);
  const given = inOrder.slice(passedOn + 1);
  const counting = given.filter((one) => whyUnclear(one, dispositions) === undefined);
  const answer = counting.at(-1);
  const last = given.at(-1);
  const unclear = last === undefined || last === answer ? undefined : unclearOf(last, dispositions);
  const accepted = counting.find((one) => isAccepting(one.answer, dispositions));
  const ending = answer === undefined ? undefined : endingOf(answer, dispositions);
  return {
    ...(answer === undefined ? {} : { answer }),
    ...(counting[0] === undefined ? {} : { answeredAt: counting[0].at }),
    ...(accepted === undefined ? {} : { acceptedAt: accepted.at }),
    ...(ending === undefined ? {} : { ending }),
    isForAnother: answer !== undefined && isForAnother(answer, dispositions),
    ...(unclear === undefined ? {} : { unclear }),
  };
}

/** The rules of an answer that takes reasons; undefined for outcomes and for words the agreement does not know. */
function rulesOf(answer: string, words: Words): AnswerRules | undefined {
  switch (answer) {
    case "accepted":
    case "rejected":
    case "recycled":
      return words[answer];
    default:
      return undefined;
  }
}

function isForAnother({ answer, reason }: Disposition, words: Words): boolean {
  return reason !== undefined && rulesOf(answer, words)?.reroute.includes(reason) === true;
}

function whyUnclear({ answer, reason }: Disposition, words: Words): UnclearAnswer["because"] | undefined {
  if (words.outcomes.includes(answer)) return undefined;
  const rules = rulesOf(answer, words);
  if (rules === undefined) return "unknown-answer";
  if (rules.reasons.length === 0) return undefined;
  if (reason === undefined) return "reason-missing";
  return rules.reasons.includes(reason) ? undefined : "unknown-reason";
}

function unclearOf(given: Disposition, words: Words): UnclearAnswer | undefined {
  const because = whyUnclear(given, words);
  return because === undefined ? undefined : { answer: given.answer, because };
}

/** Sales took it: it says so, or says what came of it. */
function isAccepting(answer: string, { outcomes }: Words): boolean {
  return answer === "accepted" || outcomes.includes(answer);
}

function endingOf({ answer, reason, at }: Disposition, words: Words): Ending | undefined {
  if (words.closing.includes(answer)) return { answer, at, isForGood: false };
  if (answer !== "rejected" && answer !== "recycled") return undefined;
  const rules = words[answer];
  return {
    answer,
    ...(reason === undefined ? {} : { reason }),
    at,
    ...wakeOf(reason, at, rules),
    ...(rules.next === undefined ? {} : { next: rules.next }),
    isForGood: reason !== undefined && rules.forGood.includes(reason),
  };
}

function wakeOf(
  reason: string | undefined,
  at: Instant,
  { wakeMs }: AnswerRules,
): { readonly wakeAt?: Instant } {
  const afterMs = wakeMs.get(reason ?? "");
  return afterMs === undefined ? {} : { wakeAt: at + afterMs };
}
