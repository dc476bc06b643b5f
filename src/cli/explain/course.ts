/** What happened to a handoff after it was decided, in the order it happened: touches, answers, pauses, other owners. */
import type { Disposition } from "../../model/disposition.ts";
import type { Pause } from "../../model/handoff.ts";
import type { Instant } from "../../model/instant.ts";
import type { Touch } from "../../model/touch.ts";
import { loadPauses } from "../../store/pauses.ts";
import { loadHappenings } from "../../store/stories.ts";
import type { Db } from "../../store/schema.ts";
import { wrapped } from "../print.ts";
import { inTime, printable } from "../words.ts";
import type { Reader } from "./text.ts";

/** Everything that happened to one handoff, as it is stored. */
export interface Course {
  readonly touches: readonly Touch[];
  readonly answers: readonly Disposition[];
  readonly pauses: readonly Pause[];
}

/** Gathers it. Throws what the database throws. */
export async function courseOf(db: Db, installation: string, handoff: string): Promise<Course> {
  const { touches, answers } = await loadHappenings(db, installation, handoff);
  return { touches, answers, pauses: await loadPauses(db, installation, handoff) };
}

/** One line for each thing that happened, the oldest first. Throws nothing. */
export function courseLines(
  { touches, answers, pauses }: Course,
  { screen, zone }: Reader,
): readonly string[] {
  const happened: readonly { readonly at: Instant; readonly says: string }[] = [
    ...touches.map((touch) => ({ at: touch.at, says: touchWords(touch) })),
    ...answers.map((answer) => ({ at: answer.at, says: answerWords(answer) })),
    ...pauses.flatMap(({ fromAt, toAt, reason }) => [
      { at: fromAt, says: `clocks stood still: ${printable(reason)}` },
      ...(toAt === undefined ? [] : [{ at: toAt, says: "clocks ran on" }]),
    ]),
  ];
  return happened
    .toSorted((a, b) => a.at - b.at)
    .flatMap(({ at, says }) => wrapped(screen, `  ${screen.paint.dim(inTime(at, zone))}  `, says));
}

const RESULTS: Readonly<Record<Touch["result"], string>> = {
  planned: "planned",
  tried: "tried",
  reached: "reached",
  missed: "did not come",
};

function touchWords({ kind, result, byPerson }: Touch): string {
  return `${kind}: ${RESULTS[result]}${byPerson ? "" : " (by a program: does not count)"}`;
}

function answerWords({ answer, reason, via, by }: Disposition): string {
  const because = reason === undefined ? "" : `, ${printable(reason)}`;
  const who = by === undefined ? "" : ` by ${printable(by)}`;
  return `answered: ${printable(answer)}${because} (${via}${who})`;
}
