/** The whole server: what is planned goes out by itself, is counted, and answers are let in where a channel's are. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { loadConfig } from "../../src/config.ts";
import { createLog } from "../../src/log.ts";
import { startBaton } from "../../src/main.ts";
import { addChannel } from "../../src/store/channels.ts";
import { saveInstallation } from "../../src/store/installations.ts";
import { planNotices } from "../../src/store/notices.ts";
import { CAPABILITIES } from "../cli/kit.ts";
import { aNotice, LOCKSMITH, WEBHOOK_SECRET } from "./kit.ts";
import { openPostReceiver } from "./post-receiver.ts";

test("a server tells people what was planned, and says how often", async () => {
  const folder = mkdtempSync(join(tmpdir(), "baton-notify-"));
  const receiver = await openPostReceiver();
  const config = loadConfig({
    BATON_URL: "http://127.0.0.1:3000",
    BATON_PORT: "0",
    BATON_DATABASE_URL: `sqlite:${join(folder, "baton.sqlite")}`,
    BATON_SECRET_KEYS: LOCKSMITH.keys[0].toString("base64"),
    BATON_SANDBOX: "1",
    BATON_HUBSPOT_APP_ID: "1",
    BATON_HUBSPOT_CLIENT_ID: "client",
    BATON_HUBSPOT_CLIENT_SECRETS: "sandbox-0123456789",
    BATON_HUBSPOT_API_URL: "http://127.0.0.1:9",
    BATON_HUBSPOT_AUTHORIZE_URL: "http://127.0.0.1:9/oauth/authorize",
  });
  const baton = await startBaton(config, { log: createLog({ level: "silent" }) });
  try {
    const { db } = baton.store;
    const { id } = await saveInstallation(
      db,
      { id: "i1", crm: "hubspot", tenant: "1", capabilities: CAPABILITIES },
      0,
    );
    // Nobody works for it: its portal is not there.
    await db.updateTable("installations").set({ state: "disconnected", updated_at: Date.now() }).execute();
    const settings = { kind: "webhook", url: receiver.url, secret: WEBHOOK_SECRET } as const;
    await addChannel(db, LOCKSMITH, id, { settings }, 0);
    await planNotices(db, id, [aNotice("n1", { notBefore: 0 })], 0);
    await baton.idle();
    expect(receiver.received).toHaveLength(1);

    const metrics = await (await fetch(`${baton.url}/metrics`)).text();
    expect(metrics).toContain('baton_notice_messages_total{channel="webhook",outcome="sent"} 1');
    expect(metrics).toContain('baton_notice_deliveries{state="planned"} 0');
    const answer = await fetch(`${baton.url}/slack/interactions/0123456789ab`, { method: "POST", body: "x" });
    expect(answer.status).toBe(401);
  } finally {
    await baton.stop();
    await receiver.close();
    rmSync(folder, { recursive: true, force: true });
  }
});
