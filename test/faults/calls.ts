/**
 * What is called to write each kind of effect, and what can go wrong with it, by CRM. A portal has a call for each kind. An org
 * takes the writes of a turn in one call: what goes wrong with the way of the answer goes wrong with all of it, anything else
 * with one part.
 */
import type { Fault, FaultRule } from "../../sandbox/faults.ts";
import type { Topology } from "../../src/cli/demo/stage.ts";

/** A kind of effect; the last is what a pair makes of a lead that sales' CRM does not know. */
export type Kind =
  | "update-lead"
  | "create-task"
  | "create-note"
  | "start-sequence"
  | "add-to-list"
  | "answer-request"
  | "lead in sales' CRM";

type Call = Omit<FaultRule, "fault">;

/** The call by which an org is written to, and read. */
const COMPOSITE = "/services/data/*/composite";
const COLLECTION = "/services/data/*/composite/sobjects**";

const PORTAL: Readonly<Partial<Record<Kind, Call>>> = {
  "update-lead": { method: "POST", path: "/crm/objects/*/contacts/batch/update" },
  "create-task": { method: "POST", path: "/crm/objects/*/tasks/batch/create" },
  "create-note": { method: "POST", path: "/crm/objects/*/notes/batch/create" },
  "start-sequence": { method: "POST", path: "/automation/sequences/*/enrollments" },
  "add-to-list": { method: "PUT", path: "/crm/lists/*/*/memberships/add" },
  "answer-request": { method: "POST", path: "/automation/actions/callbacks/*/complete" },
};
const ORG: Readonly<Partial<Record<Kind, Call>>> = {
  "update-lead": { method: "PATCH", object: "Lead" },
  "create-task": { object: "Task" },
  "create-note": { object: "Note" },
  "add-to-list": { object: "CampaignMember" },
  "lead in sales' CRM": { method: "POST", object: "Lead" },
};
/** Which CRM's calls make an effect where there are two: those of both for an update. */
const IN_ORG: ReadonlySet<Kind> = new Set([
  "update-lead",
  "create-task",
  "create-note",
  "lead in sales' CRM",
]);
/** A part of a call has no way of its own, and the org's limit is the whole call's. */
const OF_WHOLE_CALLS: ReadonlySet<Fault["do"]> = new Set(["hang", "reset", "rate-limited"]);

/** The rules by which the first call for each of these kinds goes wrong. */
export function rulesFor(topology: Topology, kinds: readonly Kind[], fault: Fault): readonly FaultRule[] {
  const portal = kinds.flatMap((kind) => (topology === "salesforce" ? [] : (PORTAL[kind] ?? [])));
  const inOrg = kinds.filter((kind) => isInOrg(topology, kind));
  return [
    ...portal.map((call) => ({ ...call, times: 1, fault })),
    ...(OF_WHOLE_CALLS.has(fault.do)
      ? wholeCalls(topology, inOrg).map((call) => ({ ...call, method: "POST", path: COMPOSITE, fault }))
      : inOrg
          .flatMap((kind) => ORG[kind] ?? [])
          .map((call) => ({ ...call, subrequest: COLLECTION, times: 1, fault: inOrgsWords(fault) }))),
  ];
}

/** A lead is made by a call of its own; all else of a turn travels together, so one of its kinds stands for the rest. */
function wholeCalls(topology: Topology, kinds: readonly Kind[]): readonly Call[] {
  const isMade = kinds.includes("lead in sales' CRM");
  const others = kinds.flatMap((kind) => (kind === "lead in sales' CRM" ? [] : (ORG[kind]?.object ?? [])));
  const object = others.find((one) => one !== "Lead") ?? others[0];
  // In a pair the first call with a Lead makes it.
  const place = object === "Lead" && topology === "both" ? { nth: [2] } : {};
  return [
    ...(isMade ? [{ object: "Lead", times: 1 }] : []),
    ...(object === undefined ? [] : [{ object, times: 1, ...place }]),
  ];
}

function isInOrg(topology: Topology, kind: Kind): boolean {
  return topology === "salesforce" || (topology === "both" && IN_ORG.has(kind));
}

/** Where HubSpot speaks of a conflict, Salesforce has the row locked by somebody else, and says so of the row alone. */
function inOrgsWords(fault: Fault): Fault {
  return fault.do === "conflict" ? { do: "partial", items: [0], code: "UNABLE_TO_LOCK_ROW" } : fault;
}

/** Faults of the random run for an org: of the writing calls, of their parts, and rarely of any call. */
export function orgRules(faults: readonly Omit<FaultRule, "path" | "method">[]): readonly FaultRule[] {
  // What is said of single records is said in a part.
  const whole = faults.filter(({ fault }) => fault.do !== "partial");
  const parted = faults.filter(({ fault }) => PARTED.has(fault.do));
  return [
    ...whole.map((rule) => ({ ...rule, share: (rule.share ?? 1) * FEWER, path: COMPOSITE, object: "*" })),
    ...parted.map((rule) => ({ ...rule, share: (rule.share ?? 1) * FEWER, subrequest: COLLECTION })),
    ...whole.map((rule) => ({ ...rule, share: (rule.share ?? 1) / READS, path: COMPOSITE })),
  ];
}

/** What takes three calls in a portal is one here. */
const FEWER = 3;
/** Reads are spared most of it: an account that never answers shows nothing but that Baton waits. */
export const READS = 10;
const PARTED: ReadonlySet<Fault["do"]> = new Set(["partial", "locked", "server-error", "conflict"]);
