/** What the processes of a token run agree on. */
import type { HubSpotConfig } from "../../connectors/hubspot/config.ts";
import type { Locksmith } from "../../src/store/connections.ts";

export const INSTALLATION = "i-fleet";

/** What a member is started with, as JSON in `BATON_FLEET_MEMBER`. */
export interface FleetMember {
  readonly databaseUrl: string;
  /** The key tokens are sealed with, in base64. */
  readonly key: string;
  readonly config: Omit<HubSpotConfig, "now">;
}

/** What a member is told. */
export type Order = "read" | "read and die";

/** What a member answers: the codes of reads that failed. Its first report says that it has started. */
export interface Report {
  readonly codes: readonly string[];
}

export function locksmithOf(key: string): Locksmith {
  return { keys: [Buffer.from(key, "base64")], audience: "sandbox" };
}
