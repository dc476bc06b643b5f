/**
 * Liquid, locked down. Admins write templates; leads write the values in them. So a template can do nothing but print and
 * choose: no files, no includes, no clock, no chance, no unescaped output, and bounds on length, memory and time.
 *
 * Tags and filters are the ones listed here; any other is refused when the template is parsed. HTML may use only the
 * elements a CRM note keeps, and a link only goes to https, mailto, tel or one of Baton's own two addresses.
 */
import { Liquid } from "liquidjs";

/** What a template may be given. `null` is known to be unknown: it prints nothing and is false. */
export type TemplateValue =
  | string
  | number
  | boolean
  | null
  | readonly TemplateValue[]
  | { readonly [name: string]: TemplateValue };
export type TemplateValues = Readonly<Record<string, TemplateValue>>;

/** `html` escapes every value; `text` is plain and escapes none. */
export type TemplateKind = "html" | "text";

/** A template, parsed once. */
export interface Template {
  /** Every variable it reads from outside itself: `lead.name`, `behaviours`. */
  readonly reads: readonly string[];
  /** Throws liquidjs's error when the values take it past its bounds or lack a variable it reads. */
  render(values: TemplateValues): string;
}

const TAGS = new Set(["assign", "if", "unless", "case", "for", "break", "continue", "comment", "#"]);
const FILTERS = new Set(
  (
    "append prepend capitalize upcase downcase strip replace truncate truncatewords default first last join split size slice " +
    "plus minus times divided_by round"
  ).split(" "),
);
const ELEMENTS = new Set(["h3", "h4", "p", "ul", "ol", "li", "strong", "em", "a", "br"]);

const LIMITS = {
  ownPropertyOnly: true,
  strictVariables: true,
  strictFilters: true,
  // Characters and objects made: far above what a note needs, far below what hurts.
  parseLimit: 20_000,
  // Milliseconds by the clock on the wall. A note takes a fraction of one; a machine that is kept busy by others must not cost a
  // lead its note, so this only ends what would never end.
  renderLimit: 5_000,
  memoryLimit: 5_000_000,
  // An empty map, because without one `include` would read files.
  templates: {},
} as const;

const ENGINES: Readonly<Record<TemplateKind, Liquid>> = {
  html: lockDown(new Liquid({ ...LIMITS, outputEscape: "escape" })),
  text: lockDown(new Liquid(LIMITS)),
};

/** What is wrong with a template: the rule, and the piece of it that breaks the rule. */
export interface TemplateProblem {
  readonly message: string;
  readonly found: string;
}

/** What is wrong with a template, in words, or undefined. Throws nothing. */
export function templateProblem(text: string, kind: TemplateKind): TemplateProblem | undefined {
  try {
    compileTemplate(text, kind);
  } catch (error) {
    return liquidProblem(text, error);
  }
  return kind === "html" ? markupProblem(text) : undefined;
}

/** Parses a template. Throws liquidjs's error for one that `templateProblem` refuses as Liquid. */
export function compileTemplate(text: string, kind: TemplateKind): Template {
  const engine = ENGINES[kind];
  const parsed = engine.parse(text);
  // Most steps of a plan are fixed words: no need to render those.
  if (!text.includes("{")) return { reads: [], render: () => text };
  return {
    reads: engine.globalFullVariablesSync(parsed),
    render: (values) => String(engine.renderSync(parsed, values)),
  };
}

function lockDown(engine: Liquid): Liquid {
  for (const tag of Object.keys(engine.tags)) if (!TAGS.has(tag)) delete engine.tags[tag];
  for (const filter of Object.keys(engine.filters)) if (!FILTERS.has(filter)) delete engine.filters[filter];
  return engine;
}

/** liquidjs's complaint in an admin's words, with the tag or the braces it is about, and their line where there are several. */
function liquidProblem(text: string, error: unknown): TemplateProblem {
  const says = error instanceof Error ? error.message : "";
  const begin = beginOf(error);
  const found = pieceAt(text, begin);
  const line = text.slice(0, begin).split("\n").length;
  const place = text.trimEnd().includes("\n") ? ` (line ${line} of the text)` : "";
  return { message: `${liquidRule(says)}${place}`, found };
}

function liquidRule(says: string): string {
  if (says.includes("limit exceeded")) return `a template has at most ${LIMITS.parseLimit} characters`;
  const filter = /^undefined filter: (\S+?),/.exec(says)?.[1];
  if (filter !== undefined) return `"${filter}" is no filter: filters are ${[...FILTERS].join(", ")}`;
  const [, tag = ""] = /^tag "?(.*?)"? not found/.exec(says) ?? [];
  if (tag.startsWith("end")) return `{% ${tag} %} ends what was never begun`;
  if (tag !== "") return `"${tag}" is no tag: tags are ${[...TAGS].filter((one) => one !== "#").join(", ")}`;
  if (/^tag \{%.* not closed/s.test(says))
    return "a tag is closed by its own end, as {% if … %} is by {% endif %}";
  if (says.includes("not closed") || says.includes("before filter"))
    return "braces, brackets and quotes are closed: {{ lead.name }}, {% if score %}";
  if (says.includes("after filter name"))
    return 'a filter has a colon before its values: {{ who | default: "you" }}';
  if (says.startsWith("invalid value expression"))
    return "a value is expected, such as lead.name in {{ lead.name }} or {% if lead.name %}";
  return "a tag is written as in Liquid: {% if score %}, {% for item in behaviours %}, {% assign name = who %}";
}

function beginOf(error: unknown): number {
  if (typeof error !== "object" || error === null || !("token" in error)) return 0;
  const { token } = error;
  const isPlaced = typeof token === "object" && token !== null && "begin" in token;
  return isPlaced && typeof token.begin === "number" ? token.begin : 0;
}

/** The tag or output around a place; what is left of the line where it is not closed. */
function pieceAt(text: string, begin: number): string {
  const start = Math.max(text.lastIndexOf("{{", begin), text.lastIndexOf("{%", begin), 0);
  return /^(?:\{\{.*?\}\}|\{%.*?%\}|.*)/.exec(text.slice(start))?.[0] ?? "";
}

function markupProblem(text: string): TemplateProblem | undefined {
  // The two links are named before values are taken out, so that an href holding anything else is seen.
  const markup = text
    .replaceAll(/\{\{-?\s*link\.(?:lead|handoff)\s*-?\}\}/g, "https://link")
    .replaceAll(/\{%[^%]*%\}/g, "")
    .replaceAll(/\{\{[^}]*\}\}/g, "value");
  for (const [tag] of markup.matchAll(/<[^>]*>?/g)) {
    const [, name = "", attributes = ""] = /^<\/?([a-z][a-z0-9]*)\s*([^>]*)>$/i.exec(tag) ?? [];
    if (!ELEMENTS.has(name.toLowerCase()))
      return {
        message: `the CRM does not keep this: a note may use ${[...ELEMENTS].join(", ")}`,
        found: tag,
      };
    const isLink = name === "a" && /^href="(?:https:\/\/|mailto:|tel:)[^"<>]*"$/.test(attributes.trim());
    if (attributes.replaceAll("/", "").trim() !== "" && !isLink)
      return {
        message:
          "the only attribute is the href of a link, to https, mailto, tel, {{ link.lead }} or {{ link.handoff }}",
        found: tag,
      };
  }
  return undefined;
}
