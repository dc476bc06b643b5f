/** fields.yaml, `match`: whether Baton finds out which account a lead belongs to, and who may be the same person. */
import * as z from "zod";
import { below, type CompileContext } from "./compiled.ts";
import { domainOf, isInDomainGroup } from "./mail-domain.ts";

/** The section, compiled. */
export interface Matching {
  /** Whether leads that the CRM links to no account are matched with one. All accounts are then kept and read again. */
  readonly accounts: boolean;
  readonly duplicates: boolean;
  /** Lower-case domains whose people write for other companies. */
  readonly agencies: ReadonlySet<string>;
}

const MOST_AGENCIES = 1_000;

/** The shape of the section. Left out, nothing is matched. */
export const matchSchema = z
  .strictObject({
    accounts: z
      .boolean()
      .default(false)
      .describe(
        "true: leads that the CRM links to no company are matched with one by e-mail domain and name.",
      ),
    duplicates: z
      .boolean()
      .default(false)
      .describe("true: records that may be the same person are listed for you. Baton never merges any."),
    agencies: z
      .array(z.string().min(1).max(253))
      .max(MOST_AGENCIES)
      .default([])
      .describe("Domains whose people write for other companies: such an address alone names no company."),
  })
  .default({ accounts: false, duplicates: false, agencies: [] })
  .describe("Which company a lead belongs to, and who may be the same person.");

/** Compiles the section. Tells `context` of what is no domain, or is everybody's anyway; throws nothing. */
export function compileMatch(
  { accounts, duplicates, agencies }: z.output<typeof matchSchema>,
  context: CompileContext,
): Matching {
  const domains = agencies.map((text, index) => {
    const domain = text.includes("@") || text.includes("/") ? undefined : domainOf(text);
    const tell = (message: string): void =>
      context.onProblem?.(message, below(context, "agencies", index).path);
    if (domain === undefined) tell(`"${text}" is no domain: write it as after the @, such as agency.example`);
    else if (isInDomainGroup(domain, "free-mail"))
      tell(`"${text}" is free mail, which never names a company: take this line out`);
    return domain;
  });
  return { accounts, duplicates, agencies: new Set(domains.flatMap((domain) => domain ?? [])) };
}
