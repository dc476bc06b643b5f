/**
 * Portals that left. HubSpot tells nobody when an app is uninstalled: the sign is that it refuses to renew our tokens, and then
 * the installation is disconnected. Nothing is lost for a while, because an admin may only have to connect again; after that
 * everything stored about the portal is wiped.
 */
import type { Log } from "../log.ts";
import { DAY_MS, type DurationMs, type Instant } from "../model/instant.ts";
import { record } from "../store/audit.ts";
import { scrub, wipeInstallation } from "../store/erase.ts";
import { departedSince } from "../store/installations.ts";
import type { Store } from "../store/open.ts";
import { eachInstallation } from "./each.ts";

/** How long a disconnected portal may come back to what it had. */
export const KEEP_DISCONNECTED_MS: DurationMs = 14 * DAY_MS;

/** Wipes the portals whose time is up. @returns How many. Rejects when they cannot be looked up. */
export async function wipeDeparted(store: Store, log: Log, now: Instant): Promise<number> {
  const departed = await departedSince(store.db, now - KEEP_DISCONNECTED_MS);
  const wiped = await eachInstallation(
    departed,
    log,
    "a portal that left could not be wiped",
    async ({ id, crm }) => {
      await store.db.transaction().execute(async (tx) => {
        await wipeInstallation(tx, id, now);
        await record(
          tx,
          { installation: id, actor: "baton", action: "wiped", detail: `${crm}, disconnected for 14 days` },
          now,
        );
      });
      return 1;
    },
  );
  if (wiped > 0) await scrub(store);
  return wiped;
}
