/**
 * The review pack: what marketing and sales look at when they meet. Three items (how both kept their promises, what sales answers,
 * what changes in the definition), after what was decided last time. A value: pages and files are other ways to write it.
 */
import { breaksOf, followsOf } from "./breaks.ts";
import type { DaySpan } from "./days.ts";
import type { Figures } from "./figures.ts";
import type { MarketingStanding } from "./marketing.ts";
import { proposalsOf } from "./proposals.ts";
import type { Proposal } from "./proposal.ts";
import type { SeamSpan } from "./seams.ts";
import type { StuckKind } from "./stuck.ts";
import { type Hygiene, hygieneOf, type ReasonTrend, reasonTrends } from "./trends.ts";
import type { Playbook } from "../playbook/playbook.ts";
import type { Instant } from "../model/instant.ts";

/** Figures of one time, told apart in the ways the pack needs. */
export interface Counted {
  readonly total: Figures;
  readonly byType: readonly Figures[];
  readonly bySource: readonly Figures[];
  readonly byRep: readonly Figures[];
}

/** One version that went live since the last review. */
export interface DefinitionChange {
  readonly version: string;
  readonly at: Instant;
  readonly by: string;
  /** In words, by file: `definition.yaml: account.employees from 50 → 100`. */
  readonly says: readonly string[];
}

/** What a pack is put together from. */
export interface PackInput {
  /** The account as its CRM calls it: `portal 42`, `org 00D5g000008ABCDEA4`. */
  readonly account: string;
  readonly span: DaySpan;
  readonly madeAt: Instant;
  readonly playbook: Playbook;
  readonly seams: readonly SeamSpan[];
  readonly now: Counted;
  readonly before: Counted;
  /** Cohorts, the oldest first. */
  readonly weeks: readonly Figures[];
  readonly marketing: MarketingStanding;
  readonly stuck: Readonly<Record<StuckKind, number>>;
  readonly decided: readonly { readonly at: Instant; readonly actor: string; readonly body: string }[];
  readonly changes: readonly DefinitionChange[];
  /** Reviews of another kind that are due: `Definition and routing: due since 2026-10-01`. */
  readonly due: readonly string[];
}

/** The pack. Nobody's name is in it but those of reps and of whoever decided or published. */
export interface Pack extends Omit<PackInput, "playbook"> {
  readonly version: string;
  readonly trends: readonly ReasonTrend[];
  readonly hygiene: readonly Hygiene[];
  readonly proposals: readonly Proposal[];
  /** What happens to either side when its promise is broken, as agreed. */
  readonly consequences: { readonly sales: readonly string[]; readonly marketing: readonly string[] };
  /** Each promise of marketing that is broken now, with what the agreement says follows. */
  readonly broken: readonly string[];
}

/** Puts a pack together. Throws nothing. */
export function packOf({ playbook, ...input }: PackInput): Pack {
  const { now, before, marketing } = input;
  return {
    ...input,
    version: playbook.version,
    trends: reasonTrends(now.total, before.total),
    hygiene: hygieneOf(now.byRep),
    proposals: proposalsOf({ playbook, ...now, marketing }),
    consequences: consequencesOf(playbook),
    broken: breaksOf(marketing).map(({ says }) => `${says} ${followsOf(playbook.agreement)}`),
  };
}

function consequencesOf({ agreement }: Playbook): Pack["consequences"] {
  const { escalate } = agreement.sales;
  const { whenIncomplete, quality, volume, whenBroken } = agreement.marketing;
  return {
    sales: escalate.map(({ atPercent, notify, note, reassign }) => {
      const deeds = [
        ...(notify.length === 0 ? [] : [`Baton tells ${notify.join(" and ")}`]),
        ...(note ? ["notes it on the lead"] : []),
        ...(reassign === undefined ? [] : ["gives the lead to somebody else"]),
      ];
      return `At ${atPercent} % of the time ${deeds.join(", ").replace(/^(?!Baton)/, "Baton ")}.`;
    }),
    marketing: [
      INCOMPLETE[whenIncomplete],
      ...(quality === undefined && volume === undefined
        ? []
        : [`Too few leads, or too few accepted: ${followsOf(agreement)}`]),
      ...(whenBroken === undefined || whenBroken.notify.length === 0
        ? []
        : [`Baton tells ${whenBroken.notify.join(" and ")}.`]),
    ],
  };
}

const INCOMPLETE = {
  hold: "An incomplete lead waits with marketing, and sales does not get it.",
  enrich: "An incomplete lead is looked up first; what is missing then keeps it with marketing.",
  pass: "An incomplete lead goes to sales as it is, and counts here.",
} as const;
