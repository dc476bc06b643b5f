/** Names of forms against an account. A form nobody can find may still come from elsewhere, so these are warnings. */
import { slugOf } from "../model/signal.ts";
import type { Vocabulary } from "../model/vocabulary.ts";
import { type FieldsFile, sectionsOf } from "./fields.ts";
import { glob } from "./glob.ts";
import { mentionsOf } from "./live-mentions.ts";
import type { LiveSection } from "./live.ts";
import type { Problem } from "./problem.ts";
import { didYouMean } from "./words.ts";

/** What `forms` of fields.yaml names and no form of the account is called. Throws nothing. */
export function fieldFormProblems(
  { parsed, at }: LiveSection<FieldsFile>,
  { forms }: Vocabulary,
): readonly Problem[] {
  if (!forms.known) return [];
  const slugs = forms.all.map(slugOf);
  return sectionsOf(parsed).flatMap(({ crm, yaml }) =>
    Object.keys(yaml.forms)
      .filter((name) => !slugs.includes(name))
      .map((name) => at("warning", strange(name, slugs), [crm, "forms", name], "key")),
  );
}

/** The same for the conditions of definition.yaml or routing.yaml, where names may hold stars. Throws nothing. */
export function definitionFormProblems(
  { value, at }: LiveSection<unknown>,
  { forms }: Vocabulary,
): readonly Problem[] {
  if (!forms.known) return [];
  const slugs = forms.all.map(slugOf);
  return mentionsOf(value, "form")
    .filter(({ word }) => !slugs.some(glob(word)))
    .map(({ word, path }) => at("warning", strange(word, slugs), path));
}

function strange(name: string, slugs: readonly string[]): string {
  const hint = didYouMean(name, slugs) || (slugs.length === 0 ? "" : `; forms are ${listed(slugs)}`);
  return `"${name}" is no form of the CRM${hint}`;
}

/** The first few: an account may have hundreds. */
function listed(slugs: readonly string[]): string {
  const first = slugs.slice(0, MOST_LISTED).join(", ");
  return slugs.length > MOST_LISTED ? `${first} …` : first;
}
const MOST_LISTED = 12;
