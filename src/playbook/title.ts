/**
 * Seniority and function from a job title, as far as the title says it in words Baton knows. A title it does not
 * understand stays unknown; `titles:` in fields.yaml teaches more.
 */
import { normalForm } from "../model/normal-form.ts";
import { FUNCTION_WORDS, type JobFunction, type Seniority, SENIORITY_WORDS } from "./title-words.ts";

type Table<Word extends string> = readonly { readonly word: Word; readonly says: RegExp }[];

const SENIORITY_TABLE = tableOf(SENIORITY_WORDS);
const FUNCTION_TABLE = tableOf(FUNCTION_WORDS);

/** Whom somebody works for is not who they are: `Advisor to the CEO`, `Assistenz der Geschäftsführung`. */
const SERVED =
  / (?:to|der|des|du|de la|del) (?=(?:c[a-z]o|chief|president|prasident|managing|board|founder|vp|svp|evp|head|director|general|geschaftsf|geschaeftsf|vorstand|direction|direccion)).*$/;
/** What somebody was, they are no longer. */
const PAST = / (?:former|formerly|retired|ex|ehemalige?r?|ancienne?|jubilad[oa]) /;

/** `VP of Marketing` is `vp`; undefined when the title does not say. */
export function seniorityOf(title: string): Seniority | undefined {
  const words = wordsOf(title);
  return PAST.test(words) ? undefined : firstOf(SENIORITY_TABLE, words.replace(SERVED, " "));
}

/** `VP of Marketing` is `marketing`; undefined when the title does not say. */
export function functionOf(title: string): JobFunction | undefined {
  const words = wordsOf(title);
  return PAST.test(words) ? undefined : firstOf(FUNCTION_TABLE, words);
}

function tableOf<Word extends string>(rows: readonly (readonly [Word, ...string[]])[]): Table<Word> {
  return rows.map(([word, ...phrases]) => ({
    word,
    says: new RegExp(` (?:${phrases.join("|").replaceAll("*", String.raw`\p{L}*`)}) `, "u"),
  }));
}

function firstOf<Word extends string>(table: Table<Word>, words: string): Word | undefined {
  return table.find(({ says }) => says.test(words))?.word;
}

/** Lower-case words with one space around each, without accents or filler: `Head, Sales & Ops` is ` head sales ops `. */
function wordsOf(title: string): string {
  const words = normalForm(title, "NFD")
    .toLowerCase()
    .replaceAll(/\p{M}/gu, "")
    .replaceAll("ß", "ss")
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== "" && word !== "of" && word !== "the");
  return ` ${words.join(" ")} `;
}
