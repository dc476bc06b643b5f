/**
 * Whom Baton told beside whom it was to tell. What happens within one moment of the week happens at once: then either order is right.
 * A moment is from a jump of time until everything had come to rest, kills included.
 */
import type { Notice } from "../../src/model/notice.ts";
import type { Channel } from "./channel.ts";
import { dueNotices, type Occasion } from "./due.ts";
import type { House } from "./house.ts";
import type { Moment } from "./play.ts";
import { recount } from "./recount.ts";

export interface NoticesCompared {
  /** Notices that had to be sent, those that might be, and those that were or wait for somebody's hour. */
  readonly due: number;
  readonly possible: number;
  readonly told: number;
  readonly waiting: number;
  /** Messages that came again under their own id. */
  readonly repeats: number;
  readonly byKind: Readonly<Record<string, number>>;
  readonly missed: readonly string[];
  readonly twice: readonly string[];
  readonly unexplained: readonly string[];
  readonly strange: readonly string[];
}

type Placed = Occasion & { readonly moment: number };
type MomentOf = (at: number) => number;

/** Compares at the instant the house's time stands at, when nothing is left to send. */
export async function compareNotices(
  house: House,
  channel: Channel,
  moments: readonly Moment[],
): Promise<NoticesCompared> {
  const momentOf = (at: number): number => {
    const place = moments.findIndex(({ toAt }) => toAt >= at);
    return place < 0 ? moments.length : place;
  };
  const endAt = moments.at(-1)?.toAt ?? 0;
  const { occasions, strange } = dueNotices(house.portal, recount(house.portal, endAt), endAt);
  const placed = occasions.map((one) => ({ ...one, moment: momentOf(one.at) }));
  const { notices, waiting, repeats, changed, given } = await channel.told();
  const all = [...notices, ...waiting];
  const byKind = [...Map.groupBy(all, ({ kind }) => kind)].map(
    ([kind, some]) => [kind, some.length] as const,
  );
  return {
    ...judge(placed, all, momentOf),
    waiting: waiting.length,
    repeats,
    byKind: Object.fromEntries(byKind),
    strange: [
      ...strange,
      ...given,
      ...changed.map((id) => `message ${id} came with two bodies`),
      ...latePassings(placed, momentOf),
    ],
  };
}

/** What is wrong with what was told. Notices and occasions are the same when lead, kind, person and moment are. */
function judge(
  placed: readonly Placed[],
  all: readonly Notice[],
  momentOf: MomentOf,
): Pick<NoticesCompared, "due" | "possible" | "told" | "missed" | "twice" | "unexplained"> {
  const lastOfLine = new Map(placed.map((one) => [`${one.lead} ${one.line} ${one.moment}`, one]));
  const due = [...lastOfLine.values()].filter(({ moment, unlessBy }) => moment < momentOf(unlessBy));
  const dueNames = due.flatMap(namesOf);
  const possible = countOf(placed.flatMap(namesOf));
  const told = countOf(
    all.flatMap(({ lead = "", kind, to, at }) => namesOf({ lead, kind, to: [to], moment: momentOf(at) })),
  );
  const tooOften = [...told].filter(([name, times]) => times > (possible.get(name) ?? times));
  return {
    due: dueNames.length,
    possible: [...possible.values()].reduce((sum, times) => sum + times, 0),
    told: all.length,
    missed: dueNames.filter((name) => !told.has(name)),
    twice: [...tooOften.map(([name]) => name), ...doubled(all)],
    unexplained: [...told.keys()].filter((name) => !possible.has(name)),
  };
}

function namesOf({ lead, kind, to, moment }: Pick<Placed, "lead" | "kind" | "to" | "moment">): string[] {
  return to.map((one) => `${kind} of lead ${lead} to ${one} in moment ${moment}`);
}

function countOf(names: readonly string[]): ReadonlyMap<string, number> {
  return new Map([...Map.groupBy(names, (name) => name)].map(([name, own]) => [name, own.length]));
}

/** The same notice in two messages of different ids, or one person told the same of a lead twice at one instant. */
function doubled(all: readonly Notice[]): readonly string[] {
  const byKey = [...Map.groupBy(all, ({ key }) => key).values()];
  const byInstant = [
    ...Map.groupBy(all, ({ lead, kind, to, at }) => [lead, kind, to, at].join(" ")).values(),
  ];
  return [...byKey, ...byInstant].flatMap(([first, second]) =>
    first === undefined || second === undefined ? [] : [`notice ${first.key}, and ${second.key}`],
  );
}

/** A lead that was passed on, and not in the moment in which the agreement says so. */
function latePassings(placed: readonly Placed[], momentOf: MomentOf): readonly string[] {
  return placed.flatMap(({ isPassedOn, lead, moment, line }) => {
    if (isPassedOn === undefined) return [];
    const from = Number(line.split(" ")[1]);
    const next = placed
      .filter((one) => one.lead === lead && one.kind === "handoff" && one.at > from)
      .map(({ at }) => at);
    return momentOf(Math.min(...next)) === moment
      ? []
      : [`lead ${lead} was passed on in another moment than ${moment}`];
  });
}
