/** One call to a CRM, and its answer as it came over the wire. */

/** One call: `path` begins with a slash and holds ids at most; everything personal goes into the body. */
export interface Call {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  /** Besides those every call carries; names in lower case. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  /**
   * Made even where the CRM's day is nearly spent: it gives a lead its owner, or reads what that takes. Means something only for
   * CRMs that count by the day.
   */
  readonly isEssential?: boolean;
}

/** An HTTP answer as it came: `body` is parsed JSON, or undefined when there is none or it cannot be read. */
export interface Answered {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: unknown;
  readonly readable: boolean;
}
