/** How badly webhooks behave. Everything HubSpot leaves open, or is known to do now and then, is a switch here. */

/** The switches. Shares are between 0 and 1, times in real milliseconds. */
export interface WebhookMood {
  /** Nothing leaves while true; what piles up leaves afterwards. */
  paused: boolean;
  /** Most events in one request (HubSpot: 100), and how long events wait for company. */
  batchSize: number;
  batchDelayMs: number;
  /** Share of events sent a second time, and share of events that arrive after later ones. */
  duplicateShare: number;
  reorderShare: number;
  /** May one request hold events of several portals? */
  mixPortals: boolean;
  /** Does the app hear of its own writes? */
  echoOwnWrites: boolean;
  /** Share of events that carry the id of an earlier, different event. */
  repeatedIdShare: number;
  /** Does a retry carry new event ids? */
  newIdsOnRetry: boolean;
  /** Mean wait before a retry, and how many retries there are. HubSpot spreads 10 over 24 h; here the day is short. */
  retryDelayMs: number;
  retries: number;
  /** An answer later than this counts as a failure. */
  timeoutMs: number;
  /** Properties whose value is sent as `REDACTED`. */
  redactedProperties: readonly string[];
}

/** HubSpot on a good day. */
export const goodMood: WebhookMood = {
  paused: false,
  batchSize: 100,
  batchDelayMs: 10,
  duplicateShare: 0,
  reorderShare: 0,
  mixPortals: false,
  echoOwnWrites: true,
  repeatedIdShare: 0,
  newIdsOnRetry: false,
  retryDelayMs: 300,
  retries: 10,
  timeoutMs: 5_000,
  redactedProperties: [],
};
