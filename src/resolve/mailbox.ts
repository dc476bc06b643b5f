/**
 * One name for one mailbox. Providers differ in which addresses reach the same mailbox; folding more than a provider does
 * would make two people one, so a rule stands here only where the provider says so itself:
 *
 * - Gmail ignores dots and what follows a plus, and googlemail.com is gmail.com. support.google.com/mail/answer/7436150
 * - Outlook.com takes a plus; its domains are different people's. support.microsoft.com, "Add or remove an email alias"
 * - iCloud takes a plus; who has me.com or mac.com has the same name at icloud.com. support.apple.com/102540
 * - Proton ignores dots, hyphens, underscores and a plus; its domains share one name. proton.me/support/addresses-and-aliases
 * - Fastmail takes a plus, and tag@user.fastmail.com. fastmail.help, "Plus addressing and subdomain addressing"
 * - Yandex takes dots for hyphens; each mailbox has the same name at all its domains. yandex.com/support/domain
 *
 * Yahoo's hyphens are left alone: what stands before one need not be the mailbox's name. At a domain of a company's own a
 * plus is folded, because Microsoft 365 and Google Workspace both deliver it; at other free-mail providers it is not.
 */
import { isInDomainGroup } from "../playbook/mail-domain.ts";
import { hostOf } from "./company-domain.ts";

interface Provider {
  readonly domains: readonly string[];
  /** The domain all of them stand for; absent where names at them are different people's. */
  readonly oneDomain?: string;
  /** What it makes of a name. */
  readonly fold: (name: string) => string;
}

const withoutTag = (name: string): string => name.replace(/(?<=.)\+.*$/s, "");

const PROVIDERS: readonly Provider[] = [
  {
    domains: ["gmail.com", "googlemail.com"],
    oneDomain: "gmail.com",
    fold: (name) => withoutTag(name).replaceAll(".", ""),
  },
  { domains: ["outlook.com", "hotmail.com", "live.com", "msn.com"], fold: withoutTag },
  { domains: ["icloud.com", "me.com", "mac.com"], oneDomain: "icloud.com", fold: withoutTag },
  {
    domains: ["proton.me", "protonmail.com", "pm.me"],
    oneDomain: "proton.me",
    fold: (name) => withoutTag(name).replaceAll(/[._-]/g, ""),
  },
  { domains: ["fastmail.com", "fastmail.fm"], fold: withoutTag },
  {
    domains: "yandex.ru yandex.com yandex.by yandex.kz yandex.ua ya.ru".split(" "),
    oneDomain: "yandex.ru",
    fold: (name) => withoutTag(name).replaceAll(".", "-"),
  },
];
const BY_DOMAIN = new Map(
  PROVIDERS.flatMap((provider) => provider.domains.map((domain) => [domain, provider] as const)),
);

/** `tag@user.fastmail.com` is `user@fastmail.com`. */
const FASTMAIL_SUBDOMAIN = /^([^.]+)\.(fastmail\.(?:com|fm))$/;

/** Names of desks, not of people. Without the separators people put into them. */
const ROLES: ReadonlySet<string> = new Set(
  (
    "abuse accounting accounts admin administration administrator billing booking bookings buchhaltung buero career careers " +
    "commercial compliance comptabilite contact contacto contactus contatto customercare customerservice demo dev einkauf " +
    "enquiries enquiry event events facturacion feedback finance general hallo hello help helpdesk hi hostmaster hr info " +
    "information inquiries inquiry invoice invoices it itsupport jobs karriere kontakt kundenservice legal mail mailbox " +
    "marketing media newsletter noreply donotreply office ops orders partner partners personal postmaster press presse " +
    "privacy procurement purchasing reception recruiting recruitment root sales sav sekretariat security service services " +
    "shop social staff success support team tech technik test vendite ventas verkauf vertrieb webmaster"
  ).split(" "),
);

/**
 * @param email  An address as typed.
 * @returns      `local@domain` in lower case, the same for all addresses of one mailbox; undefined for what is no address.
 *               Throws nothing.
 */
export function mailboxOf(email: string): string | undefined {
  const text = email.trim().toLowerCase();
  const at = text.lastIndexOf("@");
  const domain = hostOf(text.slice(at + 1));
  const name = text.slice(0, Math.max(0, at));
  if (name === "" || /\s/.test(name) || domain === undefined) return undefined;

  const [, user, fastmail] = FASTMAIL_SUBDOMAIN.exec(domain) ?? [];
  if (user !== undefined && fastmail !== undefined) return `${user}@${fastmail}`;
  const provider = BY_DOMAIN.get(domain);
  // A name of dots alone is no mailbox of anybody's, but all such names are not one.
  if (provider !== undefined) return `${provider.fold(name) || name}@${provider.oneDomain ?? domain}`;
  return `${isInDomainGroup(domain, "free-mail") ? name : withoutTag(name)}@${domain}`;
}

/** Whether an address belongs to a desk (`info@`, `sales+fair@`), so that it is nobody's in particular. Throws nothing. */
export function isRoleAddress(email: string): boolean {
  const name = withoutTag(
    email
      .trim()
      .toLowerCase()
      .replace(/@[^@]*$/, ""),
  );
  return ROLES.has(name.replaceAll(/[._-]/g, ""));
}
