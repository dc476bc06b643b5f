import { expect, test } from "vitest";
import { open } from "./portal-client.ts";

const owners = "/crm/owners/2026-03";

test("answers count down the window and the call past it is refused by name", async () => {
  const { api, sandbox } = await open({ limits: { perWindow: 3 } });
  const remaining: (string | null)[] = [];
  for (let call = 0; call < 3; call += 1)
    remaining.push((await api("GET", owners)).headers.get("x-hubspot-ratelimit-remaining"));
  expect(remaining).toEqual(["2", "1", "0"]);
  const refused = await api("GET", owners);
  expect(refused.status).toBe(429);
  expect(refused.body).toMatchObject({ errorType: "RATE_LIMIT", policyName: "TEN_SECONDLY_ROLLING" });
  expect(refused.headers.get("x-hubspot-ratelimit-interval-milliseconds")).toBe("10000");
  expect(sandbox.ledger.countCalls({ status: 429 })).toBe(1);
});

test("another portal has a window of its own", async () => {
  const { api, app, sandbox } = await open({ limits: { perWindow: 1 } });
  const other = sandbox.createPortal();
  const { accessToken } = sandbox.install(app, other.id);
  expect((await api("GET", owners)).status).toBe(200);
  const response = await fetch(`${sandbox.url}${owners}`, {
    headers: { authorization: `Bearer ${accessToken}` },
  });
  expect(response.status).toBe(200);
});

test("searches are counted apart, carry no rate headers and stop at five a second", async () => {
  const { api } = await open({ limits: { perWindow: 1 } });
  const statuses: number[] = [];
  for (let call = 0; call < 6; call += 1) {
    const answer = await api("POST", "/crm/objects/2026-03/contacts/search", {});
    statuses.push(answer.status);
    expect(answer.headers.get("x-hubspot-ratelimit-max")).toBeNull();
  }
  expect(statuses).toEqual([200, 200, 200, 200, 200, 429]);
});

test("what other apps use is missing from the window", async () => {
  const { api } = await open({ limits: { perWindow: 10 }, rules: { otherUse: 9 } });
  expect((await api("GET", owners)).headers.get("x-hubspot-ratelimit-remaining")).toBe("0");
  expect((await api("GET", owners)).status).toBe(429);
});

test("a daily limit begins anew at the portal's midnight", async () => {
  let now = Date.UTC(2026, 10, 17, 22, 59);
  const { api } = await open({ now: () => now, rules: { dailyLimit: 1, timeZone: "Europe/Berlin" } });
  expect((await api("GET", owners)).status).toBe(200);
  expect((await api("GET", owners)).body).toMatchObject({ policyName: "DAILY" });
  now += 60_000;
  expect((await api("GET", owners)).status).toBe(200);
});
