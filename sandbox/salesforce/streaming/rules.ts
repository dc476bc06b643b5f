/** The switches of a stream, and the clients' view of its server. */

/** Times of connections are real milliseconds, the retention is business time. */
export interface StreamRules {
  /** The objects selected for Change Data Capture; Salesforce allows five. */
  entities: readonly string[];
  retentionMs: number;
  /** How long a poll may hang, how soon the next one must follow, and how often a hanging poll's token is looked at. */
  connectTimeoutMs: number;
  reconnectWithinMs: number;
  validateEveryMs: number;
  /** Must clients send back the cookie of their handshake? */
  cookies: boolean;
  /** Share of events told a second time. */
  duplicateShare: number;
}

const secondMs = 1_000;

/** Salesforce's own figures. */
export const publishedStreamRules: StreamRules = {
  entities: ["Lead", "Contact", "Account", "Opportunity", "Task"],
  retentionMs: 72 * 3_600 * secondMs,
  connectTimeoutMs: 110 * secondMs,
  reconnectWithinMs: 40 * secondMs,
  validateEveryMs: secondMs,
  cookies: true,
  duplicateShare: 0,
};
