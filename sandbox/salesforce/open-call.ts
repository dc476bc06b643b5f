/** A request as it comes in: parsed, matched with its route, and begun in the ledger. */
import type { FastifyRequest } from "fastify";
import { isRecord } from "../json.ts";
import type { Ledger, LedgerCall } from "../ledger.ts";
import { matchRoute } from "./route.ts";
import type { OrgCall, OrgRoute } from "./route.ts";

/** A request as far as it is known without its session. */
export interface Open extends Pick<OrgCall, "method" | "path" | "query" | "body" | "text" | "headers"> {
  readonly routes: readonly OrgRoute[];
  readonly matched: ReturnType<typeof matchRoute>;
}

/** Parses a request. A body that is no JSON is undefined. Throws nothing. */
export function openCall(routes: readonly OrgRoute[], request: FastifyRequest): Open {
  const url = new URL(request.url, "http://sandbox.example");
  const text = typeof request.body === "string" ? request.body : "";
  return {
    routes,
    matched: matchRoute(routes, request.method, url.pathname),
    method: request.method,
    path: url.pathname,
    query: url.searchParams,
    body: parseJson(text),
    text,
    headers: Object.fromEntries(
      Object.entries(request.headers).map(([name, value]) => [name.toLowerCase(), String(value)]),
    ),
  };
}

function parseJson(text: string): unknown {
  try {
    const parsed: unknown = text === "" ? undefined : JSON.parse(text);
    return parsed;
  } catch {
    return undefined;
  }
}

/** What beginning a call needs. */
interface BeginParts {
  readonly ledger: Ledger;
  now(): number;
  monotonicMs(): number;
}

/** Begins the call in the ledger. */
export function begin({ method, path, matched, body, headers }: Open, parts: BeginParts): LedgerCall {
  return parts.ledger.begin({
    at: parts.now(),
    startMs: parts.monotonicMs(),
    method,
    path,
    route: typeof matched === "object" ? matched.route.path : "(unknown)",
    inputs: countInputs(body),
    headers: sforceHeaders(headers),
  });
}

function countInputs(body: unknown): number {
  if (!isRecord(body)) return 1;
  const list = body["records"] ?? body["compositeRequest"];
  return Array.isArray(list) ? list.length : 1;
}

/** The headers that are Salesforce's own. */
export function sforceHeaders(headers: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => name.startsWith("sforce-")));
}
