/** The golden table: what is promised in a calendar, and when that is due, worked out by hand. */
import { CLOCK_CHANGES } from "./clock-changes.ts";
import { DAYS_OFF } from "./days-off.ts";
import { ODD_ZONES } from "./odd-zones.ts";
import { OFFICE } from "./office.ts";
import type { Group } from "./row.ts";
import { ZONES } from "./zones.ts";

export const GOLDEN: readonly Group[] = [...OFFICE, ...ZONES, ...CLOCK_CHANGES, ...ODD_ZONES, ...DAYS_OFF];
