/** Times as HubSpot gives them: ISO 8601, and in places epoch milliseconds. */
import type { Instant } from "../../src/model/instant.ts";

/** The instant a value stands for; undefined for nothing, and for what is no time. Throws nothing. */
export function instantIn(value: string | undefined): Instant | undefined {
  const at = /^\d{10,}$/.test(value ?? "") ? Number(value) : Date.parse(value ?? "");
  return Number.isFinite(at) ? at : undefined;
}
