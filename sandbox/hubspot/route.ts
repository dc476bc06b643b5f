/** What a route is: data for the gate, with one synchronous function from a call to its answer. */
import type { App } from "./app.ts";
import type { PortalState } from "./portal.ts";
import type { Answer } from "../answer.ts";
import type { WriteContext } from "./write-context.ts";

/** A request after parsing. `body` is parsed JSON or a form's fields; undefined where there is none. */
export interface OpenCall {
  readonly method: string;
  readonly path: string;
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly body: unknown;
}

/** A request that carries a valid token. */
export interface ApiCall extends OpenCall {
  readonly portal: PortalState;
  readonly app: App;
  readonly scopes: readonly string[];
  /** The circumstances of its writes. */
  readonly context: WriteContext;
  /** Positions of batch items that a fault makes fail. */
  readonly failing: ReadonlySet<number>;
}

type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

/** A route that needs a token. `scopes` lists alternatives: one of them must be granted. Routes throw Problems. */
export interface ApiRoute {
  readonly kind: "api" | "search";
  readonly method: Method;
  readonly path: string;
  scopes?(call: ApiCall): readonly string[];
  handle(call: ApiCall): Answer;
}

/** A route that answers anybody: the OAuth endpoints and form posts. */
export interface OpenRoute {
  readonly kind: "open";
  readonly method: Method;
  readonly path: string;
  handle(call: OpenCall): Answer;
}

/** Any route. */
export type Route = ApiRoute | OpenRoute;
