/** Installations as the store keeps them: what the OAuth flow saves, and what it sets going. */
import { randomUUID } from "node:crypto";
import type { LaneTools } from "../lanes/lane.ts";
import { prepared, prepareLater, startPolling } from "../lanes/polls.ts";
import type { Lanes } from "../lanes/pool.ts";
import { MINUTE_MS } from "../model/instant.ts";
import { record } from "../store/audit.ts";
import { type Locksmith, saveTokens, tokenVault } from "../store/connections.ts";
import { saveCapabilities, saveInstallation } from "../store/installations.ts";
import { noteTurn } from "../store/lanes.ts";
import type { Connections } from "./flow.ts";

/** A lane that has not failed. */
const RESTED = { failures: 0, retryAt: 0, code: null };

/** A tenant that was here before keeps its installation, and its lane starts afresh with the new tokens. */
export function storedConnections(
  tools: Pick<LaneTools, "store" | "now">,
  locksmith: Locksmith,
  lanes: Pick<Lanes, "forget" | "wake">,
): Connections {
  const { store, now } = tools;
  return {
    async save(crm, grant, capabilities, at) {
      const installation = await store.db.transaction().execute(async (tx) => {
        const saved = await saveInstallation(
          tx,
          { id: randomUUID(), crm, tenant: grant.tenant, capabilities },
          at,
        );
        await saveTokens(tx, locksmith, saved.id, grant.tokens, at);
        // What changes in an account that serves another one's leads is looked for there, and what waited for it goes on: unless that
        // one's own tokens are refused too.
        if (saved.serves === undefined) await startPolling(tx, saved.id, at);
        else await noteTurn(tx, saved.serves, RESTED);
        await prepareLater(tx, saved.id, at + MINUTE_MS);
        await noteTurn(tx, saved.id, RESTED);
        await record(tx, { installation: saved.id, actor: "admin", action: "installed", detail: crm }, at);
        return saved.id;
      });
      await lanes.forget(installation);
      return { installation, vault: tokenVault(store, locksmith, installation, now) };
    },
    async saveCapabilities(installation, capabilities, at) {
      await saveCapabilities(store.db, installation, capabilities, at);
      await prepared(store.db, installation);
      await lanes.forget(installation);
      lanes.wake(installation);
    },
  };
}
