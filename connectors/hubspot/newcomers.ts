/**
 * Making contacts of people whom sales' CRM has, each once however often it is asked: no two contacts can have one e-mail address, so
 * who is made a second time is refused, and looked for. They are created and not upserted: an upsert by address would write over
 * what marketing knows of somebody who filled in a form a moment ago, and does not take a part of the properties.
 * Source: https://developers.hubspot.com/docs/api-reference/latest/crm/using-object-apis
 */
import type { ErrorCode } from "../../src/errors.ts";
import type { Newcomer, NewcomerReceipt } from "../../src/model/newcomer.ts";
import type { Gateway } from "../http/gateway.ts";
import { codeOf } from "../http/outcome.ts";
import { writeBatch } from "./batch-write.ts";
import type { BatchItem, ItemOutcome, Outcomes } from "./batch-write.ts";
import { contactProperty } from "./compose.ts";
import { findByEmail, isAddress } from "./find-by-email.ts";
import { againAfterConflict, receiptOf } from "./receipts.ts";
import { OBJECTS_VERSION } from "./version.ts";

/** Makes contacts, one receipt each, in order. One call for a hundred of them, and one more where some are here. Never throws. */
export async function createLeads(
  gateway: Gateway,
  newcomers: readonly Newcomer[],
): Promise<readonly NewcomerReceipt[]> {
  // Several people with one address are one contact: the first.
  const byEmail = new Map(newcomers.toReversed().map((newcomer) => [emailOf(newcomer) ?? "", newcomer]));
  byEmail.delete("");
  const items = [...byEmail].map(([email, newcomer]) => itemFor(email, newcomer));
  const path = `/crm/objects/${OBJECTS_VERSION}/contacts/batch/create`;
  const outcomes = await writeBatch(gateway, path, items);
  const here = await whoIsHere(gateway, [...byEmail], outcomes);
  return newcomers.map((newcomer) => receiptFor(newcomer, byEmail, outcomes, here));
}

function emailOf({ properties }: Newcomer): string | undefined {
  const email = properties["contact.email"]?.trim().toLowerCase();
  return email !== undefined && isAddress(email) ? email : undefined;
}

/** Properties of companies are left out: a contact is not made with its company. */
function itemFor(email: string, { key, ownerId, properties }: Newcomer): BatchItem {
  const named = Object.entries(properties).flatMap(([path, value]) => {
    const name = contactProperty(path);
    return name === undefined || value === "" ? [] : [[name, value] as const];
  });
  const owner = ownerId === undefined ? {} : { hubspot_owner_id: ownerId };
  return {
    key,
    input: { objectWriteTraceId: key, properties: { ...Object.fromEntries(named), ...owner, email } },
    isIt: (result) => result.properties["email"]?.toLowerCase() === email,
  };
}

/** The contacts that have the addresses of those who were refused, perhaps for theirs; or why that cannot be told. */
async function whoIsHere(
  gateway: Gateway,
  asked: readonly (readonly [email: string, newcomer: Newcomer])[],
  outcomes: Outcomes,
): Promise<{ readonly ids: ReadonlyMap<string, string> } | { readonly code: string }> {
  const refused = asked.filter(([, { key }]) => mayBeTaken(outcomes.get(key))).map(([email]) => email);
  if (refused.length === 0) return { ids: new Map() };
  try {
    const found = await findByEmail(gateway, refused);
    return { ids: new Map([...found].map(([email, { id }]) => [email, id])) };
  } catch (error) {
    return { code: codeOf(error) };
  }
}

/** That an address is taken is a 409 by all reports, and documented nowhere. */
function mayBeTaken(outcome: ItemOutcome | undefined): boolean {
  return outcome?.outcome === "refused" && MAY_BE_TAKEN.has(outcome.code);
}
const MAY_BE_TAKEN: ReadonlySet<string> = new Set<ErrorCode>(["crm.conflict", "crm.invalid"]);

function receiptFor(
  newcomer: Newcomer,
  byEmail: ReadonlyMap<string, Newcomer>,
  outcomes: Outcomes,
  here: Awaited<ReturnType<typeof whoIsHere>>,
): NewcomerReceipt {
  const { key } = newcomer;
  const email = emailOf(newcomer);
  if (email === undefined) return { key, outcome: "refused", code: "crm.invalid", reason: NO_ADDRESS };
  const outcome = outcomes.get(byEmail.get(email)?.key ?? key);
  const made = outcome?.outcome === "applied" ? outcome.result?.id : undefined;
  if (made !== undefined) return { key, outcome: "applied", id: made };
  const found = idHere(email, here);
  if (found !== undefined) return { key, outcome: "applied", id: found, isFound: true };
  if (mayBeTaken(outcome) && "code" in here) return { key, outcome: "not-applied", code: here.code };
  return againAfterConflict(receiptOf(key, outcome));
}

function idHere(email: string, here: Awaited<ReturnType<typeof whoIsHere>>): string | undefined {
  return "ids" in here ? here.ids.get(email) : undefined;
}
const NO_ADDRESS =
  "Contacts are told apart by their e-mail address, and without one this person could be made twice: give them one.";
