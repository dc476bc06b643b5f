/** A query after parsing, before anything is known of the org. */

/** What a condition compares with. */
export type Literal =
  /** Escapes of `\`, `_` and `%` still stand in it: see `plainText`. */
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "number"; readonly number: number }
  | { readonly kind: "boolean"; readonly boolean: boolean }
  | { readonly kind: "null" }
  /** `2026-11-17`. */
  | { readonly kind: "date"; readonly text: string }
  /** Epoch milliseconds. */
  | { readonly kind: "datetime"; readonly ms: number }
  /** A date literal such as `TODAY` or `LAST_N_DAYS:3`, in upper case. */
  | { readonly kind: "span"; readonly word: string };

export type Comparison = "=" | "!=" | "<" | "<=" | ">" | ">=" | "like";

/** A condition. Paths are as written: `Account.Owner.Name`. */
export type Condition =
  | { readonly kind: "and" | "or"; readonly parts: readonly Condition[] }
  | { readonly kind: "not"; readonly part: Condition }
  | { readonly kind: "compare"; readonly path: string; readonly by: Comparison; readonly to: Literal }
  | {
      readonly kind: "in";
      readonly path: string;
      readonly negated: boolean;
      readonly among: readonly Literal[] | Query;
    };

/** How rows are put in order. */
export interface Ordering {
  readonly path: string;
  readonly descending: boolean;
  readonly nullsLast: boolean;
}

/** A query. `select` is empty for COUNT(). In a sub-query `from` is the name of the relationship. */
export interface Query {
  readonly counts: boolean;
  readonly select: readonly (string | Query)[];
  readonly from: string;
  readonly where: Condition | undefined;
  readonly order: readonly Ordering[];
  readonly limit: number | undefined;
  readonly offset: number;
}
