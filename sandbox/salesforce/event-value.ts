/** Values as events and SOAP write them. */
import type { Value } from "./table.ts";

/** The value, a datetime with `Z` for its zone where REST writes `+0000`; null for what is absent. Throws nothing. */
export function eventValue(value: Value | undefined): Value {
  if (typeof value !== "string") return value ?? null;
  return /^\d{4}-\d{2}-\d{2}T[\d:.]+\+0000$/.test(value) ? value.replace("+0000", "Z") : value;
}
