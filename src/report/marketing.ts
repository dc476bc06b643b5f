/** Marketing's half of the agreement: complete leads, as many as promised, as good as promised. */
import { DAY_MS, type Instant } from "../model/instant.ts";
import type { Agreement } from "../playbook/agreement.ts";
import { type DaySpan, dayOf } from "./days.ts";
import type { Figures, WordCount } from "./figures.ts";
import { MEASURES } from "./measures.ts";
import { type NamedSpan, periodBefore, periodOf } from "./periods.ts";
import { type Share, SMALL_SAMPLE } from "./share.ts";

/**
 * `too-few`: not enough answers to judge by. `running`: the period is not over. `part`: it had begun before Baton was installed and
 * counted, so that too few handoffs are no broken promise.
 */
export type HalfStanding = "met" | "breached" | "running" | "too-few" | "part";

/** How many leads of one type came in one period. */
interface VolumeStanding {
  readonly type: string;
  readonly period: string;
  readonly promised: number;
  readonly handedOff: number;
  readonly standing: HalfStanding;
  /** The first day that was counted, where the period had begun before. */
  readonly sinceDay?: number;
}

export interface MarketingStanding {
  /** Of the handoffs of the window of which it is known. */
  readonly complete: Share;
  readonly missing: readonly WordCount[];
  readonly enrichedCount: number;
  /** Leads that wait now because something is missing. */
  readonly heldCount: number;
  /** What the playbook does with an incomplete lead. */
  readonly rule: Agreement["marketing"]["whenIncomplete"];
  /** Of this period and the one before, unless that ended before Baton was installed; empty where nothing is promised. */
  readonly volume: readonly VolumeStanding[];
  readonly quality?: {
    readonly promisedPercent: number;
    readonly overDays: number;
    readonly accepted: Share;
    readonly standing: HalfStanding;
  };
}

/** The days beyond the window that marketing's promises are about. */
export interface MarketingSpans {
  readonly quality?: DaySpan;
  /** This period, and the one before; without one that ended before Baton was installed. */
  readonly volume: readonly NamedSpan[];
}

/**
 * Which days must be counted, for a window that ends where `toDay` begins. @param installedAt  Before it nobody counted: what ended by
 * then is no period to judge. Throws nothing.
 */
export function marketingSpans(
  { volume, quality }: Agreement["marketing"],
  toDay: number,
  installedAt: Instant,
): MarketingSpans {
  const current = volume && periodOf(volume.per, toDay - 1);
  const both =
    volume === undefined || current === undefined ? [] : [current, periodBefore(volume.per, current)];
  return {
    ...(quality && { quality: { fromDay: toDay - Math.max(1, Math.round(quality.overMs / DAY_MS)), toDay } }),
    volume: both.filter((period) => period.toDay * DAY_MS > installedAt),
  };
}

/**
 * How marketing's promises stand. @param counted  The figures of the window, of the days of `quality`, and of each volume period by
 * type; and since when handoffs are counted at all. Throws nothing.
 */
export function marketingStanding(
  agreement: Agreement["marketing"],
  counted: {
    readonly window: Figures;
    readonly quality: Figures | undefined;
    readonly volume: readonly { readonly period: NamedSpan; readonly byType: readonly Figures[] }[];
    readonly heldCount: number;
    readonly installedAt: Instant;
  },
  now: Instant,
): MarketingStanding {
  const { window, heldCount, installedAt } = counted;
  return {
    complete: MEASURES.completeness(window),
    missing: window.missing,
    enrichedCount: window.counts.enriched,
    heldCount,
    rule: agreement.whenIncomplete,
    volume: counted.volume.flatMap(({ period, byType }) =>
      volumeOf(agreement, period, byType, { installedAt, now }),
    ),
    ...(agreement.quality && counted.quality && { quality: qualityOf(agreement.quality, counted.quality) }),
  };
}

function volumeOf(
  { volume }: Agreement["marketing"],
  period: NamedSpan,
  byType: readonly Figures[],
  { installedAt, now }: { readonly installedAt: Instant; readonly now: Instant },
): readonly VolumeStanding[] {
  const isPart = period.fromDay * DAY_MS < installedAt;
  return [...(volume?.leads ?? [])].map(([type, promised]) => {
    const handedOff = byType.find(({ key }) => key === type)?.counts.handedOff ?? 0;
    const isOver = dayOf(now) >= period.toDay;
    const short = isPart ? "part" : isOver ? "breached" : "running";
    return {
      type,
      period: period.name,
      promised,
      handedOff,
      standing: handedOff >= promised ? "met" : short,
      ...(isPart && { sinceDay: dayOf(installedAt) }),
    };
  });
}

function qualityOf(
  { acceptanceRate, overMs }: NonNullable<Agreement["marketing"]["quality"]>,
  figures: Figures,
): NonNullable<MarketingStanding["quality"]> {
  const accepted = MEASURES["acceptance rate"](figures);
  const isKept = accepted.count >= acceptanceRate * accepted.of;
  return {
    promisedPercent: Math.round(acceptanceRate * 100),
    overDays: Math.max(1, Math.round(overMs / DAY_MS)),
    accepted,
    standing: accepted.of < SMALL_SAMPLE ? "too-few" : isKept ? "met" : "breached",
  };
}
