/** What sales answered in the CRM, read from the history of the pick lists it answers in. */
import type { Disposition } from "../model/disposition.ts";
import type { Instant } from "../model/instant.ts";
import type { HistoryEntry } from "../model/record.ts";
import { slugOf } from "../model/signal.ts";
import type { Answers } from "../playbook/answers.ts";
import type { Fields } from "../playbook/fields.ts";
import type { FoundRecord } from "./record.ts";

/** Characters. The property may be no pick list, and hold a novel. */
const LONGEST_WORD = 100;

/** An answer as it was picked, before its reason is known. */
interface Pick {
  readonly answer: string;
  readonly key: string;
  readonly at: Instant;
}

/**
 * Reads the answers of a record, oldest first. Each setting of a list is one answer. Its reason is the first that was picked with it
 * or after it and before the next answer, or else the one that stood there already. Throws nothing.
 */
export function answersIn(record: FoundRecord, fields: Fields, since: Instant): readonly Disposition[] {
  const { answers: where } = fields;
  if (where === undefined) return [];
  const picks = picksOf(record, where).filter(({ at }) => at >= since);
  const reasons = historyOf(record, where.reason).filter(({ value, at }) => value !== "" && at >= since);
  return picks.map((pick, index) => withReason(pick, picks[index + 1], reasons));
}

/** What the two pick lists hold now, by property path; empty ones are absent. Throws nothing. */
export function pickedIn(
  { values }: FoundRecord,
  { answers: where }: Fields,
): Readonly<Record<string, string>> {
  if (where === undefined) return {};
  return Object.fromEntries(
    [where.answer, where.reason].flatMap((path) => {
      const value = Object.hasOwn(values, path) ? (values[path] ?? "").trim() : "";
      return value === "" ? [] : [[path, value] as const];
    }),
  );
}

function picksOf(record: FoundRecord, { answer, also }: Answers): readonly Pick[] {
  const own = historyOf(record, answer).map((entry) => ({ entry, path: answer, word: wordOf(entry) }));
  const kept =
    also === undefined
      ? []
      : historyOf(record, also.property).flatMap((entry) => {
          const word = also.map.get(entry.value);
          // Set together with the list that is for it, that one says what is meant.
          const isSaid = own.some(({ entry: { at } }) => at === entry.at);
          return word === undefined || isSaid ? [] : [{ entry, path: also.property, word }];
        });
  return [...own, ...kept]
    .filter(({ word }) => word !== "")
    .map(({ entry, path, word }) => ({
      answer: word,
      key: `crm:${path}:${entry.at}`,
      at: entry.at,
    }))
    .sort((a, b) => a.at - b.at || (a.key < b.key ? -1 : 1));
}

function withReason(pick: Pick, next: Pick | undefined, reasons: readonly HistoryEntry[]): Disposition {
  const until = next?.at ?? Infinity;
  const after = reasons.filter(({ at }) => at >= pick.at && at < until);
  const before = reasons.filter(({ at }) => at < pick.at);
  const reason = earliest(after) ?? latest(before);
  return { ...pick, via: "crm", ...(reason === undefined ? {} : { reason: wordOf(reason) }) };
}

function wordOf({ value }: HistoryEntry): string {
  return slugOf(value.slice(0, LONGEST_WORD));
}

function historyOf({ history }: FoundRecord, path: string): readonly HistoryEntry[] {
  return Object.hasOwn(history, path) ? (history[path] ?? []) : [];
}

function earliest(entries: readonly HistoryEntry[]): HistoryEntry | undefined {
  return entries.toSorted((a, b) => a.at - b.at)[0];
}

function latest(entries: readonly HistoryEntry[]): HistoryEntry | undefined {
  return entries.toSorted((a, b) => b.at - a.at)[0];
}
