/**
 * Seniority and function from a job title, as far as the title says it in words Baton knows. A title it does not
 * understand stays unknown; `titles:` in fields.yaml teaches more. English, and the few German words every CRM has.
 */

/** From the bottom up. */
export const SENIORITIES = ["intern", "individual", "manager", "director", "vp", "c-level"] as const;
export type Seniority = (typeof SENIORITIES)[number];

export const FUNCTIONS = [
  "revenue-operations",
  "marketing",
  "sales",
  "customer-success",
  "security",
  "data",
  "product",
  "engineering",
  "it",
  "finance",
  "people",
  "legal",
  "operations",
  "education",
] as const;
export type JobFunction = (typeof FUNCTIONS)[number];

/**
 * Tried from the top; the first whose words stand in the title wins. So a vice president is found before a president,
 * and an assistant to the CEO is not the CEO.
 */
const SENIORITY_WORDS: readonly (readonly [Seniority, string])[] = [
  [
    "intern",
    "intern|internship|trainee|apprentice|student|working student|werkstudent|werkstudentin|praktikant",
  ],
  [
    "individual",
    "assistant|secretary|executive assistant|personal assistant|product owner|process owner|system owner",
  ],
  ["director", "chief of staff"],
  ["vp", "vp|svp|evp|avp|rvp|vice president|vicepresident"],
  ["c-level", "ceo|cto|cfo|cmo|cio|coo|cro|ciso|cso|cdo|cpo|chro|chief|founder|cofounder|president"],
  [
    "c-level",
    "managing director|managing partner|geschaftsfuhrer|geschaftsfuhrerin|owner|co owner|general manager",
  ],
  ["director", "director|head|direktor|direktorin|leiter|leiterin|bereichsleiter"],
  ["manager", "manager|managerin|supervisor|team lead|teamleiter|teamleiterin"],
  ["individual", "analyst|engineer|developer|specialist|administrator|consultant|coordinator|representative"],
  ["individual", "executive|associate|architect|designer|scientist|accountant|advisor|officer|technician"],
  ["individual", "sdr|bdr|researcher|writer|editor|recruiter|programmer|sachbearbeiter|referent|referentin"],
];

const FUNCTION_WORDS: readonly (readonly [JobFunction, string])[] = [
  [
    "revenue-operations",
    "revops|revenue operations|sales operations|marketing operations|sales ops|marketing ops",
  ],
  ["revenue-operations", "crm|gtm operations|business operations"],
  ["customer-success", "customer success|customer support|customer service|customer experience|support"],
  ["marketing", "marketing|growth|demand generation|demand gen|brand|content|cmo|communications|seo"],
  [
    "sales",
    "sales|revenue|business development|account executive|cro|sdr|bdr|partnerships|commercial|vertrieb",
  ],
  ["security", "security|ciso|infosec|cybersecurity|cyber"],
  ["data", "data|analytics|business intelligence|bi|machine learning"],
  ["product", "product|cpo|ux"],
  ["engineering", "engineering|engineer|developer|software|devops|cto|architect|platform|sre|entwicklung"],
  ["it", "it|cio|information technology|systems|infrastructure|network"],
  [
    "finance",
    "finance|financial|cfo|accounting|accountant|controller|controlling|treasury|procurement|finanzen",
  ],
  ["people", "hr|people|human resources|talent|recruiting|recruiter|chro"],
  ["legal", "legal|counsel|compliance|privacy|lawyer|attorney"],
  ["operations", "operations|coo|supply chain|logistics|process"],
  ["education", "student|professor|lecturer|teacher|researcher|phd"],
];

type Table<Word extends string> = readonly { readonly word: Word; readonly phrases: readonly string[] }[];

const SENIORITY_TABLE = tableOf(SENIORITY_WORDS);
const FUNCTION_TABLE = tableOf(FUNCTION_WORDS);

/** `VP of Marketing` is `vp`; undefined when the title does not say. */
export function seniorityOf(title: string): Seniority | undefined {
  return firstOf(SENIORITY_TABLE, title);
}

/** `VP of Marketing` is `marketing`; undefined when the title does not say. */
export function functionOf(title: string): JobFunction | undefined {
  return firstOf(FUNCTION_TABLE, title);
}

function tableOf<Word extends string>(rows: readonly (readonly [Word, string])[]): Table<Word> {
  return rows.map(([word, phrases]) => ({ word, phrases: phrases.split("|").map(wordsOf) }));
}

function firstOf<Word extends string>(table: Table<Word>, title: string): Word | undefined {
  const words = wordsOf(title);
  return table.find(({ phrases }) => phrases.some((phrase) => words.includes(phrase)))?.word;
}

/** Lower-case words with one space around each, without accents or filler: `Head, Sales & Ops` is ` head sales ops `. */
function wordsOf(title: string): string {
  const words = title
    .normalize("NFD")
    .toLowerCase()
    .replaceAll(/\p{M}/gu, "")
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== "" && word !== "of" && word !== "the");
  return ` ${words.join(" ")} `;
}
