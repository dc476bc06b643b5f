/** Figures out of many measurements. Medians, because one busy neighbour spoils a mean. */

/** The value below which `share` (0 to 1) of the values lie, by the nearest rank; `NaN` of nothing. Throws nothing. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const rank = Math.max(1, Math.ceil(share * sorted.length));
  return sorted[rank - 1] ?? Number.NaN;
}

export function median(values: readonly number[]): number {
  return percentile(values, 0.5);
}

/** `1234.5` as `1,235`, `3.14159` as `3.14`: as many digits as a reader can use. */
export function shown(value: number, digits = value >= 100 ? 0 : 2): string {
  if (!Number.isFinite(value)) return "–";
  return value.toLocaleString("en-US", { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

/** `0.834` as `83 %`. */
export function percent(share: number, digits = 0): string {
  return `${shown(share * 100, digits)} %`;
}
