/** How badly an org's outbound messages behave. What Salesforce warns of, or leaves open, is a switch here. */

/** The switches. Shares are between 0 and 1, times in real milliseconds. */
export interface OutboundMood {
  /** Nothing leaves while true; what piles up leaves afterwards. */
  paused: boolean;
  /** Most notifications in one call (Salesforce: 100), and how long they wait for company. */
  batchSize: number;
  batchDelayMs: number;
  /** Share of notifications sent a second time, that arrive after later ones, and that never leave at all. */
  duplicateShare: number;
  reorderShare: number;
  lostShare: number;
  /** Do changes through the API fire? Not where the integration user's profile has "Send Outbound Messages" off. */
  echoApiWrites: boolean;
  /** Fields without a value: absent from the record (usual), or there with `xsi:nil`. */
  emptyFields: "absent" | "nil";
  /**
   * First wait before a retry, the longest one, and how many retries there are. Salesforce doubles up to two hours and ends
   * after a day; here the day is short.
   */
  retryDelayMs: number;
  longestRetryDelayMs: number;
  retries: number;
  /** An answer later than this counts as a failure. */
  timeoutMs: number;
}

/** Salesforce on a good day. */
export const goodOutboundMood: OutboundMood = {
  paused: false,
  batchSize: 100,
  batchDelayMs: 10,
  duplicateShare: 0,
  reorderShare: 0,
  lostShare: 0,
  echoApiWrites: true,
  emptyFields: "absent",
  retryDelayMs: 100,
  longestRetryDelayMs: 1_000,
  retries: 12,
  timeoutMs: 5_000,
};
