import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { FormerHandoff } from "../../src/model/handoff.ts";
import { formerFacts, withNews } from "../../src/resolve/story.ts";
import { aHandoff, anAnswer, aTouch, minutes } from "../track/kit.ts";
import { TUESDAY } from "../route/acme.ts";

const told = (story: Parameters<typeof aHandoff>[0], news: Partial<Parameters<typeof withNews>[1]>) =>
  withNews(aHandoff(story), { touches: [], answers: [], ...news }).story;

describe("the news of a handoff", () => {
  test("are added to its story, each once", () => {
    const story = told(
      { touches: [aTouch(1)], answers: [anAnswer(1, "accepted")] },
      { touches: [aTouch(1), aTouch(2)], answers: [anAnswer(1, "accepted"), anAnswer(2, "working")] },
    );
    expect(story?.touches.map(({ key }) => key)).toEqual(["call:1", "call:2"]);
    expect(story?.answers.map(({ answer }) => answer)).toEqual(["accepted", "working"]);
  });

  test("say how far a touch has got: the later reading counts", () => {
    const planned = aTouch(60, { key: "meeting:1", kind: "meeting", result: "planned" });
    expect(told({ touches: [planned] }, { touches: [{ ...planned, result: "reached" }] })?.touches).toEqual([
      { ...planned, result: "reached" },
    ]);
  });

  test("give an answer the reason that was picked after it", () => {
    const story = told(
      { answers: [anAnswer(5, "rejected")] },
      { answers: [anAnswer(5, "rejected", "not-fit")] },
    );
    expect(story?.answers).toEqual([anAnswer(5, "rejected", "not-fit")]);
  });

  test("are none where Baton wrote the answer into the CRM itself", () => {
    const slack = anAnswer(5, "accepted", undefined, { key: "slack:1", via: "slack" });
    expect(told({ answers: [slack] }, { answers: [anAnswer(6, "accepted")] })?.answers).toEqual([slack]);
  });

  test("are two answers where a mind was changed and changed back", () => {
    const answers = [anAnswer(1, "accepted"), anAnswer(2, "recycled", "timing"), anAnswer(3, "accepted")];
    expect(told({}, { answers })?.answers).toEqual(answers);
  });

  test("of the next owner are theirs, though they say what the one before said", () => {
    const [first, second] = [anAnswer(5, "rejected", "wrong-owner"), anAnswer(60, "rejected", "wrong-owner")];
    expect(told({ ownedAt: minutes(6), answers: [first] }, { answers: [second] })?.answers).toEqual([
      first,
      second,
    ]);
  });

  test("of a handoff without a story are kept to themselves", () => {
    const { story: _, ...untold } = aHandoff();
    expect(withNews(untold, { touches: [aTouch(1)], answers: [] })).toBe(untold);
  });

  test("are the same in whatever order answers were read", () => {
    const answers = [
      anAnswer(1, "accepted"),
      anAnswer(2, "working"),
      anAnswer(2, "working", undefined, { key: "x" }),
    ];
    fc.assert(
      fc.property(fc.shuffledSubarray(answers, { minLength: 3 }), fc.nat({ max: 3 }), (some, split) => {
        const parts = { answers: some.slice(split) };
        expect(told({ answers: some.slice(0, split) }, parts)?.answers).toEqual(
          told({}, { answers })?.answers,
        );
      }),
    );
  });
});

describe("what may be asked of the handoff before", () => {
  const former: FormerHandoff = {
    id: "h-0",
    type: "hand-raiser",
    startedAt: TUESDAY,
    endedAt: minutes(3 * 1440),
    answer: "recycled",
    reason: "timing",
    ownerId: "lena",
    ownerName: "Lena Vogt",
    wakeAt: minutes(90 * 1440),
    isForGood: false,
    isRestaged: false,
    count: 1,
  };
  const factsOf = (more: Partial<FormerHandoff> = {}, after = 4 * 1440) =>
    Object.fromEntries(
      Object.entries(formerFacts({ ...former, ...more }, minutes(after))).map(([name, { value }]) => [
        name,
        value,
      ]),
    );

  test("is who had it, what they said, whether it is time, and the story in words", () => {
    expect(factsOf()).toEqual({
      "former.owner": "lena",
      "former.answer": "recycled",
      "former.reason": "timing",
      "former.awake": false,
      "former.story": "Lena Vogt had it from Tue 17 Nov; recycled (timing) on Fri 20 Nov",
    });
  });

  test("wakes on the day agreed", () => {
    expect(factsOf({}, 90 * 1440)["former.awake"]).toBe(true);
    const { wakeAt: _, ...sleeping } = former;
    expect(formerFacts(sleeping, minutes(900 * 1440))["former.awake"]?.value).toBe(false);
  });

  test("names no owner who said that it was not theirs", () => {
    expect(factsOf({ answer: "rejected", reason: "wrong-owner" })).not.toHaveProperty("former.owner");
  });

  test("is nothing of a lead that sales never had", () => {
    expect(formerFacts(undefined, TUESDAY)).toEqual({});
  });
});
