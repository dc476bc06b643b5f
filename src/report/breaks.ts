/** What follows when marketing's half of the agreement is broken. Pure: what was told before arrives as an argument. */
import type { Agreement } from "../playbook/agreement.ts";
import type { DurationMs, Instant } from "../model/instant.ts";
import type { MarketingStanding } from "./marketing.ts";
import { sayShare } from "./share.ts";

/** A promise of marketing that is broken. */
export interface Break {
  /** The same for as long as it is the same break: a volume by type and period, the quality. */
  readonly name: string;
  /** One sentence with the counts: `October 2026: 31 hand-raiser of 40 promised.` */
  readonly says: string;
}

/** When each break was told, by its name. */
export type BreakMemory = Readonly<Record<string, Instant>>;

/** What a look at the breaks comes to. */
export interface BreakLook {
  readonly memory: BreakMemory;
  /** To be told now. */
  readonly news: readonly Break[];
}

const QUALITY = "quality";
const USUAL_FOLLOWS = "The definition is on the agenda of the next review.";

/** Every promise that is broken now, volumes first. Throws nothing. */
export function breaksOf({
  volume,
  quality,
}: Pick<MarketingStanding, "volume" | "quality">): readonly Break[] {
  return [
    ...volume.flatMap(({ type, period, promised, handedOff, standing }) =>
      standing === "breached"
        ? [
            {
              name: `volume ${type} ${period}`,
              says: `${period}: ${handedOff} ${type} of ${promised} promised.`,
            },
          ]
        : [],
    ),
    ...(quality?.standing === "breached"
      ? [
          {
            name: QUALITY,
            says: `Sales accepted ${sayShare(quality.accepted)} over ${quality.overDays} days, ${quality.promisedPercent} % promised.`,
          },
        ]
      : []),
  ];
}

/** What both teams agreed to do about it, in one sentence. Throws nothing. */
export function followsOf({ marketing }: Pick<Agreement, "marketing">): string {
  return marketing.whenBroken?.follows ?? USUAL_FOLLOWS;
}

/**
 * Which breaks are to be told. A volume is told once. Quality is a sliding figure that may cross its mark every day: it is told again
 * after `againMs` at the earliest, the span it is measured over. The first look only remembers. Throws nothing.
 */
export function lookAtBreaks(
  breaks: readonly Break[],
  memory: BreakMemory | undefined,
  againMs: DurationMs,
  now: Instant,
): BreakLook {
  const isTold = ({ name }: Break): boolean => {
    const toldAt = memory?.[name];
    return toldAt !== undefined && (name !== QUALITY || now - toldAt < againMs);
  };
  const news = memory === undefined ? [] : breaks.filter((one) => !isTold(one));
  const kept = Object.entries(memory ?? {}).filter(
    ([name, toldAt]) => now - toldAt < againMs || breaks.some((one) => one.name === name),
  );
  const fresh = memory === undefined ? breaks : news;
  return { memory: Object.fromEntries([...kept, ...fresh.map(({ name }) => [name, now] as const)]), news };
}
