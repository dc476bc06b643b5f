/** What the sections of two CRMs must not say both, because only one of them can be followed. */
import type { CompileContext } from "./compiled.ts";
import type { CrmSection, OpenSection } from "./crm-section.ts";
import { CRM_WORDS } from "./crm.ts";

/** Tells `context` (the file's) where two sections of fields.yaml speak against one another, or one is missing. Throws nothing. */
export function tellTogether(
  [leading, sales]: readonly OpenSection[],
  hasSync: boolean,
  context: CompileContext,
): void {
  if (hasSync && sales === undefined)
    context.onProblem?.('"sync" keeps HubSpot and Salesforce in step: it needs a section of each', ["sync"]);
  if (leading === undefined || sales === undefined) return;
  const [lead, sell] = [CRM_WORDS[leading.crm].name, CRM_WORDS[sales.crm].name];
  const tell = (message: string, ...path: (string | number)[]): void => context.onProblem?.(message, path);
  if (leading.yaml.answers !== undefined && sales.yaml.answers !== undefined)
    tell(`sales answers in ${sell}: take "answers" out here`, leading.crm, "answers");
  if (leading.yaml.deals !== undefined)
    tell(`deals are read where sales works: say it in the section of ${sell}`, leading.crm, "deals");
  for (const fact of Object.keys(sales.yaml.read)) {
    const [as, first] = [kindOf(sales.yaml, fact), kindOf(leading.yaml, fact)];
    if (first !== undefined && first !== as)
      tell(
        `"${fact}" is ${first} in ${lead} and ${as} here: one fact is one kind of value (as: ${first})`,
        sales.crm,
        "read",
        fact,
      );
  }
  for (const [name, { list }] of Object.entries(sales.yaml.destinations))
    if (list !== undefined)
      tell(
        `leads are put on lists of ${lead} only: take "list" out here`,
        sales.crm,
        "destinations",
        name,
        "list",
      );
}

function kindOf({ read }: CrmSection, fact: string): string | undefined {
  const reading = Object.hasOwn(read, fact) ? read[fact] : undefined;
  if (reading === undefined) return undefined;
  return typeof reading === "object" && "as" in reading ? (reading.as ?? "text") : "text";
}
