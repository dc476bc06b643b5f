/**
 * What a lead did, from two sources: properties whose values and history tell of deeds, and signals stored earlier
 * (form submissions with their answers). The same deed told twice is one signal.
 */
import type { HistoryEntry } from "../connector.ts";
import { MINUTE_MS, type Instant } from "../model/instant.ts";
import { slugOf, type Signal, type SignalKind } from "../model/signal.ts";
import type { Fields, SignalReading } from "../playbook/fields.ts";
import type { FoundRecord } from "./record.ts";
import { readValue } from "./value.ts";

type EachReading = Extract<SignalReading, { readonly each: string }>;

/** Two tellings of one form within this span are one submission: CRMs date properties and submissions apart. */
const SAME_FORM_MS = 10 * MINUTE_MS;
/** Signals kept for one decision. More say nothing new, and a script that reloads a page all day must cost nothing. */
const MOST_SIGNALS = 1_000;

/** All signals of a lead, newest first; of those at one instant, by key. Throws nothing. */
export function gatherSignals(
  record: FoundRecord,
  stored: readonly Signal[],
  fields: Fields,
): readonly Signal[] {
  const read = fields.signals.flatMap((reading) =>
    "at" in reading ? latestSignal(reading.kind, reading.at, record) : everySignal(reading, record),
  );
  const byKey = new Map([...read, ...stored].map((signal) => [signal.key, signal]));
  const distinct = mergeForms([...byKey.values()]);
  return distinct
    .map((signal) => namedKind(signal, fields.forms))
    .sort(newestFirst)
    .slice(0, MOST_SIGNALS);
}

/** One signal, at the instant the property holds. */
function latestSignal(kind: SignalKind, property: string, record: FoundRecord): readonly Signal[] {
  const at = instantOf(record.values[property]);
  return at === undefined ? [] : [{ key: keyOf(property, at), kind, at }];
}

/** One signal for every value the property had, and one for every repeat of the value that then held. */
function everySignal(reading: EachReading, record: FoundRecord): readonly Signal[] {
  const entries = (record.history[reading.each] ?? []).filter(({ value }) => value.trim() !== "");
  const ascending = [...entries].sort((a, b) => a.at - b.at);
  const signals = ascending.flatMap((entry) => signalOf(reading, entry.value, entry.at));
  return reading.again === undefined
    ? signals
    : [...signals, ...repeats(reading, reading.again, ascending, record)];
}

/** Instants the repeat property holds or held, with the value that was in force. */
function repeats(
  reading: EachReading,
  again: string,
  ascending: readonly HistoryEntry[],
  record: FoundRecord,
): readonly Signal[] {
  const texts = [...(record.history[again] ?? []).map(({ value }) => value), record.values[again] ?? ""];
  const instants = new Set(texts.flatMap((text) => instantOf(text) ?? []));
  return [...instants].flatMap((at) => {
    // The value is set a moment after the instant it tells of.
    const inForce = ascending.findLast((entry) => entry.at <= at + MINUTE_MS)?.value;
    const value = inForce ?? (ascending.length === 0 ? record.values[reading.each] : undefined);
    return value === undefined ? [] : signalOf(reading, value, at);
  });
}

function signalOf({ kind, each, as }: EachReading, value: string, at: Instant): readonly Signal[] {
  const head = { key: keyOf(each, at), kind, at };
  if (as === "page") return [{ ...head, page: pathOf(value) }];
  if (as === "form") return [{ ...head, form: formOf(value) }];
  return [{ ...head, [as]: value.trim() }];
}

/**
 * Form submissions of one form within ten minutes are one. The telling with answers stays, because it says more; of
 * equals the earliest stays, so that a form sent twice in a row counts from the first.
 */
function mergeForms(signals: readonly Signal[]): readonly Signal[] {
  const others = signals.filter(({ form }) => form === undefined);
  const forms = signals.filter(({ form }) => form !== undefined).sort((a, b) => -newestFirst(a, b));
  const kept: Signal[] = [];
  for (const signal of forms) {
    const index = kept.findLastIndex((one) => one.form === signal.form && signal.at - one.at <= SAME_FORM_MS);
    const twin = kept[index];
    if (twin === undefined) kept.push(signal);
    else if (answersOf(signal) > answersOf(twin)) kept[index] = signal;
  }
  return [...others, ...kept];
}

function answersOf({ answers }: Signal): number {
  return answers?.length ?? 0;
}

/** Some forms are more than a form: `forms:` of fields.yaml says what. */
function namedKind(signal: Signal, forms: Fields["forms"]): Signal {
  const kind = signal.form === undefined ? undefined : forms.get(signal.form);
  if (kind === undefined || signal.form === undefined || signal.kind !== "form-submitted") return signal;
  return kind === "content-downloaded" ? { ...signal, kind, asset: signal.form } : { ...signal, kind };
}

function newestFirst(a: Signal, b: Signal): number {
  return b.at - a.at || (a.key < b.key ? -1 : a.key > b.key ? 1 : 0);
}

/** A property and an instant name a deed for ever: reading the lead again gives the same key. */
function keyOf(property: string, at: Instant): string {
  return `${property}@${at}`;
}

function instantOf(text: string | undefined): Instant | undefined {
  const value = readValue(text?.trim() ?? "", "date", { stageNamed: () => undefined });
  return typeof value === "number" ? value : undefined;
}

/** `https://www.acme.example/pricing?utm=1#top` to `/pricing`. */
function pathOf(url: string): string {
  const address = url.trim().replace(/^[a-z]+:\/\//i, "");
  const path = (/^[^?#]*/.exec(address)?.[0] ?? "").replace(/^[^/]*/, "");
  return path === "" ? "/" : path;
}

/** HubSpot writes `Page title: Form name`; the form's name is what follows the last colon. */
function formOf(text: string): string {
  const name = text.slice(text.lastIndexOf(": ") + (text.includes(": ") ? 2 : 1));
  return slugOf(name);
}
