/** Playbooks that ask a provider: the shipped one with an `enrich` section. */
import type { Playbook } from "../../src/playbook/playbook.ts";
import { aPlaybook, shippedFiles } from "./kit.ts";

/** Asks by address and domain, and reads employees, industry, role and phone. */
export const ENRICH = `
enrich:
  send: { email: lead.email, domain: account.domain }
  needs: [account.domain]
  read:
    account.employees: { from: company.metrics.employees, as: integer }
    account.industry: { from: [company.category.industry, company.industry], map: { SaaS: software } }
    lead.role: person.titles[0]
    lead.phone: { from: person.phone, as: phone }
  timeout: 2s
  budget: { per: day, requests: 500 }
  keep: 30d
`;

/** The texts of the shipped playbook, which asks as `enrich` says. */
export function enrichedFiles(enrich: string = ENRICH): Record<string, string> {
  const shipped = shippedFiles();
  return { ...shipped, "fields.yaml": `${shipped["fields.yaml"]}${enrich}` };
}

/** It, compiled; with `whenIncomplete` where that is said. */
export function enrichingPlaybook(
  enrich: string = ENRICH,
  whenIncomplete: "hold" | "enrich" | "pass" = "hold",
): Playbook {
  const files = enrichedFiles(enrich);
  const agreement = files["agreement.yaml"] ?? "";
  return aPlaybook({
    ...files,
    "agreement.yaml": agreement.replace("when_incomplete: hold", `when_incomplete: ${whenIncomplete}`),
  });
}
