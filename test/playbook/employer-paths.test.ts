import { expect, test } from "vitest";
import { employerPaths } from "../../src/playbook/employer-paths.ts";
import { aPlaybook, shippedFiles } from "./kit.ts";

const both = shippedFiles("both");
const text = both["fields.yaml"] ?? "";
const pathsOf = (yaml: string) => employerPaths(aPlaybook({ ...both, "fields.yaml": yaml }).fields);

test("whom leads work for is read where marketing's CRM says it, and never in sales'", () => {
  expect(text).toMatch(/account\.name: .*\[account\.Name, lead\.Company\]/);
  const site = "    account.domain: { from: contact.website, as: url-domain }\n";
  const yaml = text.replace("    account.employees:", `${site}    account.employees:`);
  expect(pathsOf(yaml.replace("agencies: []", "agencies: [agency.example]"))).toEqual({
    name: ["company.name", "contact.company"],
    domain: ["contact.website", "company.domain"],
    agencies: new Set(["agency.example"]),
  });
});

test("the company's own domain counts though no line reads it", () => {
  expect(pathsOf(text)).toMatchObject({ domain: ["company.domain"], agencies: new Set() });
});
