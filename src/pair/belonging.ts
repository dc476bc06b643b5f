/** Which account of sales' CRM each newcomer plainly belongs to, where fields.yaml wants them made as one of its people. */
import { BatonError } from "../errors.ts";
import type { Belonging } from "../model/account.ts";
import type { EmployerPaths } from "../playbook/employer-paths.ts";
import { belongingOf, employersDomain, type Employer } from "../resolve/belonging.ts";
import type { PairParts } from "./parts.ts";

/**
 * By the place of each in the list; absent for whom no account speaks. One question for all of them. An account is worth less than a lead
 * that is handed off now: where nobody can be asked, they are made without, and told so. Throws nothing of the CRM's.
 */
export async function belongings(
  { sales, rules }: PairParts,
  employers: readonly Employer[],
): Promise<ReadonlyMap<number, Belonging>> {
  const { employer: paths } = rules();
  if (paths === undefined || sales.accountsAt === undefined) return new Map();
  const domains = employers.map((employer) => employersDomain(employer, paths.agencies));
  const asked = [...new Set(domains.flatMap((domain) => domain ?? []))];
  if (asked.length === 0) return new Map();
  const found = new Map<number, Belonging>();
  const accounts = await sales.accountsAt(asked).catch(codeOf);
  for (const [index, domain] of domains.entries()) {
    if (domain === undefined) continue;
    const one =
      typeof accounts === "string"
        ? { why: `accounts could not be asked for (${accounts})` }
        : belongingOf(employers[index] ?? {}, domain, accounts);
    if (one !== undefined) found.set(index, one);
  }
  return found;
}

/** What a lead's own record in marketing's CRM says of their employer. Throws nothing. */
export function employerOf(
  { name, domain }: EmployerPaths,
  values: Readonly<Record<string, string>>,
  email: string | undefined,
): Employer {
  const first = (paths: readonly string[]): string | undefined =>
    paths.map((path) => values[path]?.trim()).find((text) => text !== undefined && text !== "");
  const [company, site] = [first(name), first(domain)];
  return {
    ...(company === undefined ? {} : { name: company }),
    ...(site === undefined ? {} : { domain: site }),
    ...(email === undefined ? {} : { email }),
  };
}

function codeOf(cause: unknown): string {
  if (cause instanceof BatonError) return cause.code;
  throw cause;
}
