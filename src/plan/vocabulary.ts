/**
 * The values a brief is written with: the lead's facts by their names, and the words of `BRIEF_WORDS`. What is not known
 * is `null`, so a template can ask for it and nothing is padded. Dates are words already, in the owner's zone.
 */
import type { Assignment, Verdict } from "../model/decision.ts";
import type { Instant } from "../model/instant.ts";
import type { Facts, Snapshot } from "../model/lead.ts";
import type { Signal } from "../model/signal.ts";
import type { BriefTemplates, Play } from "../playbook/brief.ts";
import type { Playbook } from "../playbook/playbook.ts";
import type { TemplateValue, TemplateValues } from "../playbook/template.ts";
import { sayAgo, sayDate, sayTime } from "../sla/words.ts";
import { weightiest } from "./behaviours.ts";
import type { Deadlines } from "./deadlines.ts";
import { storyOf } from "./people.ts";
import { clean, sentence } from "./sentence.ts";

/** What a brief is written about. */
export interface BriefSubject {
  readonly type: string;
  readonly snapshot: Snapshot;
  readonly verdict: Verdict;
  readonly assignment: Assignment;
  /** Absent when no owner of ours is held to any. */
  readonly deadlines?: Deadlines;
  readonly handoffUrl: string;
  readonly now: Instant;
}

/** A note is read in a minute: more than this is not read. Characters and counts. */
const LONGEST_VALUE = 500;
const MOST_BEHAVIOURS = 3;
const MOST_ANSWERS = 5;
const MOST_PAGES = 5;
const MOST_PEOPLE = 8;

/** Everything but the sentences that are made of these values; those are `null` or empty until they are written. */
export function vocabularyOf(subject: BriefSubject, play: Play, playbook: Playbook): TemplateValues {
  const { snapshot, verdict, assignment, deadlines, now } = subject;
  const { facts, signals } = snapshot;
  const zone = deadlines?.zone ?? "UTC";
  const tell = (signal: Signal, count: number): TemplateValues => ({
    says: sayDeed(signal, count, playbook.brief),
    date: sayDate(signal.at, zone),
    ago: sayAgo(now - signal.at),
    count,
  });
  const [latest] = signals;
  const story = storyOf(snapshot, playbook, now);
  const heaviest = weightiest(signals, MOST_BEHAVIOURS, now, playbook.definition.points);
  return {
    ...factValues(facts, playbook, zone),
    ...UNWRITTEN,
    who: textOf(facts, "lead.name") ?? textOf(facts, "lead.email") ?? null,
    type: subject.type,
    label: play.label,
    reason: verdict.reason,
    rule: assignment.rule,
    score: verdict.score ?? null,
    last: latest === undefined ? NOTHING_YET : tell(latest, 1),
    behaviours: heaviest.map(({ signal, count }) => tell(signal, count)),
    seen: pagesOf(signals),
    people: story.people.slice(0, MOST_PEOPLE).map(({ name, role, count, last }) => ({
      name: name === undefined ? null : clean(name, LONGEST_VALUE),
      role: role === undefined ? null : clean(role, LONGEST_VALUE),
      ...tell(last, count),
    })),
    growth: { people: story.people.length, recent: story.recent, before: story.before },
    answers: answersOf(signals, facts),
    deadline: {
      first_attempt: deadlines === undefined ? null : sayTime(deadlines.firstAttemptAt, zone),
      meaningful_touch: deadlines === undefined ? null : sayTime(deadlines.meaningfulTouchAt, zone),
    },
    owner: { name: assignment.outcome === "assigned" ? assignment.ownerName : null },
    link: { lead: snapshot.leadUrl, handoff: subject.handoffUrl },
  };
}

const NOTHING_YET: TemplateValue = { says: null, date: null, ago: null, count: 0 };
const UNWRITTEN: TemplateValues = {
  why_now: null,
  likely_problem: null,
  angle: null,
  next_action: null,
  first_hour: [],
  first_day: [],
  first_week: [],
};

/** A fact as text, shortened and on one line; undefined when it is not known. */
export function textOf(facts: Facts, name: string): string | undefined {
  const fact = facts[name];
  return fact === undefined ? undefined : clean(String(fact.value), LONGEST_VALUE);
}

/** What a lead did, in the playbook's words. */
function sayDeed(signal: Signal, count: number, brief: BriefTemplates): string {
  const { kind, page, form, asset, campaign, engagement, event } = signal;
  const known = { page, form: form?.replaceAll("-", " "), asset, campaign, engagement, event };
  const values = Object.entries(known).map(([name, value]): [string, TemplateValue] => [
    name,
    value === undefined ? null : clean(value, LONGEST_VALUE),
  ]);
  const template = brief.signals.get(kind);
  const words = { ...Object.fromEntries(values), count };
  return (template && sentence(template, words, LONGEST_VALUE)) ?? kind.replaceAll("-", " ");
}

/** `lead.name` becomes `lead: { name }`. Those some template reads exist even when unknown; dates are said in words. */
function factValues(facts: Facts, { brief, fields }: Playbook, zone: string): TemplateValues {
  const dates = new Set(fields.reads.flatMap(({ fact, as }) => (as === "date" ? fact : [])));
  const groups = Map.groupBy(brief.facts, (name) => name.split(".")[0] ?? "");
  const wordOf = (name: string): TemplateValue => {
    const value = facts[name]?.value ?? null;
    return typeof value === "number" && dates.has(name) ? sayDate(value, zone) : shorten(value);
  };
  // Made of entries: a fact may be called constructor.keys, and must not reach what every object has.
  const wordsOf = (names: readonly string[]): TemplateValues =>
    Object.fromEntries(names.map((name) => [name.slice(name.indexOf(".") + 1), wordOf(name)]));
  return Object.fromEntries([...groups].map(([group, names]) => [group, wordsOf(names)]));
}

function shorten(value: string | number | boolean | null): string | number | boolean | null {
  return typeof value === "string" ? clean(value, LONGEST_VALUE) : value;
}

/** Pages and assets, the latest first, each once. */
function pagesOf(signals: readonly Signal[]): readonly string[] {
  const seen = signals.flatMap(({ kind, page, asset }) => (kind === "page-viewed" ? page : asset) ?? []);
  return [...new Set(seen)].slice(0, MOST_PAGES).map((page) => clean(page, LONGEST_VALUE));
}

/** Answers of forms, the latest first, without those the record shows anyway (name, e-mail address, company). */
function answersOf(signals: readonly Signal[], facts: Facts): readonly TemplateValue[] {
  const onRecord = new Set(Object.values(facts).map(({ value }) => String(value).toLowerCase()));
  const names = new Set(
    String(facts["lead.name"]?.value ?? "")
      .toLowerCase()
      .split(" "),
  );
  const answers = signals.flatMap((signal) => signal.answers ?? []);
  const asked = new Set<string>();
  return answers
    .filter(({ question, answer }) => {
      const said = answer.trim().toLowerCase();
      const isNews = said !== "" && !onRecord.has(said) && !names.has(said);
      if (!isNews || asked.has(question)) return false;
      asked.add(question);
      return true;
    })
    .slice(0, MOST_ANSWERS)
    .map(({ question, answer }) => ({
      question: clean(question, LONGEST_VALUE),
      answer: clean(answer, LONGEST_VALUE),
    }));
}
