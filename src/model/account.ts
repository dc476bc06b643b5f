/** What is known around a lead: the people of its account, which account it is, and who may be the same person. */
import type { Instant } from "./instant.ts";
import type { Signal } from "./signal.ts";

/** Somebody else of the same account. */
export interface Colleague {
  /** The CRM's id of their record. */
  readonly lead: string;
  readonly name?: string;
  readonly role?: string;
  /** What they did of the kinds that conditions on accounts ask for, newest first. */
  readonly signals: readonly Signal[];
}

/** An open handoff of another lead. `scope` says whether it stands for the whole account. */
export interface OtherHandoff {
  readonly id: string;
  readonly lead: string;
  readonly type: string;
  readonly scope: "lead" | "account";
  readonly ownerId?: string;
  readonly startedAt: Instant;
}

/** An account as far as decisions about its people need it. */
export interface AccountActivity {
  /** Those who did something lately, by lead id. */
  readonly colleagues: readonly Colleague[];
  /** Open handoffs of colleagues, newest first. */
  readonly handoffs: readonly OtherHandoff[];
}

/** An account that may be the lead's, and what speaks for it in words: `same domain northwind.example`. */
export interface AccountCandidate {
  readonly account: string;
  readonly name?: string;
  readonly evidence: readonly string[];
}

/**
 * Which account a lead belongs to that the CRM links to none. `match`: sure enough to decide by; `review`: a person must
 * look, and nothing is decided by it; `none`: nothing speaks for any.
 */
export type AccountMatch =
  | ({ readonly outcome: "match" } & AccountCandidate)
  | { readonly outcome: "review"; readonly candidates: readonly AccountCandidate[] }
  | { readonly outcome: "none" };

/**
 * Which account somebody is made a part of in a CRM that does not know them: the one they plainly belong to; or none, because it is
 * not plain. `why` is for people, and goes on from "because": `the account of that name is at northwind.example`.
 */
export interface Belonging {
  readonly account?: string;
  readonly why: string;
}

/** Another record of what is, or may be, the same person. Baton never merges: a person decides. */
export interface Duplicate {
  readonly lead: string;
  /** `certain`: the same mailbox. `likely`: the same name at the same account, or the same phone and a like name. */
  readonly certainty: "certain" | "likely";
  readonly evidence: readonly string[];
  /** The owner sales has given the other record, while its handoff is open. */
  readonly ownerId?: string;
}
