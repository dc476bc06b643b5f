/** What Baton tells people outside the CRM, because no public API of a CRM rings anybody's bell. */
import type { Instant } from "./instant.ts";

/**
 * - `handoff`: you have a lead.
 * - `escalation`: a promise is running out, or has run out.
 * - `answer-due`: sales has not said what it made of a lead.
 * - `queued`: nobody can take a lead.
 * - `stopped`: another automation keeps changing what Baton wrote; Baton has stopped.
 * - `lesson`: what has changed because of the answers somebody gave.
 * - `broken`: marketing has not kept what it promised of number or quality.
 * - `report`: figures or a review pack that were asked for at this time.
 */
export const NOTICE_KINDS = [
  "handoff",
  "escalation",
  "answer-due",
  "queued",
  "stopped",
  "lesson",
  "broken",
  "report",
] as const;
export type NoticeKind = (typeof NOTICE_KINDS)[number];

/** A button under a notice: `answer` as in agreement.yaml, and the reasons that may be given with it. */
export interface OfferedAnswer {
  readonly answer: string;
  readonly reasons: readonly string[];
}

/** One notice to one person. It is plain text: whoever sends it escapes it for its own channel. */
export interface NoticeBody {
  readonly kind: NoticeKind;
  /** E-mail address, lower case. */
  readonly to: string;
  /** `owner` and `manager` as the agreement means them, `named`: somebody it names. */
  readonly as: "owner" | "manager" | "named";
  /** One line without the person's particulars beyond what the CRM shows its users. */
  readonly subject: string;
  readonly lines: readonly string[];
  /** Pages with names for people: the lead in the CRM, the handoff in Baton. */
  readonly links: readonly { readonly says: string; readonly url: string }[];
  readonly answers?: readonly OfferedAnswer[];
  /** Nobody is told before: outside the recipient's working hours a notice waits. */
  readonly notBefore: Instant;
}

/** A notice with its key, minted with the decision that planned it. Source: docs/decisions/0024-notices.md. */
export type Notice = NoticeBody & {
  readonly key: string;
  readonly lead?: string;
  readonly handoff?: string;
  readonly at: Instant;
};
