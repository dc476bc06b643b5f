/**
 * Promises of one type that do not go together: what is promised first is due last, or more is promised than the time holds.
 * They are counted as they stand (docs/clocks.md), so these are warnings.
 */
import { DAY_MS, MINUTE_MS, type DurationMs } from "../model/instant.ts";
import type { Promised } from "../model/rep.ts";
import type { SalesPromise } from "./agreement.ts";
import type { YamlPath } from "./compiled.ts";
import { formatDuration } from "./duration.ts";
import type { Playbook } from "./playbook.ts";
import type { Problem } from "./problem.ts";

/** Makes a problem at a place of agreement.yaml. */
type At = (message: string, path: YamlPath, severity: "warning") => Problem;

/** Throws nothing. */
export function promiseProblems({ agreement: { sales } }: Playbook, at: At): readonly Problem[] {
  const all: readonly (readonly [YamlPath, SalesPromise])[] = [
    ...[...sales.promises].map(([type, made]) => [["sales", "promises", type], made] as const),
    [["sales", "otherwise"], sales.otherwise],
  ];
  return all.flatMap(([path, made]) =>
    unevenOf(made, (message, ...steps) => at(message, [...path, ...steps], "warning")),
  );
}

function unevenOf(
  { firstAttempt, meaningfulTouch, attempts }: SalesPromise,
  tell: (message: string, ...steps: readonly string[]) => Problem,
): readonly Problem[] {
  const first = promisedText(firstAttempt);
  const found: Problem[] = [];
  if (isLonger(firstAttempt, meaningfulTouch))
    found.push(
      tell(
        `first_attempt is ${first} and meaningful_touch ${promisedText(meaningfulTouch)}: nobody is reached before the first attempt, so it cannot be the later one`,
        "first_attempt",
      ),
    );
  if (attempts === undefined) return found;
  const { atLeast, within } = attempts;
  if (atLeast * MINUTE_MS > longestMs(within))
    found.push(
      tell(
        `${atLeast} attempts within ${promisedText(within)} are more than one a minute: nobody can keep that`,
        "attempts",
        "at_least",
      ),
    );
  else if (isLonger(firstAttempt, within))
    found.push(
      tell(
        `all attempts are due within ${promisedText(within)}, the first of them within ${first}: it cannot be the later one`,
        "attempts",
        "within",
      ),
    );
  return found;
}

/** Only like is compared with like: how many hours a business day has is the calendar's to say. */
function isLonger(one: Promised, other: Promised): boolean {
  if ("ms" in one) return "ms" in other && one.ms > other.ms;
  return "businessDays" in other && one.businessDays > other.businessDays;
}

function longestMs(promised: Promised): DurationMs {
  return "ms" in promised ? promised.ms : promised.businessDays * DAY_MS;
}

function promisedText(promised: Promised): string {
  return "ms" in promised ? formatDuration(promised.ms) : `${promised.businessDays}bd`;
}
