/**
 * Duplicate rules: Lead and Contact by e-mail, across both, Account by name. An alert can be passed by
 * `Sforce-Duplicate-Rule-Header: allowSave=true`, a block cannot.
 *
 * Source: https://developer.salesforce.com/docs/platform/api-rest/guide/headers-duplicaterules.html
 */
import type { OrgState } from "./org.ts";
import { refusal } from "./refusal.ts";
import { isBinned } from "./table.ts";
import type { ObjectDefinition } from "./schema/index.ts";
import type { Row, Values } from "./table.ts";
import { restBase } from "./version.ts";
import type { WriteContext } from "./write-context.ts";

/**
 * @param self  The row that is written; undefined for a new one.
 * @throws Refusal DUPLICATES_DETECTED with the rows that match. Writes of people, SOAP and jobs are not asked.
 */
export function checkDuplicates(
  state: OrgState,
  definition: ObjectDefinition,
  values: Values,
  self: Row | undefined,
  { headers }: WriteContext,
): void {
  const { duplicates } = state.rules;
  if (duplicates === "off" || !headers) return;
  const options = parseOptions(headers["sforce-duplicate-rule-header"] ?? "");
  if (duplicates === "alert" && options.allowSave) return;
  const found = matches(state, definition.name, values, self);
  if (found.length === 0) return;
  const result = duplicateResult(definition.name, found, duplicates === "alert", options.details);
  const key = state.rules.misspelled ? "duplicateResut" : "duplicateResult";
  throw refusal("DUPLICATES_DETECTED", question, { extra: { [key]: result } });
}

const question = "Use one of these records?";

function parseOptions(header: string): { readonly allowSave: boolean; readonly details: boolean } {
  const parts = new Set(header.split(/[;,]/).map((part) => part.trim().toLowerCase()));
  return {
    allowSave: parts.has("allowsave=true"),
    details: parts.has("includerecorddetails=true"),
  };
}

function matches(state: OrgState, object: string, values: Values, self: Row | undefined): readonly Row[] {
  const alive = (row: Row): boolean => row !== self && !isBinned(row) && row.values["IsConverted"] !== true;
  if (object === "Account") {
    const name = values["Name"];
    if (typeof name !== "string" || name === self?.values["Name"]) return [];
    return [...state.table("Account").rows.values()].filter(
      (row) => alive(row) && String(row.values["Name"]).toLowerCase() === name.toLowerCase(),
    );
  }
  const email = values["Email"];
  if ((object !== "Lead" && object !== "Contact") || typeof email !== "string") return [];
  if (self && email.toLowerCase() === String(self.values["Email"]).toLowerCase()) return [];
  return ["Lead", "Contact"].flatMap((type) => state.table(type).having("Email", email) ?? []).filter(alive);
}

function duplicateResult(
  object: string,
  found: readonly Row[],
  allowSave: boolean,
  details: boolean,
): unknown {
  const types = [...new Set(found.map(({ type }) => type))];
  return {
    allowSave,
    duplicateRule: `Standard_${object}_Duplicate_Rule`,
    duplicateRuleEntityType: object,
    errorMessage: question,
    matchResults: types.map((type) => {
      const rows = found.filter((row) => row.type === type);
      return {
        entityType: type,
        errors: [],
        matchEngine: "FuzzyMatchEngine",
        rule: `Standard_${type}_Match_Rule_v1_1`,
        size: rows.length,
        success: true,
        matchRecords: rows.map((row) => ({
          additionalInformation: [],
          fieldDiffs: [],
          matchConfidence: 100,
          record: {
            attributes: { type, url: `${restBase}/sobjects/${type}/${row.id}` },
            Id: row.id,
            ...(details ? { Name: row.values["Name"], Email: row.values["Email"] } : {}),
          },
        })),
      };
    }),
  };
}
