import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Clock, Pause } from "../../src/model/handoff.ts";
import { DAY_MS, MINUTE_MS } from "../../src/model/instant.ts";
import type { Progress } from "../../src/model/progress.ts";
import { due } from "../../src/sla/calendar.ts";
import { newClocks, countingOf } from "../../src/playbook/promises.ts";
import { aPlaybook, TUESDAY } from "../route/acme.ts";
import { aHandoff, anAnswer, aTouch, held, minutes, playbook, rosterAt, tracked } from "./kit.ts";

/** The promises of a hand-raiser that Lena got at nine on Tuesday. */
const counting = countingOf(
  "hand-raiser",
  { ownerId: "lena", rep: "lena@acme.example" },
  playbook,
  rosterAt(TUESDAY),
  TUESDAY,
);
const PROMISED = newClocks(counting, playbook, TUESDAY);
const kindsOf = ({ clocks }: Progress) => clocks.map(({ kind }) => kind);
const firstOf = ({ clocks }: Progress): Clock | undefined =>
  clocks.find(({ kind }) => kind === "first-attempt");
const stepsOf = ({ steps }: Progress) =>
  steps.map(({ clock, atPercent, skipped }) => [clock, atPercent, skipped]);
/** The story goes on with the clocks as they were left. */
const next = (before: Progress, after: number, more: Parameters<typeof held>[0] = {}) =>
  tracked(held({ clocks: before.clocks, ...more }), after);

describe("the clocks of a handoff", () => {
  test("are four to begin with: to try, to be in touch, to try often enough, to answer", () => {
    expect(PROMISED.map(({ kind, dueAt }) => [kind, (dueAt - TUESDAY) / MINUTE_MS])).toEqual([
      ["first-attempt", 15],
      ["meaningful-touch", 240],
      ["attempts", 10 * 1440 + 4 * 1440],
      ["answer", 7 * 1440],
    ]);
    expect(PROMISED.map(({ lookAt }) => lookAt)).toEqual([
      minutes(12),
      undefined,
      undefined,
      expect.any(Number),
    ]);
  });

  test("are counted once: what was stored stays, whatever the playbook says today", () => {
    const clocks = PROMISED.map((clock) => ({ ...clock, dueAt: clock.dueAt + 7 }));
    expect(tracked(held({ clocks }), 5).clocks.map(({ dueAt }) => dueAt)).toEqual(
      clocks.map(({ dueAt }) => dueAt),
    );
  });

  test("of kept promises are gone", () => {
    const touched = { clocks: PROMISED, touches: [aTouch(5, { result: "tried" })] };
    expect(kindsOf(tracked(held(touched), 6))).toEqual(["meaningful-touch", "attempts", "answer"]);
    const met = { clocks: PROMISED, touches: [aTouch(5)], answers: [anAnswer(6, "accepted")] };
    expect(kindsOf(tracked(held(met), 7))).toEqual(["attempts"]);
    const often = [1, 2, 3, 4, 5, 6].map((after) => aTouch(after));
    expect(kindsOf(tracked(held({ ...met, touches: often }), 7))).toEqual([]);
  });

  test("count attempts up to the end of their span, and those after it as attempts only", () => {
    const late = aTouch(20 * 1440);
    const { attempts, attemptsInTime } = tracked(
      held({ clocks: PROMISED, touches: [aTouch(5), late] }),
      21 * 1440,
    );
    expect([attempts, attemptsInTime]).toEqual([2, 1]);
  });

  test("of a handoff that is over are none", () => {
    const over = tracked(held({ clocks: PROMISED, answers: [anAnswer(5, "rejected", "not-fit")] }), 6);
    expect([over.clocks, over.steps]).toEqual([[], []]);
  });
});

describe("steps of escalation", () => {
  test("are none before their share has passed, and one when it has", () => {
    expect(stepsOf(tracked(held({ clocks: PROMISED }), 11))).toEqual([]);
    const first = tracked(held({ clocks: PROMISED }), 12);
    expect(stepsOf(first)).toEqual([["first-attempt", 80, []]]);
    expect(firstOf(first)).toMatchObject({ taken: 80, lookAt: minutes(15) });
  });

  test("are never taken twice", () => {
    const first = tracked(held({ clocks: PROMISED }), 12);
    expect(stepsOf(next(first, 12))).toEqual([]);
    expect(firstOf(next(first, 12))).toMatchObject({ taken: 80, lookAt: minutes(15) });
  });

  test("that fell due in an outage are one: the furthest, which names the others", () => {
    const late = tracked(held({ clocks: PROMISED }), 24 * 60);
    expect(stepsOf(late)).toEqual([["first-attempt", 150, [80, 100]]]);
    expect(late.steps[0]).toMatchObject({ reassigns: true, note: false, notify: ["manager"] });
    expect(firstOf(late)?.lookAt).toBeUndefined();
    expect(stepsOf(next(late, 30 * 24 * 60))).toEqual([["answer", 100, [80]]]);
  });

  test("stop with the promise they are about", () => {
    expect(stepsOf(tracked(held({ clocks: PROMISED, touches: [aTouch(14)] }), 40))).toEqual([]);
  });

  test("remind whoever owes an answer, and tell the manager when it is overdue", () => {
    const answered = { clocks: PROMISED, touches: [aTouch(5)] };
    const [step] = tracked(held(answered), 7 * 1440).steps;
    expect(step).toMatchObject({ clock: "answer", atPercent: 100, notify: ["owner", "manager"] });
  });

  test("each come once, at whatever instants somebody looks", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 12 * 1440 }), { maxLength: 12 }), (looks) => {
        const told: string[] = [];
        let clocks: readonly Clock[] = PROMISED;
        for (const after of looks.toSorted((a, b) => a - b)) {
          const progress = tracked(held({ clocks }), after);
          for (const { clock, atPercent, skipped } of progress.steps)
            told.push(...[...skipped, atPercent].map((percent) => `${clock} ${percent}`));
          clocks = progress.clocks;
        }
        expect(told).toEqual([...new Set(told)]);
      }),
    );
  });
});

describe("a pause", () => {
  const open: Pause = { fromAt: minutes(5), reason: "on holiday" };

  test("holds everything while it lasts", () => {
    const held24h = tracked(held({ clocks: PROMISED, pauses: [open] }), 24 * 60);
    expect(held24h.steps).toEqual([]);
    expect(held24h.clocks.map(({ lookAt }) => lookAt)).toEqual([undefined, undefined, undefined, undefined]);
    expect(firstOf(held24h)?.dueAt).toBeGreaterThan(minutes(24 * 60));
  });

  test("puts deadlines and steps off by the working time it lasted", () => {
    const pauses = [{ ...open, toAt: minutes(65) }];
    const after = tracked(held({ clocks: PROMISED, pauses }), 66);
    expect(firstOf(after)).toMatchObject({ dueAt: minutes(75), lookAt: minutes(72) });
    expect(after.steps).toEqual([]);
  });

  test("undoes no breach, though the next owner works other hours", () => {
    const breached = PROMISED.map((clock) => ({ ...clock, dueAt: minutes(15) }));
    const later = [{ fromAt: minutes(600), toAt: minutes(660), reason: "a question to marketing" }];
    const now = tracked(held({ clocks: breached, pauses: later }), 7 * 1440);
    expect(now.clocks.map(({ dueAt }) => dueAt)).toEqual(breached.map(({ dueAt }) => dueAt));
  });

  test("does not say again what was said before it", () => {
    const first = tracked(held({ clocks: PROMISED }), 12);
    const pauses = [{ fromAt: minutes(13), toAt: minutes(60), reason: "asked" }];
    expect(stepsOf(next(first, 61, { pauses }))).toEqual([]);
    expect(stepsOf(next(first, 62, { pauses }))).toEqual([["first-attempt", 100, []]]);
  });
});

describe("an owner whom a person chose", () => {
  const moved = (after: number, clocks = PROMISED) =>
    tracked(held({ clocks }, { "lead.owner": "tomas" }), after);

  test("has the promises in their own hours, and the steps anew", () => {
    const before = tracked(held({ clocks: PROMISED }), 12);
    const now = moved(13, before.clocks);
    expect(now.newOwner).toBe("tomas");
    expect(now.steps).toEqual([]);
    expect(firstOf(now)).toMatchObject({ dueAt: minutes(15), lookAt: minutes(13 + 12) });
    expect(firstOf(now)?.taken).toBeUndefined();
  });

  test("inherits a deadline that has passed", () => {
    const breached = PROMISED.map((clock) => ({ ...clock, dueAt: minutes(3) }));
    expect(moved(60, breached).clocks.map(({ dueAt }) => dueAt)).toEqual([3, 3, 3, 3].map(minutes));
  });

  test("may be nobody Baton knows: the usual hours count then", () => {
    const stranger = tracked(held({ clocks: PROMISED }, { "lead.owner": "stranger" }), 5);
    expect(stranger.newOwner).toBe("stranger");
    expect(kindsOf(stranger)).toHaveLength(4);
  });
});

test("a breach is never undone, whatever happens after it", () => {
  const happening = fc.record({
    after: fc.integer({ min: 1, max: 6 * 1440 }),
    owner: fc.constantFrom("lena", "tomas", "maya", "stranger"),
  });
  const looks = fc.array(happening, { minLength: 2, maxLength: 10 });
  fc.assert(
    fc.property(looks, (some) => {
      let clocks: readonly Clock[] = PROMISED;
      let ownerId = "lena";
      let ownedAt = TUESDAY;
      const passed = new Map<string, number>();
      for (const { after, owner } of some.toSorted((a, b) => a.after - b.after)) {
        const handoff = aHandoff({ clocks, ownedAt }, { ownerId });
        const progress = tracked(held({}, { "lead.owner": owner }, { handoff }), after);
        if (progress.newOwner !== undefined) [ownerId, ownedAt] = [owner, minutes(after)];
        ({ clocks } = progress);
        for (const [kind, dueAt] of passed)
          expect(clocks.find((clock) => clock.kind === kind)?.dueAt).toBe(dueAt);
        for (const { kind, dueAt } of clocks) if (dueAt <= minutes(after)) passed.set(kind, dueAt);
      }
    }),
  );
});

test("promises that count every hour do", () => {
  const agreement = playbook.agreement;
  const always = {
    ...aPlaybook(),
    agreement: { ...agreement, sales: { ...agreement.sales, clock: "always" as const } },
  };
  const { calendar } = countingOf("hand-raiser", { ownerId: "lena" }, always, rosterAt(TUESDAY), TUESDAY);
  expect(due(TUESDAY + 4 * DAY_MS, { ms: 15 * MINUTE_MS }, calendar)).toBe(
    TUESDAY + 4 * DAY_MS + 15 * MINUTE_MS,
  );
});
