/**
 * What the integration user may see of an object: its fields, as the org describes them. A field that is absent there is not
 * accessible: it is never asked for, and never taken for empty or false. A description costs a call, so all connectors of the process to
 * one org share it. Admins change fields while Baton runs, so it is kept for an hour, and forgotten as soon as Salesforce refuses a name,
 * when somebody connects the org anew or the permissions are looked at again (prepare.ts), and when a playbook is held against the org
 * (vocabulary.ts).
 * Source: https://developer.salesforce.com/docs/platform/api-rest/guide/resources-sobject-describe.html
 */
import { z } from "zod";
import { BatonError } from "../../src/errors.ts";
import type { DurationMs, Instant } from "../../src/model/instant.ts";
import { HOUR_MS } from "../../src/model/instant.ts";
import type { CrmOption } from "../../src/model/vocabulary.ts";
import type { Gateway } from "../http/gateway.ts";
import { isFieldName } from "./soql.ts";
import { DATA_PATH } from "./version.ts";

/** The objects Baton may ask for. */
type ObjectName =
  | "Lead"
  | "Contact"
  | "Account"
  | "Opportunity"
  | "OpportunityContactRole"
  | "Task"
  | "Event"
  | "EmailMessage"
  | "Note"
  | "Campaign"
  | "CampaignMember"
  | "LeadHistory"
  | "ContactHistory"
  | "OutOfOffice";

/** One field as the user may use it. */
export interface Field {
  readonly name: string;
  /** Salesforce's own word: `string`, `picklist`, `datetime`, `reference`. */
  readonly type: string;
  /** Longest text, in characters; 0 where texts have no place. */
  readonly length: number;
  readonly isCreateable: boolean;
  readonly isUpdateable: boolean;
  /** Whether it may be used to know a record by, each value at most once. */
  readonly isKey: boolean;
  /** Whether a pick list takes its own values only. */
  readonly isRestricted: boolean;
  /** Active values of a pick list. */
  readonly options: readonly CrmOption[];
}

/** What the user may do with an object. */
export interface ObjectShape {
  readonly isCreateable: boolean;
  readonly isUpdateable: boolean;
  readonly fields: ReadonlyMap<string, Field>;
}

export interface Schema {
  /** The object; undefined when the user may not see it, or the org has none. @throws BatonError `crm.*` when nobody can be asked. */
  of(object: ObjectName): Promise<ObjectShape | undefined>;
  /** Those of these fields that the user may see, in order. Throws as `of`. */
  visible(object: ObjectName, fields: readonly string[]): Promise<readonly string[]>;
  /** Asks anew the next time. Throws nothing. */
  forget(): void;
}

/** What is known of the objects of one org, whichever connector asked. */
export type Shapes = Map<ObjectName, KnownShape>;
interface KnownShape {
  readonly at: Instant;
  readonly askedBy: Gateway;
  readonly shape: Promise<ObjectShape | undefined>;
}

const KEPT_FOR_MS: DurationMs = HOUR_MS;

const flag = z.boolean().catch(false);
const field = z.object({
  name: z.string().refine(isFieldName),
  type: z.string().catch("other"),
  length: z.number().catch(0),
  createable: flag,
  updateable: flag,
  externalId: flag,
  unique: flag,
  idLookup: flag,
  restrictedPicklist: flag,
  picklistValues: z
    .array(z.unknown())
    .catch([])
    .transform((values) => values.flatMap((value) => option.safeParse(value).data ?? [])),
});
const option = z.object({
  value: z.string().min(1),
  label: z.string().nullish().catch(undefined),
  active: z.boolean().catch(true),
});
const description = z.object({
  queryable: z.boolean().catch(true),
  createable: flag,
  updateable: flag,
  fields: z.array(z.unknown()),
});

/**
 * Makes the schema of one connector. Nothing is asked before it is needed, and nothing twice at once.
 * @param known  Shared by all connectors to the org; without it, its own. Throws nothing.
 */
export function createSchema(gateway: Gateway, now: () => Instant, known: Shapes = new Map()): Schema {
  const of = (object: ObjectName): Promise<ObjectShape | undefined> => {
    const kept = known.get(object);
    if (kept === undefined || now() - kept.at >= KEPT_FOR_MS) return ask(object);
    // What broke another connector off, its end for one, is none of this one's.
    return kept.askedBy === gateway ? kept.shape : kept.shape.catch(() => ask(object));
  };
  const ask = (object: ObjectName): Promise<ObjectShape | undefined> => {
    const entry = { at: now(), askedBy: gateway, shape: readShape(gateway, object) };
    known.set(object, entry);
    // A reading that failed is not kept; one that replaced it meanwhile is.
    entry.shape.catch(() => known.get(object) === entry && known.delete(object));
    return entry.shape;
  };
  return {
    of,
    async visible(object, fields) {
      const shape = await of(object);
      return fields.filter((name) => shape?.fields.has(name) === true);
    },
    forget: () => known.clear(),
  };
}

async function readShape(gateway: Gateway, object: ObjectName): Promise<ObjectShape | undefined> {
  try {
    const path = `${DATA_PATH}/sobjects/${object}/describe`;
    // Without it no lead can be read, and none gets its owner.
    const answer = await gateway.read({ method: "GET", path, isEssential: true });
    return shapeOf(answer, object);
  } catch (error) {
    if (error instanceof BatonError && UNSEEN.has(error.code)) return undefined;
    throw error;
  }
}
/** An object the user may not see is answered like one that is not there. */
const UNSEEN: ReadonlySet<string> = new Set(["crm.not-found", "crm.forbidden"]);

function shapeOf(answer: unknown, object: ObjectName): ObjectShape | undefined {
  const { data } = description.safeParse(answer);
  if (data === undefined)
    throw new BatonError("crm.bad-answer", `Salesforce's description of ${object} makes no sense.`);
  if (!data.queryable) return undefined;
  const fields = data.fields.flatMap((one) => describeField(one));
  return {
    isCreateable: data.createable,
    isUpdateable: data.updateable,
    fields: new Map(fields.map((one) => [one.name, one])),
  };
}

/** A field whose name could not stand in a query is left out. */
function describeField(item: unknown): Field[] {
  const { data } = field.safeParse(item);
  if (data === undefined) return [];
  return [
    {
      name: data.name,
      type: data.type,
      length: data.length,
      isCreateable: data.createable,
      isUpdateable: data.updateable,
      isKey: data.externalId && data.unique,
      isRestricted: data.restrictedPicklist,
      options: data.picklistValues
        .filter(({ active }) => active)
        .map(({ value, label }) => ({ value, label: label ?? value })),
    },
  ];
}
