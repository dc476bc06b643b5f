/** `baton erase`: forgets a contact, and says what went. */
import { accountOf } from "../model/lead.ts";
import { loadPartialConfig } from "../config.ts";
import { BatonError } from "../errors.ts";
import type { Instant } from "../model/instant.ts";
import { record } from "../store/audit.ts";
import { eraseLead, findErased, knownEmails, scrub } from "../store/erase.ts";
import { currentLead, eventsWithEmail, isEmail, isKnownLead, leadsWithEmail } from "../store/find-lead.ts";
import type { Installation } from "../store/installations.ts";
import type { Store } from "../store/open.ts";
import type { SecretKeys } from "../store/seal.ts";
import { isVisitor } from "../store/visitors.ts";
import { confirm } from "./confirm.ts";
import { chooseInstallations, withStore } from "./existing-store.ts";
import { printLines } from "./print.ts";
import type { Shell } from "./shell.ts";
import { capitalized, counted } from "./words.ts";

/** One person in one portal. `lead` is the address itself where the CRM's id was never learnt. */
interface Subject {
  readonly installation: Installation;
  readonly lead: string;
  readonly emails: readonly string[];
}

/**
 * Erases a contact in one portal or in all. Asks first. A contact erased before is said to be so; one nothing is known of
 * throws `cli.not-found` and leaves no tombstone, because a mistyped id would silence somebody else for ever.
 */
export async function erase(
  shell: Shell,
  contact: string,
  options: { readonly portal?: string; readonly yes?: boolean },
): Promise<void> {
  const { BATON_SECRET_KEYS: keys } = loadPartialConfig(shell.env, ["BATON_SECRET_KEYS"]);
  await withStore(shell, async (store) => {
    const installations = await chooseInstallations(store, options.portal);
    const subjects: Subject[] = [];
    for (const installation of installations) {
      subjects.push(...(await subjectsIn(store, installation, contact)));
    }
    if (subjects.length === 0) {
      await sayNothingStored(shell, store, keys, installations, contact);
      return;
    }
    const places = [...new Set(subjects.map(({ installation }) => accountOf(installation)))];
    const what = `Everything Baton stores about ${contact} in ${places.join(", ")} will be removed.`;
    if (!(await confirm(shell, what, options.yes === true))) return;

    for (const subject of subjects) {
      const rows = await eraseOne(store, keys, subject, shell.now());
      await printLines(shell.out, [
        `${capitalized(accountOf(subject.installation))}: ${counted(rows, "row")} about ${subject.lead} removed; late news about them will be dropped.`,
      ]);
    }
    await scrub(store);
    await printLines(shell.out, ["The CRM's own record was not touched."]);
  });
}

/** Erases a person wherever leads are, without asking and without a word: `baton erase --yes` for whoever has the store open already. */
export async function eraseEverywhere(
  store: Store,
  keys: SecretKeys,
  contact: string,
  now: Instant,
): Promise<void> {
  for (const installation of await chooseInstallations(store, undefined))
    for (const subject of await subjectsIn(store, installation, contact))
      await eraseOne(store, keys, subject, now);
  await scrub(store);
}

async function subjectsIn(
  store: Store,
  installation: Installation,
  contact: string,
): Promise<readonly Subject[]> {
  const { id } = installation;
  const leads = isEmail(contact) ? await leadsWithEmail(store.db, id, contact) : [contact];
  const subjects: Subject[] = [];
  for (const lead of new Set(await Promise.all(leads.map((one) => currentLead(store.db, id, one))))) {
    if (!(await isKnownLead(store.db, id, lead))) continue;
    const known = await knownEmails(store.db, id, lead);
    subjects.push({
      installation,
      lead,
      emails: await spellings(store, id, isEmail(contact) ? [...known, contact] : known),
    });
  }
  if (subjects.length > 0 || !isEmail(contact)) return subjects;
  // Somebody who filled in a form or sent signals and was never found in the CRM: only the address names them.
  const isNamed =
    (await eventsWithEmail(store.db, id, contact)).length > 0 || (await isVisitor(store.db, id, contact));
  if (!isNamed) return [];
  return [{ installation, lead: contact.toLowerCase(), emails: await spellings(store, id, [contact]) }];
}

/** Addresses in lower case, as they were given, and as people typed them into forms. */
async function spellings(
  store: Store,
  installation: string,
  emails: readonly string[],
): Promise<readonly string[]> {
  const all = new Set(emails.flatMap((email) => [email, email.toLowerCase()]));
  for (const email of emails) {
    for (const typed of await eventsWithEmail(store.db, installation, email)) all.add(typed.email);
  }
  return [...all];
}

async function eraseOne(
  store: Store,
  keys: SecretKeys,
  { installation, lead, emails }: Subject,
  now: Instant,
): Promise<number> {
  return await store.db.transaction().execute(async (tx) => {
    const rows = await eraseLead(tx, keys, installation.id, lead, emails, now);
    const detail = counted(rows, "row");
    await record(tx, { installation: installation.id, actor: "cli", action: "erased", detail }, now);
    return rows;
  });
}

async function sayNothingStored(
  shell: Shell,
  store: Store,
  keys: SecretKeys,
  installations: readonly Installation[],
  contact: string,
): Promise<void> {
  const name = isEmail(contact) ? contact.toLowerCase() : contact;
  for (const installation of installations) {
    if ((await findErased(store.db, keys, installation.id, [name])).size === 0) continue;
    await printLines(shell.out, [
      `${contact} was erased in ${accountOf(installation)} before; nothing is left to remove.`,
    ]);
    return;
  }
  throw new BatonError(
    "cli.not-found",
    `Nothing is stored about "${contact}". Give a CRM id or an e-mail address as the CRM has it.`,
  );
}
