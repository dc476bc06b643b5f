/** agreement.yaml: what sales promises, what marketing promises, who is told when a promise slips, what sales may answer. */
import type * as z from "zod";
import type { DurationMs } from "../model/instant.ts";
import type { Promised } from "../model/rep.ts";
import type { agreementSchema, dispositionSchema, promiseSchema, stepSchema } from "./agreement-schema.ts";
import type { TouchKind } from "../model/touch.ts";
import { below, type CompileContext, type CompiledCondition } from "./compiled.ts";
import { compileCondition } from "./condition.ts";

export { agreementSchema } from "./agreement-schema.ts";

/** What sales promises for one type of lead. */
export interface SalesPromise {
  readonly firstAttempt: Promised;
  readonly meaningfulTouch: Promised;
  readonly attempts?: { readonly atLeast: number; readonly within: Promised };
}

/** What happens when `atPercent` of the time to the first attempt has passed without one. */
export interface EscalationStep {
  readonly atPercent: number;
  /** `owner`, `manager`, or an e-mail address. */
  readonly notify: readonly string[];
  /** Also written as a note on the lead. */
  readonly note: boolean;
  /** The lead goes to the next rep of the same pool. */
  readonly reassign?: "same-pool";
}

/** Whose working hours a promise is counted in; `always` counts every hour. */
type PromiseClock = "owner" | "team" | "always";

/** What may follow when sales answers this way. */
export interface AnswerRules {
  readonly reasons: readonly string[];
  /** Where the lead goes next, such as `nurture`. */
  readonly next?: string;
  /** The stage a lead at an earlier one is raised to. */
  readonly stage?: string;
  /** Reasons after which the lead is not handed off again. */
  readonly forGood: readonly string[];
  /** Reasons after which somebody else of the pool gets it. */
  readonly reroute: readonly string[];
  /** By reason: how long until the lead is looked at again. */
  readonly wakeMs: ReadonlyMap<string, DurationMs>;
}

/** agreement.yaml, compiled. */
export interface Agreement {
  readonly sales: {
    readonly promises: ReadonlyMap<string, SalesPromise>;
    /** For a type without a promise of its own. */
    readonly otherwise: SalesPromise;
    readonly clock: PromiseClock;
    /** What counts, by kind of touch. */
    readonly touches: { readonly attempt: readonly TouchKind[]; readonly meaningful: readonly TouchKind[] };
    /** By `atPercent`, ascending. */
    readonly escalate: readonly EscalationStep[];
  };
  readonly atHandoff: {
    /** Stage, as fields.yaml names it, that a lead at an earlier one is raised to. */
    readonly stage?: string;
    readonly notify: readonly string[];
    /** Type to the CRM's id of a sequence. */
    readonly sequence: ReadonlyMap<string, string>;
  };
  readonly marketing: {
    /** Facts that must be known, and `signals` for at least one; see fields.yaml for the names. */
    readonly complete: readonly string[];
    /** `enrich` holds, too: after a provider was asked. */
    readonly whenIncomplete: "hold" | "enrich" | "pass";
    readonly volume?: {
      readonly per: "week" | "month" | "quarter";
      readonly leads: ReadonlyMap<string, number>;
    };
    readonly quality?: { readonly acceptanceRate: number; readonly overMs: DurationMs };
    /** What follows when volume or quality is broken: who is told, and what both teams agreed to do, in their words. */
    readonly whenBroken?: { readonly notify: readonly string[]; readonly follows?: string };
  };
  readonly dispositions: {
    readonly accepted: AnswerRules;
    readonly rejected: AnswerRules;
    readonly recycled: AnswerRules;
    readonly outcomes: readonly string[];
    /** Outcomes with which the handoff is over. */
    readonly closing: readonly string[];
    /** What a deal must have to count; absent where every deal does. */
    readonly opportunityWhen?: CompiledCondition;
    readonly requiredWithin: Promised;
  };
  /** When both teams review the agreement, and who is told; absent where nobody is. */
  readonly review?: { readonly everyMs: DurationMs; readonly to: readonly string[] };
  /** Who answers for the delay between two seams. */
  readonly seams: readonly { readonly from: string; readonly to: string; readonly answers: string }[];
}

type AgreementYaml = z.output<typeof agreementSchema>;

/** Compiles a checked agreement.yaml; the names in it are told to `context`. Throws nothing. */
export function compileAgreement(file: AgreementYaml, context: CompileContext): Agreement {
  tellNames(file, context);
  const { sales, marketing, dispositions } = file;
  return {
    sales: {
      promises: new Map(Object.entries(sales.promises).map(([type, made]) => [type, promiseOf(made)])),
      otherwise: promiseOf(sales.otherwise),
      clock: sales.clock,
      touches: sales.touches,
      escalate: sales.escalate.map(stepOf).sort((a, b) => a.atPercent - b.atPercent),
    },
    atHandoff: {
      ...(file.at_handoff.stage !== undefined && { stage: file.at_handoff.stage }),
      notify: file.at_handoff.notify,
      sequence: new Map(
        Object.entries(file.at_handoff.sequence).map(([type, id]) => [type, id.slice(id.indexOf(":") + 1)]),
      ),
    },
    marketing: {
      complete: marketing.complete,
      whenIncomplete: marketing.when_incomplete,
      ...(marketing.volume && {
        volume: { per: marketing.volume.per, leads: new Map(Object.entries(marketing.volume.leads)) },
      }),
      ...(marketing.quality && {
        quality: { acceptanceRate: marketing.quality.acceptance_rate, overMs: marketing.quality.over },
      }),
      ...(marketing.when_broken && {
        whenBroken: {
          notify: marketing.when_broken.notify,
          ...(marketing.when_broken.follows !== undefined && { follows: marketing.when_broken.follows }),
        },
      }),
    },
    dispositions: {
      accepted: dispositionOf(dispositions.accepted),
      rejected: dispositionOf(dispositions.rejected),
      recycled: dispositionOf(dispositions.recycled),
      outcomes: dispositions.outcomes,
      closing: dispositions.closing,
      ...(dispositions.opportunity_when && {
        opportunityWhen: compileCondition(
          dispositions.opportunity_when,
          below(context, "dispositions", "opportunity_when"),
        ),
      }),
      requiredWithin: dispositions.required_within,
    },
    ...(file.review && { review: { everyMs: file.review.every, to: file.review.to } }),
    seams: Object.entries(file.seams).map(([key, answers]) => {
      const [from = "", to = ""] = key.split("..");
      return { from, to, answers };
    }),
  };
}

function tellNames(
  { sales, marketing, at_handoff: { stage, sequence }, dispositions }: AgreementYaml,
  context: CompileContext,
): void {
  for (const type of Object.keys(sequence))
    context.onName?.("type", type, below(context, "at_handoff", "sequence", type).path);
  for (const answer of ["accepted", "rejected", "recycled"] as const) {
    const raisedTo = dispositions[answer].stage;
    if (raisedTo !== undefined)
      context.onName?.("stage", raisedTo, below(context, "dispositions", answer, "stage").path);
  }
  for (const type of Object.keys(sales.promises))
    context.onName?.("type", type, below(context, "sales", "promises", type).path);
  for (const type of Object.keys(marketing.volume?.leads ?? {}))
    context.onName?.("type", type, below(context, "marketing", "volume", "leads", type).path);
  if (stage !== undefined) context.onName?.("stage", stage, below(context, "at_handoff", "stage").path);
  for (const [index, fact] of marketing.complete.entries())
    if (fact !== "signals")
      context.onFact?.({
        name: fact,
        use: "any",
        values: [],
        path: below(context, "marketing", "complete", index).path,
      });
}

function promiseOf(made: z.output<typeof promiseSchema>): SalesPromise {
  const { first_attempt: firstAttempt, meaningful_touch: meaningfulTouch, attempts } = made;
  return {
    firstAttempt,
    meaningfulTouch,
    ...(attempts && { attempts: { atLeast: attempts.at_least, within: attempts.within } }),
  };
}

function stepOf(step: z.output<typeof stepSchema>): EscalationStep {
  return {
    atPercent: Number(step.at.slice(0, -1)),
    notify: step.notify,
    note: step.note,
    ...(step.reassign !== undefined && { reassign: step.reassign }),
  };
}

function dispositionOf(file: z.output<typeof dispositionSchema>): AnswerRules {
  return {
    reasons: file.reasons,
    forGood: file.for_good,
    reroute: file.reroute,
    ...(file.stage !== undefined && { stage: file.stage }),
    ...(file.next !== undefined && { next: file.next }),
    wakeMs: new Map(Object.entries(file.wake)),
  };
}
