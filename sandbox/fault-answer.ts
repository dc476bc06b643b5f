/** Turns a fault into what the caller gets: whether the route runs, which answer, and how it travels. */
import type { Answer } from "./answer.ts";
import type { Fault, LimitPolicy, Mangled } from "./faults.ts";
import { isRecord } from "./json.ts";
import type { Manner } from "./transmission.ts";

/** An answer and the way it is sent. */
export interface Delivery {
  readonly answer: Answer;
  readonly manner: Manner;
}

/** How one CRM words its refusals. */
export interface FaultWords {
  rateLimited(policy: LimitPolicy): Answer;
  serverError(status: number): Answer;
  readonly unauthorized: Answer;
  readonly locked: Answer;
  readonly conflict: Answer;
  readonly migrating: Answer;
  /** The answer in which the record of this id is none. */
  mangled(answer: Answer, id: string, into: Mangled): Answer;
}

const plain: Manner = { how: "plain" };
const nothingFails: ReadonlySet<number> = new Set();

/**
 * Applies a fault to a call. `run` executes the route; it is called at most once, and not at all for a fault that
 * strikes before the write. Throws nothing.
 */
export function runWithFault(
  fault: Fault | undefined,
  words: FaultWords,
  run: (failing: ReadonlySet<number>) => Answer,
): Delivery {
  const sent = (answer: Answer): Delivery => ({ answer, manner: plain });
  if (!fault) return sent(run(nothingFails));
  const commits = "commit" in fault && fault.commit;
  const real = commits ? run(nothingFails) : { status: 200, body: { status: "PENDING" } };
  switch (fault.do) {
    case "rate-limited":
      return sent(withRetryAfter(words.rateLimited(fault.policy), fault.retryAfterSeconds));
    case "server-error":
      return sent(words.serverError(fault.status));
    case "unauthorized":
      return sent(words.unauthorized);
    case "locked":
      return sent(words.locked);
    case "conflict":
      return sent(words.conflict);
    case "migrating":
      return sent(withRetryAfter(words.migrating, fault.retryAfterSeconds));
    case "reset":
      return { answer: real, manner: { how: fault.early === true ? "cut" : "cut-midway" } };
    case "hang":
      return { answer: real, manner: { how: "hang", ms: fault.ms } };
    case "slow-body":
      return { answer: run(nothingFails), manner: { how: "slow", ms: fault.ms } };
    case "truncated-json":
      return { answer: run(nothingFails), manner: { how: "truncated" } };
    case "empty-body":
      return sent({ status: run(nothingFails).status });
    case "html":
      return sent({ status: fault.status, body: htmlPage, headers: { "content-type": "text/html" } });
    case "redirect":
      return sent({ status: 307, headers: { location: fault.to } });
    case "big-body":
      return sent(padded(run(nothingFails), fault.bytes));
    case "mangled-record":
      return sent(words.mangled(run(nothingFails), fault.id, fault.into));
    case "partial":
      return sent(run(new Set(fault.items)));
    case "answer":
      return sent({ status: fault.status, body: fault.body });
  }
}

const htmlPage =
  "<!doctype html><html><head><title>Bad gateway</title></head><body>Bad gateway</body></html>";

function withRetryAfter(answer: Answer, seconds: number | undefined): Answer {
  return seconds === undefined
    ? answer
    : { ...answer, headers: { ...answer.headers, "retry-after": String(seconds) } };
}

function padded(answer: Answer, bytes: number): Answer {
  const padding = "x".repeat(bytes);
  const { body } = answer;
  if (Array.isArray(body)) return { ...answer, body: [...(body as readonly unknown[]), { padding }] };
  return { ...answer, body: { ...(isRecord(body) ? body : {}), padding } };
}
