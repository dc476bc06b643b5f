/** Which domain names a company: the one it registered, unless everybody may have an address there. */
import { getDomain } from "tldts";
import { domainOf, isInDomainGroup } from "../playbook/mail-domain.ts";

/**
 * The registered domain behind an e-mail address, a web address or a host: `mail.northwind.co.uk` is `northwind.co.uk`.
 * A page on somebody's platform is a name of its own: `northwind.github.io` is not `github.io`.
 *
 * @returns Lower case, in ASCII; undefined where there is none, and for free-mail, disposable and academic domains: an
 *          address there says nothing about an employer. Throws nothing. Source: https://publicsuffix.org
 */
export function companyDomainOf(text: string): string | undefined {
  const host = hostOf(text);
  const domain = host === undefined ? null : getDomain(host, { allowPrivateDomains: true });
  if (host === undefined || domain === null) return undefined;
  return [host, domain].some(isAnybodys) ? undefined : domain;
}

/** The lower-case ASCII host of an address; undefined when there is none. Throws nothing. */
export function hostOf(text: string): string | undefined {
  if (/^\p{ASCII}*$/u.test(text)) return domainOf(text);
  const host = text
    .slice(text.lastIndexOf("@") + 1)
    .trim()
    .replace(/^[a-z]+:\/\//i, "")
    .replace(/[/?#:].*$/s, "");
  const url = `http://${host}`;
  return URL.canParse(url) ? domainOf(new URL(url).hostname) : undefined;
}

function isAnybodys(domain: string): boolean {
  return (
    isInDomainGroup(domain, "free-mail") ||
    isInDomainGroup(domain, "disposable") ||
    isInDomainGroup(domain, "academic")
  );
}
