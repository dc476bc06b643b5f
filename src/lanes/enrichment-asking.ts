/** One round of questions: within the timeout of the playbook, within the day's budget, and never all at once. */
import PQueue from "p-queue";
import type { Provider } from "../enrich/provider.ts";
import { BatonError } from "../errors.ts";
import { DAY_MS, type DurationMs, type Instant } from "../model/instant.ts";
import type { Facts, UnmappedValue } from "../model/lead.ts";
import type { Enrichment } from "../playbook/enrichment.ts";
import { readAnswer } from "../resolve/supplied.ts";
import { spendRequest } from "../store/enrichments.ts";
import type { Subject } from "./enrichment-subject.ts";
import type { Lane } from "./lane.ts";

/** What came of one question. */
export type Reply =
  | { readonly facts: Facts; readonly unmapped: readonly UnmappedValue[] }
  | { readonly failure: BatonError };

/** Questions of one lane that are open at the same time. */
const AT_ONCE = 8;
/** With less time left a question is not worth a request of the budget. */
const LEAST_MS: DurationMs = 100;

/**
 * Asks every question, and waits for all of them together no longer than the playbook's timeout. What was not asked in time,
 * or for lack of budget, has failed like what was asked in vain. @returns One reply for each question, in their order.
 */
export async function askAll(
  lane: Lane,
  provider: Provider,
  enrichment: Enrichment,
  questions: readonly Subject["question"][],
): Promise<readonly Reply[]> {
  const endsAtMs = performance.now() + enrichment.timeoutMs;
  const queue = new PQueue({ concurrency: AT_ONCE });
  const asking = questions.map((question) =>
    queue.add(() => askOne(lane, provider, enrichment, question, endsAtMs)),
  );
  return await Promise.all(asking);
}

async function askOne(
  lane: Lane,
  provider: Provider,
  enrichment: Enrichment,
  question: Subject["question"],
  endsAtMs: number,
): Promise<Reply> {
  const resting = provider.resting();
  if (resting !== undefined) return { failure: resting };
  const leftMs = Math.floor(endsAtMs - performance.now());
  if (leftMs < LEAST_MS) return { failure: tooLate() };
  const isGranted = await takeFromBudget(lane, enrichment);
  if (!isGranted) return { failure: budgetSpent(lane.now()) };
  try {
    return readAnswer(await provider.ask(question, leftMs), enrichment.reads);
  } catch (cause) {
    if (cause instanceof BatonError) return { failure: cause };
    throw cause;
  }
}

/** The last request of a day is told in the log, once: whoever asks after it is told nothing. */
async function takeFromBudget(lane: Lane, { requestsPerDay }: Enrichment): Promise<boolean> {
  const { id } = lane.installation;
  const left = await spendRequest(lane.store.db, id, dayOf(lane.now()), requestsPerDay);
  if (left === 0) {
    lane.log.warn(
      { installation: id, code: "enrich.budget-spent", requests: requestsPerDay },
      "the enrichment budget of this day is spent",
    );
  }
  return left !== undefined;
}

/** The day budgets are counted in, in UTC: `2026-11-17`. */
export function dayOf(now: Instant): string {
  return new Date(now).toISOString().slice(0, "2026-11-17".length);
}

function budgetSpent(now: Instant): BatonError {
  const message = "The enrichment budget of this day is spent: see budget in fields.yaml.";
  return new BatonError("enrich.budget-spent", message, { retryAfterMs: DAY_MS - (now % DAY_MS) });
}

function tooLate(): BatonError {
  const message = "The enrichment provider was not asked: others took the time the playbook allows.";
  return new BatonError("enrich.timeout", message);
}
