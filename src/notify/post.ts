/** What an answer to a post means, where the status is all it says. */
import { retryAfterMs } from "../call/retry-after.ts";
import type { ErrorCode } from "../errors.ts";
import type { Instant } from "../model/instant.ts";
import { type Answer, troubleOf } from "./door.ts";
import type { Fate } from "./sender.ts";

/** Says who does not let us in. */
const CLOSED_TO_US: ReadonlySet<number> = new Set([401, 403, 407]);

/**
 * Posts, and says what became of it. A 5xx or a silence may have been delivered; everything else that is no 2xx was not. 410 is for
 * good: the receiver wants nothing any more. Throws nothing.
 */
export async function fateOfPost(post: () => Promise<Answer>, now: () => Instant): Promise<Fate> {
  let answer: Answer;
  try {
    answer = await post();
  } catch (cause) {
    const { code, isCertain } = troubleOf(cause);
    return isCertain ? { fate: "not-sent", code, everybody: true } : { fate: "unknown", code };
  }
  const { status, headers } = answer;
  if (status >= 200 && status < 300) return { fate: "sent" };
  if (status === 410) return { fate: "refused", code: "notify.refused" };
  const waitMs = retryAfterMs(headers["retry-after"], now());
  const wait = waitMs === undefined ? {} : { retryAfterMs: waitMs };
  if (status >= 500 || status === 408) {
    return { fate: "unknown", code: status === 408 ? "notify.timeout" : "notify.server-error", ...wait };
  }
  return { fate: "not-sent", code: codeOf(status), everybody: true, ...wait };
}

function codeOf(status: number): ErrorCode {
  if (status === 429) return "notify.rate-limited";
  if (status < 400) return "notify.redirected";
  return CLOSED_TO_US.has(status) ? "notify.unauthorized" : "notify.refused";
}
