/** The app on an org of the sandbox: every way to get tokens, and what they are good for. */
import { createHash, generateKeyPairSync, randomBytes } from "node:crypto";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Gateway } from "../../../connectors/http/gateway.ts";
import { rowOutcomes, updatePart, upsertPart } from "../../../connectors/salesforce/collections.ts";
import type { Row } from "../../../connectors/salesforce/collections.ts";
import { writeParts } from "../../../connectors/salesforce/composite.ts";
import type { SalesforceConfig } from "../../../connectors/salesforce/config.ts";
import { createGateway } from "../../../connectors/salesforce/gateway.ts";
import { salesforceOAuth } from "../../../connectors/salesforce/oauth.ts";
import type { SalesforceOAuth } from "../../../connectors/salesforce/oauth.ts";
import { findRecords } from "../../../connectors/salesforce/queries.ts";
import { soql } from "../../../connectors/salesforce/soql.ts";
import { startSandbox } from "../../../sandbox/index.ts";
import type { Org, OrgClient, Sandbox } from "../../../sandbox/index.ts";
import type { Tokens } from "../../../src/tokens.ts";
import { memoryVault } from "../hubspot/kit.ts";
import { aConfig, errorOf, NOW } from "./server.ts";

const PUBLIC_URL = "https://baton.example.com";
const KEYS = generateKeyPairSync("rsa", {
  modulusLength: 2_048,
  publicKeyEncoding: { type: "spki", format: "pem" },
  privateKeyEncoding: { type: "pkcs8", format: "pem" },
});

let sandbox: Sandbox;
let org: Org;
let client: OrgClient;
const open: Gateway[] = [];
beforeEach(async () => {
  sandbox = await startSandbox({ now: () => NOW, seed: 7 });
  org = sandbox.createOrg();
  client = sandbox.registerClient({
    redirectUrls: [`${PUBLIC_URL}/oauth/salesforce/callback`],
    publicKey: KEYS.publicKey,
  });
});
afterEach(async () => {
  await Promise.all(open.splice(0).map((gateway) => gateway.close()));
  await sandbox.close();
});

function config(grant: SalesforceConfig["grant"] = { kind: "web" }): SalesforceConfig {
  const { clientId, clientSecret } = client;
  return aConfig(sandbox.url, { clientId, clientSecrets: [clientSecret], publicUrl: PUBLIC_URL, grant });
}

/** To the consent page and back with a code, as an admin's browser does. */
async function consented(oauth: SalesforceOAuth, verifier: string): Promise<string> {
  sandbox.consent.automatic = true;
  const challenge = createHash("sha256").update(verifier).digest("base64url");
  const answer = await fetch(oauth.authorizeUrl("the-state", challenge), { redirect: "manual" });
  const back = new URL(answer.headers.get("location") ?? "");
  expect(back.searchParams.get("state")).toBe("the-state");
  return back.searchParams.get("code") ?? "";
}

function gatewayOf(oauth: SalesforceOAuth, tokens: Tokens): Gateway {
  const parts = {
    config: config(),
    vault: memoryVault(tokens),
    refresh: (stale: Tokens, mayAsk: () => boolean) => oauth.refresh(org.id, stale, mayAsk),
  };
  const gateway = createGateway(parts, { wait: () => Promise.resolve() });
  open.push(gateway);
  return gateway;
}

const leadIds = async (gateway: Gateway): Promise<readonly unknown[]> =>
  (await findRecords(gateway, soql({ select: ["Id"], from: "Lead" }))).map(({ Id }) => Id);

describe("an org is opened", () => {
  test("by an admin's consent, and stays open by refresh tokens that rotate", async () => {
    const lead = org.addLead({ LastName: "Ruiz", Company: "Acme" });
    const oauth = salesforceOAuth(config());
    const verifier = randomBytes(48).toString("base64url");
    const grant = await oauth.exchange(await consented(oauth, verifier), verifier, NOW);
    expect(grant).toMatchObject({ tenant: org.id, tokens: { instanceUrl: sandbox.url } });
    const gateway = gatewayOf(oauth, grant.tokens);
    for (let expired = 0; expired < 3; expired += 1) {
      sandbox.sessions.expireSessions(org.id);
      expect(await leadIds(gateway)).toEqual([lead.id]);
    }
    const renewed = (await gateway.session.tokens()).refresh;
    expect(renewed).not.toBe(grant.tokens.refresh);
    // The one that was replaced is void, and so is everything once it was tried.
    expect((await errorOf(oauth.refresh(org.id, grant.tokens))).code).toBe("crm.disconnected");
    expect((await errorOf(gateway.read({ method: "GET", path: "/services/data/v67.0/limits" }))).code).toBe(
      "crm.disconnected",
    );
  });

  test("not by a code whose verifier is another's", async () => {
    const oauth = salesforceOAuth(config());
    const code = await consented(oauth, randomBytes(48).toString("base64url"));
    const other = randomBytes(48).toString("base64url");
    expect((await errorOf(oauth.exchange(code, other, NOW))).code).toBe("install.code-refused");
  });

  const keys: readonly (readonly [string, (username: string) => SalesforceConfig["grant"]])[] = [
    ["a key", (username) => ({ kind: "jwt", username, privateKey: KEYS.privateKey })],
    ["the user the app runs as", () => ({ kind: "client-credentials" })],
  ];
  test.each(keys)("by %s, again whenever a session is over", async (_what, grantOf) => {
    sandbox.installOrg(client, org.id);
    const username = String(org.find(org.integrationUserId)?.values["Username"]);
    const oauth = salesforceOAuth(config(grantOf(username)));
    const { tenant, tokens } = await oauth.mint(NOW);
    expect([tenant, tokens.refresh]).toEqual([org.id, ""]);
    const gateway = gatewayOf(oauth, tokens);
    sandbox.sessions.expireSessions(org.id);
    expect(await leadIds(gateway)).toEqual([]);
    expect((await gateway.session.tokens()).access).not.toBe(tokens.access);
  });
});

test("one call writes an owner and a task, once however often it is sent, and keeps the rules of the org out of it", async () => {
  const oauth = salesforceOAuth(config());
  const { accessToken: access, refreshToken: refresh = "" } = sandbox.installOrg(client, org.id);
  const tokens = { access, refresh, expiresAt: NOW + 3_600_000, scopes: ["api"], instanceUrl: sandbox.url };
  const gateway = gatewayOf(oauth, tokens);
  const owner = org.addUser({ email: "ana.ruiz@acme.example" });
  const lead = org.addLead({ LastName: "Ruiz", Company: "Acme" });
  const leads: Row[] = [{ object: "Lead", id: lead.id, fields: { OwnerId: owner.id } }];
  const tasks: Row[] = [
    { object: "Task", fields: { Baton_Key__c: "key-1", Subject: "Call", WhoId: lead.id, OwnerId: owner.id } },
  ];
  sandbox.ledger.clear();
  const parts = [updatePart("leads", leads), upsertPart("tasks", "Task", "Baton_Key__c", tasks)];
  const first = await writeParts(gateway, parts, true);
  const again = await writeParts(gateway, parts, true);
  expect(rowOutcomes(first.get("leads"), leads)).toEqual([
    { outcome: "applied", id: lead.id, created: false },
  ]);
  expect([first, again].map((answers) => rowOutcomes(answers.get("tasks"), tasks))).toMatchObject([
    [{ outcome: "applied", created: true }],
    [{ outcome: "applied", created: false }],
  ]);
  expect(sandbox.ledger.calls).toHaveLength(2);
  expect(org.find(lead.id)?.values["OwnerId"]).toBe(owner.id);
  expect(org.all("Task")).toHaveLength(1);
});
