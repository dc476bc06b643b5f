/** The brief: the note and the task an owner reads, rendered from brief.yaml. */
import type { Brief } from "../model/decision.ts";
import { escapeHtml } from "../model/html.ts";
import type { BriefTemplates, Play } from "../playbook/brief.ts";
import type { Playbook } from "../playbook/playbook.ts";
import { WHY_NOW } from "../playbook/routing.ts";
import type { Template, TemplateValues } from "../playbook/template.ts";
import { clean, sentence } from "./sentence.ts";
import { textOf, vocabularyOf, type BriefSubject } from "./vocabulary.ts";

/** Lengths in characters: what fits a list column, and what a task list shows. */
const LONGEST_WHY_NOW = 300;
const LONGEST_SUBJECT = 150;
const LONGEST_SENTENCE = 500;

/** The play of a type of lead: its own, or the one for all others. */
export function playOf(type: string, { brief }: Playbook): Play {
  return brief.plays.get(type) ?? brief.otherwise;
}

/**
 * Writes the brief for an owner. The note and the task are HTML in which every value is escaped; `whyNow` and the subject
 * are plain text. A template that fails on these values costs its own words and nothing else: the owner still gets the
 * sentence, the links, and the name of what failed. Throws nothing.
 */
export function writeBrief(subject: BriefSubject, playbook: Playbook): Brief {
  const { brief } = playbook;
  const play = playOf(subject.type, playbook);
  const words = vocabularyOf(subject, play, playbook);
  const whyNow = sentence(play.whyNow, words, LONGEST_WHY_NOW) ?? `${play.label}: ${subject.verdict.reason}`;
  const told = { ...words, why_now: whyNow };
  const values: TemplateValues = {
    ...told,
    likely_problem: optional(play.likelyProblem, told),
    angle: optional(play.angle, told),
    next_action: optional(play.nextAction, told),
    first_hour: steps(play.firstHour, told),
    first_day: steps(play.firstDay, told),
    first_week: steps(play.firstWeek, told),
  };
  return {
    whyNow,
    noteHtml: html(brief.note, values, whyNow, subject),
    taskSubject: sentence(brief.taskSubject, values, LONGEST_SUBJECT) ?? clean(whyNow, LONGEST_SUBJECT),
    taskHtml: html(brief.taskBody, values, whyNow, subject),
  };
}

/** Writes the note of a lead that goes to a partner. It holds the facts the rule shares, and can hold no others. */
export function writePartnerNote(
  subject: BriefSubject,
  partner: string,
  share: readonly string[],
  playbook: Playbook,
): { whyNow: string; noteHtml: string } {
  const { brief } = playbook;
  const play = playOf(subject.type, playbook);
  const words = vocabularyOf(subject, play, playbook);
  const whyNow = sentence(play.whyNow, words, LONGEST_WHY_NOW) ?? play.label;
  const shared = share.flatMap((name) => {
    const value = name === WHY_NOW ? whyNow : textOf(subject.snapshot.facts, name);
    return value === undefined ? [] : [{ label: labelOf(name, brief), value }];
  });
  const values = { partner: clean(partner, LONGEST_SENTENCE), label: play.label, shared };
  return { whyNow, noteHtml: html(brief.partnerNote, values, play.label, subject) };
}

function labelOf(fact: string, { labels }: BriefTemplates): string {
  return labels.get(fact) ?? fact.replaceAll(/[._]/g, " ");
}

function optional(template: Template | undefined, values: TemplateValues): string | null {
  return template === undefined ? null : (sentence(template, values, LONGEST_SENTENCE) ?? null);
}

function steps(templates: readonly Template[], values: TemplateValues): readonly string[] {
  return templates.flatMap((template) => sentence(template, values, LONGEST_SENTENCE) ?? []);
}

function html(template: Template, values: TemplateValues, instead: string, subject: BriefSubject): string {
  try {
    const lines = template.render(values).split("\n");
    return lines.flatMap((line) => line.trim() || []).join("\n");
  } catch (error) {
    const what = error instanceof Error ? error.message : String(error);
    const link = `<a href="${escapeHtml(subject.handoffUrl)}">Why this lead</a>`;
    return `<p><strong>${escapeHtml(instead)}</strong></p>\n<p>${link}</p>\n<p>brief.yaml: ${escapeHtml(what)}</p>`;
  }
}
