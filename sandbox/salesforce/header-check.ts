/**
 * What every write through the REST API must carry, held against the ledger when the sandbox closes: no assignment
 * rule, the client's name, and no duplicates saved without being asked. Writes of Bulk jobs and SOAP have no headers.
 */
import type { Ledger, LedgerWrite } from "../ledger.ts";
import type { OrgState } from "./org.ts";

/** One line for each write that lacks a header and is not tolerated, naming its call and what is missing. */
export function headerProblems(ledger: Ledger, orgs: ReadonlyMap<string, OrgState>): readonly string[] {
  return [...ledger.cleared, ...ledger.writes].flatMap((write) => {
    const org = orgs.get(write.orgId ?? "");
    if (!org || org.rules.tolerateHeaders || write.headers === undefined) return [];
    const missing = missingHeaders(write.kind, write.headers);
    if (missing.length === 0) return [];
    const call = ledger.calls.find(({ number }) => number === write.call);
    return [`${callName(call)}: ${write.kind} ${write.objectId} lacks ${missing.join(" and ")}`];
  });
}

const created: ReadonlySet<string> = new Set(["Lead.create", "Contact.create", "Account.create"]);

function missingHeaders(kind: string, headers: NonNullable<LedgerWrite["headers"]>): readonly string[] {
  const duplicates = (headers["sforce-duplicate-rule-header"] ?? "").replaceAll(/\s/g, "").toLowerCase();
  return [
    ...(headers["sforce-auto-assign"]?.toUpperCase() === "FALSE" ? [] : ["Sforce-Auto-Assign: FALSE"]),
    ...(/(?:^|[,;\s])client=Baton\b/.test(headers["sforce-call-options"] ?? "")
      ? []
      : ["Sforce-Call-Options: client=Baton"]),
    ...(created.has(kind) && !duplicates.includes("allowsave=false")
      ? ["Sforce-Duplicate-Rule-Header: allowSave=false"]
      : []),
  ];
}

function callName(call: Ledger["calls"][number] | undefined): string {
  return call ? `call ${call.number} ${call.method} ${call.path}` : "a call that is not in the ledger";
}
