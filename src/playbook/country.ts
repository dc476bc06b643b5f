/** Countries as ISO 3166-1 alpha-2 codes, the names people type for them, and the groups the playbook may name. */
import { normalForm } from "../model/normal-form.ts";

const EU = "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK".split(" ");
const OTHER_EUROPE = "AD AL AX BA BY CH FO GB GG GI IM IS JE LI MC MD ME MK NO RS RU SJ SM UA VA XK".split(
  " ",
);
const MIDDLE_EAST = "AE AM AZ BH GE IL IQ IR JO KW LB OM PS QA SA SY TR YE".split(" ");
const AFRICA = (
  "AO BF BI BJ BW CD CF CG CI CM CV DJ DZ EG EH ER ET GA GH GM GN GQ GW KE KM LR LS LY MA MG ML MR MU MW MZ NA NE NG " +
  "RE RW SC SD SH SL SN SO SS ST SZ TD TG TN TZ UG YT ZA ZM ZW"
).split(" ");
const LATAM = (
  "AG AI AR AW BB BL BO BQ BR BS BZ CL CO CR CU CW DM DO EC FK GD GF GP GS GT GY HN HT JM KN KY LC MF MQ MS MX NI PA " +
  "PE PR PY SR SV SX TC TT UY VC VE VG VI"
).split(" ");
const NORTH_AMERICA = "BM CA GL PM US".split(" ");
const APAC = (
  "AF AQ AS AU BD BN BT BV CC CK CN CX FJ FM GU HK HM ID IN IO JP KG KH KI KP KR KZ LA LK MH MM MN MO MP MV MY NC NF NP " +
  "NR NU NZ PF PG PH PK PN PW SB SG TF TH TJ TK TL TM TO TV TW UM UZ VN VU WF WS"
).split(" ");

/** Groups a condition may name instead of listing codes. EMEA, AMER and APAC part the world: each code is in one. */
export const COUNTRY_GROUPS: Readonly<Record<string, readonly string[]>> = {
  EU,
  EEA: [...EU, "IS", "LI", "NO"],
  DACH: ["DE", "AT", "CH"],
  BENELUX: ["BE", "NL", "LU"],
  NORDICS: ["DK", "FI", "IS", "NO", "SE"],
  EMEA: [...EU, ...OTHER_EUROPE, ...MIDDLE_EAST, ...AFRICA],
  AMER: [...NORTH_AMERICA, ...LATAM],
  LATAM,
  APAC,
};

const CODES: ReadonlySet<string> = new Set(
  ["EMEA", "AMER", "APAC"].flatMap((group) => COUNTRY_GROUPS[group] ?? []),
);

/** What people write that no list of names has. Keys as `foldName` leaves them. */
const ALIASES: Readonly<Record<string, string>> = {
  america: "US",
  usa: "US",
  unitedstatesofamerica: "US",
  theunitedstates: "US",
  uk: "GB",
  greatbritain: "GB",
  england: "GB",
  scotland: "GB",
  wales: "GB",
  northernireland: "GB",
  holland: "NL",
  thenetherlands: "NL",
  korea: "KR",
  southkorea: "KR",
  republicofkorea: "KR",
  russianfederation: "RU",
  czechrepublic: "CZ",
  turkey: "TR",
  uae: "AE",
  ivorycoast: "CI",
  hongkong: "HK",
  macau: "MO",
  vietnam: "VN",
  bosnia: "BA",
};

/** Languages in which a country's name is understood. */
const LANGUAGES = ["en", "de", "fr", "es", "it", "pt", "nl"];

let names: ReadonlyMap<string, string> | undefined;

/** A code in either case or a country's name in one of seven languages, to its ISO code; undefined when unknown. */
export function parseCountry(text: string): string | undefined {
  const upper = text.trim().toUpperCase();
  if (CODES.has(upper)) return upper;
  const folded = foldName(text);
  names ??= nameIndex();
  return Object.hasOwn(ALIASES, folded) ? ALIASES[folded] : names.get(folded);
}

/** Whether `code` is an ISO code Baton knows; upper case only. */
export function isCountryCode(code: string): boolean {
  return CODES.has(code);
}

/** Built once, when first needed: 250 countries in seven languages. English goes first, so it wins a clash. */
function nameIndex(): ReadonlyMap<string, string> {
  const index = new Map<string, string>();
  for (const language of LANGUAGES) {
    const display = new Intl.DisplayNames([language], { type: "region", fallback: "none" });
    for (const code of CODES) {
      const key = foldName(display.of(code) ?? "");
      if (key !== "" && !index.has(key)) index.set(key, code);
    }
  }
  return index;
}

/** Letters only, without accents or case: `Côte d’Ivoire` and `cote d'ivoire` are one. Throws nothing. */
export function foldName(text: string): string {
  return normalForm(text, "NFD")
    .toLowerCase()
    .replaceAll(/[^\p{L}]/gu, "");
}
