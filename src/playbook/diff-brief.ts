/** What a change of brief.yaml means: which words reps read have changed. Templates are named, not quoted. */
import { about, byName, inParts } from "./diff-named.ts";
import { isSame, quoted, type Tell, valueLines } from "./diff-words.ts";

/** Says how one brief.yaml differs from another. Throws nothing. */
export const briefLines: Tell = inParts({
  note: about("Note", reworded),
  partner_note: about("Note for partners", reworded),
  task: inParts({
    subject: about("Subject of the task", reworded),
    body: about("Text of the task", reworded),
  }),
  types: byName({
    call: (type) => type,
    added: () => "has a brief of its own now",
    removed: () => "has no brief of its own any more",
    changed: playLines,
  }),
  otherwise: about("every other type", playLines),
  signals: byName({
    call: (kind) => `What ${kind} is called`,
    added: () => "added",
    changed: reworded,
  }),
  labels: byName({
    call: (fact) => `Label of ${fact}`,
    added: (label) => `added: ${quoted(String(label))}`,
    changed: reworded,
  }),
});

/** How one type is worked. */
function playLines(type: string, from: unknown, to: unknown): readonly string[] {
  const of = (part: string): Tell => about(`${part} of ${type}`, reworded);
  return inParts({
    label: of("Label"),
    why_now: of("Why-now"),
    likely_problem: of("Likely problem"),
    angle: of("Angle"),
    next_action: of("Next action"),
    plan: inParts({ hour: of("First hour"), day: of("First day"), week: of("First week") }),
    task: (_who, before, after) => valueLines(`Task of ${type}`, "", before, after),
  })(type, from, to);
}

/** A few plain words are quoted; a template, or a list of them, is only named. */
function reworded(who: string, from: unknown, to: unknown): readonly string[] {
  if (isSame(from, to)) return [];
  if (from === undefined) return [`${who} added`];
  if (to === undefined) return [`${who} removed`];
  return isPlain(from) && isPlain(to) ? [`${who}: ${quoted(from)} → ${quoted(to)}`] : [`${who} reworded`];
}

/** Longer texts are read in the file. */
const MOST_QUOTED = 60;

function isPlain(text: unknown): text is string {
  return typeof text === "string" && text.length <= MOST_QUOTED && !/\{[{%]|[<\n]/.test(text);
}
