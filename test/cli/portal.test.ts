/** The commands that speak to the CRM, against the sandbox: doctor and uninstall. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import app from "../../app.json" with { type: "json" };
import { type App, type Portal, type Sandbox, startSandbox } from "../../sandbox/index.ts";
import { saveTokens } from "../../src/store/connections.ts";
import { UNPROBED } from "../../src/install/flow.ts";
import { findInstallation, saveInstallation } from "../../src/store/installations.ts";
import { openStore } from "../../src/store/open.ts";
import { sealAnew } from "../../src/store/reseal.ts";
import { baton, fillWithVera, KEY } from "./kit.ts";

const SECRET = "sandbox-0123456789abcdef";

let folder = "";
let sandbox: Sandbox;
let registered: App;
let portal: Portal;
let tenant = "";
let env: Readonly<Record<string, string>> = {};

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "baton-portal-"));
  sandbox = await startSandbox({ seed: 7 });
  registered = sandbox.registerApp({
    clientSecret: SECRET,
    requiredScopes: app.scopes.required,
    optionalScopes: app.scopes.optional,
  });
  portal = sandbox.createPortal();
  tenant = String(portal.id);
  env = {
    BATON_DATABASE_URL: `sqlite:${join(folder, "baton.sqlite")}`,
    BATON_SECRET_KEYS: KEY,
    BATON_SANDBOX: "1",
    BATON_HUBSPOT_APP_ID: String(registered.id),
    BATON_HUBSPOT_CLIENT_ID: registered.clientId,
    BATON_HUBSPOT_CLIENT_SECRETS: SECRET,
    BATON_HUBSPOT_API_URL: sandbox.url,
    BATON_HUBSPOT_AUTHORIZE_URL: `${sandbox.url}/oauth/authorize`,
  };
});

afterEach(async () => {
  await sandbox.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Installs the app as the OAuth flow would have. */
async function install(
  scopes: readonly string[] = [...app.scopes.required, ...app.scopes.optional],
): Promise<void> {
  const pair = sandbox.install(registered, portal.id, scopes);
  const store = await openStore(env["BATON_DATABASE_URL"] ?? "");
  await fillWithVera(store, tenant);
  const tokens = {
    access: pair.accessToken,
    refresh: pair.refreshToken,
    expiresAt: Date.now() + 1_800_000,
    scopes,
  };
  const locksmith = { keys: [Buffer.from(KEY, "base64")] as const, audience: "sandbox" as const };
  await saveTokens(store.db, locksmith, `inst-${tenant}`, tokens, Date.now());
  await store.close();
}

describe("doctor", () => {
  test("finds a healthy installation healthy, and names what waits or is not mapped", async () => {
    await install();
    const run = await baton(["doctor"], env);
    expect(run).toMatchObject({ code: 0, err: "" });
    expect(run.out).toMatch(/^ok +configuration +complete; the CRM is a sandbox/m);
    expect(run.out).toMatch(/^ok +network +127\.0\.0\.1:\d+ answers/m);
    expect(run.out).toMatch(/ok +hubspot \d+ +tokens open with the keys given/);
    expect(run.out).toMatch(/the CRM answers: \d+ active owners/);
    expect(run.out).toContain(`→ See them: baton parked list --portal ${tenant}`);
    expect(run.out).toContain("→ fields.yaml: CARRIER_PIGEON: carrier-pigeon");
    expect(run.out).toMatch(/^0 problems, 2 warnings\.$/m);
  });

  test("prints what an admin pastes into the CRM only when asked, and never as JSON", async () => {
    await install();
    const setup = await baton(["doctor", "--offline", "--setup"], env);
    expect(setup.out).toContain(`hubspot ${tenant}: A workflow that asks for a handoff`);
    expect(setup.out).toMatch(/"key": "[\w-]{43}"/);
    expect((await baton(["doctor", "--offline"], env)).out).not.toContain('"key"');
    expect((await baton(["doctor", "--offline", "--setup", "--json"], env)).out).not.toContain("key:");
  });

  test("exits with 4 when the app was uninstalled in the CRM", async () => {
    await install();
    sandbox.uninstall(registered, portal.id);
    const run = await baton(["doctor"], env);
    expect(run.code).toBe(4);
    expect(run.out).toMatch(/problem +hubspot \d+ +the CRM does not answer/);
    expect(run.out).toContain("→ Install the app again: http://localhost:3000/oauth/hubspot/install");
  });

  test("names scopes that were not granted", async () => {
    await install(app.scopes.required.filter((scope) => scope !== "forms"));
    const run = await baton(["doctor", "--json"], env);
    expect(run.code).toBe(4);
    expect(JSON.parse(run.out)).toContainEqual(
      expect.objectContaining({
        status: "problem",
        code: "install.missing-scope",
        says: "scopes not granted: forms",
      }),
    );
  });

  test("exits with 3 when the key that sealed the tokens is missing", async () => {
    await install();
    const other = Buffer.alloc(32, "another test key").toString("base64");
    const run = await baton(["doctor", "--offline"], { ...env, BATON_SECRET_KEYS: other });
    expect(run.code).toBe(3);
    expect(run.out).toContain("[store.sealed]");
  });

  test("says, while a sealing key is replaced, when the older one may go", async () => {
    await install();
    const newest = Buffer.alloc(32, "a newer test key").toString("base64");
    const both = { ...env, BATON_SECRET_KEYS: `${newest},${KEY}` };
    const before = await baton(["doctor", "--offline"], both);
    expect(before.out).toMatch(
      /^warning +sealing keys +sealed with an older key: 1 accounts' tokens, 0 channels' settings/m,
    );

    const store = await openStore(env["BATON_DATABASE_URL"] ?? "");
    const keys = [Buffer.from(newest, "base64"), Buffer.from(KEY, "base64")] as const;
    await sealAnew(store.db, { keys, audience: "sandbox" });
    const done = await baton(["doctor", "--offline"], both);
    expect(done.out).toMatch(/^ok +sealing keys +nothing needs an older key/m);

    await store.db
      .insertInto("tombstones")
      .values({ installation: `inst-${tenant}`, digest: "d", erased_at: Date.now() })
      .execute();
    await store.close();
    const erased = await baton(["doctor", "--offline"], both);
    expect(erased.out).toMatch(/^ok +sealing keys +no token and no channel needs an older key; of people/m);
    const one = await baton(["doctor", "--offline"], { ...env, BATON_SECRET_KEYS: newest });
    expect(one.out).toMatch(/tokens open with the keys given/);
    expect(one.out).not.toContain("sealing keys");
  });

  test("exits with 5 when nothing answers where the CRM should be", async () => {
    const nowhere = "http://127.0.0.1:9";
    const run = await baton(["doctor"], { ...env, BATON_HUBSPOT_API_URL: nowhere });
    expect(run.code).toBe(5);
    expect(run.out).toMatch(/^problem +network +127\.0\.0\.1:9 does not answer/m);
    expect(run.out).toMatch(/^warning +database .* does not exist yet$/m);
  });

  test("lists every missing setting and goes on with the rest", async () => {
    const run = await baton(["doctor"], {}, folder);
    expect(run.code).toBe(3);
    expect(run.out.match(/^problem +configuration /gm)?.length).toBe(2);
    expect(run.out).toMatch(/^problem +playbook /m);
  });
});

describe("uninstall", () => {
  test("leaves the portal in the CRM and wipes everything of it", async () => {
    await install();
    const run = await baton(["uninstall", tenant, "--yes"], env);
    expect(run).toMatchObject({ code: 0 });
    expect(run.out).toMatch(new RegExp(`not installed in portal ${tenant} any more\\.\n\\d+ rows removed`));
    expect(registered.installs.has(portal.id)).toBe(false);
    const store = await openStore(env["BATON_DATABASE_URL"] ?? "");
    expect(await findInstallation(store.db, "hubspot", tenant)).toBeUndefined();
    expect(await store.db.selectFrom("connections").selectAll().execute()).toEqual([]);
    expect(await store.db.selectFrom("decisions").selectAll().execute()).toEqual([]);
    await store.close();
  });

  test("speaks of an org where it leaves one", async () => {
    const org = sandbox.createOrg();
    const client = sandbox.registerClient();
    const granted = sandbox.installOrg(client, org.id);
    const store = await openStore(env["BATON_DATABASE_URL"] ?? "");
    const fresh = { id: "i-org", crm: "salesforce", tenant: org.id, capabilities: UNPROBED } as const;
    await saveInstallation(store.db, fresh, Date.now());
    const tokens = {
      access: granted.accessToken,
      refresh: granted.refreshToken ?? "",
      expiresAt: Date.now() + 1_800_000,
      scopes: ["api", "refresh_token"],
      instanceUrl: sandbox.url,
    };
    const locksmith = { keys: [Buffer.from(KEY, "base64")] as const, audience: "sandbox" as const };
    await saveTokens(store.db, locksmith, "i-org", tokens, Date.now());
    await store.close();

    const run = await baton(["uninstall", org.id, "--yes"], {
      ...env,
      BATON_SALESFORCE_CLIENT_ID: client.clientId,
      BATON_SALESFORCE_CLIENT_SECRETS: client.clientSecret,
      BATON_SALESFORCE_LOGIN_URL: sandbox.url,
    });
    expect(run).toMatchObject({ code: 0, err: `Leaving org ${org.id} …\n` });
    expect(run.out).toContain(`The app is not installed in org ${org.id} any more.`);
    expect(run.out + run.err).not.toContain("portal");
  });

  test("wipes all the same when the CRM says that the app is gone", async () => {
    await install();
    sandbox.uninstall(registered, portal.id);
    const run = await baton(["uninstall", tenant, "--yes"], env);
    expect(run).toMatchObject({ code: 0 });
    expect(run.out).toMatch(/is not installed in portal \d+ any more\.\n\d+ rows removed/);
  });

  test("wipes nothing while the CRM cannot be reached", async () => {
    await install();
    const run = await baton(["uninstall", tenant, "--yes"], {
      ...env,
      BATON_HUBSPOT_API_URL: "http://127.0.0.1:9",
    });
    expect(run.code).toBe(5);
    const store = await openStore(env["BATON_DATABASE_URL"] ?? "");
    expect(await store.db.selectFrom("connections").selectAll().execute()).toHaveLength(1);
    await store.close();
  });

  test("asks first, and takes silence for no", async () => {
    await install();
    const run = await baton(["uninstall", tenant], env);
    expect(run.code).toBe(2);
    expect(registered.installs.has(portal.id)).toBe(true);
  });
});
