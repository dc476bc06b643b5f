/**
 * How much one address may ask for. Counted in this process's memory: a fleet multiplies them, which is fine for what
 * they are, a bound on what a stranger can cost us.
 *
 * A CRM calls for all its accounts from few addresses, so webhooks get a bound only a flood reaches. Failed signatures
 * have a counter of their own that never touches good requests: anybody can make a CRM call our address with a wrong
 * signature from the CRM's own addresses, and must not be able to lock the CRM out that way (failures.ts).
 */
import { isIPv6 } from "node:net";
import { MINUTE_MS, SECOND_MS } from "../model/instant.ts";

interface Limit {
  readonly max: number;
  readonly timeWindow: number;
}

export interface Limits {
  readonly pages: Limit;
  readonly webhooks: Limit;
  readonly failedSignatures: Limit;
  /** Callers who are not known yet, of an address that is past the limit above. */
  readonly lookUps: Limit;
  readonly oauth: Limit;
  /** Counted by write key. */
  readonly signals: Limit;
}

export const LIMITS: Limits = {
  pages: { max: 300, timeWindow: MINUTE_MS },
  webhooks: { max: 50_000, timeWindow: 10 * SECOND_MS },
  failedSignatures: { max: 60, timeWindow: MINUTE_MS },
  lookUps: { max: 10, timeWindow: SECOND_MS },
  oauth: { max: 20, timeWindow: MINUTE_MS },
  // What Segment itself takes: a thousand requests a second.
  signals: { max: 10_000, timeWindow: 10 * SECOND_MS },
};

/** Groups of an IPv6 address that name a network: the rest is anybody's in it to choose. */
const NETWORK_GROUPS = 4;

/**
 * Whom a request is counted against: the address it came from, of an IPv6 address its network (/64). Node forgets the address of a
 * connection that was cut before it was asked for; such requests are counted together, and nobody waits for their answers.
 * Throws nothing.
 */
export function countedAs({ ip }: { readonly ip: string | undefined }): string {
  if (ip === undefined) return "gone";
  const plain = ip.toLowerCase().split("%")[0] ?? "";
  const mapped = /^::ffff:([\d.]+)$/.exec(plain)?.[1];
  if (mapped !== undefined || !isIPv6(plain)) return mapped ?? plain;
  const [front, back] = plain.split("::").map((half) => half.split(":").filter((group) => group !== ""));
  const gap = back === undefined ? 0 : 8 - (front?.length ?? 0) - back.length;
  const groups = [...(front ?? []), ...Array.from({ length: gap }, () => "0"), ...(back ?? [])];
  return groups
    .slice(0, NETWORK_GROUPS)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(":");
}
