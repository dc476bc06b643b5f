/**
 * What a lead did, from two sources: properties whose values and history tell of deeds, and signals stored earlier (form
 * submissions with their answers, events that were sent in). The same deed told twice is one signal.
 */
import { MINUTE_MS, type Instant } from "../model/instant.ts";
import type { HistoryEntry } from "../model/record.ts";
import { slugOf, type Signal } from "../model/signal.ts";
import type { Fields } from "../playbook/fields.ts";
import { eventKey, type SentEvents } from "../playbook/sent-events.ts";
import type { Engagement, SignalReading } from "../playbook/signal-reading.ts";
import type { FoundRecord } from "./record.ts";
import { readValue } from "./value.ts";

type EachReading = Extract<SignalReading, { readonly each: string }>;
type AtReading = Extract<SignalReading, { readonly at: string }>;

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
    "at" in reading ? latestSignal(reading, record) : everySignal(reading, record),
  );
  const meant = stored.map((signal) => asMeant(signal, fields.events));
  const byKey = new Map([...read, ...meant].map((signal) => [signal.key, signal]));
  const distinct = mergeForms([...byKey.values()]);
  return distinct
    .map((signal) => namedKind(signal, fields.forms))
    .sort(newestFirst)
    .slice(0, MOST_SIGNALS);
}

/** One signal, at the instant the property holds. */
function latestSignal({ kind, at: property, engagement }: AtReading, record: FoundRecord): readonly Signal[] {
  const at = instantOf(record.values[property]);
  if (at === undefined) return [];
  return [{ key: keyOf(property, at), kind, at, ...engagementAt(engagement, at, record) }];
}

/** One signal for every value the property had, and one for every repeat of the value that then held. */
function everySignal(reading: EachReading, record: FoundRecord): readonly Signal[] {
  const entries = (record.history[reading.each] ?? []).filter(({ value }) => value.trim() !== "");
  const ascending = [...entries].sort((a, b) => a.at - b.at);
  const signals = ascending.map((entry) => signalOf(reading, entry.value, entry.at, record));
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
    const value =
      inForce(ascending, at) ?? (ascending.length === 0 ? record.values[reading.each] : undefined);
    return value === undefined ? [] : [signalOf(reading, value, at, record)];
  });
}

function signalOf(reading: EachReading, value: string, at: Instant, record: FoundRecord): Signal {
  const { kind, each, as, engagement } = reading;
  const head = { key: keyOf(each, at), kind, at, ...engagementAt(engagement, at, record) };
  if (as === "page") return { ...head, page: pathOf(value) };
  if (as === "form") return { ...head, form: formOf(value) };
  if (as === "engagement") return { ...head, engagement: slugOf(value) };
  return { ...head, [as]: value.trim() };
}

/** How much they took part: a fixed word, or what the property said then; without history, what it says now. */
function engagementAt(
  engagement: Engagement | undefined,
  at: Instant,
  record: FoundRecord,
): Pick<Signal, "engagement"> {
  if (engagement === undefined) return {};
  if ("word" in engagement) return { engagement: engagement.word };
  const entries = record.history[engagement.from] ?? [];
  const ascending = [...entries].sort((a, b) => a.at - b.at);
  const value = entries.length === 0 ? record.values[engagement.from] : inForce(ascending, at);
  const word = slugOf(value ?? "");
  return word === "" ? {} : { engagement: word };
}

/** The value a property had at an instant. It is set a moment after the instant it tells of. */
function inForce(ascending: readonly HistoryEntry[], at: Instant): string | undefined {
  return ascending.findLast((entry) => entry.at <= at + MINUTE_MS)?.value;
}

/** An event that was sent in, as `events` of fields.yaml says what its name means. A download's title is its asset. */
function asMeant(signal: Signal, events: SentEvents): Signal {
  const meaning = signal.event === undefined ? undefined : events.get(eventKey(signal.event));
  const meant = meaning === undefined ? signal : { ...signal, ...meaning };
  const { kind, asset, title } = meant;
  return kind === "content-downloaded" && asset === undefined && title !== undefined
    ? { ...meant, asset: title }
    : meant;
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
