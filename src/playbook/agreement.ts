/** agreement.yaml: what sales promises, what marketing promises, who is told when a promise slips, what sales may answer. */
import type * as z from "zod";
import type { DurationMs } from "../model/instant.ts";
import type { Promised } from "../model/rep.ts";
import type { agreementSchema, dispositionSchema, promiseSchema, stepSchema } from "./agreement-schema.ts";
import { below, type CompileContext } from "./compiled.ts";

export { agreementSchema } from "./agreement-schema.ts";

/** What sales promises for one type of lead. */
export interface SalesPromise {
  readonly firstAttempt: Promised;
  readonly meaningfulTouch: Promised;
  readonly attempts?: { readonly atLeast: number; readonly within: Promised };
}

/** What happens when `atPercent` of the time to the first attempt has passed without one. */
interface EscalationStep {
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
interface Disposition {
  readonly reasons: readonly string[];
  /** Where the lead goes next, such as `nurture`. */
  readonly next?: string;
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
    /** By `atPercent`, ascending. */
    readonly escalate: readonly EscalationStep[];
  };
  readonly atHandoff: {
    /** Stage, as fields.yaml names it, that a lead at an earlier one is raised to. */
    readonly stage?: string;
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
  };
  readonly dispositions: {
    readonly accepted: Disposition;
    readonly rejected: Disposition;
    readonly recycled: Disposition;
    readonly outcomes: readonly string[];
    readonly requiredWithin: Promised;
  };
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
      escalate: sales.escalate.map(stepOf).sort((a, b) => a.atPercent - b.atPercent),
    },
    atHandoff: { ...(file.at_handoff.stage !== undefined && { stage: file.at_handoff.stage }) },
    marketing: {
      complete: marketing.complete,
      whenIncomplete: marketing.when_incomplete,
      ...(marketing.volume && {
        volume: { per: marketing.volume.per, leads: new Map(Object.entries(marketing.volume.leads)) },
      }),
      ...(marketing.quality && {
        quality: { acceptanceRate: marketing.quality.acceptance_rate, overMs: marketing.quality.over },
      }),
    },
    dispositions: {
      accepted: dispositionOf(dispositions.accepted),
      rejected: dispositionOf(dispositions.rejected),
      recycled: dispositionOf(dispositions.recycled),
      outcomes: dispositions.outcomes,
      requiredWithin: dispositions.required_within,
    },
    seams: Object.entries(file.seams).map(([key, answers]) => {
      const [from = "", to = ""] = key.split("..");
      return { from, to, answers };
    }),
  };
}

function tellNames(
  { sales, marketing, at_handoff: { stage } }: AgreementYaml,
  context: CompileContext,
): void {
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

function dispositionOf(file: z.output<typeof dispositionSchema>): Disposition {
  return {
    reasons: file.reasons,
    ...(file.next !== undefined && { next: file.next }),
    wakeMs: new Map(Object.entries(file.wake)),
  };
}
