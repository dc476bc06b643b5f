/** Orgs handled from another process. */
import { expect, test } from "vitest";
import { listening, livingOrg } from "./living-org.ts";
import type { LivingOrg } from "./living-org.ts";

async function control(
  { sandbox }: LivingOrg,
  method: string,
  path: string,
  body?: unknown,
): Promise<unknown> {
  const response = await fetch(`${sandbox.url}/sandbox${path}`, {
    method,
    headers: { "content-type": "application/json" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return await response.json();
}

test("an org with its world and a client is made from outside", async () => {
  const opened = await livingOrg();
  const made = await control(opened, "POST", "/orgs", {
    id: "00D5g000008ABCDEA4",
    package: false,
    rules: { fls: true },
  });
  expect(made).toMatchObject({ id: "00D5g000008ABCDEA4", rules: { fls: true } });
  const built = await control(opened, "POST", "/orgs/00D5g000008ABCDEA4/world", { seed: 7, size: 3 });
  const other = opened.sandbox.org("00D5g000008ABCDEA4");
  const [contacts, leads] = [other.all("Contact").length, other.all("Lead").length];
  expect(built).toMatchObject({ contacts, leads });
  expect(contacts).toBeGreaterThan(0);
  const client = await control(opened, "POST", "/clients", {
    clientId: "c1",
    redirectUrls: ["http://127.0.0.1:1/cb"],
  });
  expect(client).toMatchObject({ clientId: "c1", installs: {} });
  expect(await control(opened, "POST", "/clients/c1/install/00D5g000008ABCDEA4", {})).toMatchObject({
    orgId: "00D5g000008ABCDEA4",
  });
  expect(await control(opened, "GET", "")).toMatchObject({
    orgs: [{ id: opened.org.id }, { id: "00D5g000008ABCDEA4", records: { User: 16 } }],
  });
  expect(await control(opened, "DELETE", "/clients/c1/install/00D5g000008ABCDEA4")).toEqual({
    uninstalled: true,
  });
});

test("people act, records and the ledger are read, messages are awaited", async () => {
  const opened = await livingOrg();
  const { url, heard } = await listening();
  const path = `/orgs/${opened.org.id}`;
  await control(opened, "POST", `${path}/messages`, { object: "Lead", url, fields: ["Title"] });
  await control(opened, "PATCH", `${path}/messages`, { paused: true });
  await control(opened, "POST", `${path}/acts`, {
    do: "change",
    who: "ana@example.com",
    values: { Title: "CRO" },
  });
  await control(opened, "POST", "/drained");
  await new Promise((resolve) => setImmediate(resolve));
  expect(heard).toEqual([]);
  await control(opened, "PATCH", `${path}/messages`, { paused: false });
  expect(await control(opened, "POST", "/drained")).toEqual({ drained: true });
  expect(heard).toHaveLength(1);
  expect(await control(opened, "GET", `${path}/records/Lead`)).toMatchObject([{ values: { Title: "CRO" } }]);
  expect(
    await control(opened, "GET", `/ledger/writes?orgId=${opened.org.id}&kind=Lead.update`),
  ).toMatchObject([{ who: { other: "person" } }]);
  expect(await control(opened, "GET", `${path}/messages`)).toMatchObject({
    deliveries: [{ acknowledged: true }],
    dropped: [],
  });
});

test("rules, moods, streams, jobs and sessions are switched", async () => {
  const opened = await livingOrg();
  const { org } = opened;
  const path = `/orgs/${org.id}`;
  await control(opened, "PATCH", `${path}/rules`, { dailyLimit: 9 });
  await control(opened, "PATCH", `${path}/messages`, { paused: true });
  await control(opened, "PATCH", `${path}/stream`, { entities: ["Lead"] });
  await control(opened, "PATCH", `${path}/bulk`, { looks: 0 });
  await control(opened, "POST", `${path}/stream`, {
    do: "gap",
    kind: "GAP_CREATE",
    object: "Lead",
    ids: [opened.ana],
  });
  await control(opened, "POST", `${path}/stream`, { do: "overflow", object: "Lead" });
  for (const command of ["cut", "silence", "forget"])
    await control(opened, "POST", `${path}/stream`, { do: command });
  expect(org.rules.dailyLimit).toBe(9);
  expect(org.outbound.mood.paused).toBe(true);
  expect(org.bulk.looks).toBe(0);
  const changes = org.stream.newest(2).map(({ payload }) => payload["ChangeEventHeader"]);
  expect(changes).toMatchObject([{ changeType: "GAP_CREATE" }, { changeType: "GAP_OVERFLOW" }]);
  expect(await control(opened, "GET", `${path}/stream`)).toMatchObject({
    rules: { entities: ["Lead"] },
    clients: 0,
  });
  await control(opened, "POST", `${path}/expire-sessions`);
  expect((await opened.api("GET", "/limits")).status).toBe(401);
});

test("what is not there answers with the reason", async () => {
  const opened = await livingOrg();
  expect(await control(opened, "POST", "/orgs/00Dx/acts", { do: "delete", who: "x" })).toMatchObject({
    message: "no org has the id 00Dx",
  });
  const path = `/orgs/${opened.org.id}/acts`;
  expect(await control(opened, "POST", path, { do: "reply", who: "nobody@example.com" })).toMatchObject({
    message: "no Lead or Contact is known as nobody@example.com",
  });
});
