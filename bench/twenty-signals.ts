/** Leads with twenty signals each, in a mix of outcomes like a portal's: most are looked at and not handed off. */
import { createRandom, type Random } from "../sandbox/random.ts";
import type { Colleague } from "../src/model/account.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS, type Instant } from "../src/model/instant.ts";
import type { FactValue, Snapshot } from "../src/model/lead.ts";
import type { Signal } from "../src/model/signal.ts";

const SIGNALS = 20;
const OLDEST_MS = 40 * DAY_MS;

type Values = Readonly<Record<string, FactValue | undefined>>;
type Deed = Omit<Signal, "key">;

/** A kind of lead: how many of a hundred are one, and what tells it from somebody who fits and reads the blog. */
interface Kind {
  readonly share: number;
  readonly facts: (random: Random) => Values;
  readonly deeds: (random: Random, now: Instant) => readonly Deed[];
}

const nothing = (): readonly Deed[] => [];
const qualified = { "lead.stage": "marketing-qualified" } as const;
const demo = (random: Random, now: Instant): readonly Deed[] => [
  { kind: "form-submitted", form: "demo-request", at: now - random.between(1, 600) * MINUTE_MS },
];
const replied = (random: Random, now: Instant): readonly Deed[] => [
  { kind: "email-replied", at: now - random.between(1, 6) * DAY_MS },
];
const readPrices = (random: Random, now: Instant): readonly Deed[] =>
  Array.from({ length: 3 }, () => ({
    kind: "page-viewed",
    page: random.pick(["/pricing", "/security/soc2"]),
    at: now - random.between(1, 13) * DAY_MS,
  }));
const usedProduct = (random: Random, now: Instant): readonly Deed[] =>
  Array.from({ length: 2 }, () => ({
    kind: "product",
    event: "Workspace Activated",
    at: now - random.between(1, 13) * DAY_MS,
  }));

/** Ten of a hundred are ready. */
const KINDS: readonly Kind[] = [
  { share: 5, facts: () => ({}), deeds: demo },
  { share: 1, facts: () => ({ "lead.source": "partner", "lead.partner": "nordlicht" }), deeds: nothing },
  { share: 1, facts: () => ({ "account.employees": 400 }), deeds: usedProduct },
  { share: 3, facts: () => qualified, deeds: (...of) => [...readPrices(...of), ...replied(...of)] },
  // No type matches.
  { share: 45, facts: (random) => random.pick([{}, { "account.employees": 12 }]), deeds: nothing },
  // One signal of intent, where two are asked for; then none.
  { share: 10, facts: () => qualified, deeds: readPrices },
  { share: 7, facts: () => qualified, deeds: nothing },
  // One thing about them does not fit, or is not known; then two.
  {
    share: 10,
    facts: (random) => ({
      ...qualified,
      ...random.pick([
        { "account.employees": 12 },
        { "account.industry": "retail" },
        { "lead.seniority": undefined },
      ]),
    }),
    deeds: (...of) => [...readPrices(...of), ...replied(...of)],
  },
  {
    share: 4,
    facts: () => ({ ...qualified, "account.employees": 9_000, "account.industry": "retail" }),
    deeds: readPrices,
  },
  // Refused.
  { share: 4, facts: () => ({ "lead.role": "Marketing student" }), deeds: demo },
  { share: 2, facts: () => ({ "lead.email": "vera@eu.rival.example" }), deeds: demo },
  { share: 2, facts: () => ({ ...qualified, "account.stage": "customer" }), deeds: readPrices },
  // Suppressed.
  { share: 3, facts: () => ({ ...qualified, "lead.opted_out": true }), deeds: readPrices },
  // Held: marketing owes a field.
  {
    share: 3,
    facts: () => ({ ...qualified, "lead.source": undefined }),
    deeds: (...of) => [...readPrices(...of), ...replied(...of)],
  },
];

/** Makes `count` leads. The same seed gives the same leads. */
export function twentySignalLeads(count: number, seed: number, now: Instant): readonly Snapshot[] {
  const random = createRandom(seed, "decide");
  const kinds = KINDS.flatMap((kind) => Array.from({ length: kind.share }, () => kind));
  return Array.from({ length: count }, (_, number) => leadOf(number, random.pick(kinds), random, now));
}

function leadOf(number: number, kind: Kind, random: Random, now: Instant): Snapshot {
  const facts = Object.entries({ ...someone(number, random), ...kind.facts(random) }).flatMap(
    ([name, value]) => (value === undefined ? [] : [[name, { value, from: "contact.bench" }] as const]),
  );
  const told = kind.deeds(random, now);
  const idle = Array.from({ length: SIGNALS - told.length }, () => idleDeed(random, now));
  return {
    decisionId: `d-${number}`,
    lead: { crm: "hubspot", id: String(number) },
    leadUrl: `https://crm.example/${number}`,
    facts: Object.fromEntries(facts),
    unmapped: [],
    lists: ["17"],
    account: { colleagues: colleaguesOf(random, now), handoffs: [] },
    signals: [...told, ...idle]
      .map((deed, index) => ({ key: `s-${number}-${index}`, ...deed }))
      .sort((a, b) => b.at - a.at),
    readAt: now,
  };
}

/** Two others of the company, who looked around a little. */
function colleaguesOf(random: Random, now: Instant): readonly Colleague[] {
  return [1, 2].map((number) => ({
    lead: `colleague-${number}`,
    signals: [
      { key: `c-${number}`, kind: "page-viewed", page: "/pricing", at: now - random.between(1, 9) * DAY_MS },
    ],
  }));
}

/** Somebody who fits, at a company of their own. */
function someone(number: number, random: Random): Values {
  const owner = random.chance(0.2) ? { "account.owner": `owner-emea-${random.between(0, 9)}` } : {};
  return {
    "lead.email": `lead-${number}@company-${number}.example`,
    "lead.name": `Lead ${number}`,
    "lead.role": random.pick([
      "VP Marketing",
      "Director of Sales",
      "Chief Operating Officer",
      "Head of Revenue",
    ]),
    "lead.seniority": random.pick(["director", "vp", "c-level"]),
    "lead.function": "marketing",
    "lead.stage": "lead",
    "lead.stage_value": "lead",
    "lead.source": random.pick(["organic-search", "paid-search", "email", "event", "website"]),
    "lead.country": random.pick(["DE", "FR", "GB", "US", "US", "CA", "JP"]),
    "lead.legal_basis": "consent",
    "lead.phone": "+49 30 5550 100",
    "account.name": `Company ${number}`,
    "account.domain": `company-${number}.example`,
    "account.employees": random.between(50, 5_000),
    "account.industry": random.pick(["software", "it-services", "insurance"]),
    "account.stage": "lead",
    "campaign.first": "autumn-launch",
    "campaign.last": "autumn-launch",
    ...owner,
  };
}

/** What everybody does: reads the blog, signs up for the newsletter, comes to webinars. */
function idleDeed(random: Random, now: Instant): Deed {
  const at = now - random.between(1, OLDEST_MS / HOUR_MS) * HOUR_MS;
  const pages = [
    "/",
    "/blog/handoffs",
    "/blog/routing",
    "/about",
    "/docs/start",
    "/customers",
    "/careers",
    "/pricing",
  ];
  return random.pick<() => Deed>([
    () => ({ kind: "page-viewed", page: random.pick(pages), at }),
    () => ({ kind: "page-viewed", page: random.pick(pages.slice(1, 5)), at }),
    () => ({ kind: "page-viewed", page: random.pick(pages.slice(1, 4)), at }),
    () => ({ kind: "form-submitted", form: "newsletter", at }),
    () => ({ kind: "webinar-attended", engagement: random.pick(["strong", "weak"]), at }),
    () => ({ kind: "content-downloaded", asset: random.pick(["handoff-guide", "compliance-checklist"]), at }),
  ])();
}
