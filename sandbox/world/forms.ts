/** Acme's forms, the pages they stand on, and what people write into them. */
import type { Portal } from "../portal-desk.ts";
import type { Random } from "../random.ts";

/** A form with its page; the page's title is the first half of `recent_conversion_event_name`. */
export interface FormPlan {
  readonly name: string;
  readonly page: { readonly url: string; readonly title: string };
  readonly fields: readonly { readonly name: string; readonly label: string }[];
}

const person = [
  { name: "email", label: "Work email" },
  { name: "firstname", label: "First name" },
  { name: "lastname", label: "Last name" },
] as const;
const work = [
  { name: "company", label: "Company" },
  { name: "jobtitle", label: "What do you do there?" },
] as const;
const trouble = { name: "message", label: "What are you trying to solve?" } as const;

/** The six forms. */
export const formPlans: readonly FormPlan[] = [
  {
    name: "Demo request",
    page: at("/demo", "See Acme at work"),
    fields: [...person, ...work, { name: "phone", label: "Phone" }, trouble],
  },
  {
    name: "Pricing",
    page: at("/pricing", "Plans and pricing"),
    fields: [...person, ...work, { name: "team_size", label: "How many seats?" }, trouble],
  },
  {
    name: "Contact sales",
    page: at("/contact-sales", "Talk to us"),
    fields: [...person, ...work, { name: "phone", label: "Phone" }, trouble],
  },
  { name: "Newsletter", page: at("/blog", "The Acme letter"), fields: [...person] },
  {
    name: "Webinar registration",
    page: at("/webinars/quarter-close", "Closing the quarter without spreadsheets"),
    fields: [...person, ...work, { name: "question", label: "A question for the speakers?" }],
  },
  { name: "Security whitepaper", page: at("/security", "Security at Acme"), fields: [...person, ...work] },
];

/** Pages that visitors look at, by what looking at them tells. */
export const pages = {
  buying: [
    "/pricing",
    "/pricing/enterprise",
    "/security",
    "/security/soc2",
    "/integrations/salesforce",
    "/integrations/hubspot",
    "/customers/logistics",
  ],
  reading: [
    "/blog/why-forecasts-slip",
    "/blog/handoffs-that-stick",
    "/blog/pipeline-hygiene",
    "/docs/getting-started",
    "/docs/api",
    "/about",
  ],
  elsewhere: ["/careers", "/careers/backend-engineer", "/press"],
} as const;

const troubles = [
  "Our forecasts live in three spreadsheets and none of them agree.",
  "We doubled the sales team and nobody knows who owns which account.",
  "Salesforce and our billing tool tell two different stories.",
  "Leads wait two days before anybody calls. We would like that to be minutes.",
  "The board asks for pipeline by region and it takes us a week to answer.",
  "We are moving off a home-grown tool before our audit in spring.",
  "Too many manual steps between marketing and sales, and things fall through.",
  "We need SSO and an audit trail before legal lets us go on.",
] as const;

/** What somebody answers to "What are you trying to solve?". */
export function troubleOf(random: Random): string {
  return random.pick(troubles);
}

/** The form of a name. @throws RangeError for one that Acme does not have. */
export function formNamed(name: string): FormPlan {
  const form = formPlans.find((each) => each.name === name);
  if (!form) throw new RangeError(`Acme has no form called ${name}`);
  return form;
}

/** The full address of one of Acme's pages. */
export function pageUrl(path: string): string {
  return `https://www.acme.example${path}`;
}

/** Adds the forms, and the questions that are not contact properties yet. */
export function layOutForms(portal: Portal): void {
  for (const { name, fields } of formPlans) portal.addForm(name, fields);
  portal.addProperty("contact", "team_size");
  portal.addProperty("contact", "question");
  portal.addProperty("contact", "lead_source_detail", [
    ["partner", "Partner"],
    ["event", "Event"],
    ["website", "Website"],
    ["outbound", "Outbound"],
  ]);
}

function at(path: string, title: string): FormPlan["page"] {
  return { url: pageUrl(path), title };
}
