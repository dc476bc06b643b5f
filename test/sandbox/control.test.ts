import { spawn } from "node:child_process";
import { once } from "node:events";
import { expect, onTestFinished, test } from "vitest";
import type { Answered, Opened } from "./portal-client.ts";
import { field, listener, open, request } from "./portal-client.ts";

const control = (opened: Opened, method: string, path: string, body?: unknown): Promise<Answered> =>
  request(`${opened.sandbox.url}/sandbox${path}`, method, body);

test("another process acts, reads the records and the ledger, and waits for webhooks", async () => {
  const { url, heard } = await listener();
  const opened = await open({
    app: { targetUrl: url, subscriptions: [{ subscriptionType: "contact.creation" }] },
  });
  const portal = `/portals/${opened.portal.id}`;
  const acted = await control(opened, "POST", `${portal}/acts`, {
    do: "create",
    object: "contact",
    properties: { email: "ana@example.com" },
  });
  expect((await control(opened, "GET", `${portal}/records/contacts`)).body).toMatchObject([
    { id: field(acted.body, "id"), properties: { email: "ana@example.com" } },
  ]);
  expect((await control(opened, "GET", "/ledger/writes?kind=contact.create")).body).toMatchObject([
    { who: { other: "CRM_UI" } },
  ]);
  expect((await control(opened, "POST", "/drained")).body).toEqual({ drained: true });
  expect(heard).toHaveLength(1);
  expect(opened.sandbox.ledger.calls).toEqual([]);
});

test("faults, mood, limits, rules and tokens are switched from outside", async () => {
  const opened = await open();
  await control(opened, "POST", "/faults", { path: "/crm/**", times: 1, fault: { do: "locked" } });
  expect((await opened.api("GET", "/crm/owners/2026-03")).status).toBe(423);
  expect((await control(opened, "GET", "/faults")).body).toEqual({ locked: 1 });
  await control(opened, "PATCH", "/webhooks", { paused: true });
  await control(opened, "PATCH", "/limits", { perWindow: 1 });
  await control(opened, "PATCH", "/tokens", { rotate: true });
  await control(opened, "PATCH", `/portals/${opened.portal.id}/rules`, { searchLagMs: 9 });
  expect(opened.sandbox.webhooks.mood.paused).toBe(true);
  expect(opened.sandbox.tokens.rules.rotate).toBe(true);
  expect(opened.portal.rules.searchLagMs).toBe(9);
  expect((await opened.api("GET", "/crm/owners/2026-03")).status).toBe(429);
});

test("what is not there answers 404 with the reason", async () => {
  const opened = await open();
  const answer = await control(opened, "POST", `/portals/${opened.portal.id}/acts`, {
    do: "reply",
    who: "nobody@example.com",
  });
  expect(answer).toMatchObject({
    status: 404,
    body: { message: "no contact is known as nobody@example.com" },
  });
});

test("a portal with a world and an app is made from outside", async () => {
  const opened = await open();
  const portalId = field((await control(opened, "POST", "/portals", { rules: { otherUse: 3 } })).body, "id");
  expect(
    (await control(opened, "POST", `/portals/${String(portalId)}/world`, { seed: 3, size: 5 })).body,
  ).toMatchObject({ contacts: expect.any(Number) });
  const app = await control(opened, "POST", "/apps", { name: "Other" });
  const pair = await control(
    opened,
    "POST",
    `/apps/${String(field(app.body, "id"))}/install/${String(portalId)}`,
  );
  const owners = await request(
    `${opened.sandbox.url}/crm/owners/2026-03?limit=100`,
    "GET",
    undefined,
    String(field(pair.body, "accessToken")),
  );
  expect(owners.status).toBe(200);
});

test("it runs by itself and says where", async () => {
  const child = spawn(process.execPath, ["sandbox/main.ts", "--port", "0", "--seed", "7", "--size", "2"], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  const said = await new Promise<unknown>((resolve) => {
    child.stdout.once("data", (line: Buffer) => resolve(JSON.parse(line.toString("utf8"))));
  });
  const { body } = await request(`${String(field(said, "url"))}/sandbox`, "GET");
  expect(body).toMatchObject({ seed: 7, portals: [{ id: field(said, "portalId") }] });
  child.kill("SIGTERM");
  expect(await once(child, "exit")).toEqual([0, null]);
});
