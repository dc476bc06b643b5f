/** Names by which agreement.yaml and fields.yaml speak of one another: what sales may answer, and where a lead goes after it. */
import type { YamlPath } from "./compiled.ts";
import { offeredAnswers } from "./offered.ts";
import type { Playbook } from "./playbook.ts";
import type { Problem } from "./problem.ts";
import { didYouMean } from "./words.ts";

/** Makes a problem at a place of one file. */
type At = (message: string, path: YamlPath, severity?: Problem["severity"]) => Problem;

/** What one of both files names and the other does not know. Throws nothing. */
export function answerProblems(
  playbook: Pick<Playbook, "fields" | "agreement">,
  sections: { readonly "fields.yaml": { readonly at: At }; readonly "agreement.yaml": { readonly at: At } },
): readonly Problem[] {
  const [inFields, inAgreement] = [sections["fields.yaml"].at, sections["agreement.yaml"].at];
  return [
    ...destinationProblems(playbook, inAgreement),
    ...unusedDestinations(playbook, inFields),
    ...mappedAnswers(playbook, inFields),
    ...unreadDeals(playbook, inAgreement),
  ];
}

const ANSWERS = ["accepted", "rejected", "recycled"] as const;

function destinationProblems(
  { fields, agreement }: Pick<Playbook, "fields" | "agreement">,
  at: At,
): readonly Problem[] {
  const known = [...fields.destinations.keys()];
  return ANSWERS.flatMap((answer) => {
    const { next } = agreement.dispositions[answer];
    if (next === undefined || known.includes(next)) return [];
    const listed = known.length === 0 ? ", which has none" : `: ${known.join(", ")}`;
    const hint = didYouMean(next, known) || listed;
    return [
      at(`"${next}" is not among the destinations of fields.yaml${hint}`, ["dispositions", answer, "next"]),
    ];
  });
}

function unusedDestinations(
  { fields, agreement }: Pick<Playbook, "fields" | "agreement">,
  at: At,
): readonly Problem[] {
  const used = new Set(ANSWERS.map((answer) => agreement.dispositions[answer].next));
  return [...fields.destinations.keys()]
    .filter((name) => !used.has(name))
    .map((name) =>
      at(
        `"${name}" is the "next" of no answer in agreement.yaml: no lead goes there`,
        ["hubspot", "destinations", name],
        "warning",
      ),
    );
}

function mappedAnswers(
  { fields, agreement }: Pick<Playbook, "fields" | "agreement">,
  at: At,
): readonly Problem[] {
  const { answers: known } = offeredAnswers(agreement);
  return [...(fields.answers?.also?.map ?? [])]
    .filter(([, answer]) => !known.includes(answer))
    .map(([value, answer]) => {
      const hint = didYouMean(answer, known) || `: ${known.join(", ")}`;
      const message = `"${answer}" is not among the answers of agreement.yaml${hint}`;
      return at(message, ["hubspot", "answers", "also", "map", value]);
    });
}

function unreadDeals(
  { fields, agreement }: Pick<Playbook, "fields" | "agreement">,
  at: At,
): readonly Problem[] {
  if (fields.deals || agreement.dispositions.opportunityWhen === undefined) return [];
  const message = "opportunity_when judges deals, and fields.yaml reads none: set deals: true there";
  return [at(message, ["dispositions", "opportunity_when"])];
}
