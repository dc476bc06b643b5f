/** What a route of the REST API is: data, with one synchronous function from a call to its answer. */
import type { Answer } from "../answer.ts";
import type { OrgClient } from "./oauth/clients.ts";
import type { OrgState } from "./org.ts";
import type { WriteContext } from "./write-context.ts";

/** Rows of a collection that a fault makes fail, by position, and what their results say. */
export interface FailingRows {
  readonly rows: ReadonlySet<number>;
  readonly code: string;
}

/** A subrequest of a composite call. `url` has its query, `headers` their names in lower case. */
export interface Subrequest {
  readonly method: string;
  readonly url: string;
  readonly body: unknown;
  readonly headers: Readonly<Record<string, string>>;
}

/** A call with a valid session. Composite subrequests are calls too. */
export interface OrgCall {
  readonly method: string;
  readonly path: string;
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  /** Parsed JSON; undefined where there is none. */
  readonly body: unknown;
  /** The body as it came: CSV and XML are read from here. */
  readonly text: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly org: OrgState;
  readonly client: OrgClient;
  /** The circumstances of its writes. */
  readonly context: WriteContext;
  readonly failing: FailingRows;
  /** Runs a subrequest through the same routes; its refusal is its answer. */
  dispatch(subrequest: Subrequest): Answer;
}

/** A route. `path` has `:name` for a segment. Routes throw Refusals. */
export interface OrgRoute {
  readonly method: "GET" | "POST" | "PATCH" | "PUT" | "DELETE" | "HEAD";
  readonly path: string;
  handle(call: OrgCall): Answer;
}

/** A route and what its path's segments hold. */
interface Matched {
  readonly route: OrgRoute;
  readonly params: Readonly<Record<string, string>>;
}

/**
 * The first route for a method and a path, or `otherMethod` where the path exists with other methods only; undefined
 * where nothing is. Segments are decoded; a slash at the end does not matter.
 */
export function matchRoute(
  routes: readonly OrgRoute[],
  method: string,
  path: string,
): Matched | "otherMethod" | undefined {
  const segments = path.replace(/\/$/, "").split("/");
  let seen = false;
  for (const route of routes) {
    const params = matchPath(route.path.split("/"), segments);
    if (!params) continue;
    if (route.method === method) return { route, params };
    seen = true;
  }
  return seen ? "otherMethod" : undefined;
}

function matchPath(
  pattern: readonly string[],
  segments: readonly string[],
): Readonly<Record<string, string>> | undefined {
  if (pattern.length !== segments.length) return undefined;
  const params: Record<string, string> = {};
  for (const [place, part] of pattern.entries()) {
    const segment = segments[place] ?? "";
    if (part.startsWith(":") && segment !== "") params[part.slice(1)] = decoded(segment);
    else if (part !== segment) return undefined;
  }
  return params;
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
