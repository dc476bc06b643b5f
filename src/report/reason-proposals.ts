/** What the reasons of rejections suggest: for each the one line of the playbook that would have kept such leads back. */
import type { HandoffType, Need } from "../playbook/definition.ts";
import type { Figures } from "./figures.ts";
import type { Evidence, Proposal } from "./proposal.ts";
import { sayShare, type Share, SMALL_SAMPLE } from "./share.ts";

/** A reason below this share of rejections is left alone: some leads are always wrong. */
const LEAST_PERCENT = 10;

/** The change a reason asks for. */
type Change = Pick<Proposal, "says" | "file" | "line">;

/** A reason and what is known of the rejections it stands on. */
interface Complaint {
  readonly reason: string;
  readonly share: Share;
  /** The type most of them came as. */
  readonly type: HandoffType | undefined;
}

/** One proposal for each reason that stands on enough rejections. Throws nothing. */
export function reasonProposals(evidence: Evidence): readonly Proposal[] {
  const { total, byType, playbook } = evidence;
  return total.reasons.flatMap(({ answer, reason, count }) => {
    const share = { count, of: total.counts.rejected };
    if (answer !== "rejected" || reason === "" || count < SMALL_SAMPLE) return [];
    if (count * 100 < LEAST_PERCENT * share.of) return [];
    const [most] = byType.toSorted((a, b) => rejectedFor(b, reason) - rejectedFor(a, reason));
    const type = playbook.definition.types.find(({ name }) => name === most?.key);
    const change = changeFor({ reason, share, type }, evidence);
    const from = most === undefined ? "" : `; ${rejectedFor(most, reason)} of ${count} came as ${most.key}`;
    return [{ ...change, evidence: `${reason} is ${sayShare(share)} rejections${from}.`, weight: count }];
  });
}

function rejectedFor({ reasons }: Figures, wanted: string): number {
  return reasons.find(({ answer, reason }) => answer === "rejected" && reason === wanted)?.count ?? 0;
}

function changeFor(complaint: Complaint, evidence: Evidence): Change {
  const refusal = evidence.playbook.definition.refuse.find(({ name }) => name === complaint.reason);
  if (refusal !== undefined) return widenRefusal(complaint.reason);
  switch (complaint.reason) {
    case "weak-intent":
      return moreIntent(complaint, evidence);
    case "not-fit":
      return needFor(complaint, "fit") ?? TIGHTER_FIT;
    case "no-contact-info":
      return needFor(complaint, "reachable") ?? { ...FULLER, line: "complete: [ …, lead.phone ]" };
    case "bad-data":
      return FULLER;
    case "duplicate":
      return DUPLICATES;
    case "wrong-owner":
      return wrongOwner(evidence);
    default:
      return newRefusal(complaint.reason);
  }
}

function widenRefusal(reason: string): Change {
  return {
    says: `Widen the refusal “${reason}”: it lets these leads through`,
    file: "definition.yaml",
    line: `refuse: { ${reason}: { any: [ …, { lead.role: { matches: "*…*" } } ] } }`,
  };
}

function newRefusal(reason: string): Change {
  return {
    says: `Refuse “${reason}” before sales sees it: no refusal covers it`,
    file: "definition.yaml",
    line: `refuse: { ${reason}: { any: [ { lead.role: { matches: "*${reason}*" } } ] } }`,
  };
}

/** The type asks for it, or for more of it; undefined where it asks already and there is no number to raise. */
function needFor({ type }: Complaint, need: Need): Change | undefined {
  if (type === undefined || type.needs.includes(need)) return undefined;
  return {
    says: `Ask for ${need} before a lead goes to sales as ${type.name}`,
    file: "definition.yaml",
    line: `types: { ${type.name}: { needs: [${[...type.needs, need].join(", ")}] } }`,
  };
}

function moreIntent(complaint: Complaint, { playbook }: Evidence): Change {
  const lacking = needFor(complaint, "intent");
  if (lacking !== undefined) return lacking;
  const { intent } = playbook.definition;
  const atLeast = (intent?.atLeast ?? 1) + 1;
  return {
    says:
      intent === undefined
        ? "Ask for intent"
        : `Ask for ${atLeast} signals of intent instead of ${atLeast - 1}`,
    file: "definition.yaml",
    line: `intent: { at_least: ${atLeast} }`,
  };
}

const TIGHTER_FIT: Change = {
  says: "Tighten fit: what these companies and people have in common is not in it",
  file: "definition.yaml",
  line: "fit: { all: [ …, { account.industry: { in: [ … ] } } ] }",
};

const FULLER: Change = {
  says: "Have marketing complete what sales could not work with",
  file: "agreement.yaml",
  line: "complete: [ …, lead.role ]",
};

const DUPLICATES: Change = {
  says: "Settle the pairs in baton review, and compare with its keys what was missed",
  file: "fields.yaml",
  line: "match: { … }",
};

function wrongOwner({ playbook }: Evidence): Change {
  const { reroute, reasons } = playbook.agreement.dispositions.rejected;
  if (reasons.includes("wrong-owner") && !reroute.includes("wrong-owner")) {
    return {
      says: "Pass a lead on at once when its owner says it is somebody else's",
      file: "agreement.yaml",
      line: `dispositions: { rejected: { reroute: [${[...reroute, "wrong-owner"].join(", ")}] } }`,
    };
  }
  return {
    says: "Correct the territories: baton routes audit says who claims what",
    file: "routing.yaml",
    line: "territories: { … }",
  };
}
