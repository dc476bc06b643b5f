import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { DAY_MS } from "../../src/model/instant.ts";
import type { Disposition } from "../../src/model/disposition.ts";
import { foldAnswers } from "../../src/track/answers.ts";
import { TUESDAY } from "../route/acme.ts";
import { anAnswer, minutes, playbook } from "./kit.ts";

const folded = (answers: readonly Disposition[], ownedAt = TUESDAY) =>
  foldAnswers(answers, playbook.agreement, ownedAt);

describe("answers", () => {
  test("none come to nothing", () => {
    expect(folded([])).toEqual({ isForAnother: false });
  });

  test.each(["accepted", "working", "meeting", "no-show", "opportunity"])(
    "%s takes the lead, and it stays with sales",
    (answer) => {
      const given = anAnswer(5, answer);
      expect(folded([given])).toEqual({
        answer: given,
        answeredAt: given.at,
        acceptedAt: given.at,
        isForAnother: false,
      });
    },
  );

  test.each(["no-response", "converted"])("%s ends it, as the agreement says", (answer) => {
    expect(folded([anAnswer(5, answer)]).ending).toEqual({ answer, at: minutes(5), isForGood: false });
  });

  test("a rejection ends it where the agreement says, and wakes nobody", () => {
    expect(folded([anAnswer(5, "rejected", "not-fit")]).ending).toEqual({
      answer: "rejected",
      reason: "not-fit",
      at: minutes(5),
      next: "nurture",
      isForGood: false,
    });
  });

  test("a competitor is rejected for good", () => {
    expect(folded([anAnswer(5, "rejected", "competitor")]).ending?.isForGood).toBe(true);
  });

  test("a recycled lead wakes after the time agreed for the reason", () => {
    expect(folded([anAnswer(5, "recycled", "budget")]).ending?.wakeAt).toBe(minutes(5) + 120 * DAY_MS);
  });

  test.each([
    ["gone-fishing", undefined, "unknown-answer"],
    ["__proto__", undefined, "unknown-answer"],
    ["rejected", undefined, "reason-missing"],
    ["rejected", "timing", "unknown-reason"],
    ["recycled", "not-fit", "unknown-reason"],
  ])("%s (%s) does not count: %s", (answer, reason, because) => {
    expect(folded([anAnswer(5, answer, reason)])).toEqual({
      isForAnother: false,
      unclear: { answer, because },
    });
    // What counted before it goes on counting.
    const before = anAnswer(1, "accepted");
    expect(folded([before, anAnswer(5, answer, reason)])).toMatchObject({ answer: before });
    // And it is done with once something clear comes after it.
    const after = folded([anAnswer(5, answer, reason), anAnswer(9, "working")]);
    expect(after.unclear).toBeUndefined();
    expect(after.answeredAt).toBe(minutes(9));
  });

  test("a changed mind is a later answer: the last one decides, the first one answered", () => {
    const minds = [anAnswer(5, "accepted"), anAnswer(60, "recycled", "timing"), anAnswer(90, "working")];
    expect(folded(minds)).toMatchObject({
      answer: minds[2],
      answeredAt: minutes(5),
      acceptedAt: minutes(5),
    });
    expect(folded(minds).ending).toBeUndefined();
    expect(folded(minds.slice(0, 2)).ending).toMatchObject({ answer: "recycled" });
  });

  test("what speaks of the owner is for another, until another has it", () => {
    const wrong = anAnswer(5, "rejected", "wrong-owner");
    expect(folded([wrong]).isForAnother).toBe(true);
    expect(folded([wrong], minutes(5))).toEqual({ isForAnother: false });
  });

  test("what the owner before said is done with, and what the next one says counts", () => {
    const before = [anAnswer(3, "accepted"), anAnswer(5, "rejected", "wrong-owner")];
    expect(folded(before, minutes(6))).toEqual({ isForAnother: false });
    const next = anAnswer(60, "working");
    expect(folded([...before, next], minutes(6))).toMatchObject({ answer: next, acceptedAt: minutes(60) });
    expect(folded([...before, anAnswer(60, "rejected", "wrong-owner")], minutes(6)).isForAnother).toBe(true);
  });

  test("a lead that a colleague got without a word keeps its answer", () => {
    expect(folded([anAnswer(5, "accepted")], minutes(30)).acceptedAt).toBe(minutes(5));
  });

  test("come to the same in whatever order they were read", () => {
    const answer = fc
      .record({
        after: fc.integer({ min: 0, max: 90 }),
        answer: fc.constantFrom("accepted", "rejected", "recycled", "working", "converted", "strange"),
        reason: fc.constantFrom(undefined, "not-fit", "wrong-owner", "timing"),
      })
      .map(({ after, answer: word, reason }) => anAnswer(after, word, reason));
    const shuffled = fc
      .uniqueArray(answer, { maxLength: 8, selector: ({ key }) => key })
      .chain((answers) =>
        fc.tuple(
          fc.constant(answers),
          fc.shuffledSubarray(answers, { minLength: answers.length, maxLength: answers.length }),
          fc.integer({ min: 0, max: 90 }),
        ),
      );
    fc.assert(
      fc.property(shuffled, ([answers, others, after]) => {
        expect(folded(others, minutes(after))).toEqual(folded(answers, minutes(after)));
      }),
    );
  });
});
