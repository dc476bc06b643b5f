/** Comparing what somebody shows with what only they can know: tokens, keys, signatures. */
import { createHash, timingSafeEqual } from "node:crypto";

/** Whether two texts are the same, without telling by its duration how much of one was right, or how long it is. Throws nothing. */
export function isSameSecret(one: string, other: string): boolean {
  return timingSafeEqual(digestOf(one), digestOf(other));
}

function digestOf(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
