/**
 * States, provinces, cantons and Länder as ISO 3166-2 codes. Names come from `date-holidays`, which keeps them for its
 * calendars; only countries of which it has every part are read by name, everywhere else the full code is needed.
 */
import DateHolidays from "date-holidays";
import { foldName, isCountryCode, parseCountry } from "./country.ts";

const WHOLE_COUNTRIES = ["AT", "AU", "BR", "CA", "CH", "DE", "ES", "GB", "US"] as const;
/** Countries whose names nobody else uses: understood without knowing the country. `Amazonas` or `Victoria` may be anywhere. */
const UNMISTAKABLE: readonly string[] = ["CA", "DE", "US"];
const LANGUAGES = ["en", "de", "fr", "es", "it", "pt"];
/** Kept beside the parts and no part by ISO. */
const NO_PART: ReadonlySet<string> = new Set(["GB-ALD"]);

/** What stands before a name and belongs to it or not: `Kanton Zürich`, `Freie und Hansestadt Hamburg`, `State of Maine`. */
const TITLE =
  /^(?:kanton|canton(?:e)?(?: (?:of|de|du|des|dei)(?= ))?|canton d['’]|(?:freie )?(?:und )?hansestadt|freistaat|land|bundesland|ciudad de|comunidad(?: foral)? de|state of|province of|estado d[eo])\s*/i;

/** What people write that the list of names has not. Keys as `foldName` leaves them. */
const ALIASES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  CA: { newfoundland: "NL", labrador: "NL", yukonterritory: "YT", pei: "PE" },
  DE: {
    bavaria: "BY",
    hesse: "HE",
    lowersaxony: "NI",
    mecklenburgwesternpomerania: "MV",
    northrhinewestphalia: "NW",
    nrw: "NW",
    rhinelandpalatinate: "RP",
    saxony: "SN",
    saxonyanhalt: "ST",
    thuringia: "TH",
  },
  ES: {
    baleares: "IB",
    castillalamancha: "CM",
    comunidadvalenciana: "VC",
    euskadi: "PV",
    islasbaleares: "IB",
    murcia: "MC",
    navarra: "NC",
  },
  US: { dc: "DC", washingtondc: "DC", calif: "CA" },
};

/** Country to folded name to code, built once, when first needed. */
let names: ReadonlyMap<string, ReadonlyMap<string, string>> | undefined;

/**
 * A code (`US-CA`, or `CA` where the country is known) or a name in one of six languages, to its ISO 3166-2 code.
 *
 * @param country  ISO code of the country it is in, where that is known.
 * @returns        undefined for what is no part of that country; without a country also for what several countries could mean.
 */
export function parseRegion(text: string, country: string | undefined): string | undefined {
  const upper = text.trim().toUpperCase();
  if (isRegionCode(upper))
    return country === undefined || upper.startsWith(`${country}-`) ? upper : undefined;
  if (country === undefined) return parseCountry(text) === undefined ? byName(text, UNMISTAKABLE) : undefined;
  return isRegionCode(`${country}-${upper}`) && isWhole(country)
    ? `${country}-${upper}`
    : byName(text, [country]);
}

/** Whether a code can exist: one of the list where the country's parts are listed, else one of the right shape. */
export function isRegionCode(code: string): boolean {
  const [, country = "", part = ""] = /^([A-Z]{2})-([A-Z0-9]{1,3})$/.exec(code) ?? [];
  if (!isCountryCode(country)) return false;
  return !isWhole(country) || [...partsOf(country).values()].includes(part);
}

function isWhole(country: string): boolean {
  return WHOLE_COUNTRIES.some((one) => one === country);
}

function byName(text: string, countries: readonly string[]): string | undefined {
  const name = foldTitled(text);
  const country = countries.find((one) => partsOf(one).has(name));
  return country === undefined ? undefined : `${country}-${partsOf(country).get(name)}`;
}

/** A country's parts: folded name to code. Empty where they are not listed. */
function partsOf(country: string): ReadonlyMap<string, string> {
  names ??= new Map(WHOLE_COUNTRIES.map((one) => [one, namesOf(one)]));
  return names.get(country) ?? new Map();
}

function namesOf(country: string): ReadonlyMap<string, string> {
  const tables = new DateHolidays();
  const known = LANGUAGES.flatMap((language) => Object.entries(tables.getStates(country, language) ?? {}));
  const named = known
    .filter(([part]) => !NO_PART.has(`${country}-${part}`))
    .map(([part, name]): [string, string] => [foldTitled(name), part]);
  return new Map([...named, ...Object.entries(ALIASES[country] ?? {})]);
}

function foldTitled(name: string): string {
  return foldName(name.trim().replace(TITLE, ""));
}
