/** The rows of channels, notices and deliveries. Source: docs/decisions/0024-notices.md. */
import type { Instant } from "../model/instant.ts";
import type { NoticeBody, NoticeKind } from "../model/notice.ts";

/** The ways by which people are told. */
export type ChannelKind = "slack" | "mail" | "teams" | "webhook";

export interface ChannelRow {
  installation: string;
  /** Unique among all installations: Slack calls an address that holds it. */
  id: string;
  kind: ChannelKind;
  /** JSON of the channel's settings under AES-256-GCM, bound to this row. */
  sealed: string;
  /** JSON array of the kinds of notices it gets; null for all. */
  kinds: string | null;
  created_at: Instant;
}

export interface NoticeRow {
  installation: string;
  key: string;
  lead: string | null;
  handoff: string | null;
  kind: NoticeKind;
  recipient: string;
  /** JSON of the `NoticeBody`. */
  body: string;
  at: Instant;
}

/**
 * - `planned`: to be sent, from `next_at` on.
 * - `attempting`: being sent; if nothing is heard until `claimed_until`, whoever sent it is dead.
 * - `unknown`: the answer was lost; looked for, or repeated under the same key, from `next_at` on.
 * - `sent`: the other side has it.
 * - `refused`: the other side does not want it.
 * - `parked`: given up, waits for a person.
 * - `dropped`: a person or the end of the channel made it pointless.
 */
export type DeliveryState = "planned" | "attempting" | "unknown" | "sent" | "refused" | "parked" | "dropped";

/** One notice on one channel. */
export interface DeliveryRow {
  installation: string;
  channel: string;
  notice: string;
  lead: string | null;
  kind: NoticeKind;
  /** Whose bell rings: an e-mail address, or `*` where a channel is one place for all. */
  recipient: string;
  role: NoticeBody["as"];
  state: DeliveryState;
  /** The key of the message it travels in, alone or with others; null until it is claimed. */
  sent_as: string | null;
  attempts: number;
  next_at: Instant;
  /** The claim that may settle it, and until when: by the database's clock. Null unless it is being sent. */
  claim: string | null;
  claimed_until: Instant | null;
  code: string | null;
  planned_at: Instant;
  first_at: Instant | null;
  attempted_at: Instant | null;
  settled_at: Instant | null;
}
