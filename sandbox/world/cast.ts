/**
 * The named cast of the demo's day: one person for each situation a handoff has to get right. Their addresses never
 * change with the seed, so that tests and the demo can speak of them.
 */
import { pageUrl } from "./forms.ts";
import { day, hour } from "./person.ts";
import type { PersonPlan } from "./person.ts";

/** The roles of the cast. */
export type CastRole =
  | "vp-demo-request"
  | "mql-emea"
  | "mql-amer"
  | "mql-apac"
  | "customer-pricing"
  | "open-deal"
  | "student"
  | "competitor"
  | "opted-out"
  | "incomplete"
  | "too-small"
  | "single-signal"
  | "partner"
  | "sent-twice"
  | "enrolled"
  | "merged"
  | "merged-double"
  | "forgotten";

interface CastMember {
  readonly name: readonly [string, string];
  readonly email: string;
  readonly title?: string;
  readonly country?: string;
  readonly phone?: string;
  readonly source?: string;
  /** Pages seen on the days before, and how long ago somebody answered a mail. */
  readonly seen?: readonly string[];
  readonly repliedDaysAgo?: number;
  readonly optedOut?: boolean;
  /** False for those who are new on the day. */
  readonly known?: boolean;
}

const buying = [
  "/pricing",
  "/blog/handoffs-that-stick",
  "/pricing/enterprise",
  "/security",
  "/pricing",
] as const;

/** Everybody in the cast. */
export const cast: Readonly<Record<CastRole, CastMember>> = {
  "vp-demo-request": {
    name: ["Clara", "Hoffmann"],
    email: "clara.hoffmann@nordlicht.example",
    title: "VP Marketing",
    country: "Germany",
    phone: "+49 30 23125 142",
    source: "PAID_SEARCH",
    seen: ["/pricing", "/integrations/salesforce"],
  },
  "mql-emea": {
    name: ["Sabine", "Kessler"],
    email: "sabine.kessler@rheinbank.example",
    title: "Director of Revenue Operations",
    country: "Germany",
    phone: "+49 69 90009 177",
    source: "ORGANIC_SEARCH",
    seen: buying,
    repliedDaysAgo: 2,
  },
  "mql-amer": {
    name: ["Dana", "Whitfield"],
    email: "dana.whitfield@ledgerline.example",
    title: "VP Sales",
    country: "United States",
    phone: "+1 212-555-0144",
    source: "EMAIL_MARKETING",
    seen: buying,
    repliedDaysAgo: 1,
  },
  "mql-apac": {
    name: ["Haruto", "Sato"],
    email: "haruto.sato@kumo-systems.example",
    title: "Director of Sales",
    country: "Japan",
    phone: "+81 3-5550-0188",
    source: "ORGANIC_SEARCH",
    seen: buying,
    repliedDaysAgo: 3,
  },
  "customer-pricing": {
    name: ["Ines", "Moreau"],
    email: "ines.moreau@atelier-data.example",
    title: "Head of Operations",
    country: "France",
    phone: "+33 1 99 00 01 23",
    source: "DIRECT_TRAFFIC",
    seen: ["/pricing/enterprise"],
  },
  "open-deal": {
    name: ["Marcus", "Lee"],
    email: "marcus.lee@brightforge.example",
    title: "Chief Revenue Officer",
    country: "United States",
    phone: "+1 312-555-0119",
    source: "REFERRALS",
    seen: ["/security", "/security/soc2"],
  },
  student: {
    name: ["Leo", "Brandt"],
    email: "leo.brandt@uni.example",
    title: "Student",
    country: "Germany",
    known: false,
  },
  competitor: {
    name: ["Vera", "Stone"],
    email: "vera.stone@rival.example",
    title: "Product Manager",
    country: "United States",
    known: false,
  },
  "opted-out": {
    name: ["Paolo", "Ricci"],
    email: "paolo.ricci@fontana-group.example",
    title: "VP Sales",
    country: "Italy",
    phone: "+39 02 5550 0131",
    source: "ORGANIC_SEARCH",
    seen: buying,
    repliedDaysAgo: 5,
    optedOut: true,
  },
  incomplete: { name: ["Nina", ""], email: "nina@quietlake.example", seen: buying, repliedDaysAgo: 2 },
  "too-small": {
    name: ["Tess", "Ward"],
    email: "tess.ward@two-oaks.example",
    title: "Chief Executive Officer",
    country: "United Kingdom",
    phone: "+44 117 496 0155",
    source: "SOCIAL_MEDIA",
    seen: buying,
    repliedDaysAgo: 4,
  },
  "single-signal": {
    name: ["Bruno", "Keller"],
    email: "bruno.keller@tessera.example",
    title: "Director of Marketing",
    country: "Austria",
    phone: "+43 1 5550 166",
    source: "PAID_SOCIAL",
    seen: ["/pricing", "/docs/api", "/pricing/enterprise", "/pricing"],
  },
  partner: {
    name: ["Oskar", "Lind"],
    email: "oskar.lind@fjordtech.example",
    title: "Director of Operations",
    country: "Sweden",
    phone: "+46 8 465 004 72",
    known: false,
  },
  "sent-twice": {
    name: ["Emil", "Novak"],
    email: "emil.novak@vltava-soft.example",
    title: "VP Revenue",
    country: "Czechia",
    phone: "+420 255 500 160",
    source: "PAID_SEARCH",
    seen: ["/pricing"],
  },
  enrolled: {
    name: ["Rosa", "Albrecht"],
    email: "rosa.albrecht@hanseatic-soft.example",
    title: "Chief Marketing Officer",
    country: "Germany",
    phone: "+49 40 66969 190",
    source: "REFERRALS",
    seen: buying,
    repliedDaysAgo: 1,
  },
  merged: {
    name: ["Jon", "Abara"],
    email: "jon.abara@cobalt-labs.example",
    title: "VP Operations",
    country: "United States",
    phone: "+1 415-555-0133",
    source: "ORGANIC_SEARCH",
    seen: ["/pricing", "/security"],
  },
  "merged-double": {
    name: ["J.", "Abara"],
    email: "j.abara@cobalt-labs.example",
    country: "United States",
    source: "DIRECT_TRAFFIC",
  },
  forgotten: {
    name: ["Mila", "Kranz"],
    email: "mila.kranz@weserkraft.example",
    title: "Director of Sales",
    country: "Germany",
    phone: "+49 89 99998 123",
    source: "PAID_SEARCH",
    seen: ["/pricing"],
  },
};

/** Those of the cast that the portal knows before the day, with what they did on the days before `asOf`. */
export function castPeople(asOf: number): PersonPlan[] {
  return Object.values(cast)
    .filter((member) => member.known !== false)
    .map((member) => planOf(member, asOf));
}

/** The properties a cast member would fill in. Empty ones are left out. */
export function castProperties(member: CastMember): Record<string, string> {
  const [firstname, lastname] = member.name;
  const all = {
    email: member.email,
    firstname,
    lastname,
    jobtitle: member.title,
    country: member.country,
    phone: member.phone,
  };
  return Object.fromEntries(
    Object.entries(all).filter((entry): entry is [string, string] => (entry[1] ?? "") !== ""),
  );
}

function planOf(member: CastMember, asOf: number): PersonPlan {
  const seen = member.seen ?? [];
  return {
    email: member.email,
    createdAt: asOf - 30 * day,
    properties: { lifecyclestage: "lead", ...castProperties(member) },
    origin:
      member.source === undefined
        ? {}
        : {
            hs_analytics_source: member.source,
            hs_latest_source: member.source,
            hs_analytics_source_data_2: "autumn-launch",
            hs_latest_source_data_2: "pipeline-week",
          },
    visits: seen.map((path, index) => ({
      url: pageUrl(path),
      at: asOf - (seen.length - index) * day + 9 * hour,
    })),
    submissions: [],
    ...(member.repliedDaysAgo === undefined
      ? {}
      : { repliedAt: asOf - member.repliedDaysAgo * day + 11 * hour }),
    ...(member.optedOut ? { optedOut: true } : {}),
  };
}
