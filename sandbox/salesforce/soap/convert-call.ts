/** `convertLead` over SOAP: each Lead converts or fails alone. */
import { isRecord } from "../../json.ts";
import { longId } from "../ids.ts";
import { convertLead } from "../conversion.ts";
import type { Conversion } from "../conversion.ts";
import type { OrgState } from "../org.ts";
import { Refusal } from "../refusal.ts";
import type { WriteContext } from "../write-context.ts";
import { element } from "./envelope.ts";

/** Most Leads of one call. */
const mostLeads = 100;

/** The results in the order of the request; undefined for more Leads than one call may hold. Throws nothing. */
export function convertLeads(
  state: OrgState,
  asked: unknown,
  context: WriteContext,
): readonly string[] | undefined {
  const list = Array.isArray(asked) ? asked : [];
  if (list.length > mostLeads) return undefined;
  return list.map((one: unknown) => resultOf(state, conversionOf(isRecord(one) ? one : {}), context));
}

function conversionOf(given: Readonly<Record<string, unknown>>): Conversion {
  const text = (name: string): string => {
    const value = given[name];
    return typeof value === "string" ? value : "";
  };
  const id = (name: string): string => longId(text(name)) ?? text(name);
  const optional = (["accountId", "contactId", "opportunityId", "ownerId"] as const).flatMap((name) =>
    text(name) === "" ? [] : [[name, id(name)] as const],
  );
  return {
    leadId: id("leadId"),
    convertedStatus: text("convertedStatus"),
    ...Object.fromEntries(optional),
    ...(text("opportunityName") === "" ? {} : { opportunityName: text("opportunityName") }),
    doNotCreateOpportunity: text("doNotCreateOpportunity") === "true",
    overwriteLeadSource: text("overwriteLeadSource") === "true",
  };
}

function resultOf(state: OrgState, asked: Conversion, context: WriteContext): string {
  try {
    const { accountId, contactId, opportunityId } = convertLead(state, asked, context);
    return [
      element("accountId", accountId),
      element("contactId", contactId),
      element("leadId", asked.leadId),
      element("opportunityId", opportunityId),
      element("success", true),
    ].join("");
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const errors = error.errors.map(
      ({ errorCode, message, fields }) =>
        `<errors>${fields.map((name) => element("fields", name)).join("")}${element("message", message)}${element("statusCode", errorCode)}</errors>`,
    );
    const none = ["accountId", "contactId"].map((name) => element(name, undefined)).join("");
    const lead = element("leadId", asked.leadId);
    return `${none}${errors.join("")}${lead}${element("opportunityId", undefined)}${element("success", false)}`;
  }
}
