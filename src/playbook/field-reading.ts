/** fields.yaml, `read` of each CRM: where a fact is read, and how its text is understood. */
import * as z from "zod";
import type { Crm } from "../model/lead.ts";
import { CRM_WORDS, readPath } from "./crm.ts";
import { lowered, onceInAnyLetters } from "./folded-keys.ts";

/** How a property's text is understood. `stage` translates through `stages`; `text` only trims. */
const READ_AS = [
  "text",
  "email",
  "phone",
  "country",
  "region",
  "integer",
  "money",
  "date",
  "url-domain",
  "boolean",
  "owner",
  "stage",
] as const;
export type ReadAs = (typeof READ_AS)[number];

/** One fact and where it is read: the first property that is known wins, or all known ones joined. */
export interface FieldReading {
  readonly fact: string;
  readonly from: readonly string[];
  readonly join?: string;
  readonly as: ReadAs;
  /** A fact or an ISO code that says in which country local phone numbers and names of regions are to be understood. */
  readonly region?: string;
  /** The currency that amounts may be written with, as an ISO code. */
  readonly currency?: string;
  /** Raw value, lower case, to Baton's word. */
  readonly map?: ReadonlyMap<string, string | number | boolean>;
  /** What becomes of a value that is not understood: listed for an admin, kept as it is, or left unknown in silence. */
  readonly otherwise: "review" | "keep" | "ignore";
}

const CURRENCY_EXPECTED = "a currency is its ISO code, such as EUR";
const mapped = z.union([z.string().max(200), z.number(), z.boolean()]);

/** One entry of a CRM's `read`. */
export function fieldReadingSchema(crm: Crm) {
  const paths = z.union([readPath(crm), z.array(readPath(crm)).min(1).max(10)]);
  return z.union([paths, longReadingSchema(crm, paths)]);
}

function longReadingSchema<T extends z.ZodType>(crm: Crm, paths: T) {
  const { name, objects } = CRM_WORDS[crm];
  return z.strictObject({
    from: paths.describe(
      `Where it is read: ${objects[0]}.… or ${objects[1]}.… and the internal name of the property. The first of several that is known.`,
    ),
    join: z.string().max(10).exactOptional().describe("Put all known ones together with this between them."),
    as: z.enum(READ_AS).exactOptional().describe("How the text is understood. Left out: text."),
    region: z
      .string()
      .max(100)
      .exactOptional()
      .describe(
        "The country of phone numbers without a prefix and of states: a fact such as lead.country, or a code such as DE.",
      ),
    currency: z
      .string({ error: CURRENCY_EXPECTED })
      .regex(/^[A-Z]{3}$/, { error: CURRENCY_EXPECTED })
      .exactOptional()
      .describe("For money: the only currency an amount may be written with. Left out: plain numbers only."),
    map: z
      .record(z.string().max(500), mapped)
      .superRefine(onceInAnyLetters(lowered))
      .exactOptional()
      .describe(`${name}'s value: Baton's word. Letters in either case.`),
    otherwise: z
      .enum(["review", "keep", "ignore"])
      .exactOptional()
      .describe(
        "What becomes of a value that is not understood. review: unknown, and listed for you; keep: as it is; ignore: unknown.",
      ),
  });
}

type ReadingYaml = z.output<ReturnType<typeof fieldReadingSchema>>;
type LongReading = Extract<ReadingYaml, { readonly from: unknown }>;

/** Compiles a checked entry; a property alone is the short form. Throws nothing. */
export function compileFieldReading(fact: string, yaml: ReadingYaml): FieldReading {
  const isShort = typeof yaml === "string" || Array.isArray(yaml);
  const { from, join, as, region, currency, map, otherwise }: LongReading = isShort ? { from: yaml } : yaml;
  return {
    fact,
    from: typeof from === "string" ? [from] : from,
    ...(join === undefined ? {} : { join }),
    as: as ?? "text",
    ...(region === undefined ? {} : { region }),
    ...(currency === undefined ? {} : { currency }),
    ...(map === undefined
      ? {}
      : { map: new Map(Object.entries(map).map(([raw, word]) => [lowered(raw), word])) }),
    otherwise: otherwise ?? "review",
  };
}
