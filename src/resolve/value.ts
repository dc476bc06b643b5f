/** A CRM's text understood as one kind of value. What is not understood is undefined, never a guess. */
import { isSupportedCountry, parsePhoneNumberFromString } from "libphonenumber-js/min";
import type { FactValue } from "../model/lead.ts";
import { parseCountry } from "../playbook/country.ts";
import type { ReadAs } from "../playbook/fields.ts";
import { domainOf } from "../playbook/mail-domain.ts";

const EMAIL = /^[^\s@]+@[^\s@]+\.[^\s@]+$/;
const YES: ReadonlySet<string> = new Set(["true", "yes", "1"]);
const NO: ReadonlySet<string> = new Set(["false", "no", "0"]);

/** What a value may need to be understood: a country for local phone numbers, names for stages. */
export interface Reader {
  /** ISO code of the country local phone numbers are from. */
  readonly region?: string;
  readonly stageNamed: (value: string) => string | undefined;
}

/**
 * Understands one non-empty text.
 *
 * @returns E-mail addresses lower-case, phones in E.164, countries as ISO codes, dates as instants (a bare date is its
 *          midnight in UTC), whole numbers and money as numbers; undefined when the text is something else.
 */
export function readValue(text: string, as: ReadAs, reader: Reader): FactValue | undefined {
  switch (as) {
    case "text":
    case "owner":
      return text;
    case "email":
      return EMAIL.test(text) ? text.toLowerCase() : undefined;
    case "phone":
      return readPhone(text, reader.region);
    case "country":
      return parseCountry(text);
    case "integer":
      return readNumber(text, Number.isSafeInteger);
    case "money":
      return readNumber(text, Number.isFinite);
    case "date":
      return readDate(text);
    case "url-domain":
      return domainOf(text);
    case "boolean":
      return readBoolean(text.toLowerCase());
    case "stage":
      return reader.stageNamed(text);
    default:
      return as satisfies never;
  }
}

/** Only numbers that could exist are taken; a local one only when it is known where it is local. */
function readPhone(text: string, region: string | undefined): string | undefined {
  const country = region !== undefined && isSupportedCountry(region) ? region : undefined;
  const phone = parsePhoneNumberFromString(text, country);
  return phone?.isPossible() === true ? phone.number : undefined;
}

/** Digits with a point at most: `1,200` may be a thousand or one and a bit, so it is left to a person. */
function readNumber(text: string, isGood: (value: number) => boolean): number | undefined {
  if (!/^-?\d{1,15}(\.\d{1,9})?$/.test(text)) return undefined;
  const value = Number(text);
  return isGood(value) ? value : undefined;
}

/** HubSpot writes dates as ISO texts and, in older places, as epoch milliseconds. */
function readDate(text: string): number | undefined {
  if (/^\d{12,14}$/.test(text)) return Number(text);
  if (!/^\d{4}-\d{2}-\d{2}([T ].*)?$/.test(text)) return undefined;
  const at = Date.parse(text);
  return Number.isNaN(at) ? undefined : at;
}

function readBoolean(text: string): boolean | undefined {
  if (YES.has(text)) return true;
  return NO.has(text) ? false : undefined;
}
