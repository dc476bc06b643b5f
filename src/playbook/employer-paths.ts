/** Where the leading CRM says which company somebody works for: as fields.yaml reads it, and as every lead is read. */
import { CRM_WORDS, crmOf } from "./crm.ts";
import type { Fields } from "./fields.ts";

/** Property paths, the first that holds something counts; and the domains whose people write for other companies. */
export interface EmployerPaths {
  readonly name: readonly string[];
  readonly domain: readonly string[];
  readonly agencies: ReadonlySet<string>;
}

/** Throws nothing. */
export function employerPaths({ crm, reads, match }: Pick<Fields, "crm" | "reads" | "match">): EmployerPaths {
  const pathsOf = (fact: string): readonly string[] =>
    reads
      .filter((read) => read.fact === fact)
      .flatMap(({ from }) => from.filter((path) => crmOf(path) === crm));
  const always = CRM_WORDS[crm].accountDomain;
  return {
    name: pathsOf("account.name"),
    domain: [...new Set([...pathsOf("account.domain"), ...(always === undefined ? [] : [always])])],
    agencies: match.agencies,
  };
}
