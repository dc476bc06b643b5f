/** The server over a real SQLite file: what it says was kept is there, and a state is taken once. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { UNPROBED, type OAuthStates } from "../../src/install/flow.ts";
import { openInbox } from "../../src/store/inbox.ts";
import { findInstallation, saveInstallation } from "../../src/store/installations.ts";
import { putOAuthState, takeOAuthState } from "../../src/store/oauth-states.ts";
import { openStore, type Store } from "../../src/store/open.ts";
import { NOW, rawRequest, startServer, type TestServer } from "./kit.ts";

const KEYS = [Buffer.from(Array.from({ length: 32 }, (_, index) => index))] as const;

let folder = "";
let store: Store;
let server: TestServer;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "baton-server-"));
  store = await openStore(`sqlite:${join(folder, "baton.sqlite")}`);
  await saveInstallation(
    store.db,
    { id: "i-1", crm: "hubspot", tenant: "62515", capabilities: UNPROBED },
    NOW,
  );
  const states: OAuthStates = {
    put: async (flow) => await putOAuthState(store.db, KEYS, flow, NOW),
    take: async (crm, state) => await takeOAuthState(store.db, KEYS, crm, state, NOW),
  };
  const tokens = { access: "a", refresh: "r", expiresAt: NOW, scopes: [] };
  const vault = { load: async () => tokens, renew: async () => tokens };
  server = await startServer({
    inbox: openInbox(store),
    installations: { byTenant: async (crm, tenant) => await findInstallation(store.db, crm, tenant) },
    install: {
      states,
      connections: {
        save: async () => ({ installation: "i-1", vault }),
        saveCapabilities: async () => undefined,
      },
      offered: () => ({ answers: [], reasons: [] }),
    },
  });
});
afterEach(async () => {
  await server.app.close();
  await store.close();
  rmSync(folder, { recursive: true });
});

const batch = (...ids: readonly string[]): string =>
  JSON.stringify(ids.map((id) => ({ tenant: "62515", id })));

test("what was answered 200 is on disk, once, whoever sends it again at the same moment", async () => {
  const answers = await Promise.all(
    Array.from({ length: 20 }, async (_, index) => await server.post(batch("shared", `own-${index}`))),
  );
  expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 20 }, () => 200));
  const rows = await store.db.selectFrom("events").select(["installation", "key"]).execute();
  expect(new Set(rows.map(({ key }) => key)).size).toBe(rows.length);
  expect(rows).toHaveLength(21);
  const metrics = await server.scrape();
  expect(metrics).toContain('baton_received_events_total{crm="hubspot",outcome="duplicate"} 19');
});

test("a database that is gone is a 503, not a lost event and not a refusal", async () => {
  store.sqlite?.exec("alter table events rename to elsewhere");
  expect((await server.post(batch("1"))).status).toBe(503);
  store.sqlite?.exec("alter table elsewhere rename to events");
  expect((await server.post(batch("1"))).status).toBe(200);
});

test("a state opens the callback once; what it remembers is sealed", async () => {
  const begun = await rawRequest(server, { path: "/oauth/hubspot/install" });
  const state = new URL(String(begun.headers["location"])).searchParams.get("state") ?? "";
  const cookie = String(begun.headers["set-cookie"]).split(";")[0] ?? "";
  const [row] = await store.db.selectFrom("oauth_states").selectAll().execute();
  expect(JSON.stringify(row)).not.toContain(state);
  expect(JSON.stringify(row)).not.toContain("verifier");
  const path = `/oauth/hubspot/callback?code=c&state=${state}`;
  expect((await rawRequest(server, { path, headers: { cookie } })).status).toBe(200);
  expect((await rawRequest(server, { path, headers: { cookie } })).status).toBe(400);
});
