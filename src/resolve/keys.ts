/**
 * Under which keys companies and people are found again. Two that could be one share a key, so that comparing them takes a
 * look-up and never a walk through all. A key only finds: whether they are one is told by comparing them.
 */
import type { CrmAccount } from "../model/record.ts";
import { parseCountry } from "../playbook/country.ts";
import { CRM_WORDS } from "../playbook/crm.ts";
import { companyDomainOf } from "./company-domain.ts";
import { type CompanyName, companyNameOf, initialsOf, tellingOf } from "./company-name.ts";
import type { Person } from "./person.ts";
import { wholeNames } from "./person-name.ts";
import { readValue } from "./value.ts";

/** More words of a name find nothing that these do not. */
const MOST_WORDS = 4;
/** Consonants of a name's beginning: a slip in a vowel or a doubled letter leaves them as they are. */
const SKELETON_LETTERS = 8;
const SHORTEST_SKELETON = 4;
/** Where an account's country stands, whichever CRM it is of. */
const COUNTRIES = [CRM_WORDS.hubspot.accountCountry, CRM_WORDS.salesforce.accountCountry];

/** Keys an account is stored under. Throws nothing. */
export function accountKeys(account: CrmAccount): readonly string[] {
  const name = companyNameOf(account.name ?? "");
  const phone = accountPhoneOf(account);
  return keysOf(companyDomainOf(account.domain ?? ""), name, phone);
}

/** Keys under which accounts may be found that a person belongs to. Throws nothing. */
export function companyKeys({ domain, saidDomain, company, phone }: Person): readonly string[] {
  const said = saidDomain === undefined ? [] : [`domain:${saidDomain}`];
  return [...new Set([...keysOf(domain, company, phone), ...said])];
}

/** Keys a person is stored under, and other records of the same person are found under. Throws nothing. */
export function personKeys({ mailbox, name, phone, accountId, domain }: Person): readonly string[] {
  const places = [
    ...(accountId === undefined ? [] : [`account:${accountId}`]),
    ...(domain === undefined ? [] : [`domain:${domain}`]),
  ];
  const names = name === undefined ? [] : wholeNames(name);
  return [
    ...(mailbox === undefined ? [] : [`mailbox:${mailbox}`]),
    ...names.flatMap((whole) => places.map((place) => `name:${whole}@${place}`)),
    ...(phone === undefined || name === undefined ? [] : [`phone:${phone}`]),
  ];
}

/** An account's phone in E.164: as it is written with a prefix, or as one of the account's country. Throws nothing. */
export function accountPhoneOf({ phone, values }: CrmAccount): string | undefined {
  if (phone === undefined || phone.trim() === "") return undefined;
  const country = COUNTRIES.map((path) => values[path] ?? "").find((text) => text !== "");
  const region = parseCountry(country ?? "");
  const read = readValue(phone.trim(), "phone", {
    ...(region === undefined ? {} : { region }),
    stageNamed: () => undefined,
  });
  return typeof read === "string" ? read : undefined;
}

function keysOf(
  domain: string | undefined,
  name: CompanyName | undefined,
  phone: string | undefined,
): readonly string[] {
  return [
    ...(domain === undefined ? [] : [`domain:${domain}`]),
    ...(name === undefined ? [] : nameKeys(name)),
    ...(phone === undefined ? [] : [`phone:${phone}`]),
  ];
}

function nameKeys(name: CompanyName): readonly string[] {
  const short = name.spellings.flatMap((words) => (words.length === 1 ? words : initialsOf(words)));
  return [
    ...new Set([
      ...name.joined.map((joined) => `name:${joined}`),
      ...short.filter((letters) => letters.length <= MOST_ACRONYM).map((letters) => `acronym:${letters}`),
      ...tellingOf(name)
        .slice(0, MOST_WORDS)
        .map((word) => `word:${word}`),
      ...name.joined
        .map(skeletonOf)
        .filter((bones) => bones.length >= SHORTEST_SKELETON)
        .map((bones) => `like:${bones}`),
    ]),
  ];
}

const MOST_ACRONYM = 6;

function skeletonOf(joined: string): string {
  return joined
    .replaceAll(/[aeiouy]/g, "")
    .replaceAll(/(.)\1+/g, "$1")
    .slice(0, SKELETON_LETTERS);
}
