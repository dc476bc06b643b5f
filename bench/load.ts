/** A small load generator: so many connections, each sends its next request when its last one was answered. */
import { setTimeout as pause } from "node:timers/promises";
import { Pool } from "undici";
import type { SignedRequest } from "./webhooks.ts";

export interface LoadResult {
  readonly requests: number;
  readonly seconds: number;
  readonly latenciesMs: readonly number[];
  /** Answers that were not 2xx, and requests without an answer. */
  readonly failed: number;
}

/** A server that stopped answering must not hold the bench for longer. */
const ANSWER_WITHIN_MS = 20_000;

/**
 * Posts the requests, in order, over `connections` keep-alive connections opened before the clock starts (by `warmUp`).
 * Ends early after `withinMs`; what was sent until then counts. Throws nothing.
 */
export async function fire(
  url: string,
  requests: readonly SignedRequest[],
  warmUp: readonly SignedRequest[],
  limits: { readonly connections: number; readonly withinMs: number },
): Promise<LoadResult> {
  const { origin, pathname } = new URL(url);
  const pool = new Pool(origin, {
    connections: limits.connections,
    pipelining: 1,
    headersTimeout: ANSWER_WITHIN_MS,
    bodyTimeout: ANSWER_WITHIN_MS,
  });
  await volley(pool, pathname, warmUp, limits);
  const result = await volley(pool, pathname, requests, limits);
  await pool.close();
  return result;
}

async function volley(
  pool: Pool,
  path: string,
  requests: readonly SignedRequest[],
  { connections, withinMs }: { readonly connections: number; readonly withinMs: number },
): Promise<LoadResult> {
  const latenciesMs: number[] = [];
  let next = 0;
  let failed = 0;
  const began = performance.now();
  const sendAll = async (): Promise<void> => {
    for (;;) {
      const request = requests[next];
      if (request === undefined || performance.now() - began > withinMs) return;
      next += 1;
      const sentAt = performance.now();
      const status = await post(pool, path, request);
      latenciesMs.push(performance.now() - sentAt);
      if (status < 200 || status > 299) failed += 1;
    }
  };
  await Promise.all(Array.from({ length: connections }, sendAll));
  return { requests: latenciesMs.length, seconds: (performance.now() - began) / 1_000, latenciesMs, failed };
}

/**
 * Posts the requests at a steady rate, whether earlier ones are answered or not. A latency counts from the instant the request was
 * due, so that what waits behind a slow answer is counted as slow. Throws nothing.
 * @returns Also how late each left: this process was busy with something else, and its latency is that much too long.
 */
export async function fireSteadily(
  url: string,
  requests: readonly SignedRequest[],
  perSecond: number,
): Promise<LoadResult & { readonly lateMs: readonly number[] }> {
  const { origin, pathname } = new URL(url);
  const pool = new Pool(origin, { connections: STEADY_CONNECTIONS, pipelining: 1 });
  const began = performance.now();
  const posts = requests.map(async (request, index) => {
    const dueAt = began + (index * 1_000) / perSecond;
    await pause(Math.max(0, dueAt - performance.now()));
    const lateMs = performance.now() - dueAt;
    const status = await post(pool, pathname, request);
    return { lateMs, ms: performance.now() - dueAt, isGood: status >= 200 && status < 300 };
  });
  const answers = await Promise.all(posts);
  await pool.close();
  return {
    requests: answers.length,
    seconds: (performance.now() - began) / 1_000,
    latenciesMs: answers.map(({ ms }) => ms),
    failed: answers.filter(({ isGood }) => !isGood).length,
    lateMs: answers.map(({ lateMs }) => lateMs),
  };
}

/** Far more than are under way at once while answers come in a fraction of a second. */
const STEADY_CONNECTIONS = 64;

async function post(pool: Pool, path: string, { body, headers }: SignedRequest): Promise<number> {
  try {
    const answer = await pool.request({ method: "POST", path, headers, body });
    await answer.body.dump();
    return answer.statusCode;
  } catch {
    return 0;
  }
}
