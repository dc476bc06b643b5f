/** A CRM's text understood as one kind of value. What is not understood is undefined, never a guess. */
import { isSupportedCountry, parsePhoneNumberFromString } from "libphonenumber-js/min";
import type { FactValue } from "../model/lead.ts";
import { parseCountry } from "../playbook/country.ts";
import type { ReadAs } from "../playbook/field-reading.ts";
import { domainOf } from "../playbook/mail-domain.ts";
import { parseRegion } from "../playbook/region.ts";
import { readMoney } from "./money.ts";

const EMAIL = /^[^\s@,;<>()"]+@[^\s@,;<>()"]+\.[^\s@,;<>()".]+$/;
/** A date, or a date and a time that may lack seconds and zone. */
const DATE = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?)(Z|[+-]\d{2}:?\d{2})?)?$/i;
const YES: ReadonlySet<string> = new Set(["true", "yes", "1"]);
const NO: ReadonlySet<string> = new Set(["false", "no", "0"]);

/** What a value may need to be understood: a country for what is local, a currency for money, names for stages. */
export interface Reader {
  /** ISO code of the country that local phone numbers and regions are of. */
  readonly region?: string;
  /** The only currency amounts may be written with; without it they are plain numbers. */
  readonly currency?: string;
  readonly stageNamed: (value: string) => string | undefined;
}

/**
 * Understands one non-empty text.
 *
 * @returns E-mail addresses lower-case, phones in E.164, countries and regions as ISO codes, dates as instants (a bare date is
 *          its midnight in UTC, a time without a zone is UTC), whole numbers and money as numbers; undefined when the text is
 *          something else.
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
    case "region":
      return parseRegion(text, reader.region);
    case "integer":
      return readInteger(text);
    case "money":
      return readMoney(text, reader.currency);
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

/** Digits, with a point and zeros at most: `1,200` may be a thousand or one and a bit, so it is left to a person. */
function readInteger(text: string): number | undefined {
  const value = /^-?\d{1,15}(\.0{1,9})?$/.test(text) ? Number(text) : Number.NaN;
  return Number.isSafeInteger(value) ? value : undefined;
}

/**
 * HubSpot writes dates as ISO texts and, in older places, as epoch milliseconds. The machine's own zone never matters, and a
 * day that no calendar has (30 February) is none.
 */
function readDate(text: string): number | undefined {
  if (/^\d{12,14}$/.test(text)) return Number(text);
  const [, day = "", time = "00:00", zone = "Z"] = DATE.exec(text) ?? [];
  const midnight = Date.parse(`${day}T00:00Z`);
  if (Number.isNaN(midnight) || new Date(midnight).toISOString().slice(0, 10) !== day) return undefined;
  const at = Date.parse(`${day}T${time}${zone.toUpperCase().replace(/^([+-]\d{2})(\d{2})$/, "$1:$2")}`);
  return Number.isNaN(at) ? undefined : at;
}

function readBoolean(text: string): boolean | undefined {
  if (YES.has(text)) return true;
  return NO.has(text) ? false : undefined;
}
