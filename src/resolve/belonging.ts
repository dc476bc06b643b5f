/**
 * Which account somebody is made a part of in a CRM that does not know them yet. What is made there stays, so this asks for more than
 * `matchAccount` does for a decision: one account alone at the domain of their company, whose name does not say otherwise. A name, however
 * alike, is never enough. Source: docs/sync.md, "Contacts of accounts".
 */
import type { Belonging } from "../model/account.ts";
import type { CrmAccount } from "../model/record.ts";
import { companyDomainOf } from "./company-domain.ts";
import { companyNameOf } from "./company-name.ts";
import { doNamesAgree } from "./match-account.ts";

/** What is known of somebody's company, as a CRM writes it. */
export interface Employer {
  readonly name?: string;
  /** Its domain or web address. */
  readonly domain?: string;
  /** The person's e-mail address. */
  readonly email?: string;
}

/**
 * The registered domain to look for accounts by: the company's, or else that of the e-mail address. Undefined where neither names a
 * company: free mail, disposable and academic domains, and those of `agencies`, whose people write for others. Throws nothing.
 */
export function employersDomain(
  { domain = "", email = "" }: Employer,
  agencies: ReadonlySet<string>,
): string | undefined {
  const found = companyDomainOf(domain) ?? companyDomainOf(email);
  return found === undefined || agencies.has(found) ? undefined : found;
}

/**
 * The account they plainly belong to.
 *
 * @param domain    As `employersDomain` gave it.
 * @param accounts  All accounts at the domain, and any others: those are passed over.
 * @returns         Undefined where no account is at the domain, which is nothing to tell anybody. Throws nothing.
 */
export function belongingOf(
  { name = "" }: Employer,
  domain: string,
  accounts: readonly CrmAccount[],
): Belonging | undefined {
  const there = accounts.filter((account) => companyDomainOf(account.domain ?? "") === domain);
  const [only, ...others] = there;
  if (only === undefined) return undefined;
  if (others.length > 0) return { why: `${there.length} accounts are at ${domain}` };
  return doNamesAgree(companyNameOf(name), companyNameOf(only.name ?? ""))
    ? { account: only.id, why: `it is the one at ${domain}` }
    : { why: `the account at ${domain} has another name` };
}
