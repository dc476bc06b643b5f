/**
 * Conditions on the CRM's own lists: `{ list: hubspot:1042 }`. Whether somebody is on a list is unknown where the CRM does
 * not tell; a list that suppresses is then taken to hold them (see `judgeConsent`).
 */
import * as z from "zod";
import { CRM_WORDS } from "./crm.ts";
import { below, type CompileContext, type CompiledCondition } from "./compiled.ts";

const { hubspot, salesforce } = CRM_WORDS;

/** A list as the playbook names it: `hubspot:1042`, or a campaign of Salesforce's. */
export const listId = z
  .string({ error: sayList })
  .regex(new RegExp(`^(hubspot:${hubspot.list.id}|salesforce:${salesforce.list.id})$`), { error: sayList });

/** An id alone does not say whose it is, but its form does. */
function sayList({ input }: { readonly input?: unknown }): string {
  const crm = (["hubspot", "salesforce"] as const).find((one) =>
    new RegExp(`^${CRM_WORDS[one].list.id}$`).test(String(input)),
  );
  const rule = `a list is its CRM and its id there, such as ${hubspot.list.example} (${hubspot.list.says}) or ${salesforce.list.example} (${salesforce.list.says})`;
  return crm === undefined ? rule : `${rule}; did you mean "${crm}:${String(input)}"?`;
}

/** `{ list: hubspot:1042 }`, or several of which one will do. */
export const listSchema = z.strictObject({
  list: z
    .union([listId, z.array(listId).min(1).max(50)])
    .describe("On this list of the CRM, or on one of these; by the id in the list's address."),
});

/** The CRM's id of a list named `hubspot:1042`: `1042`. Throws nothing. */
export function listNumber(name: string): string {
  return name.slice(name.indexOf(":") + 1);
}

/** Compiles a list condition. Tells `context` which lists it asks for; throws nothing. */
export function compileList(
  { list }: z.output<typeof listSchema>,
  context: CompileContext,
): CompiledCondition {
  const named = typeof list === "string" ? [list] : list;
  const ids = new Set(named.map(listNumber));
  for (const name of new Set(named)) context.onList?.(listNumber(name), name, below(context, "list").path);
  const says = `on list ${named.join(" or ")}`;
  const source = context.source(context.path);
  return {
    says,
    test({ lists }) {
      if (lists === undefined) return { says, truth: "unknown", source };
      const held = lists.find((id) => ids.has(id));
      return held === undefined
        ? {
            says,
            truth: "no",
            saw: `on ${lists.length === 0 ? "no list" : `${lists.length} other lists`}`,
            source,
          }
        : { says, truth: "yes", saw: `on list ${held}`, source };
    },
    truth({ lists }) {
      if (lists === undefined) return "unknown";
      return lists.some((id) => ids.has(id)) ? "yes" : "no";
    },
    changes: (_subject, _now, wanted) => {
      const [first] = ids;
      if (!wanted || first === undefined) return [];
      return [
        {
          says: `if it were ${says}`,
          kind: "fact",
          apply: (lead) => ({ ...lead, lists: [...(lead.lists ?? []), first] }),
        },
      ];
    },
  };
}
