import fc from "fast-check";
import { expect, test } from "vitest";
import { addSpan, nearestRank, noSpans, spanFigure } from "../../src/report/spans.ts";

function figureOf(values: readonly number[]) {
  const spans = noSpans();
  for (const value of values) addSpan(spans, value);
  return spanFigure(spans);
}

test("percentiles are the nearest rank of the sorted values, whatever the values", () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: -50, max: 50 }), { minLength: 1, maxLength: 80 }),
      fc.integer({ min: 1, max: 100 }),
      (values, percent) => {
        const sorted = values.toSorted((a, b) => a - b);
        const expected = sorted[Math.ceil((percent * values.length) / 100) - 1];
        expect(nearestRank(Float64Array.from(values), values.length, percent)).toBe(expected);
      },
    ),
  );
});

test("negative values are kept, counted and shown, and take nothing from the sum", () => {
  expect(figureOf([-300, 100, -20, 500])).toEqual({
    count: 4,
    p50: -20,
    p90: 500,
    sumMs: 600,
    skewedCount: 2,
    worstSkewMs: -300,
  });
});

test("what is not known is passed over", () => {
  expect(figureOf([Number.NaN, 7, Number.NaN])).toMatchObject({ count: 1, p50: 7, p90: 7 });
});

test("of nothing there is no percentile", () => {
  expect(figureOf([])).toEqual({ count: 0, sumMs: 0, skewedCount: 0 });
});
