/** Checks of the people and rules against one another: rules that send leads to nobody, and rules no lead reaches. */
import type { YamlPath } from "./compiled.ts";
import type { Playbook } from "./playbook.ts";
import type { Problem } from "./problem.ts";
import type { Rule } from "./routing.ts";
import { didYouMean } from "./words.ts";

/** Makes a problem at a place of one file. */
type At = (message: string, path: YamlPath, severity?: Problem["severity"]) => Problem;

/** What is wrong between team.yaml, routing.yaml and agreement.yaml. Throws nothing. */
export function peopleProblems(
  playbook: Playbook,
  sections: { readonly "routing.yaml": { readonly at: At } },
): readonly Problem[] {
  const { at } = sections["routing.yaml"];
  const { rules } = playbook.routing;
  return [
    ...rules.flatMap((rule, index) => ruleProblems(rule, ["rules", index], playbook, at)),
    ...unreachedProblems(rules, at),
    ...creditProblems(playbook, at),
  ];
}

function ruleProblems({ to }: Rule, path: YamlPath, { team }: Playbook, at: At): readonly Problem[] {
  if (to.kind !== "pool") return [];
  const teams = [...team.teams.keys()];
  if (!teams.includes(to.pool)) {
    const hint = didYouMean(to.pool, teams) || `; teams are ${teams.join(", ")}`;
    return [at(`pool "${to.pool}" is not a team of team.yaml${hint}`, [...path, "to", "pool"])];
  }
  const members = team.members.filter((member) => member.team === to.pool);
  if (members.length === 0) {
    return [at(`pool "${to.pool}" has no rep: nobody could take these leads`, [...path, "to", "pool"])];
  }
  if (members.some(({ skills }) => to.skills.every((skill) => skills.includes(skill)))) return [];
  const asked = to.skills.join(" and ");
  return [
    at(`nobody in "${to.pool}" has the skill ${asked}: nobody could take these leads`, [
      ...path,
      "to",
      "skill",
    ]),
  ];
}

/** A rule for every lead that always finds somebody, or a queue, leaves nothing for the rules below it. */
function unreachedProblems(rules: readonly Rule[], at: At): readonly Problem[] {
  const last = rules.findIndex(
    ({ when, to }) => when === undefined && (to.kind === "queue" || to.kind === "pool"),
  );
  if (last < 0) return [];
  const name = rules[last]?.name ?? "";
  return rules.slice(last + 1).map((rule, index) => {
    const message = `"${rule.name}" is never reached: "${name}" above it takes every lead`;
    return at(message, ["rules", last + 1 + index]);
  });
}

function creditProblems({ routing, agreement }: Playbook, at: At): readonly Problem[] {
  const reasons = [...agreement.dispositions.rejected.reasons, ...agreement.dispositions.recycled.reasons];
  return routing.fairness.creditBack.flatMap((reason, index) => {
    if (reasons.includes(reason)) return [];
    const hint = didYouMean(reason, reasons) || `; reasons are ${reasons.join(", ")}`;
    return [at(`"${reason}" is no reason of agreement.yaml${hint}`, ["fairness", "credit_back", index])];
  });
}
