/**
 * Salesforce ids. They come with 15 characters, where case matters, or with 18, where the last three say which of the others are
 * capitals. Baton keeps 18 everywhere, and nothing that is no id gets into an address or a query.
 * Source: https://developer.salesforce.com/docs/atlas.en-us.api.meta/api/field_types.htm
 */

/** The first three characters of an id, by object. */
const PREFIXES = {
  Lead: "00Q",
  Contact: "003",
  Account: "001",
  Opportunity: "006",
  Task: "00T",
  Event: "00U",
  Note: "002",
  User: "005",
  Group: "00G",
  Campaign: "701",
  CampaignMember: "00v",
  Organization: "00D",
} as const;
export type KnownObject = keyof typeof PREFIXES;

const ID = /^[a-zA-Z0-9]{15}(?:[a-zA-Z0-9]{3})?$/;
const SHORT_LENGTH = 15;
/** Each character of the suffix says of five characters which are capitals, the first one in the lowest bit. */
const SUFFIX = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345";
const GROUP = 5;

/**
 * An id with 18 characters; undefined for what is no id. The suffix is computed anew, so that an id whose suffix was changed on the
 * way is not two ids. Throws nothing.
 */
export function toId(text: string): string | undefined {
  if (!ID.test(text)) return undefined;
  const short = text.slice(0, SHORT_LENGTH);
  return short + suffixOf(short);
}

/** An id with 18 characters if it is one of that object's; undefined otherwise. Throws nothing. */
export function toIdOf(object: KnownObject, text: string): string | undefined {
  return text.startsWith(PREFIXES[object]) ? toId(text) : undefined;
}

/** The object an id is of, where Baton knows it; undefined otherwise and for what is no id. Throws nothing. */
export function objectOf(id: string): KnownObject | undefined {
  if (!ID.test(id)) return undefined;
  return OBJECTS.get(id.slice(0, 3));
}
const OBJECTS: ReadonlyMap<string, KnownObject> = new Map(
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the keys of a constant
  (Object.entries(PREFIXES) as [KnownObject, string][]).map(([object, prefix]) => [prefix, object]),
);

function suffixOf(short: string): string {
  let suffix = "";
  for (let from = 0; from < SHORT_LENGTH; from += GROUP) {
    let bits = 0;
    for (let bit = 0; bit < GROUP; bit += 1) {
      if (/[A-Z]/.test(short.charAt(from + bit))) bits += 1 << bit;
    }
    suffix += SUFFIX.charAt(bits);
  }
  return suffix;
}
