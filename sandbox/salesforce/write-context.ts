/** The circumstances of a write to an org. */

/** Who writes, and by which way it came. */
export interface WriteContext {
  /** Whom audit fields name. */
  readonly userId: string;
  /** The client id of the connected app, or the kind of other actor: `person`, `merge`, `seed`. */
  readonly who: { readonly client: string } | { readonly other: string };
  /** The number of the call in the ledger; undefined for acts of people. */
  readonly call?: number;
  /** The `sforce-*` headers in force for this write, names in lower case; absent for what is no REST write. */
  readonly headers?: Readonly<Record<string, string>>;
  /** The API it came by, as change events tell; absent for automatic changes. */
  readonly api?: "rest" | "soap" | "bulkapi";
  /** The client's name from `Sforce-Call-Options: client=…`. */
  readonly clientName?: string;
}

/** Somebody at the screen. Their changes have no API. */
export function person(userId: string): WriteContext {
  return { userId, who: { other: "person" } };
}
