/**
 * What following costs in calls: open handoffs of the last five days, and one day in which reps call, write and answer, and clocks ring.
 * Counted by the sandbox's ledger; time is moved by hand, in steps of a minute, so that activities gather and clocks ring as they do in a
 * real day. What the day would cost with 100,000 of them is worked out beside it, from what a look costs that is full.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Portal } from "../sandbox/index.ts";
import { createRandom, type Random } from "../sandbox/random.ts";
import { openStage, type Stage } from "../src/cli/demo/stage.ts";
import { createLog } from "../src/log.ts";
import { DAY_MS, HOUR_MS, type Instant, MINUTE_MS } from "../src/model/instant.ts";
import { callsSince, type EndedCall, kindsOf } from "./calls.ts";
import { shown } from "./figures.ts";
import { addLead, askForDemo } from "./leads.ts";
import { playbookWithoutCaps } from "./portal.ts";
import type { Report } from "./table.ts";

export interface FollowingOptions {
  readonly seed: number;
  readonly handoffs: number;
}

/** Monday to Friday the leads come; on the Monday after, answers fall due for those of Monday, and reminders for those of Tuesday. */
const FIRST_DAY: Instant = Date.UTC(2026, 10, 16);
const DAYS = 5;
const COUNTED_DAY: Instant = FIRST_DAY + 7 * DAY_MS;
/** In these hours of a day, UTC, leads come and reps act: both halves of a working day in Berlin. */
const [OPENS_MS, CLOSES_MS] = [8 * HOUR_MS, 16 * HOUR_MS];
const STEP_MS = MINUTE_MS;
/** Of the open handoffs of a day, so many see an act of a rep on it, and so many of them were answered when they came. */
const ACTED_SHARE = 0.2;
const ANSWERED_SHARE = 0.5;
/** The design's figures: open handoffs of one portal, and calls for each of them and day. */
const MANY = 100_000;
const TARGET = 0.05;
/** So long activities gather, and so far apart clocks of long promises ring. */
const GATHER_MS = 5 * MINUTE_MS;
/** Leads in a full look at handoffs. */
const FULL = 300;
/** Kinds of calls that are shown. */
const MOST_KINDS = 8;
/** What is asked every so often whoever is followed: forms, owners and their hours, tokens, all accounts, what was modified. */
const STANDING = /form|owners|users|oauth|GET .*companies|search/;

interface Day {
  readonly calls: readonly EndedCall[];
  readonly polls: number;
  /** Minutes of the day in which there was anything to ask or to write. */
  readonly looks: number;
  readonly rings: number;
  /** Leads that reps did something with. */
  readonly acted: number;
  /** Calls of a turn about three hundred leads: half of them with an act of a rep each, the others with a clock that rang. */
  readonly full: number;
  /** The same where reps did everything that can be seen: calls, mails, meetings and tasks. */
  readonly fullest: number;
}

/** Runs the bench. */
export async function following({ seed, handoffs }: FollowingOptions): Promise<Report> {
  const folder = mkdtempSync(join(tmpdir(), "baton-bench-following-"));
  const playbook = playbookWithoutCaps();
  let now = FIRST_DAY;
  const stage = await openStage({
    seed,
    now: () => now,
    databaseUrl: `sqlite:${join(folder, "baton.sqlite")}`,
    playbook,
    log: createLog({ level: "silent" }),
    port: 0,
  });
  const moveTo = (at: Instant): void => {
    now = Math.max(now, at);
  };
  try {
    const random = createRandom(seed, "following");
    const leads = await handOff(stage, moveTo, random, handoffs);
    return tell({ seed, handoffs }, await playDay(stage, moveTo, random, leads));
  } finally {
    await stage.close();
    rmSync(folder, { recursive: true });
    rmSync(playbook, { recursive: true });
  }
}

/** As many each day; each is tried at once, and half of them are taken. */
async function handOff(
  stage: Stage,
  moveTo: (at: Instant) => void,
  random: Random,
  handoffs: number,
): Promise<readonly string[]> {
  const { portal } = stage;
  const arrivals = Array.from({ length: handoffs }, (_, number) => ({
    number,
    at: FIRST_DAY + (number % DAYS) * DAY_MS + OPENS_MS + Math.floor(random.next() * (CLOSES_MS - OPENS_MS)),
  })).toSorted((a, b) => a.at - b.at);
  const leads: string[] = [];
  for (const { step, own } of inSteps(arrivals, 10 * MINUTE_MS)) {
    moveTo(step);
    const came = [];
    for (const { number } of own) came.push(await addLead(portal, number));
    for (const { email } of came) await askForDemo(portal, email);
    await settle(stage);
    for (const { id } of came) {
      await portal.act({ do: "call", who: id, outcome: "left-voicemail" });
      if (random.chance(ANSWERED_SHARE)) await portal.act({ do: "dispose", who: id, answer: "accepted" });
      leads.push(id);
    }
    await settle(stage);
  }
  return leads;
}

/** The counted day, minute by minute, and after it two full turns. */
async function playDay(
  stage: Stage,
  moveTo: (at: Instant) => void,
  random: Random,
  leads: readonly string[],
): Promise<Day> {
  const { portal, sandbox } = stage;
  moveTo(COUNTED_DAY);
  await settle(stage);
  const acts = leads.flatMap((lead) =>
    random.chance(ACTED_SHARE)
      ? [{ lead, at: COUNTED_DAY + OPENS_MS + Math.floor(random.next() * (CLOSES_MS - OPENS_MS)) }]
      : [],
  );
  const byStep = Map.groupBy(acts, ({ at }) => Math.ceil(at / STEP_MS) * STEP_MS);
  const began = performance.now();
  let looks = 0;
  for (let step = COUNTED_DAY; step < COUNTED_DAY + DAY_MS; step += STEP_MS) {
    moveTo(step);
    const since = performance.now();
    for (const { lead } of byStep.get(step) ?? []) await actOn(portal, lead, random.pick(COMMON));
    await settle(stage);
    looks += ofFollowing(callsSince(sandbox, since)).length > 0 ? 1 : 0;
  }
  const all = callsSince(sandbox, began);
  const calls = ofFollowing(all);
  const rings = await countRings(stage);

  const full = await fullLook(stage, moveTo, leads, COUNTED_DAY + DAY_MS + HOUR_MS, COMMON);
  const fullest = await fullLook(stage, moveTo, leads, COUNTED_DAY + DAY_MS + 3 * HOUR_MS, EVERY);
  return { calls, polls: all.length - calls.length, looks, rings, acted: acts.length, full, fullest };
}

/** What reps do, of which each lead sees one on the counted day. */
const COMMON = ["miss", "reach", "write", "answer"] as const;
const EVERY = [...COMMON, "meet", "complete"] as const;
type Act = (typeof EVERY)[number];

/** One turn about three hundred leads at `at`, a full five minutes: what gathered until then, and what rings then. */
async function fullLook(
  stage: Stage,
  moveTo: (at: Instant) => void,
  leads: readonly string[],
  at: Instant,
  acts: readonly Act[],
): Promise<number> {
  const some = leads.slice(0, FULL);
  const [acted, rung] = [some.slice(0, FULL / 2), some.slice(FULL / 2)];
  // What is asked every few hours is not to be counted.
  for (const early of [3, 2]) {
    moveTo(at - early * GATHER_MS);
    await settle(stage);
  }
  // What comes alone is looked at at once: after it the others gather.
  moveTo(at - GATHER_MS + 1);
  for (const act of ["miss", "answer"] as const) await actOn(stage.portal, some[0] ?? "", act);
  await settle(stage);
  for (const [index, who] of acted.entries()) {
    const act = acts[index % acts.length];
    if (act !== undefined) await actOn(stage.portal, who, act);
  }
  await settle(stage);
  await stage.baton.store.db
    .updateTable("clocks")
    .set({ look_at: at })
    .where("lead", "in", rung)
    .where("kind", "=", "attempts")
    .execute();
  return await callsOf(stage, () => Promise.resolve(moveTo(at)));
}

async function actOn(portal: Portal, who: string, act: Act): Promise<void> {
  switch (act) {
    case "write":
      return void (await portal.act({ do: "email", who }));
    case "answer":
      return void (await portal.act({ do: "dispose", who, answer: "working" }));
    case "meet":
      return void (await portal.act({ do: "meeting", who, startsAt: COUNTED_DAY + 2 * DAY_MS }));
    case "complete":
      return await completeTask(portal, who);
    case "miss":
    case "reach":
      await portal.act({ do: "call", who, outcome: act === "reach" ? "connected" : "no-answer" });
  }
}

/** A task of the rep's own. */
async function completeTask(portal: Portal, who: string): Promise<void> {
  const properties = { hs_timestamp: new Date(COUNTED_DAY).toISOString(), hs_task_subject: "Their own" };
  const { id: task } = await portal.act({
    do: "create",
    object: "task",
    properties,
    linkTo: { object: "contact", who },
  });
  if (task !== undefined) await portal.act({ do: "complete-task", task });
}

async function callsOf(stage: Stage, work: () => Promise<void>): Promise<number> {
  const since = performance.now();
  await work();
  await settle(stage);
  return ofFollowing(callsSince(stage.sandbox, since)).length;
}

async function settle(stage: Stage): Promise<void> {
  await stage.baton.lanes.tick();
  await stage.quiet();
}

async function countRings({ baton }: Stage): Promise<number> {
  const { count } = await baton.store.db
    .selectFrom("events")
    .select(({ fn }) => fn.countAll<number>().as("count"))
    .where("kind", "=", "clock-due")
    .where("received_at", ">=", COUNTED_DAY)
    .executeTakeFirstOrThrow();
  return count;
}

function ofFollowing(calls: readonly EndedCall[]): readonly EndedCall[] {
  return calls.filter(({ what }) => !STANDING.test(what));
}

function tell({ seed, handoffs }: FollowingOptions, day: Day): Report {
  const { calls, polls, looks, rings, acted, full, fullest } = day;
  const windows = (CLOSES_MS - OPENS_MS) / GATHER_MS;
  const turns = Math.ceil(((acted + rings) * MANY) / handoffs / windows / FULL);
  const callsEach = (turn: number): number => (windows * turns * turn) / MANY;
  const [each, most] = [callsEach(full), callsEach(fullest)];
  return {
    bench: "following",
    tried: { handoffs, seed, "acts of reps": acted, "clocks that rang": rings },
    head: ["open handoffs", "calls a day", "calls / handoff and day", "looks", "calls / look"],
    rows: [
      [
        shown(handoffs, 0),
        shown(calls.length, 0),
        shown(calls.length / handoffs, 3),
        shown(looks, 0),
        shown(calls.length / Math.max(1, looks)),
      ],
      [`${shown(MANY, 0)} (computed)`, shown(each * MANY, 0), shown(each, 3), shown(windows * turns, 0), ""],
    ],
    notes: [
      `computed: in ${windows} spans of five minutes ${turns} turns of ${FULL} leads, with acts of reps or with clocks that ring (${full} calls each); the target of <= ${TARGET} is ${each <= TARGET ? "met" : "MISSED"}`,
      `if reps hold meetings and complete tasks of their own in every span as well: ${fullest} calls a turn, ${shown(most, 3)} a handoff and day`,
      `${shown(polls, 0)} more calls asked forms, owners and tokens, as on every day, however many handoffs are open`,
      `calls by kind: ${kindsOf(calls)
        .slice(0, MOST_KINDS)
        .map(([what, count]) => `${what} ${count}`)
        .join(", ")}`,
    ],
    figures: day,
  };
}

/** Items by the step of time they fall into. */
function inSteps<Item extends { readonly at: Instant }>(
  items: readonly Item[],
  stepMs: number,
): readonly { readonly step: Instant; readonly own: readonly Item[] }[] {
  const byStep = Map.groupBy(items, ({ at }) => Math.ceil(at / stepMs) * stepMs);
  return [...byStep].map(([step, own]) => ({ step, own }));
}
