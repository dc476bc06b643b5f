/** What the figures suggest to change, each with the counts it stands on and the line it would touch; the heaviest first. */
import { keptShare, MEASURES } from "./measures.ts";
import type { Evidence, Proposal } from "./proposal.ts";
import { reasonProposals } from "./reason-proposals.ts";
import { sayPercentile } from "./say.ts";
import { SPEEDS } from "./seams.ts";
import { sayShare, SMALL_SAMPLE } from "./share.ts";

/** Comparing two shares takes more than saying one. */
const TO_COMPARE = 10;
/** Acceptance above the promise by so many points is room to hand off more. */
const ROOM_POINTS = 15;

/** Every proposal, the one most handoffs speak for first. Deterministic: the same figures suggest the same. Throws nothing. */
export function proposalsOf(evidence: Evidence): readonly Proposal[] {
  return [
    ...reasonProposals(evidence),
    ...sourceProposals(evidence),
    ...promiseProposals(evidence),
    ...answerProposals(evidence),
    ...wakeProposals(evidence),
    ...volumeProposals(evidence),
  ].toSorted((a, b) => b.weight - a.weight || (a.says < b.says ? -1 : 1));
}

/** Sources of which sales accepts at most half as often as of all. */
function sourceProposals({ total, bySource }: Evidence): readonly Proposal[] {
  const whole = MEASURES["acceptance rate"](total);
  return bySource.flatMap((figures) => {
    const share = MEASURES["acceptance rate"](figures);
    if (
      share.of < TO_COMPARE ||
      share.of * 2 > whole.of ||
      share.count * 2 * whole.of > whole.count * share.of
    )
      return [];
    return [
      {
        says: `Ask more of leads from ${figures.key}, or stop handing them off`,
        evidence: `Sales accepts ${sayShare(share)} of them, and ${sayShare(whole)} of all.`,
        file: "definition.yaml",
        line: `refuse: { ${slugOf(figures.key)}-source: { lead.source: { is: ${figures.key} } } }`,
        weight: share.of - share.count,
      },
    ];
  });
}

function slugOf(text: string): string {
  return (
    text
      .toLowerCase()
      .replaceAll(/[^a-z0-9]+/g, "-")
      .replaceAll(/^-|-$/g, "") || "other"
  );
}

/** Promises that are broken more often than kept: a promise nobody keeps is none. */
function promiseProposals({ byType }: Evidence): readonly Proposal[] {
  return byType.flatMap((figures) => {
    const kept = keptShare(figures, "firstAttempt");
    if (kept.of < TO_COMPARE || kept.count * 2 >= kept.of) return [];
    const span = figures.spans.get(SPEEDS.firstAttempt.name);
    return [
      {
        says: `Keep the first attempt promised for ${figures.key}, or promise what can be kept`,
        evidence: `Kept for ${sayShare(kept)}; half are tried within ${sayPercentile(span, "p50")}, nine of ten within ${sayPercentile(span, "p90")}.`,
        file: "agreement.yaml",
        line: `sales: { promises: { ${figures.key}: { first_attempt: … } } }`,
        weight: kept.of - kept.count,
      },
    ];
  });
}

/** Words sales uses and the agreement does not know. An answer without its reason is a matter of habit, not of words. */
function answerProposals({ total }: Evidence): readonly Proposal[] {
  return total.unclear.flatMap(({ word, count }) => {
    const [answer = "", reason = ""] = word.split(": ");
    const isKnown = ["accepted", "rejected", "recycled"].includes(answer);
    if (count < SMALL_SAMPLE || (isKnown && reason === "")) return [];
    return [
      {
        says: `Agree on what “${word}” means, or take it off the pick list`,
        evidence: `It was the last answer of ${count} handoffs, and does not count.`,
        file: "agreement.yaml",
        line: isKnown
          ? `dispositions: { ${answer}: { reasons: [ …, ${slugOf(reason)} ] } }`
          : `dispositions: { outcomes: [ …, ${slugOf(answer)} ] }`,
        weight: count,
      },
    ];
  });
}

/** Leads that were recycled for a reason after which nobody looks at them again. */
function wakeProposals({ total, playbook }: Evidence): readonly Proposal[] {
  const { wakeMs } = playbook.agreement.dispositions.recycled;
  return total.reasons.flatMap(({ answer, reason, count }) => {
    if (answer !== "recycled" || reason === "" || count < SMALL_SAMPLE || wakeMs.has(reason)) return [];
    return [
      {
        says: `Say when a lead recycled for ${reason} is looked at again`,
        evidence: `${count} leads were, and sleep until they do something by themselves.`,
        file: "agreement.yaml",
        line: `dispositions: { recycled: { wake: { ${reason}: 90d } } }`,
        weight: count,
      },
    ];
  });
}

/** Sales accepts more than promised while fewer come than promised: the bar may be too high. */
function volumeProposals({ playbook, marketing }: Evidence): readonly Proposal[] {
  const { quality, volume } = marketing;
  const { intent } = playbook.definition;
  const short = volume.find(({ standing }) => standing === "breached");
  if (quality === undefined || short === undefined || intent === undefined || intent.atLeast < 2) return [];
  const { accepted, promisedPercent } = quality;
  if (accepted.of < TO_COMPARE || accepted.count * 100 < (promisedPercent + ROOM_POINTS) * accepted.of)
    return [];
  return [
    {
      says: `Ask for ${intent.atLeast - 1} signals of intent instead of ${intent.atLeast}`,
      evidence: `Sales accepts ${sayShare(accepted)}, and only ${short.handedOff} of ${short.promised} ${short.type} came in ${short.period}.`,
      file: "definition.yaml",
      line: `intent: { at_least: ${intent.atLeast - 1} }`,
      weight: short.promised - short.handedOff,
    },
  ];
}
