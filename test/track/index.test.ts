import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { HOUR_MS } from "../../src/model/instant.ts";
import { inNextHands } from "../../src/model/progress.ts";
import { contested } from "../../src/track/contest.ts";
import { track } from "../../src/track/index.ts";
import { aLead, TUESDAY } from "../route/acme.ts";
import { aHandoff, anAnswer, aTouch, held, minutes, playbook, rosterAt, tracked } from "./kit.ts";

const { story: _story, ...untold } = aHandoff();

describe("following", () => {
  test.each([
    ["a lead sales does not have", aLead()],
    ["one that waits for somebody", aLead({}, { handoff: aHandoff({}, { state: "queued" }) })],
    ["one whose story is not known", aLead({}, { handoff: untold })],
  ])("%s is not followed", (_, snapshot) => {
    expect(track(snapshot, playbook, rosterAt(TUESDAY), TUESDAY)).toBeUndefined();
  });

  test.each([
    ["untouched", {}],
    ["tried", { touches: [aTouch(5, { result: "tried" })] }],
    ["in-touch", { touches: [aTouch(5)] }],
    ["accepted", { answers: [anAnswer(5, "accepted")] }],
    ["accepted", { touches: [aTouch(5)], answers: [anAnswer(6, "working")] }],
    ["ended", { answers: [anAnswer(5, "recycled", "timing")] }],
    ["ended", { answers: [anAnswer(5, "converted")] }],
    ["untouched", { answers: [anAnswer(5, "rejected")] }],
  ])("a handoff stands %s", (standing, story) => {
    expect(tracked(held(story), 60).standing).toBe(standing);
  });

  test("an owner that was only taken off stays with whom Baton gave it to", () => {
    expect(tracked(aLead({}, { handoff: aHandoff() }), 5).newOwner).toBeUndefined();
  });

  test("what the CRM shows while Baton's own choice is on its way is of before", () => {
    expect(tracked(held({ isMoving: true }, { "lead.owner": "tomas" }), 5).newOwner).toBeUndefined();
  });

  test("the same story at the same instant stands the same, in whatever order it is told", () => {
    const touches = [
      aTouch(5),
      aTouch(9, { kind: "meeting", result: "missed" }),
      aTouch(2, { result: "tried" }),
    ];
    const answers = [anAnswer(5, "accepted"), anAnswer(9, "working"), anAnswer(7, "rejected", "not-fit")];
    fc.assert(
      fc.property(
        fc.shuffledSubarray(touches, { minLength: 3 }),
        fc.shuffledSubarray(answers, { minLength: 3 }),
        (someTouches, someAnswers) => {
          expect(tracked(held({ touches: someTouches, answers: someAnswers }), 60)).toEqual(
            tracked(held({ touches, answers }), 60),
          );
        },
      ),
    );
  });
});

describe("somebody else's lead", () => {
  const wrong = anAnswer(5, "rejected", "wrong-owner");

  test("is over unless another can take it, and then nothing of the answer is left", () => {
    const progress = tracked(held({ touches: [aTouch(3)], answers: [wrong] }), 6);
    expect(progress).toMatchObject({
      isForAnother: true,
      standing: "ended",
      ending: { reason: "wrong-owner" },
    });
    expect(inNextHands(progress)).toMatchObject({ isForAnother: false, standing: "in-touch" });
    for (const gone of ["answer", "answeredAt", "acceptedAt", "ending", "unclear"])
      expect(inNextHands(progress)).not.toHaveProperty(gone);
  });

  test("goes on owing an answer", () => {
    const kinds = tracked(held({ answers: [wrong] }), 6).clocks.map(({ kind }) => kind);
    expect(kinds).toContain("answer");
  });

  test("that its owner gave to somebody at once is with them: nobody else is looked for", () => {
    const given = tracked(held({ answers: [wrong] }, { "lead.owner": "tomas" }), 6);
    expect(given).toMatchObject({ newOwner: "tomas", isForAnother: false, standing: "untouched" });
    expect(given.ending).toBeUndefined();
  });

  test("is left as it is by every other answer", () => {
    const progress = tracked(held({ answers: [anAnswer(5, "accepted")] }), 6);
    expect(inNextHands(progress)).toBe(progress);
  });
});

describe("an owner that others keep changing", () => {
  const at = (after: number, flips: readonly number[], newOwner?: string) =>
    contested({ flips: flips.map(minutes) }, newOwner, minutes(after));

  test("is contested with the third change in an hour", () => {
    expect(at(40, [10, 20], "tomas")).toEqual({ flips: [10, 20, 40].map(minutes), isContested: true });
    expect(at(70, [10, 20], "tomas")).toMatchObject({ isContested: true });
  });

  test("is not by changes that lie further apart, or by looking", () => {
    expect(at(71, [10, 20], "tomas")).toEqual({ flips: [20, 71].map(minutes), isContested: false });
    expect(at(40, [10, 20])).toMatchObject({ isContested: false });
  });

  test("stays contested, and is counted no further", () => {
    const flips = [10, 20, 40];
    expect(contested({ flips }, "tomas", 40 + 9 * HOUR_MS)).toEqual({ flips, isContested: true });
  });

  test("counts what a person chose, and not what Baton did", () => {
    expect(tracked(held({}, { "lead.owner": "tomas" }), 5).flips).toEqual([minutes(5)]);
    expect(tracked(held(), 5).flips).toEqual([]);
  });
});
