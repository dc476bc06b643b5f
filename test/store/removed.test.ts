import { randomBytes } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { beforeEach, describe, expect, test } from "vitest";
import { UNPROBED } from "../../src/install/flow.ts";
import { SECOND_MS } from "../../src/model/instant.ts";
import type { CrmEvent } from "../../src/model/event.ts";
import type { Visitor } from "../../src/model/visitor.ts";
import { receive } from "../../src/receive/receive.ts";
import { knownTenants } from "../../src/receive/tenants.ts";
import { wipeInstallation } from "../../src/store/erase.ts";
import { insertOwnEvents, openInbox } from "../../src/store/inbox.ts";
import {
  findInstallation,
  keepInstalled,
  saveInstallation,
  setInstallationState,
} from "../../src/store/installations.ts";
import { openStore } from "../../src/store/open.ts";
import { openSightings } from "../../src/store/sightings.ts";
import { onEveryDatabase } from "../support/databases.ts";

const NOW = Date.UTC(2026, 10, 17, 9);
const REFUSED = { code: "receive.unknown-tenant" };
let serial = 0;

onEveryDatabase("an installation that was removed a moment ago", ({ store, url, dialect }) => {
  let [gone, other] = ["", ""];
  beforeEach(async () => {
    const install = async (): Promise<string> => {
      const name = `${(serial += 1)}`;
      const fresh = { id: `i-${name}`, crm: "hubspot", tenant: name, capabilities: UNPROBED } as const;
      return (await saveInstallation(store().db, fresh, NOW)).id;
    };
    [gone, other] = [await install(), await install()];
  });
  const tenantOf = (installation: string): string => installation.slice("i-".length);
  const told = (key: string, installation = gone): CrmEvent => ({
    key,
    tenant: tenantOf(installation),
    occurredAt: NOW,
    urgency: "live",
    kind: "lead-changed",
    lead: { crm: "hubspot", id: "4711" },
    field: "email",
    property: "email",
    value: "vera@northwind.example",
  });
  const wipe = async (): Promise<void> =>
    void (await store()
      .db.transaction()
      .execute((tx) => wipeInstallation(tx, gone, NOW)));
  const keysOf = async (installation: string): Promise<readonly string[]> =>
    (await store().db.selectFrom("events").select("key").where("installation", "=", installation).execute())
      .map(({ key }) => key)
      .toSorted();

  test("gets no event, and costs no other installation one, in the same commit or in the same request", async () => {
    const inbox = openInbox(store());
    const put = (...keys: readonly (readonly [installation: string, key: string])[]) =>
      inbox.store(
        keys.map(([installation, key]) => ({ installation, events: [told(key, installation)] })),
        NOW,
      );
    await put([gone, "before"]);
    await wipe();
    const [alone, theirs, both] = await Promise.allSettled([
      put([gone, "a"]),
      put([other, "b"]),
      put([gone, "c"], [other, "d"]),
    ]);
    expect(alone).toMatchObject({ status: "rejected", reason: REFUSED });
    expect(theirs).toMatchObject({ status: "fulfilled", value: { stored: 1, duplicates: 0 } });
    expect(both).toMatchObject({ status: "rejected", reason: REFUSED });
    await expect(put([gone, "c"], [other, "d"])).rejects.toMatchObject(REFUSED);
    expect([await keysOf(gone), await keysOf(other)]).toEqual([[], ["b", "d"]]);
  });

  test("has its webhooks sent again while the server remembers the tenant, and refused from then on", async () => {
    const clock = { now: NOW };
    const context = {
      crm: "hubspot",
      inbox: openInbox(store()),
      installations: { byTenant: knownTenants(store(), SECOND_MS, () => clock.now) },
      storeWithinMs: 4_000,
    } as const;
    const send = (key: string) => {
      const receiveIt = () => ({ events: [told(key)], refused: [], answer: { status: 200 } });
      const endpoint = { method: "POST", path: "/x", maxBytes: 1, receive: receiveIt } as const;
      return receive(
        endpoint,
        { method: "POST", url: "", headers: {}, body: new Uint8Array() },
        clock.now,
        context,
      );
    };
    await send("before");
    await wipe();
    await expect(send("after")).rejects.toMatchObject({ code: "receive.not-stored" });
    clock.now += SECOND_MS;
    await expect(send("after")).rejects.toMatchObject(REFUSED);
    expect(await keysOf(gone)).toEqual([]);
  });

  test("gets no signal of a sender whose key is still remembered", async () => {
    const sightings = openSightings(store(), [randomBytes(32)]);
    const put = (installation: string, key: string) => {
      const visitor: Visitor = "email:vera@northwind.example";
      const seen = { key, visitor, at: NOW, links: [{ visitor: "user:97" as const, is: visitor }] };
      const signal = { key, kind: "page-viewed", at: NOW, page: "/pricing" } as const;
      return sightings.store({ installation, tenant: tenantOf(installation) }, [{ ...seen, signal }], NOW);
    };
    await put(gone, "before");
    await wipe();
    const [refused, theirs] = await Promise.allSettled([put(gone, "a"), put(other, "b")]);
    expect(refused).toMatchObject({ status: "rejected", reason: REFUSED });
    expect(theirs).toMatchObject({ status: "fulfilled", value: { stored: 1 } });
    for (const table of ["events", "visitors", "waiting_signals", "signal_messages"] as const) {
      const rows = await store().db.selectFrom(table).select("installation").execute();
      expect([table, rows.filter(({ installation }) => installation === gone)]).toEqual([table, []]);
      expect([table, rows.some(({ installation }) => installation === other)]).toEqual([table, true]);
    }
  });

  test("stays removed when its tokens are refused after that, and comes back when it is installed again", async () => {
    await wipe();
    await setInstallationState(store().db, gone, "disconnected", NOW);
    expect(await findInstallation(store().db, "hubspot", tenantOf(gone))).toBeUndefined();
    const fresh = { id: "another", crm: "hubspot", tenant: tenantOf(gone), capabilities: UNPROBED } as const;
    expect(await saveInstallation(store().db, fresh, NOW + 5)).toMatchObject({
      id: gone,
      installedAt: NOW + 5,
    });
    await openInbox(store()).store([{ installation: gone, events: [told("again")] }], NOW);
    expect(await keysOf(gone)).toEqual(["again"]);
  });

  test("one that only connects again has been installed since it first was", async () => {
    const again = { id: "x", crm: "hubspot", tenant: tenantOf(other), capabilities: UNPROBED } as const;
    await setInstallationState(store().db, other, "disconnected", NOW);
    expect(await saveInstallation(store().db, again, NOW + 5)).toMatchObject({ id: other, installedAt: NOW });
  });

  // SQLite has one writer at a time: there is no meanwhile.
  describe.skipIf(dialect === "sqlite")("while another process removes it", () => {
    test("what comes waits for that, and is refused", async () => {
      const elsewhere = await openStore(url());
      try {
        const refused = await elsewhere.db.transaction().execute(async (tx) => {
          await wipeInstallation(tx, gone, NOW);
          const storing = openInbox(store()).store([{ installation: gone, events: [told("a")] }], NOW);
          const caught = storing.catch((cause: unknown) => cause);
          await pause(200);
          return { caught };
        });
        expect(await refused.caught).toMatchObject(REFUSED);
      } finally {
        await elsewhere.close();
      }
      expect(await keysOf(gone)).toEqual([]);
    });

    test("what is just being stored goes with the rest", async () => {
      const elsewhere = await openStore(url());
      try {
        const { wiping } = await store()
          .db.transaction()
          .execute(async (tx) => {
            await keepInstalled(tx, dialect, gone);
            await insertOwnEvents(tx, gone, [told("a")], NOW);
            const all = elsewhere.db.transaction().execute((their) => wipeInstallation(their, gone, NOW));
            await pause(200);
            return { wiping: all };
          });
        await wiping;
      } finally {
        await elsewhere.close();
      }
      expect(await keysOf(gone)).toEqual([]);
    });
  });
});
