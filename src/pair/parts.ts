/** What a pair is made of: a connector to marketing's CRM, one to sales' CRM, and the book of who is who in both. */
import type { Connector } from "../connector.ts";
import type { Instant } from "../model/instant.ts";
import type { Wanted } from "../model/record.ts";
import type { SyncField } from "../model/sync.ts";
import type { EmployerPaths } from "../playbook/employer-paths.ts";
import type { Making } from "../playbook/in-step.ts";
import type { Link } from "../store/links.ts";

/** Who is who. Leads are named by their ids in marketing's CRM, counterparts by those in sales'. */
export interface LinkBook {
  /** The links of these leads, by lead. */
  of(leads: readonly string[]): Promise<ReadonlyMap<string, Link>>;
  /** The leads that these counterparts are, by counterpart. */
  leadsOf(counterparts: readonly string[]): Promise<ReadonlyMap<string, string>>;
  /** Links leads. @returns Those whose counterpart is theirs now: one that is somebody else's already stays theirs. */
  save(links: readonly Pick<Link, "lead" | "counterpart" | "by">[]): Promise<ReadonlySet<string>>;
  /** Those of these lower-case e-mail addresses whose people were erased. */
  erased(emails: readonly string[]): Promise<ReadonlySet<string>>;
}

/** What the playbook agrees about a pair. */
export interface PairRules {
  /** What both CRMs keep of a person, whoever keeps it in step. */
  readonly fields: readonly SyncField[];
  /** When a lead that sales' CRM does not know is made there, once it is handed off. */
  readonly makes: Making;
  /** Whether people whom only sales' CRM knows become leads of marketing's. */
  readonly admits: boolean;
  /** Where leads say whom they work for; absent where nobody is made a part of an account. */
  readonly employer?: EmployerPaths;
}

export interface PairParts {
  readonly marketing: Connector;
  readonly sales: Connector;
  readonly links: LinkBook;
  /** As the version says that decides now. */
  readonly rules: () => PairRules;
  readonly now: () => Instant;
}

/** Of a record of which it is only asked who it is. */
export const NOTHING: Wanted = { properties: [], history: [], deals: false, lists: false };

/** The name of the e-mail address among the fields: leads are found by it in the other CRM. */
export function emailPathOf({ fields }: PairRules): string | undefined {
  return fields.find(({ type }) => type === "email")?.marketing;
}

/** Property paths by the connector that knows them. */
export function split(
  paths: readonly string[],
  { sales }: Pick<PairParts, "sales">,
): { readonly marketing: readonly string[]; readonly sales: readonly string[] } {
  const isSales = (path: string): boolean => sales.objects.includes(path.split(".")[0] ?? "");
  return { marketing: paths.filter((path) => !isSales(path)), sales: paths.filter(isSales) };
}
