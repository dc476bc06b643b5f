/** Date literals: the span of time a word such as `TODAY` stands for, in UTC. */
import { malformed } from "./tokens.ts";

/** The first instant of a span and the first after it, epoch milliseconds. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

const dayMs = 24 * 60 * 60_000;
const weekDays = 7;

/** @throws Refusal MALFORMED_QUERY for a word that is no date literal of the sandbox. */
export function spanOf(word: string, now: number): Span {
  const date = new Date(now);
  const [year, month] = [date.getUTCFullYear(), date.getUTCMonth()];
  const today = Date.UTC(year, month, date.getUTCDate());
  const days = (from: number, to: number): Span => ({ from: today + from * dayMs, to: today + to * dayMs });
  const [name = "", count = "0"] = word.split(":");
  const number = Number(count);
  const sinceSunday = -date.getUTCDay();
  switch (name) {
    case "TODAY":
      return days(0, 1);
    case "YESTERDAY":
      return days(-1, 0);
    case "TOMORROW":
      return days(1, 2);
    case "LAST_N_DAYS":
      return days(-number, 1);
    case "NEXT_N_DAYS":
      return days(1, number + 1);
    case "THIS_WEEK":
      return days(sinceSunday, sinceSunday + weekDays);
    case "LAST_WEEK":
      return days(sinceSunday - weekDays, sinceSunday);
    case "THIS_MONTH":
      return { from: Date.UTC(year, month), to: Date.UTC(year, month + 1) };
    case "LAST_MONTH":
      return { from: Date.UTC(year, month - 1), to: Date.UTC(year, month) };
    case "THIS_YEAR":
      return { from: Date.UTC(year, 0), to: Date.UTC(year + 1, 0) };
    default:
      throw malformed(`unexpected token: '${word}'`);
  }
}
