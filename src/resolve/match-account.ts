/**
 * Which of the CRM's accounts a person belongs to.
 *
 * One rule makes a match: the e-mail address is at the domain the account registered, no other account is there, and the name of
 * the company, where one is known, does not speak against it. Where several accounts share a domain, or it is an agency's that
 * writes for others, only the very name decides. Everything else that speaks for an account is for a person to look at: a name
 * however alike, a domain somebody typed, a phone. A wrong match is worse than none.
 */
import type { AccountCandidate, AccountMatch } from "../model/account.ts";
import type { CrmAccount } from "../model/record.ts";
import { companyDomainOf } from "./company-domain.ts";
import { type CompanyName, companyNameOf, compareNames, type Likeness } from "./company-name.ts";
import { accountPhoneOf } from "./keys.ts";
import type { Person } from "./person.ts";

/** What speaks for one account, and against it. */
interface Seen {
  readonly account: CrmAccount;
  readonly domain: "same" | "said" | "another" | "unknown";
  readonly domainName?: string;
  readonly name: Likeness | "unknown";
  readonly phone: boolean;
}

/** More candidates than a person would read. */
const MOST_CANDIDATES = 5;
/** Names that leave a match by domain standing: the account's own, or that of its group. */
const AGREEING: ReadonlySet<Seen["name"]> = new Set(["same", "close", "qualified", "acronym", "unknown"]);
const WEIGHT: Readonly<Record<Seen["name"] | Seen["domain"], number>> = {
  same: 8,
  close: 6,
  qualified: 5,
  acronym: 3,
  part: 2,
  said: 4,
  unknown: 1,
  different: 0,
  another: 0,
};
const SAYS: Readonly<Record<Exclude<Seen["name"], "unknown">, string>> = {
  same: "the same name",
  close: "nearly the same name",
  qualified: "the same name but for a group's or country's word",
  acronym: "a name that is short for the other",
  part: "a name with other words more",
  different: "another name",
};

/**
 * @param candidates  Accounts that share a key with the person (`companyKeys`), in any order.
 * @param agencies    Registered domains whose people write for other companies.
 * @returns           `review` with the likeliest candidates, at most five, the likeliest first. Throws nothing.
 */
export function matchAccount(
  person: Person,
  candidates: readonly CrmAccount[],
  agencies: ReadonlySet<string>,
): AccountMatch {
  const distinct = [...new Map(candidates.map((account) => [account.id, account])).values()];
  const seen = distinct.map((account) => compare(person, account)).toSorted(byWeight);
  const match = theOne(seen, person.domain !== undefined && agencies.has(person.domain));
  if (match !== undefined) return { outcome: "match", ...candidateOf(match) };
  const worthALook = seen.filter(isWorthALook).slice(0, MOST_CANDIDATES);
  return worthALook.length === 0
    ? { outcome: "none" }
    : { outcome: "review", candidates: worthALook.map(candidateOf) };
}

function compare(person: Person, account: CrmAccount): Seen {
  const domainName = companyDomainOf(account.domain ?? "");
  const name = likenessOf(person.company, companyNameOf(account.name ?? ""));
  const domain = domainOf(person, domainName);
  return {
    account,
    domain,
    ...(domainName === undefined ? {} : { domainName }),
    name,
    // Reading a phone costs more than all the rest: only where it could add to something.
    phone:
      (domain === "same" || domain === "said" || name !== "different") &&
      person.phone !== undefined &&
      accountPhoneOf(account) === person.phone,
  };
}

function domainOf({ domain, saidDomain }: Person, accounts: string | undefined): Seen["domain"] {
  if (accounts === undefined) return "unknown";
  if (accounts === domain) return "same";
  if (accounts === saidDomain) return "said";
  return domain === undefined ? "unknown" : "another";
}

/** Whether two names leave standing that it is one company: like enough, or one of them is not known. Throws nothing. */
export function doNamesAgree(one: CompanyName | undefined, other: CompanyName | undefined): boolean {
  return AGREEING.has(likenessOf(one, other));
}

function likenessOf(one: CompanyName | undefined, other: CompanyName | undefined): Seen["name"] {
  return one === undefined || other === undefined ? "unknown" : compareNames(one, other);
}

/** The account that is sure, or nothing. */
function theOne(seen: readonly Seen[], isAgencys: boolean): Seen | undefined {
  const there = seen.filter(({ domain }) => domain === "same");
  const named = there.filter(({ name }) => name === "same");
  if (named.length > 0) return named.length === 1 ? named[0] : undefined;
  const [only, ...others] = there;
  if (only === undefined || others.length > 0 || isAgencys || !AGREEING.has(only.name)) return undefined;
  // Another account has the very name the lead gives: the domain says one thing and the name another.
  return seen.some(({ name }) => name === "same") ? undefined : only;
}

/** A phone or a weak likeness alone says nothing: switchboards are shared, and words are. */
function isWorthALook({ domain, name, phone }: Seen): boolean {
  if (domain === "same" || domain === "said") return true;
  if (domain === "another") return name === "same" || (phone && name !== "different" && name !== "unknown");
  return (
    name === "same" ||
    name === "close" ||
    name === "qualified" ||
    (phone && name !== "unknown" && name !== "different")
  );
}

function candidateOf({ account, domain, domainName, name, phone }: Seen): AccountCandidate {
  const at = domainName ?? "";
  return {
    account: account.id,
    ...(account.name === undefined ? {} : { name: account.name }),
    evidence: [
      ...(domain === "same" ? [`same domain ${at}`] : []),
      ...(domain === "said" ? [`the company's domain is given as ${at}`] : []),
      ...(domain === "another" ? [`another domain, ${at}`] : []),
      ...(name === "unknown" ? [] : [SAYS[name]]),
      ...(phone ? ["the same phone"] : []),
    ],
  };
}

function byWeight(a: Seen, b: Seen): number {
  return weightOf(b) - weightOf(a) || (a.account.id < b.account.id ? -1 : 1);
}

function weightOf({ domain, name, phone }: Seen): number {
  return WEIGHT[domain] + WEIGHT[name] + (phone ? 1 : 0);
}
