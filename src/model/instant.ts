/**
 * Time as plain numbers: an `Instant` is UTC epoch milliseconds, a `DurationMs` a span of them.
 * Names of instants end in `At`, of spans in `Ms` or `Minutes`. Source: docs/glossary.md, "Instant".
 */
export type Instant = number;
export type DurationMs = number;

export const SECOND_MS: DurationMs = 1_000;
export const MINUTE_MS: DurationMs = 60_000;
export const HOUR_MS: DurationMs = 3_600_000;
export const DAY_MS: DurationMs = 86_400_000;

/** Nothing is ever due: an instant no lane wakes for. Latest instant of ECMAScript. */
export const NEVER: Instant = 8_640_000_000_000_000;
