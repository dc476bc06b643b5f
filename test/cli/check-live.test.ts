/** `baton check --live` against the sandbox. */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import app from "../../app.json" with { type: "json" };
import { type App, type Portal, type Sandbox, startSandbox } from "../../sandbox/index.ts";
import { layOutForms } from "../../sandbox/world/forms.ts";
import { layOutTeam } from "../../sandbox/world/team.ts";
import { loadConfig } from "../../src/config.ts";
import { createLog } from "../../src/log.ts";
import { startBaton } from "../../src/main.ts";
import { saveTokens } from "../../src/store/connections.ts";
import { saveCapabilities } from "../../src/store/installations.ts";
import { loadLiveCheck, saveLiveCheck } from "../../src/store/live-checks.ts";
import { openStore } from "../../src/store/open.ts";
import { baton, CAPABILITIES, CHECKOUT, fillWithVera, KEY } from "./kit.ts";

const SECRET = "sandbox-0123456789abcdef";
const SCOPES = [...app.scopes.required, ...app.scopes.optional];
const OWN = [
  "handoff_status",
  "handoff_type",
  "why_now",
  "reason",
  "deadline",
  "owner_disposition",
  "disposition_reason",
  "handoff_link",
];

let folder = "";
let sandbox: Sandbox;
let registered: App;
let env: Readonly<Record<string, string>> = {};

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "baton-live-"));
  sandbox = await startSandbox({ seed: 7 });
  registered = sandbox.registerApp({
    clientSecret: SECRET,
    requiredScopes: app.scopes.required,
    optionalScopes: app.scopes.optional,
  });
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

/** A portal with Acme's people, forms and list and Baton's properties, into which the app was installed. */
async function install(scopes: readonly string[] = SCOPES): Promise<Portal> {
  const portal = sandbox.createPortal();
  layOutTeam(portal, Date.now(), Date.now());
  layOutForms(portal);
  portal.addList("Do not contact", [], { id: "1042" });
  for (const name of OWN) portal.addProperty("contact", `baton_${name}`);
  const pair = sandbox.install(registered, portal.id, scopes);
  const tenant = String(portal.id);
  const store = await openStore(env["BATON_DATABASE_URL"] ?? "");
  await fillWithVera(store, tenant);
  const expiresAt = Date.now() + 1_800_000;
  const tokens = { access: pair.accessToken, refresh: pair.refreshToken, expiresAt, scopes };
  const lists = scopes.includes("crm.lists.read");
  await saveCapabilities(store.db, `inst-${tenant}`, { ...CAPABILITIES, lists }, Date.now());
  const locksmith = { keys: [Buffer.from(KEY, "base64")] as const, audience: "sandbox" as const };
  await saveTokens(store.db, locksmith, `inst-${tenant}`, tokens, Date.now());
  await store.close();
  return portal;
}

describe("check --live", () => {
  test("finds nothing wrong between the shipped playbook and Acme's portal but an address that is only told", async () => {
    const portal = await install();
    const run = await baton(["check", "--live"], env);
    expect(run).toMatchObject({ code: 0, err: "" });
    expect(run.out).toMatch(/^✓ mappings\/default: 0 errors, 0 warnings/m);
    expect(run.out).toMatch(
      /^mappings\/default\/routing\.yaml:\d+:\d+ warning: "revops@acme\.example" is no owner in the CRM/m,
    );
    expect(run.out).toContain(`✓ portal ${portal.id}: 0 errors, 1 warning\n`);
  });

  test("prints what the portal does not have after what is wrong by itself, and exits with 3", async () => {
    const portal = await install();
    await portal.act({ do: "archive-owner", email: "lena@acme.example" });
    portal.state.definitions.contact.delete("baton_reason");
    const playbook = join(folder, "playbook");
    cpSync(join(CHECKOUT, "mappings/default"), playbook, { recursive: true });
    const fields = join(playbook, "fields.yaml");
    const text = readFileSync(fields, "utf8").replace("contact.jobtitle\n", "contact.job_title\n");
    writeFileSync(fields, text.replace('"164392217"', '"164392218"'));
    writeFileSync(
      join(playbook, "brief.yaml"),
      `${readFileSync(join(playbook, "brief.yaml"), "utf8")}\nstrange: 1\n`,
    );

    const run = await baton(["check", playbook, "--live"], env);
    expect(run.code).toBe(3);
    const lines = run.out.split("\n");
    const at = (pattern: RegExp): number => lines.findIndex((line) => pattern.test(line));
    const order = [
      at(/brief\.yaml:\d+:\d+ "strange" is not known here/),
      at(/^✗ .*: 1 error, 0 warnings, examples not run/),
      at(
        /fields\.yaml:\d+:\d+ "contact\.job_title" does not exist in the CRM.*did you mean "contact\.jobtitle"\?/,
      ),
      at(
        /fields\.yaml:\d+:\d+ "164392218" is no stage in the CRM; did you mean "164392217" \(Sales accepted\)\?/,
      ),
      at(/fields\.yaml:\d+:\d+ "contact\.baton_reason" is missing in the CRM: Baton makes it/),
      at(/team\.yaml:\d+:\d+ "lena@acme\.example" is archived in the CRM/),
      at(new RegExp(`^✗ portal ${portal.id}: 4 errors, 2 warnings$`)),
    ];
    expect(order).not.toContain(-1);
    expect(order).toEqual(order.toSorted((a, b) => a - b));
  });

  test("says what it may not look at, and takes it neither for missing nor for right", async () => {
    const portal = await install(SCOPES.filter((scope) => scope !== "forms"));
    const run = await baton(["check", "--live"], env);
    expect(run.code).toBe(0);
    expect(run.out).toContain(
      `✓ portal ${portal.id}: 0 errors, 1 warning; not checked, because it was not granted: forms\n`,
    );
  });

  test("finds a list that conditions ask for and the portal does not have", async () => {
    const portal = await install();
    portal.state.lists.splice(0, 1);
    portal.addList("Do not contact", [], { id: "1024" });
    const run = await baton(["check", "--live"], env);
    expect(run.code).toBe(3);
    expect(run.out).toMatch(
      /^mappings\/default\/definition\.yaml:\d+:\d+ "hubspot:1042" is no list of people in the CRM, or was deleted; did you mean "hubspot:1024" \(Do not contact\)\?$/m,
    );
    expect(run.out).toContain(`✗ portal ${portal.id}: 1 error, 1 warning\n`);
  });

  test("names the permission where a condition asks for a list and lists may not be read", async () => {
    const portal = await install(SCOPES.filter((scope) => scope !== "crm.lists.read"));
    const run = await baton(["check", "--live"], env);
    expect(run.code).toBe(0);
    expect(run.out).toMatch(
      /definition\.yaml:\d+:\d+ warning: "hubspot:1042" stays unknown for every lead: .* grant crm\.lists\.read/,
    );
    expect(run.out).toContain(`✓ portal ${portal.id}: 0 errors, 2 warnings\n`);
    expect(sandbox.ledger.countCalls({ status: 403 })).toBe(0);
    const doctor = await baton(["doctor", "--offline"], env);
    expect(doctor.out).toMatch(/without working hours \(.*\), lists \(who is on one is unknown/);
  });

  test("looks at every portal, at one when it is named, and goes on when one cannot be asked", async () => {
    const [one, other] = [await install(), await install()];
    sandbox.uninstall(registered, one.id);
    const both = await baton(["check", "--live"], env);
    expect(both.code).toBe(4);
    expect(both.out).toMatch(new RegExp(`^✗ portal ${one.id}: not checked: .*\\[crm\\.\\w+\\]$`, "m"));
    expect(both.out).toContain(`✓ portal ${other.id}: 0 errors`);

    const named = await baton(["check", "--json", "--portal", String(other.id)], env);
    expect(named).toMatchObject({ code: 0, err: "" });
    expect(JSON.parse(named.out)).toMatchObject({
      errors: [],
      live: [
        {
          portal: String(other.id),
          errors: [],
          warnings: [{ file: "mappings/default/routing.yaml", severity: "warning" }],
          unknown: [],
        },
      ],
    });
  });

  test("asks for an installation", async () => {
    await install();
    const run = await baton(["check", "--live", "--portal", "1"], env);
    expect(run.code).toBe(2);
    expect(run.err).toContain("Baton is not installed in 1");
  });
});

describe("a server", () => {
  test("asks a portal that is due when it starts, and says what it found at /metrics", async () => {
    const portal = await install();
    await portal.act({ do: "archive-owner", email: "lena@acme.example" });
    const id = `inst-${portal.id}`;
    const store = await openStore(env["BATON_DATABASE_URL"] ?? "");
    await saveLiveCheck(store.db, id, { dueAt: Date.now() - 1, errors: 0, warnings: 0 });
    await store.close();

    const server = await startBaton(loadConfig({ ...env, BATON_PORT: "0" }), {
      log: createLog({ level: "silent" }),
    });
    try {
      await vi.waitFor(
        async () => {
          const found = await loadLiveCheck(server.store.db, id);
          expect(found).toMatchObject({ checkedAt: expect.any(Number), errors: 1, warnings: 1 });
        },
        { timeout: 10_000 },
      );
      const metrics = await (await fetch(`${server.url}/metrics`)).text();
      expect(metrics).toContain('baton_playbook_live_problems{severity="error"} 1\n');
      expect(metrics).toContain('baton_playbook_live_problems{severity="warning"} 1\n');
    } finally {
      await server.stop();
    }
  });
});

describe("doctor", () => {
  test("shows what the nightly check found, and where to see it", async () => {
    const tenant = String((await install()).id);
    const before = await baton(["doctor", "--offline"], env);
    expect(before.out).toContain("the playbook was not checked against it yet; a server does so every day");
    const store = await openStore(env["BATON_DATABASE_URL"] ?? "");
    const checkedAt = Date.now() - 3 * 3_600_000;
    const found = { dueAt: Date.now(), checkedAt, errors: 2, warnings: 1, code: "crm.unreachable" };
    await saveLiveCheck(store.db, `inst-${tenant}`, found);
    await store.close();
    const run = await baton(["doctor", "--offline"], env);
    expect(run.code).toBe(3);
    expect(run.out).toMatch(
      /problem .*checked against it 3 h ago: 2 errors, 1 warnings \[playbook\.mismatch\]/,
    );
    expect(run.out).toContain(`→ See them: baton check --live --portal ${tenant}`);
    expect(run.out).toContain("its nightly check did not come through (crm.unreachable)");
  });
});
