/**
 * One process of a fleet that shares a portal's tokens: it reads when it is told to, two calls at a time, and says what came of it.
 * Told to die, it ends at once when HubSpot has answered its renewal, before the answer is stored.
 */
import { createGateway } from "../../connectors/hubspot/gateway.ts";
import { hubspotOAuth } from "../../connectors/hubspot/oauth.ts";
import { BatonError } from "../../src/errors.ts";
import { tokenVault } from "../../src/store/connections.ts";
import { openStore } from "../../src/store/open.ts";
import { INSTALLATION, locksmithOf } from "./token-fleet.ts";
import type { FleetMember, Order, Report } from "./token-fleet.ts";

const member: FleetMember = JSON.parse(process.env["BATON_FLEET_MEMBER"] ?? "{}");
const store = await openStore(member.databaseUrl);
const config = { ...member.config, now: Date.now };
const oauth = hubspotOAuth(config);
let mustDie = false;
const gateway = createGateway(
  {
    config,
    vault: tokenVault(store, locksmithOf(member.key), INSTALLATION, Date.now),
    async refresh(tokens, mayAsk) {
      const renewed = await oauth.refresh(tokens, mayAsk);
      if (mustDie) process.kill(process.pid, "SIGKILL");
      return renewed;
    },
  },
  { callsPerWindow: Number.MAX_SAFE_INTEGER },
);

process.on("message", (order: Order) => {
  mustDie = order === "read and die";
  void Promise.all([read(), read()]).then(report);
});
process.send?.({ codes: [] } satisfies Report);

async function read(): Promise<string | undefined> {
  try {
    await gateway.read({ method: "GET", path: "/crm/owners/2026-03" });
    return undefined;
  } catch (error) {
    return error instanceof BatonError ? error.code : String(error);
  }
}

function report(codes: readonly (string | undefined)[]): void {
  process.send?.({ codes: codes.filter((code) => code !== undefined) } satisfies Report);
}
