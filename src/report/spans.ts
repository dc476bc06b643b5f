/** Lengths of time, collected by the million, and their percentiles. Negative ones are kept as they are: clocks disagree. */

/** Grows as values come. */
export interface Spans {
  values: Float64Array;
  count: number;
}

/**
 * What many lengths of time come to, in milliseconds. Percentiles are exact, by nearest rank: the smallest value that at least
 * so many percent do not exceed. They are of all values, negative ones too.
 */
export interface SpanFigure {
  readonly count: number;
  /** Undefined without values. */
  readonly p50?: number;
  readonly p90?: number;
  /** Of the values that are not negative. */
  readonly sumMs: number;
  /** How many were negative: the clocks of two systems disagree by at least so much. */
  readonly skewedCount: number;
  /** The most negative one. */
  readonly worstSkewMs?: number;
}

const FIRST_ROOM = 16;

/** No values yet. */
export function noSpans(): Spans {
  return { values: new Float64Array(FIRST_ROOM), count: 0 };
}

/** Adds one; what is not known (NaN) is passed over. */
export function addSpan(spans: Spans, ms: number): void {
  if (Number.isNaN(ms)) return;
  if (spans.count === spans.values.length) {
    const larger = new Float64Array(2 * spans.count);
    larger.set(spans.values);
    spans.values = larger;
  }
  spans.values[spans.count] = ms;
  spans.count += 1;
}

/** All of these as one. */
export function joinSpans(parts: readonly Spans[]): Spans {
  const count = parts.reduce((sum, part) => sum + part.count, 0);
  const values = new Float64Array(Math.max(FIRST_ROOM, count));
  let at = 0;
  for (const part of parts) {
    values.set(part.values.subarray(0, part.count), at);
    at += part.count;
  }
  return { values, count };
}

/** What they come to. Puts the values into another order. Throws nothing. */
export function spanFigure({ values, count }: Spans): SpanFigure {
  let [sumMs, skewedCount, worst] = [0, 0, 0];
  for (let index = 0; index < count; index += 1) {
    const ms = values[index] ?? 0;
    if (ms >= 0) sumMs += ms;
    else {
      skewedCount += 1;
      worst = Math.min(worst, ms);
    }
  }
  if (count === 0) return { count, sumMs, skewedCount };
  return {
    count,
    p50: nearestRank(values, count, 50),
    p90: nearestRank(values, count, 90),
    sumMs,
    skewedCount,
    ...(skewedCount === 0 ? {} : { worstSkewMs: worst }),
  };
}

/**
 * The percentile by nearest rank among the first `count` values, of which there is at least one; `percent` from 1 to 100.
 * Hoare's selection: puts the values into another order. Source: https://en.wikipedia.org/wiki/Quickselect
 */
export function nearestRank(values: Float64Array, count: number, percent: number): number {
  const wanted = Math.ceil((percent * count) / 100) - 1;
  let [low, high] = [0, count - 1];
  while (low < high) {
    const [left, right] = partition(values, low, high);
    if (wanted <= right) high = right;
    else if (wanted >= left) low = left;
    else break;
  }
  return values[wanted] ?? Number.NaN;
}

/** What is smaller than the middle one to the left, what is larger to the right. */
function partition(values: Float64Array, low: number, high: number): readonly [number, number] {
  const pivot = values[(low + high) >>> 1] ?? 0;
  let [left, right] = [low, high];
  while (left <= right) {
    while ((values[left] ?? 0) < pivot) left += 1;
    while ((values[right] ?? 0) > pivot) right -= 1;
    if (left > right) break;
    const swapped = values[left] ?? 0;
    values[left] = values[right] ?? 0;
    values[right] = swapped;
    left += 1;
    right -= 1;
  }
  return [left, right];
}
