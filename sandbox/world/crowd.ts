/** Everybody who has no part of their own: drawn from the seed, believable from afar. */
import type { Random } from "../random.ts";
import { formNamed, pages, pageUrl } from "./forms.ts";
import { companyNamed, regions, titles } from "./names.ts";
import type { Region } from "./names.ts";
import { day, hour, minute } from "./person.ts";
import type { CompanyPlan, PersonPlan, WorldPlan } from "./person.ts";

/** A member of the crowd: the plan, where they live, and how warm they are. */
export interface CrowdMember {
  readonly person: PersonPlan;
  readonly company: CompanyPlan;
  readonly region: Region;
  readonly warmth: Warmth;
}

/** `hot`: ready for sales; `warm`: some interest; `cold`: reads the blog. */
type Warmth = "hot" | "warm" | "cold";

const sizes = [12, 35, 60, 90, 140, 220, 380, 650, 1_100, 2_300, 4_800, 9_000] as const;
const sources = [
  "ORGANIC_SEARCH",
  "PAID_SEARCH",
  "EMAIL_MARKETING",
  "DIRECT_TRAFFIC",
  "SOCIAL_MEDIA",
  "REFERRALS",
  "PAID_SOCIAL",
] as const;
const campaigns = ["autumn-launch", "pipeline-week", "revops-guide", "partner-roadshow"] as const;

/**
 * Draws `count` people, each with an employer.
 * @param first  The number of the first, which keeps addresses of several crowds apart.
 */
export function drawCrowd(random: Random, count: number, first: number, asOf: number): CrowdMember[] {
  return Array.from({ length: count }, (_, index) => drawMember(random, first + index, asOf));
}

/** The plan of a crowd. */
export function planCrowd(members: readonly CrowdMember[]): WorldPlan {
  return { companies: members.map((each) => each.company), people: members.map((each) => each.person) };
}

function drawMember(random: Random, number: number, asOf: number): CrowdMember {
  const region = random.pick(regions);
  const country = random.pick(region.countries);
  const [firstname, lastname] = [random.pick(region.first), random.pick(region.last)];
  const { name, domain, industry } = companyNamed(random, number);
  const warmth = random.pick<Warmth>(["hot", "hot", "warm", "warm", "cold"]);
  const customer = random.chance(0.08);
  const jobtitle = random.pick(warmth === "cold" ? titles.working : titles.deciding);
  const source = random.pick(sources);
  const company: CompanyPlan = {
    domain,
    properties: {
      name,
      industry,
      numberofemployees: String(random.pick(sizes)),
      country: country.name,
      city: country.city,
      lifecyclestage: customer ? "customer" : "lead",
    },
    ...(customer ? { owner: region.name === "AMER" ? "diego@acme.example" : "nora@acme.example" } : {}),
    ...(random.chance(0.05)
      ? {
          openDeal: {
            name: `${name}, new business`,
            amount: String(random.between(8, 90) * 1_000),
            owner: "tomas@acme.example",
          },
        }
      : {}),
  };
  const createdAt = asOf - random.between(5, 120) * day;
  const repliedAt =
    warmth === "hot" && random.chance(0.6) ? asOf - random.between(1, 6) * day + 10 * hour : undefined;
  const person: PersonPlan = {
    email: `${firstname}.${lastname}@${domain}`.toLowerCase(),
    createdAt,
    properties: {
      firstname,
      lastname,
      jobtitle,
      country: country.name,
      city: country.city,
      phone: `${country.phone}${random.between(10, 99)}`,
      lifecyclestage: warmth === "cold" ? "subscriber" : "lead",
    },
    origin: {
      hs_analytics_source: source,
      hs_latest_source: source,
      hs_analytics_source_data_2: random.pick(campaigns),
      hs_latest_source_data_2: random.pick(campaigns),
    },
    visits: drawVisits(random, warmth, createdAt, asOf),
    submissions:
      warmth === "cold" || random.chance(0.3)
        ? [{ form: "Newsletter", at: createdAt + 5 * minute, page: formNamed("Newsletter").page.url }]
        : [],
    ...(repliedAt === undefined ? {} : { repliedAt }),
    ...(random.chance(0.04) ? { optedOut: true } : {}),
  };
  return { person, company, region, warmth };
}

function drawVisits(random: Random, warmth: Warmth, createdAt: number, asOf: number): PersonPlan["visits"] {
  const count = { hot: random.between(4, 9), warm: random.between(2, 4), cold: random.between(0, 3) }[warmth];
  const span = Math.min(10 * day, asOf - createdAt - hour);
  const instants = Array.from({ length: count }, () => asOf - Math.floor(random.next() * span)).toSorted(
    (a, b) => a - b,
  );
  return instants.map((at) => {
    const kind =
      warmth === "cold"
        ? random.pick(["reading", "elsewhere"] as const)
        : random.pick(["buying", "buying", "reading"] as const);
    return { url: pageUrl(random.pick(pages[kind])), at };
  });
}
