/** Listening to an org of the sandbox over the real connector, through whatever befalls connections and processes: nothing is lost. */
import pino from "pino";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { salesforceApp } from "../../connectors/salesforce/index.ts";
import { startListening, type Listeners } from "../../src/listen/index.ts";
import { saveInstallation } from "../../src/store/installations.ts";
import { loadSweep } from "../../src/store/sweeps.ts";
import { startStand, EVERYTHING, type Stand } from "../connectors/salesforce/kit.ts";
import { onEveryDatabase } from "../support/databases.ts";

const WAIT = { timeout: 10_000 };

onEveryDatabase("listening to an org", ({ store }) => {
  let stand: Stand;
  let ana: string;
  let listeners: Listeners;
  beforeEach(async () => {
    for (const table of ["installations", "cursors", "events"] as const)
      await store().db.deleteFrom(table).execute();
    stand = await startStand();
    stand.org.stream.rules.validateEveryMs = 5;
    ana = stand.org.addLead({ LastName: "Ruiz", Company: "Ruiz" }).id;
    const capabilities = { ...EVERYTHING, streams: true };
    await saveInstallation(
      store().db,
      { id: "i-org", crm: "salesforce", tenant: stand.org.id, capabilities },
      stand.clock.now,
    );
    listeners = begin();
    await vi.waitUntil(async () => (await channels()) > 0, WAIT);
  });
  afterEach(async () => {
    await listeners.stop();
    await stand.close();
  });

  /** A process that begins to listen, with no more than the store and the tokens. */
  function begin(): Listeners {
    const { sandbox, client, clock, vault } = stand;
    const app = salesforceApp({
      clientId: client.clientId,
      clientSecrets: [client.clientSecret],
      publicUrl: "https://baton.example",
      loginUrl: sandbox.url,
      grant: { kind: "web" },
      now: () => clock.now,
    });
    return startListening({
      store: store(),
      log: pino({ level: "silent" }),
      now: () => clock.now,
      connect: ({ tenant, capabilities }) => app.connect(tenant, vault, capabilities),
      wake: () => undefined,
      holder: "process",
      wait: () => Promise.resolve(),
    });
  }
  /** How many channels have a place kept. */
  const channels = async () =>
    (await store().db.selectFrom("cursors").select("name").where("name", "like", "stream:%").execute())
      .length;
  let serial = 0;
  /** What a person changes, again and again. */
  const change = async (count = 1): Promise<void> => {
    for (let index = 0; index < count; index += 1) {
      serial += 1;
      await stand.org.act({ do: "change", who: ana, values: { Title: `title ${serial}` } });
    }
  };
  const stored = async (): Promise<number> =>
    (await store().db.selectFrom("events").select("key").where("key", "like", "cdc:%Title").execute()).length;

  test("every change is one event, through broken lines, forgetful servers, dead tokens and restarts", async () => {
    const { stream } = stand.org;
    stream.rules.duplicateShare = 0.3;
    await change(3);
    await expect.poll(stored, WAIT).toBe(3);
    stream.cut();
    await change(3);
    await expect.poll(stored, WAIT).toBe(6);
    stream.forget();
    await change(3);
    await expect.poll(stored, WAIT).toBe(9);
    stand.sandbox.sessions.expireSessions(stand.org.id);
    await change(3);
    await expect.poll(stored, WAIT).toBe(12);
    expect(stand.vault.renewals).toBe(1);
    await listeners.stop();
    await change(3);
    listeners = begin();
    await change(3);
    await expect.poll(stored, WAIT).toBe(18);
    stream.repeat(20);
    await change();
    await expect.poll(stored, WAIT).toBe(19);
  }, 60_000);

  test("what the org leaves out is looked for", async () => {
    expect(await loadSweep(store().db, "i-org")).toBeUndefined();
    stand.org.stream.overflow("Lead");
    await expect
      .poll(async () => (await loadSweep(store().db, "i-org"))?.sweep, WAIT)
      .toMatchObject({
        looked: 0,
      });
  });
});
