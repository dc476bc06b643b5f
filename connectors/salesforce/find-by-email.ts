/**
 * Which Leads and Contacts have these e-mail addresses. Unlike HubSpot, Salesforce lets many records have one. A Contact goes before
 * a Lead, because somebody has made up their mind about them; of several, the one that has been there longest. Whose address it is is plain
 * only where one record has it, or a Lead and a Contact of one name.
 */
import type { Addressee as Addressed } from "../../src/model/lead.ts";
import { normalForm } from "../../src/model/normal-form.ts";
import type { Gateway } from "../http/gateway.ts";
import type { Schema } from "./describe.ts";
import { COUNTERPART_FIELD } from "./package-fields.ts";
import { leadRef } from "./person.ts";
import type { Person, PersonObject } from "./person.ts";
import { findAll, recordsOf } from "./queries.ts";
import type { Ask, Found, SfRecord } from "./queries.ts";
import { soqlInParts } from "./soql.ts";
import { idIn, textOf } from "./values.ts";

const ORDER: readonly PersonObject[] = ["Contact", "Lead"];

/** Somebody with an address. */
export interface Addressee extends Person {
  /** Lower case. */
  readonly email: string;
  readonly name?: string;
  /** The id they have in the other CRM. */
  readonly counterpart?: string;
}

/**
 * Finds leads. Addresses are compared in lower case; what is no address, or nobody's, is absent. Converted Leads are left out:
 * their Contact is there.
 * @throws BatonError `crm.*` when Salesforce cannot be read.
 */
export async function findByEmail(
  tools: { readonly gateway: Gateway; readonly schema: Schema },
  emails: readonly string[],
): Promise<ReadonlyMap<string, Addressed>> {
  const byEmail = Map.groupBy(await findAddressees(tools, emails), ({ email }) => email);
  return new Map(
    [...byEmail].flatMap(([email, [best, ...others]]) =>
      best === undefined ? [] : [[email, addressed(best, others)] as const],
    ),
  );
}

function addressed(best: Addressee, others: readonly Addressee[]): Addressed {
  const { counterpart } = best;
  const one = { ...leadRef(best.id), ...(counterpart === undefined ? {} : { counterpart }) };
  if (others.length === 0) return one;
  const [second] = others;
  const isPlain = others.length === 1 && second?.object !== best.object && isOneName(best.name, second?.name);
  return {
    ...one,
    others: others.map(({ id }) => leadRef(id)),
    ...(isPlain ? {} : { isUnclear: true }),
  };
}

/** Whether everything the shorter name says is said by the longer one too. */
function isOneName(one = "", other = ""): boolean {
  const [few = [], many = []] = [wordsOf(one), wordsOf(other)].toSorted((a, b) => a.length - b.length);
  return few.length > 0 && few.every((word) => many.includes(word));
}

function wordsOf(name: string): readonly string[] {
  return normalForm(name, "NFC").toLowerCase().split(/\s+/).filter(Boolean);
}

/** Everybody with one of these addresses, the best of each first. Throws as `findByEmail`. */
async function findAddressees(
  tools: { readonly gateway: Gateway; readonly schema: Schema },
  emails: readonly string[],
): Promise<readonly Addressee[]> {
  const asks = await addresseeAsks(tools.schema, emails);
  return readAddressees(asks, await findAll(tools.gateway, asks, true), emails);
}

/** The queries by which `readAddressees` knows them; none where nothing is an address. @throws BatonError `crm.*`. */
export async function addresseeAsks(schema: Schema, emails: readonly string[]): Promise<readonly Ask[]> {
  const asked = addressesIn(emails);
  const asks: Ask[] = [];
  if (asked.length === 0) return asks;
  for (const object of ORDER) {
    const select = ["Id", "Email", "Name", ...(await schema.visible(object, [COUNTERPART_FIELD]))];
    const unconverted = object === "Lead" ? [{ field: "IsConverted", is: false }] : [];
    const where = [{ field: "Email", in: asked }, ...unconverted];
    const text = soqlInParts({ select, from: object, where, orderBy: ["CreatedDate", "Id"] });
    asks.push({ ref: object, text });
  }
  return asks;
}

/** What these queries came to: everybody with one of the addresses, the best of each first. @throws BatonError `crm.*` for one that failed. */
export function readAddressees(
  asks: readonly Ask[],
  found: ReadonlyMap<string, Found>,
  emails: readonly string[],
): readonly Addressee[] {
  const wanted = new Set(addressesIn(emails));
  return ORDER.flatMap((object) =>
    asks
      .filter(({ ref }) => ref.startsWith(object))
      .flatMap(({ ref }) => recordsOf(found, ref).flatMap((record) => addressee(object, record)))
      .filter(({ email }) => wanted.has(email)),
  );
}

function addressesIn(emails: readonly string[]): readonly string[] {
  return [...new Set(emails.map((email) => email.trim().toLowerCase()).filter(isAddress))];
}

function addressee(object: PersonObject, record: SfRecord): Addressee[] {
  const [id, email] = [idIn(record, "Id"), textOf(record["Email"])?.toLowerCase()];
  const [name, counterpart] = [textOf(record["Name"]), textOf(record[COUNTERPART_FIELD])];
  if (id === undefined || email === undefined) return [];
  return [
    {
      object,
      id,
      email,
      ...(name === undefined ? {} : { name }),
      ...(counterpart === undefined ? {} : { counterpart }),
    },
  ];
}

/** Enough of an address that somebody can have it. Throws nothing. */
export function isAddress(email: string): boolean {
  return /^[^\s@]+@[^\s@]+$/.test(email);
}
