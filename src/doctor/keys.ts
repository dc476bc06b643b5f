/** The check-up of sealing keys while one is being replaced: what would be lost with the older ones. */
import type { Locksmith } from "../store/connections.ts";
import { needsOlderKeys } from "../store/reseal.ts";
import type { Db } from "../store/schema.ts";
import { type Check, ok, warning } from "./check.ts";

/** Says nothing while there is one key. Throws what the database throws. */
export async function checkKeys(db: Db, locksmith: Locksmith): Promise<readonly Check[]> {
  if (locksmith.keys.length === 1) return [];
  const area = "sealing keys";
  const { connections, channels, tombstones } = await needsOlderKeys(db, locksmith);
  if (connections + channels > 0) {
    return [
      warning(
        area,
        `sealed with an older key: ${connections} accounts' tokens, ${channels} channels' settings. Keep that key listed`,
        "A running server seals them anew when it starts and every hour. What does not open with any key listed stays; see below.",
      ),
    ];
  }
  return [
    ok(
      area,
      tombstones === 0
        ? "nothing needs an older key: take them out of BATON_SECRET_KEYS"
        : "no token and no channel needs an older key; of people erased while it was the newest, late news is recognised by it alone",
    ),
  ];
}
