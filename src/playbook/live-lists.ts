/**
 * Lists that conditions ask for, against an account. Nobody is on a list that does not exist, so a list of people never to
 * be contacted that was mistyped or deleted would protect nobody: an error, not a warning.
 */
import type { CrmOption, Vocabulary } from "../model/vocabulary.ts";
import { CRM_WORDS, crmOfList } from "./crm.ts";
import { listNumber } from "./list-condition.ts";
import { speaksOf } from "./live-fields.ts";
import { mentionsOf } from "./live-mentions.ts";
import type { LiveSection } from "./live.ts";
import type { Problem } from "./problem.ts";
import { nearestWord } from "./words.ts";

/** What definition.yaml or routing.yaml asks for and the account does not have, or does not show. Throws nothing. */
export function listProblems(
  { value, at }: LiveSection<unknown>,
  vocabulary: Vocabulary,
): readonly Problem[] {
  const { lists } = vocabulary;
  return mentionsOf(value, "list").flatMap(({ word, path }) => {
    if (!speaksOf(crmOfList(word), vocabulary)) return [];
    if (!lists.known) return [at("warning", unreadable(word), path)];
    const isThere = lists.all.some((list) => list.value === listNumber(word));
    return isThere ? [] : [at("error", strangeList(word, lists.all), path)];
  });
}

function unreadable(word: string): string {
  return `"${word}" stays unknown for every lead: the CRM does not let Baton read lists; ${grantOf(word)}`;
}

/** What is said of a list that leads are put on, and that Baton may not read. */
export function unreadableList(word: string): string {
  return `"${word}" could not be looked for: the CRM does not let Baton read lists; ${grantOf(word)}`;
}

function grantOf(word: string): string {
  return CRM_WORDS[crmOfList(word)].list.grant;
}

/** What is said of a list the account does not have. */
export function strangeList(word: string, lists: readonly CrmOption[]): string {
  const crm = crmOfList(word);
  const isOfCrm = new RegExp(`^${CRM_WORDS[crm].list.id}$`);
  const all = lists.filter(({ value }) => isOfCrm.test(value));
  const nearest = nearestWord(
    listNumber(word),
    all.map(({ value }) => value),
  );
  const meant = all.find(({ value }) => value === nearest);
  const shown = ({ value, label }: CrmOption): string =>
    label === "" ? `"${crm}:${value}"` : `"${crm}:${value}" (${label})`;
  const hint = meant === undefined ? listed(all.map(shown)) : `; did you mean ${shown(meant)}?`;
  return `"${word}" is no list of people in the CRM, or was deleted${hint}`;
}

/** The first few: an account may have thousands. */
function listed(lists: readonly string[]): string {
  if (lists.length === 0) return "";
  return `; lists are ${lists.slice(0, MOST_LISTED).join(", ")}${lists.length > MOST_LISTED ? " …" : ""}`;
}
const MOST_LISTED = 5;
