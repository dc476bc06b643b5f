import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { TOUCH_KINDS, type Touch, type TouchResult } from "../../src/model/touch.ts";
import { foldTouches } from "../../src/track/touches.ts";
import { TUESDAY } from "../route/acme.ts";
import { aTouch, minutes, playbook } from "./kit.ts";

const folded = (touches: readonly Touch[], after = 600) =>
  foldTouches(touches, playbook.agreement, TUESDAY, minutes(after));

describe("touches", () => {
  test.each<[string, readonly Touch[], Record<string, unknown>]>([
    ["nothing", [], { attempts: 0, missedMeetings: 0 }],
    ["a call nobody answered is an attempt", [aTouch(5, { result: "tried" })], { attempts: 1, first: 5 }],
    ["a conversation is both", [aTouch(5)], { attempts: 1, first: 5, met: 5 }],
    [
      "a reply is the lead's: no attempt of sales, and in touch",
      [aTouch(5, { kind: "reply", byPerson: false })],
      { attempts: 0, first: 5, met: 5 },
    ],
    [
      "an e-mail is an attempt and no conversation",
      [aTouch(5, { kind: "email" })],
      { attempts: 1, first: 5 },
    ],
    ["a task done is an attempt", [aTouch(5, { kind: "task" })], { attempts: 1, first: 5 }],
    ["what a program did is nothing", [aTouch(5, { byPerson: false })], { attempts: 0 }],
    ["what was before the handoff is nothing", [aTouch(-1)], { attempts: 0 }],
    ["what is still to come is nothing yet", [aTouch(700)], { attempts: 0 }],
    [
      "a planned meeting is booked, not held",
      [aTouch(900, { kind: "meeting", result: "planned" })],
      { attempts: 0, booked: 900, missedMeetings: 0 },
    ],
    [
      "a meeting the lead missed is an attempt, and missed",
      [aTouch(60, { kind: "meeting", result: "missed" })],
      { attempts: 1, first: 60, booked: 60, missedMeetings: 1 },
    ],
    [
      "the earliest of each counts",
      [aTouch(50), aTouch(9, { kind: "email", result: "tried" }), aTouch(30, { kind: "meeting" })],
      { attempts: 3, first: 9, met: 30, booked: 30, held: 30 },
    ],
  ])("%s", (_, touches, { attempts, first, met, booked, held, missedMeetings = 0 }) => {
    const at = (after: unknown) => (typeof after === "number" ? minutes(after) : undefined);
    expect(folded(touches)).toMatchObject({ attempts, missedMeetings });
    expect(folded(touches).firstAttemptAt).toBe(at(first));
    expect(folded(touches).meaningfulAt).toBe(at(met));
    expect(folded(touches).meetingBookedAt).toBe(at(booked));
    expect(folded(touches).meetingHeldAt).toBe(at(held));
  });

  test("the agreement says which kinds count", () => {
    const { sales } = playbook.agreement;
    const strict = { sales: { ...sales, touches: { attempt: ["call"], meaningful: ["meeting"] } as const } };
    const { attempts, meaningfulAt } = foldTouches(
      [aTouch(5), aTouch(6, { kind: "email" })],
      strict,
      TUESDAY,
      minutes(60),
    );
    expect([attempts, meaningfulAt]).toEqual([1, undefined]);
  });

  test("come to the same in whatever order they were read", () => {
    const touch = fc
      .record({
        after: fc.integer({ min: -30, max: 900 }),
        kind: fc.constantFrom(...TOUCH_KINDS),
        result: fc.constantFrom<TouchResult>("planned", "tried", "reached", "missed"),
        byPerson: fc.boolean(),
      })
      .map(({ after, ...more }) => aTouch(after, more));
    const shuffled = fc
      .array(touch, { maxLength: 12 })
      .chain((touches) =>
        fc.tuple(
          fc.constant(touches),
          fc.shuffledSubarray(touches, { minLength: touches.length, maxLength: touches.length }),
        ),
      );
    fc.assert(
      fc.property(shuffled, ([touches, others]) => {
        expect(folded(others)).toEqual(folded(touches));
      }),
    );
  });
});
