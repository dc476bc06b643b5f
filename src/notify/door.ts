/**
 * The way out over HTTP for notices: no redirects, no retries, bounded in time and size, and only to addresses that were checked.
 * Who sets up a channel chooses its address; it must not make Baton call the network it stands in.
 */
import { Agent, request } from "undici";
import { checkedLookup, isForbiddenLiteral, type Resolve, systemResolve } from "../call/checked-lookup.ts";
import { isPublicAddress } from "../call/public-address.ts";
import { isLoopback } from "../config/loopback.ts";
import { BatonError, type ErrorCode, labelOf } from "../errors.ts";
import { type DurationMs, SECOND_MS } from "../model/instant.ts";

export interface DoorSettings {
  /** The server runs against a sandbox: then everybody is on this machine, and nowhere else. */
  readonly sandbox: boolean;
  /** Usually the system's own. */
  readonly resolve?: Resolve;
}

/** An answer, read whole. Names of headers are lower case. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

export interface Door {
  /** Posts a body. Throws what the connection throws: see `troubleOf`. */
  post(url: string, headers: Readonly<Record<string, string>>, body: string): Promise<Answer>;
  close(): Promise<void>;
}

const LARGEST_ANSWER_BYTES = 1024 * 1024;
/** Well below `POST_MS`, so that what never connected is not taken for a lost answer. */
const CONNECT_MS: DurationMs = 5 * SECOND_MS;
const POST_MS: DurationMs = 10 * SECOND_MS;
/** Of one origin: a slow receiver keeps nobody else waiting. */
const CONNECTIONS = 4;

/** Opens the door; connections are made when first used. Throws nothing. */
export function openDoor({ sandbox, resolve = systemResolve }: DoorSettings): Door {
  const isAllowed = sandbox ? isLoopback : isPublicAddress;
  const agent = new Agent({
    pipelining: 1,
    connections: CONNECTIONS,
    connect: { timeout: CONNECT_MS, lookup: checkedLookup(resolve, isAllowed, forbiddenAddress) },
    maxResponseSize: LARGEST_ANSWER_BYTES,
  });
  return {
    async post(url, headers, body) {
      if (isForbiddenLiteral(url, isAllowed)) throw forbiddenAddress();
      const answer = await request(url, {
        dispatcher: agent,
        method: "POST",
        headers: { "user-agent": "Baton", ...headers },
        body,
        headersTimeout: 0,
        bodyTimeout: 0,
        signal: AbortSignal.timeout(POST_MS),
      });
      return {
        status: answer.statusCode,
        headers: Object.fromEntries(
          Object.entries(answer.headers).map(([name, value]) => [name, String(value)]),
        ),
        text: await answer.body.text(),
      };
    },
    close: () => agent.close(),
  };
}

/** It names no address: those are the network's own. */
function forbiddenAddress(): BatonError {
  return new BatonError(
    "notify.forbidden-address",
    "The channel's name leads to an address that is not public, or to none. Baton does not call it: check the channel's URL and the DNS.",
  );
}

/** What a connection that failed means. `isCertain`: nothing was sent. Throws nothing. */
export function troubleOf(cause: unknown): { readonly code: ErrorCode; readonly isCertain: boolean } {
  if (cause instanceof BatonError) return { code: cause.code, isCertain: true };
  const label = labelOf(cause);
  if (NOT_CONNECTED.test(label)) return { code: "notify.unreachable", isCertain: true };
  return { code: TIMED_OUT.has(label) ? "notify.timeout" : "notify.unreachable", isCertain: false };
}

/** Nobody there, no name, or a certificate that does not hold: all before the first byte of a request. */
const NOT_CONNECTED =
  /^(?:ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|EADDRNOTAVAIL|UND_ERR_CONNECT_TIMEOUT|(?:ERR_TLS|ERR_SSL|CERT|UNABLE_TO|DEPTH_ZERO|SELF_SIGNED|EPROTO)\w*)$/;
const TIMED_OUT: ReadonlySet<string> = new Set(["TimeoutError", "ETIMEDOUT"]);
