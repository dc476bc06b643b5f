/** agreement.yaml: what sales promises, what marketing promises, who is told when a promise slips, what sales may answer. */
import * as z from "zod";
import type { DurationMs } from "../model/instant.ts";
import type { Promised } from "../model/rep.ts";
import { below, type CompileContext } from "./compiled.ts";
import { FACT_NAME } from "./condition.ts";
import { durationSchema, promisedSchema } from "./duration.ts";
import { addressSchema, slugSchema } from "./team.ts";

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
    readonly whenIncomplete: "hold" | "pass";
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

/** The instants a handoff is stamped with, in order, as `seams` names them. Source: docs/glossary.md, "Seam". */
const SEAM_NAMES = [
  "occurred",
  "received",
  "read",
  "decided",
  "written",
  "first-attempt",
  "meaningful-touch",
  "disposition",
] as const;

const FACT_EXPECTED = "a fact such as lead.role, or the word signals, is expected";
const countSchema = z.number({ error: "a whole number is expected" }).int().min(1).max(1_000_000);

const promiseSchema = z.strictObject({
  first_attempt: promisedSchema,
  meaningful_touch: promisedSchema,
  attempts: z.strictObject({ at_least: countSchema, within: promisedSchema }).optional(),
});

const stepSchema = z
  .strictObject({
    at: z
      .string()
      .regex(/^[1-9]\d{0,2}%$/, { error: "a share of the promised time is expected, such as 80%" }),
    notify: z
      .array(
        z.union([z.enum(["owner", "manager"]), addressSchema], {
          error: "owner, manager or an e-mail address",
        }),
      )
      .default([]),
    note: z.boolean().default(false),
    reassign: z.literal("same-pool").optional(),
  })
  .refine((step) => step.notify.length > 0 || step.note || step.reassign !== undefined, {
    error: "an escalation does something: notify, note or reassign",
  });

const dispositionSchema = z
  .strictObject({
    reasons: z.array(slugSchema).default([]),
    next: slugSchema.optional(),
    wake: z.record(slugSchema, durationSchema).default({}),
  })
  .superRefine(({ reasons, wake }, context) => {
    for (const reason of Object.keys(wake))
      if (!reasons.includes(reason))
        context.addIssue({
          code: "custom",
          path: ["wake", reason],
          message: `"${reason}" is not among the reasons: ${reasons.join(", ")}`,
        });
  });

const seamKeySchema = z.string().refine(isSeamPair, {
  error: `a seam is two of ${SEAM_NAMES.join(", ")} in that order, such as occurred..received`,
});

/** The shape of agreement.yaml. */
export const agreementSchema = z.strictObject({
  sales: z.strictObject({
    promises: z.record(slugSchema, promiseSchema),
    otherwise: promiseSchema,
    clock: z.enum(["owner", "team", "always"]).default("owner"),
    escalate: z.array(stepSchema).default([]),
  }),
  at_handoff: z.strictObject({ stage: slugSchema.optional() }).default({}),
  marketing: z.strictObject({
    complete: z
      .array(
        z.union([z.literal("signals"), z.string().regex(FACT_NAME, { error: FACT_EXPECTED })], {
          error: FACT_EXPECTED,
        }),
      )
      .default([]),
    when_incomplete: z.enum(["hold", "pass"]).default("hold"),
    volume: z
      .strictObject({ per: z.enum(["week", "month", "quarter"]), leads: z.record(slugSchema, countSchema) })
      .optional(),
    quality: z.strictObject({ acceptance_rate: z.number().min(0).max(1), over: durationSchema }).optional(),
  }),
  dispositions: z.strictObject({
    accepted: dispositionSchema.default({ reasons: [], wake: {} }),
    rejected: dispositionSchema,
    recycled: dispositionSchema,
    outcomes: z.array(slugSchema).default([]),
    required_within: promisedSchema,
  }),
  seams: z.record(seamKeySchema, slugSchema).default({}),
});

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

function isSeamPair(key: string): boolean {
  const names: readonly string[] = SEAM_NAMES;
  const [from = "", to = "", ...rest] = key.split("..");
  return rest.length === 0 && names.includes(from) && names.indexOf(from) < names.indexOf(to);
}
