/** When somebody works, as team.yaml says it: hours, zone and holidays, each with the words for what cannot be read. */
import * as z from "zod";
import type { WorkingSpan } from "../model/rep.ts";
import { isHolidayRegion } from "../sla/holidays.ts";
import { parseHours } from "../sla/hours.ts";
import { isZone } from "../sla/zone.ts";
import { parseCountry } from "./country.ts";
import { parseRegion } from "./region.ts";
import { nearestWord } from "./words.ts";

const HOURS_EXPECTED =
  'working hours look like "Mon-Fri 09:00-17:30", "Mon,Wed 09:00-12:00, 13:00-17:00" or "always"';

const hoursTextSchema = z.string({ error: HOURS_EXPECTED }).refine((text) => parseHours(text) !== undefined, {
  error: ({ input }) => HOURS_EXPECTED + meant(hoursMeant(String(input))),
});

/** The keys that say when somebody works. All may be left out. */
export const workingTimeShape = {
  hours: z
    .union([hoursTextSchema, z.array(hoursTextSchema).min(1)], {
      error: 'working hours are text such as "Mon-Fri 09:00-17:30", or a list of such texts',
    })
    .transform((texts): readonly WorkingSpan[] => [texts].flat().flatMap((text) => parseHours(text) ?? []))
    .optional()
    .describe('Working hours: "Mon-Fri 09:00-17:30", a list of such lines, or "always".'),
  zone: z
    .string()
    .refine(isZone, {
      error: ({ input }) => `a zone is an IANA name such as Europe/Berlin${meant(zoneMeant(String(input)))}`,
    })
    .optional()
    .describe("The time zone they work in, such as Europe/Berlin."),
  holidays: z
    .string()
    .refine(isHolidayRegion, {
      error: ({ input }) =>
        `holidays are those of a country or region, such as DE, DE-BE or US-NY${meant(holidaysMeant(String(input)))}`,
    })
    .optional()
    .describe("Whose public holidays are days off: DE, DE-BE, US-NY."),
};

function meant(word: string | undefined): string {
  return word === undefined ? "" : `; did you mean "${word}"?`;
}

/** What clocks on walls are called, and the zone whose clocks they most often are. */
const ABBREVIATIONS: Readonly<Record<string, string>> = {
  ET: "America/New_York",
  EST: "America/New_York",
  EDT: "America/New_York",
  CT: "America/Chicago",
  CST: "America/Chicago",
  CDT: "America/Chicago",
  MT: "America/Denver",
  MST: "America/Denver",
  MDT: "America/Denver",
  PT: "America/Los_Angeles",
  PST: "America/Los_Angeles",
  PDT: "America/Los_Angeles",
  BST: "Europe/London",
  CET: "Europe/Berlin",
  CEST: "Europe/Berlin",
  EEST: "Europe/Athens",
  IST: "Asia/Kolkata",
  JST: "Asia/Tokyo",
  SGT: "Asia/Singapore",
  AEST: "Australia/Sydney",
  AEDT: "Australia/Sydney",
  NZST: "Pacific/Auckland",
  NZDT: "Pacific/Auckland",
};

/** A zone by its abbreviation, by its city alone, or nearly by its name. */
function zoneMeant(text: string): string | undefined {
  const short = text.trim().toUpperCase();
  if (Object.hasOwn(ABBREVIATIONS, short)) return ABBREVIATIONS[short];
  const zones = Intl.supportedValuesOf("timeZone");
  const words = text.trim().replaceAll(" ", "_");
  const near = nearestWord(words, zones);
  if (near !== undefined) return near;
  const cities = new Map(zones.map((zone) => [zone.slice(zone.lastIndexOf("/") + 1), zone]));
  return cities.get(nearestWord(words.slice(words.lastIndexOf("/") + 1), cities.keys()) ?? "");
}

/** A country or region in other letters or by its name; the country alone where its part is unknown. */
function holidaysMeant(text: string): string | undefined {
  const code = text.trim().toUpperCase().replaceAll(/[\s_]/g, "-");
  const country = /^([A-Z]{2})-[A-Z0-9]{1,3}$/.exec(code)?.[1] ?? "";
  const candidates = [code, parseCountry(text), parseRegion(text, undefined), parseCountry(country)];
  return candidates.find((one) => one !== undefined && isHolidayRegion(one));
}

/** Hours written as on a door: `Mon-Fri 9-17`, `Mo–Fr 9:00 – 17:30`, `Mon-Fri 9am-5pm`. */
function hoursMeant(text: string): string | undefined {
  const [, days = "", times = ""] =
    /^\s*([^\d]*?)[\s:,]*(\d.*)$/.exec(text.replaceAll(/[–—]|\bto\b/g, "-")) ?? [];
  const clock = times.replaceAll(/(\d{1,2})(?:[:.](\d{2}))?\s*(am|pm|h|Uhr)?/gi, (_, hour, minute, half) =>
    clockOf(Number(hour), String(minute ?? "00"), String(half ?? "")),
  );
  const written = `${days.replaceAll(/\s*([-,])\s*/g, "$1") || "Mon-Fri"} ${clock.replaceAll(/\s*-\s*/g, "-")}`;
  const isDay = [...clock.matchAll(/(\d\d:\d\d)\s*-\s*(\d\d:\d\d)/g)].every(
    ([, from = "", to = ""]) => from < to,
  );
  return parseHours(written) === undefined || !isDay ? undefined : written;
}

function clockOf(hour: number, minute: string, half: string): string {
  const isPm = half.toLowerCase() === "pm" && hour < 12;
  const isMidnight = half.toLowerCase() === "am" && hour === 12;
  return `${String(isMidnight ? 0 : isPm ? hour + 12 : hour).padStart(2, "0")}:${minute}`;
}
