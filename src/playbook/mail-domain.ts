/** Groups of mail domains a condition may name: `academic`, `disposable`, `free-mail`. */
import disposable from "disposable-email-domains/index.json" with { type: "json" };
import wildcards from "disposable-email-domains/wildcard.json" with { type: "json" };
import freeMail from "free-email-domains";
import { getPublicSuffix } from "tldts";

/** Words that stand for many domains in `domain: […]`. */
export const DOMAIN_GROUPS = ["academic", "disposable", "free-mail"] as const;
export type DomainGroup = (typeof DOMAIN_GROUPS)[number];

const DISPOSABLE: ReadonlySet<string> = new Set(disposable);
const DISPOSABLE_PARENTS: ReadonlySet<string> = new Set(wildcards);
const FREE_MAIL: ReadonlySet<string> = new Set(freeMail);

/** A name in DNS has so many characters at most. What is longer is nobody's domain. Source: RFC 1035, 2.3.4. */
const LONGEST_DOMAIN = 253;

/** Suffixes under which only teaching institutions may register: `.edu`, `.edu.au`, `.ac.uk`. */
const ACADEMIC_SUFFIX = /^edu$|^(edu|ac)\.[a-z]{2}$/;
/** Names universities give themselves where no such suffix exists: `uni-mainz.de`, `stud.ntnu.no`. */
const ACADEMIC_LABEL = /^(uni|univ|fh|tu)-|^(stud|students?|alumni)$|^universit|universit(y|e|a|at|aet)$/;

/** Lower-case domain of an e-mail address, a web address or a bare domain; undefined when there is none. */
export function domainOf(text: string): string | undefined {
  const host = text
    .trim()
    .toLowerCase()
    .replace(/^[a-z]+:\/\//, "")
    .replace(/[/?#:].*$/s, "");
  const domain = host.slice(host.lastIndexOf("@") + 1).replace(/^www\./, "");
  const isDomain = domain.length <= LONGEST_DOMAIN && /^([a-z0-9-]+\.)+[a-z][a-z0-9-]+$/.test(domain);
  return isDomain ? domain : undefined;
}

/** Whether a lower-case domain belongs to a group. Lists come from npm, academic names from the rules above. */
export function isInDomainGroup(domain: string, group: DomainGroup): boolean {
  if (group === "academic") return isAcademic(domain);
  if (group === "free-mail") return FREE_MAIL.has(domain);
  return DISPOSABLE.has(domain) || isBelowAny(domain, DISPOSABLE_PARENTS);
}

/** Whether `domain` is `parent` or a subdomain of it. */
export function isWithinDomain(domain: string, parent: string): boolean {
  return domain === parent || domain.endsWith(`.${parent}`);
}

/** No domain of either kind lacks one of these; looking for the public suffix costs much more. */
const MAY_BE_ACADEMIC = /edu|ac\.|uni|fh-|tu-|stud|alumni/;

function isAcademic(domain: string): boolean {
  if (!MAY_BE_ACADEMIC.test(domain)) return false;
  const suffix = getPublicSuffix(domain) ?? "";
  if (ACADEMIC_SUFFIX.test(suffix)) return true;
  const name = domain.slice(0, Math.max(0, domain.length - suffix.length - 1));
  return name.split(".").some((label) => ACADEMIC_LABEL.test(label));
}

/** Whether `a.b.example`, `b.example` or `example` is one of them. */
function isBelowAny(domain: string, parents: ReadonlySet<string>): boolean {
  let parent = domain;
  for (let dot = parent.indexOf("."); dot >= 0; dot = parent.indexOf(".")) {
    if (parents.has(parent)) return true;
    parent = parent.slice(dot + 1);
  }
  return parents.has(parent);
}
