/** Names by which agreement.yaml and fields.yaml speak of one another: what sales may answer, and where a lead goes after it. */
import type { Crm } from "../model/lead.ts";
import type { Destination } from "./answers.ts";
import type { YamlPath } from "./compiled.ts";
import { CRM_WORDS, crmOf } from "./crm.ts";
import { stagesOf } from "./fields.ts";
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
    ...raisedAnswers(playbook, inFields),
    ...unreadDeals(playbook, inAgreement),
    ...strangeSequences(playbook, inAgreement),
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
  return [...fields.destinations]
    .filter(([name]) => !used.has(name))
    .map(([name, destination]) =>
      at(
        `"${name}" is the "next" of no answer in agreement.yaml: no lead goes there`,
        [sectionOf(destination), "destinations", name],
        "warning",
      ),
    );
}

/** The section a destination stands in, the first of two: that of what it sets, or else of its list. */
function sectionOf({ set, list = "" }: Destination): Crm {
  const [property] = Object.keys(set);
  if (property !== undefined) return crmOf(property);
  return /^\d+$/.test(list) ? "hubspot" : "salesforce";
}

function mappedAnswers(
  { fields, agreement }: Pick<Playbook, "fields" | "agreement">,
  at: At,
): readonly Problem[] {
  const { answers: known } = offeredAnswers(agreement);
  const { also } = fields.answers ?? {};
  if (also === undefined) return [];
  return [...also.map]
    .filter(([, answer]) => !known.includes(answer))
    .map(([value, answer]) => {
      const hint = didYouMean(answer, known) || `: ${known.join(", ")}`;
      const message = `"${answer}" is not among the answers of agreement.yaml${hint}`;
      return at(message, [crmOf(also.property), "answers", "also", "map", value]);
    });
}

/** A stage Baton raises leads to is no answer: it would take its own write for what sales said. */
function raisedAnswers(
  { fields, agreement }: Pick<Playbook, "fields" | "agreement">,
  at: At,
): readonly Problem[] {
  const { also } = fields.answers ?? {};
  if (also === undefined) return [];
  const crm = crmOf(also.property);
  if (also.property !== CRM_WORDS[crm].stageProperty) return [];
  const { atHandoff, dispositions } = agreement;
  const raised = new Set([atHandoff.stage, ...ANSWERS.map((answer) => dispositions[answer].stage)]);
  return stagesOf(fields, crm)
    .filter(({ name, value }) => raised.has(name) && also.map.has(value))
    .map(({ name, value }) => {
      const message = `"${value}" is the stage "${name}", to which Baton raises leads itself: it cannot be sales' answer too`;
      return at(message, [crm, "answers", "also", "map", value]);
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

/** Sequences send in the owner's name, so they are of the CRM the owner works in; Salesforce has none that Baton could start. */
function strangeSequences(
  { fields, agreement }: Pick<Playbook, "fields" | "agreement">,
  at: At,
): readonly Problem[] {
  const { crm } = fields.sales ?? fields;
  if (crm === "hubspot") return [];
  const message = `sales works in ${CRM_WORDS[crm].name}, where no sequence of HubSpot can be started: take this line out`;
  return [...agreement.atHandoff.sequence.keys()].map((type) =>
    at(message, ["at_handoff", "sequence", type]),
  );
}
