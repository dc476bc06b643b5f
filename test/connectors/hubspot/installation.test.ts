/** The app's edge against the stand-in HubSpot: it signs, authorises and repeats by its own code and not by ours. */
import { createHash } from "node:crypto";
import { createServer } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import { afterAll, beforeAll, expect, test } from "vitest";
import app from "../../../app.json" with { type: "json" };
import type { HubSpotConfig } from "../../../connectors/hubspot/config.ts";
import { hubspotEndpoints } from "../../../connectors/hubspot/endpoints.ts";
import { hubspotOAuth } from "../../../connectors/hubspot/oauth.ts";
import { setupNotes } from "../../../connectors/hubspot/setup.ts";
import { BatonError } from "../../../src/errors.ts";
import type { CrmEvent } from "../../../src/model/event.ts";
import { signatureHeaders } from "../../../sandbox/hubspot/signature.ts";
import { startSandbox } from "../../../sandbox/index.ts";
import type { App, Portal, Sandbox } from "../../../sandbox/index.ts";

const received: CrmEvent[] = [];
const refused: unknown[] = [];
let sandbox: Sandbox;
let portal: Portal;
let registered: App;
let config: HubSpotConfig;

/** Baton's server, as far as these tests need it: raw bytes to the endpoint, its answer back. */
const server = createServer((request, response) => void serve(request, response));

async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = await bodyOf(request);
  const endpoint = hubspotEndpoints(config).find((one) => one.path === request.url);
  const url = config.publicUrl + (request.url ?? "");
  try {
    const reception = endpoint?.receive({ method: "POST", url, headers: request.headers, body }, Date.now());
    received.push(...(reception?.events ?? []));
    refused.push(...(reception?.refused ?? []));
    response.writeHead(reception?.answer.status ?? 404);
    response.end(JSON.stringify(reception?.answer.body));
  } catch (error) {
    refused.push(error);
    response.writeHead(400);
    response.end();
  }
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
}

beforeAll(async () => {
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  const publicUrl = `http://127.0.0.1:${address.port}`;
  sandbox = await startSandbox();
  portal = sandbox.createPortal();
  registered = sandbox.registerApp({
    requiredScopes: app.scopes.required,
    optionalScopes: app.scopes.optional,
    redirectUrls: [publicUrl + app.redirectPath],
    targetUrl: publicUrl + app.webhooks.path,
    actionUrl: publicUrl + app.workflowAction.path,
    subscriptions: [
      ...app.webhooks.contactProperties.map((propertyName) => ({
        subscriptionType: "object.propertyChange",
        objectType: "contact" as const,
        propertyName,
      })),
      ...app.webhooks.contactChanges.map((change) => ({ subscriptionType: `contact.${change}` })),
      ...app.webhooks.hubEvents.map((subscriptionType) => ({ subscriptionType })),
    ],
  });
  config = {
    appId: String(registered.id),
    clientId: registered.clientId,
    clientSecrets: [registered.clientSecret],
    publicUrl,
    apiUrl: sandbox.url,
    authorizeUrl: `${sandbox.url}/oauth/authorize`,
    now: Date.now,
  };
});
afterAll(async () => {
  await sandbox.close();
  server.closeAllConnections();
  server.close();
});

/** Walks an admin through the consent page and gives the code of the callback. */
async function consent(verifier: string): Promise<string> {
  const challenge = createHash("sha256").update(verifier).digest("base64url");
  const url = `${hubspotOAuth(config).authorizeUrl("state-1", challenge)}&auto=1`;
  const response = await fetch(url, { redirect: "manual" });
  const callback = new URL(response.headers.get("location") ?? "");
  expect(callback.origin + callback.pathname).toBe(config.publicUrl + app.redirectPath);
  expect(callback.searchParams.get("state")).toBe("state-1");
  return callback.searchParams.get("code") ?? "";
}

async function codeOf(attempt: Promise<unknown>): Promise<string> {
  try {
    await attempt;
  } catch (error) {
    if (error instanceof BatonError) return error.code;
    throw error;
  }
  return "done";
}

test("an install gives the portal and every declared scope; its code is good once, and only with the verifier", async () => {
  const oauth = hubspotOAuth(config);
  const stolen = await consent("the-verifier-of-the-admin");
  expect(await codeOf(oauth.exchange(stolen, "another-verifier", Date.now()))).toBe("install.code-refused");

  const code = await consent("the-verifier-of-the-admin");
  const grant = await oauth.exchange(code, "the-verifier-of-the-admin", Date.now());
  expect(grant.tenant).toBe(String(portal.id));
  expect(grant.tokens.scopes.toSorted()).toEqual([...app.scopes.required, ...app.scopes.optional].toSorted());
  expect(await codeOf(oauth.exchange(code, "the-verifier-of-the-admin", Date.now()))).toBe(
    "install.code-refused",
  );
});

test("a rotated refresh token is kept; after an uninstall the connection is lost, and only then", async () => {
  const oauth = hubspotOAuth(config);
  const { tokens } = await oauth.exchange(await consent("verifier"), "verifier", Date.now());
  sandbox.tokens.rules.rotate = true;
  const renewed = await oauth.refresh(tokens);
  expect(renewed.refresh).not.toBe(tokens.refresh);
  const again = await oauth.refresh(renewed);
  expect(again.scopes).toEqual(tokens.scopes);
  sandbox.tokens.rules.rotate = false;

  sandbox.uninstall(registered, portal.id);
  expect(await codeOf(oauth.refresh(again))).toBe("crm.disconnected");
});

test("a portal's day arrives as events, whole, from a mood that repeats and reorders", async () => {
  sandbox.install(registered, portal.id);
  Object.assign(sandbox.webhooks.mood, { duplicateShare: 0.5, reorderShare: 0.5, batchSize: 3 });
  received.length = 0;
  await portal.act({ do: "create", object: "contact", properties: { email: "ana@example.com" } });
  await portal.act({ do: "create", object: "contact", properties: { email: "ben@example.com" } });
  const id = portal.find("contact", "ana@example.com")?.id ?? "";
  await portal.act({
    do: "change",
    object: "contact",
    who: id,
    properties: { lifecyclestage: "marketingqualifiedlead" },
  });
  await portal.act({ do: "merge", primary: "ana@example.com", other: "ben@example.com" });
  await portal.act({ do: "forget", who: id });
  await sandbox.drained();

  expect(refused).toEqual([]);
  const once = new Map(received.map((event) => [event.key, event]));
  expect(received.length).toBeGreaterThan(once.size);
  expect([...new Set([...once.values()].map((event) => event.tenant))]).toEqual([String(portal.id)]);
  const kinds = [...once.values()].map((event) => event.kind);
  expect(kinds.filter((kind) => kind === "lead-created")).toHaveLength(2);
  expect(kinds).toEqual(
    expect.arrayContaining(["lead-changed", "leads-merged", "lead-deleted", "lead-erased"]),
  );
  expect(
    [...once.values()].some(
      (event) =>
        event.kind === "lead-changed" &&
        event.field === "stage" &&
        event.value === "marketingqualifiedlead" &&
        event.lead.id === id,
    ),
  ).toBe(true);
});

test("an enrolment is held; a webhook step is taken with the body of the setup note, and with no other", async () => {
  sandbox.install(registered, portal.id);
  await portal.act({ do: "create", object: "contact", properties: { email: "eva@example.com" } });
  const id = portal.find("contact", "eva@example.com")?.id ?? "";
  await sandbox.drained();
  received.length = 0;

  const enrolled = await portal.act({ do: "enrol", who: id, inputFields: { policy: "enterprise-emea" } });
  expect(enrolled.state).toBe("BLOCK");
  const url = `${config.publicUrl}/hubspot/workflow`;
  const uncustomised = await portal.act({ do: "send-webhook", who: id, url });
  expect(uncustomised.state).toBe("400");
  expect(refused.splice(0)).toMatchObject([{ code: "receive.unknown-tenant" }]);

  const [note] = setupNotes(config, String(portal.id));
  expect(note?.text).toContain(url);
  expect(note?.text).toContain(config.appId);
  const body = (note?.code ?? "").replace("<Record ID>", id);
  const headers = signatureHeaders(
    "workflow",
    registered.clientSecret,
    { method: "POST", url, body },
    Date.now(),
  );
  const answer = await fetch(url, { method: "POST", body, headers });
  expect(await answer.json()).toEqual({ accepted: 1, refused: [] });
  await sandbox.drained();
  expect(refused).toEqual([]);
  expect(received).toMatchObject([
    {
      kind: "handoff-requested",
      tenant: String(portal.id),
      lead: { crm: "hubspot", id },
      request: { via: "workflow-action", policy: "enterprise-emea" },
    },
    { kind: "handoff-requested", tenant: String(portal.id), lead: { id }, request: { via: "workflow" } },
  ]);
});
