/** Somebody who sent signals: known by an e-mail address, or only by ids that mean nothing to a CRM. */
import type { Instant } from "./instant.ts";
import type { Signal } from "./signal.ts";

/**
 * A visitor by name: `email:vera@northwind.example`, `user:<digest>` or `anonymous:<digest>`. Ids are kept as digests: they
 * are compared, never shown. Source: docs/glossary.md, "Visitor".
 */
export type Visitor = `email:${string}` | `user:${string}` | `anonymous:${string}`;

/** Somebody said that two visitors are one person. It leads from the less known to the better known: never in a circle. */
export interface VisitorLink {
  readonly visitor: Visitor;
  readonly is: Visitor;
}

/** One message of a sender, reduced to what Baton keeps: who, what they did, and who that is. */
export interface Sighting {
  /** The message's identity within an installation: sent twice, it has the same key. */
  readonly key: string;
  readonly visitor: Visitor;
  readonly at: Instant;
  readonly links: readonly VisitorLink[];
  /** Absent where the message only says who somebody is. */
  readonly signal?: Signal;
}

/** The e-mail address of a visitor, in lower case; undefined while nobody has said it. Throws nothing. */
export function emailOf(visitor: Visitor): string | undefined {
  return visitor.startsWith("email:") ? visitor.slice("email:".length) : undefined;
}
