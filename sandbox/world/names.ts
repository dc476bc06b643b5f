/** The stock that invented people and companies are drawn from. Every address ends in `.example`. */
import type { Random } from "../random.ts";

/** Where somebody lives: country, dialling prefix, usual first and last names. */
export interface Region {
  readonly name: "EMEA" | "AMER" | "APAC";
  readonly countries: readonly { readonly name: string; readonly city: string; readonly phone: string }[];
  readonly first: readonly string[];
  readonly last: readonly string[];
  /** When its working day begins, in hours UTC. */
  readonly opensAt: number;
}

/** The three regions Acme sells to. */
export const regions: readonly Region[] = [
  {
    name: "EMEA",
    countries: [
      { name: "Germany", city: "Hamburg", phone: "+49 40 66969 1" },
      { name: "France", city: "Lyon", phone: "+33 4 65 71 10 " },
      { name: "Austria", city: "Graz", phone: "+43 316 5550 " },
      { name: "Netherlands", city: "Utrecht", phone: "+31 30 555 01 " },
      { name: "United Kingdom", city: "Leeds", phone: "+44 113 496 01" },
    ],
    first: ["Anna", "Jonas", "Camille", "Pieter", "Greta", "Hugo", "Freya", "Matteo", "Ilse", "Oliver"],
    last: [
      "Berger",
      "Lefevre",
      "Janssen",
      "Keller",
      "Whitmore",
      "Navarro",
      "Lindqvist",
      "Moser",
      "Fontaine",
      "Hale",
    ],
    opensAt: 7.5,
  },
  {
    name: "AMER",
    countries: [
      { name: "United States", city: "Columbus", phone: "+1 614-555-01" },
      { name: "Canada", city: "Calgary", phone: "+1 403-555-01" },
      { name: "United States", city: "Denver", phone: "+1 303-555-01" },
    ],
    first: ["Avery", "Logan", "Renee", "Marcos", "Tanya", "Owen", "Grace", "Elliot", "Nadia", "Cole"],
    last: [
      "Sutton",
      "Delgado",
      "Pruitt",
      "Osborne",
      "Castillo",
      "Mercer",
      "Bright",
      "Tran",
      "Holloway",
      "Reyes",
    ],
    opensAt: 13,
  },
  {
    name: "APAC",
    countries: [
      { name: "Japan", city: "Osaka", phone: "+81 6-5550-01" },
      { name: "India", city: "Pune", phone: "+91 20 5550 01" },
      { name: "Australia", city: "Perth", phone: "+61 8 5550 01" },
      { name: "Singapore", city: "Singapore", phone: "+65 6555 01" },
    ],
    first: ["Yuki", "Arjun", "Mei", "Rohan", "Sakura", "Liam", "Anika", "Daichi", "Hannah", "Wei"],
    last: ["Tanaka", "Iyer", "Lim", "Kapoor", "Okada", "Fraser", "Rao", "Ishii", "Cheng", "Doyle"],
    opensAt: 0.5,
  },
];

const openings = [
  "North",
  "Blue",
  "Cedar",
  "Silver",
  "Harbor",
  "Quartz",
  "Amber",
  "Clear",
  "Summit",
  "Delta",
  "Iron",
  "Lumen",
] as const;
const endings = [
  "field",
  "gate",
  "works",
  "bridge",
  "point",
  "ware",
  "line",
  "peak",
  "yard",
  "loop",
  "cast",
  "stone",
] as const;
const kinds = [
  "Software",
  "Financial",
  "Logistics",
  "Systems",
  "Insurance",
  "Retail",
  "Consulting",
  "Health",
] as const;

const industryOf: Readonly<Record<(typeof kinds)[number], string>> = {
  Software: "COMPUTER_SOFTWARE",
  Financial: "FINANCIAL_SERVICES",
  Logistics: "LOGISTICS_AND_SUPPLY_CHAIN",
  Systems: "COMPUTER_SOFTWARE",
  Insurance: "INSURANCE",
  Retail: "RETAIL",
  Consulting: "MANAGEMENT_CONSULTING",
  Health: "HOSPITAL_HEALTH_CARE",
};

/**
 * An invented company. The name follows from `number`, so that the first 144 are all different; later ones carry
 * their number in the domain.
 */
export function companyNamed(
  random: Random,
  number: number,
): { name: string; domain: string; industry: string } {
  const opening = openings[number % openings.length] ?? "";
  const ending = endings[Math.floor(number / openings.length) % endings.length] ?? "";
  const stem = `${opening}${ending}`;
  const kind = random.pick(kinds);
  const suffix = number < openings.length * endings.length ? "" : `-${number}`;
  return {
    name: `${stem} ${kind}`,
    domain: `${stem}${suffix}.example`.toLowerCase(),
    industry: industryOf[kind],
  };
}

/** Job titles, from those who decide to those who do not buy. */
export const titles = {
  deciding: [
    "VP Marketing",
    "VP Sales",
    "Director of Revenue Operations",
    "Chief Revenue Officer",
    "Director of Sales",
    "Head of Growth",
  ],
  working: ["Marketing Manager", "Sales Operations Analyst", "CRM Administrator", "Account Executive"],
} as const;
