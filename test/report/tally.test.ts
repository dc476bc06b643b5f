import { expect, test } from "vitest";
import { HOUR_MS } from "../../src/model/instant.ts";
import { keptShare, MEASURES, pipelinePerHandoff } from "../../src/report/measures.ts";
import { seamSpans } from "../../src/report/seams.ts";
import { aFigure, counted, many, NOW, rejected } from "./figure.ts";

test("a handoff is counted once for everything that is true of it", () => {
  const { total } = counted([
    aFigure({ answer: "accepted", answeredAt: NOW, isEnriched: true, isReassigned: true, missing: "" }),
    aFigure({
      answer: "recycled",
      reason: "timing",
      cameBack: true,
      isAgain: true,
      missing: "lead.role,signals",
    }),
    aFigure({ isQueued: true, missing: "lead.role" }),
    rejected("student", { cameBack: true }),
  ]);
  expect(total.counts).toMatchObject({
    handedOff: 4,
    queued: 1,
    answered: 3,
    accepted: 1,
    acceptedUntouched: 1,
    recycled: 1,
    rejected: 1,
    cameBack: 1,
    requalified: 1,
    enriched: 1,
    reassigned: 1,
    complete: 1,
    incomplete: 2,
  });
  expect(total.missing).toEqual([
    { word: "lead.role", count: 2 },
    { word: "signals", count: 1 },
  ]);
});

test("an outcome is an acceptance, and the answer that counts now decides", () => {
  const { total } = counted([
    aFigure({ answer: "meeting", acceptedAt: NOW }),
    rejected("not-fit", { acceptedAt: NOW }),
  ]);
  expect(MEASURES["acceptance rate"](total)).toEqual({ count: 1, of: 2 });
});

test("an answer that does not count is told from one without its reason", () => {
  const { total } = counted([
    ...many(2, { unclear: "rejected" }),
    ...many(3, { unclear: "hot-lead" }),
    aFigure({ unclear: "recycled: whim" }),
  ]);
  expect(total.counts).toMatchObject({ withoutReason: 2, unknownWord: 4, answered: 0 });
  expect(total.unclear[0]).toEqual({ word: "hot-lead", count: 3 });
});

test("meetings are counted by handoff: held beats missed", () => {
  const { total } = counted([
    aFigure({ meetingBookedAt: NOW, meetingHeldAt: NOW, missedMeetings: 2 }),
    aFigure({ meetingBookedAt: NOW, missedMeetings: 2 }),
    aFigure({ meetingBookedAt: NOW + HOUR_MS }),
  ]);
  expect(MEASURES["show rate"](total)).toEqual({ count: 1, of: 2 });
  expect(MEASURES.meetings(total)).toEqual({ count: 3, of: 3 });
});

test("amounts are summed in hundredths, exactly", () => {
  const { total } = counted(many(3, { opportunities: 1, opportunityCents: 10, won: 1, wonCents: 3 }));
  expect([total.counts.pipelineCents, total.counts.wonCents, pipelinePerHandoff(total)]).toEqual([30, 9, 10]);
  expect(pipelinePerHandoff(counted([]).total)).toBe(0);
});

test("what runs or was excused says nothing about a promise yet", () => {
  const due = { firstAttemptDue: NOW - HOUR_MS };
  const { total } = counted([
    aFigure({ ...due, firstAttemptAt: NOW - 2 * HOUR_MS }),
    aFigure(due),
    aFigure({ firstAttemptDue: NOW + HOUR_MS }),
    aFigure({ ...due, closedAt: NOW - 2 * HOUR_MS }),
    aFigure(),
  ]);
  expect(keptShare(total, "firstAttempt")).toEqual({ count: 1, of: 2 });
  expect(total.standings.firstAttempt).toEqual({ none: 1, met: 1, breached: 1, running: 1, excused: 1 });
});

test("the time between two instants goes to the seam that names them; clocks that disagree show", () => {
  const seams = seamSpans([
    { from: "occurred", to: "received", answers: "marketing-ops" },
    { from: "written", to: "first-attempt", answers: "sales" },
    { from: "nowhere", to: "written", answers: "nobody" },
  ]);
  const { total } = counted(
    [
      aFigure({ occurredAt: NOW + 700 }),
      aFigure({ occurredAt: NOW - 1_000, writtenAt: NOW, firstAttemptAt: NOW + 5 }),
    ],
    "type",
    seams,
  );
  expect([...total.spans.keys()]).toEqual(["occurred..received", "written..first-attempt"]);
  expect(total.spans.get("occurred..received")).toMatchObject({
    count: 2,
    p50: -700,
    skewedCount: 1,
    worstSkewMs: -700,
  });
  expect(total.spans.get("written..first-attempt")).toMatchObject({ count: 1, p50: 5 });
});

test("groups are told apart by word; what is not known is a group of its own", () => {
  const { groups } = counted(
    [...many(2, { source: "events" }), aFigure(), aFigure({ source: "a" })],
    "source",
  );
  expect(groups.map(({ key, counts }) => [key, counts.handedOff])).toEqual([
    ["events", 2],
    ["(not known)", 1],
    ["a", 1],
  ]);
});
