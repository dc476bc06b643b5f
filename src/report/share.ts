/** Shares, which are never said without the number they are of. */

/** So many of so many. */
export interface Share {
  readonly count: number;
  readonly of: number;
}

/** Fewer than this say nothing as a percentage: one more or less would move it by twenty points. */
export const SMALL_SAMPLE = 5;

/** Whole percent, rounded half up; undefined for fewer than `SMALL_SAMPLE`. */
export function percentOf({ count, of }: Share): number | undefined {
  return of < SMALL_SAMPLE ? undefined : Math.floor((200 * count + of) / (2 * of));
}

/** `62 % of 130`; for few `2 of 4`; of nothing `–`. */
export function sayShare(share: Share): string {
  if (share.of === 0) return "–";
  const percent = percentOf(share);
  const of = share.of.toLocaleString("en-GB");
  return percent === undefined ? `${share.count} of ${of}` : `${percent} % of ${of}`;
}
