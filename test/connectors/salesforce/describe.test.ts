/** What an org says its user may see: who asks for it, how often, and when anew. */
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { salesforceApp } from "../../../connectors/salesforce/index.ts";
import type { Connector } from "../../../src/connector.ts";
import type { CrmApp } from "../../../src/crm-app.ts";
import { errorOf } from "./server.ts";
import { EVERYTHING, lead, startStand } from "./kit.ts";
import type { Stand } from "./kit.ts";

const HOUR_MS = 3_600_000;

let stand: Stand;
let app: CrmApp;
const open: Connector[] = [];
let ana = "";
beforeEach(async () => {
  stand = await startStand();
  const { sandbox, client, clock } = stand;
  app = salesforceApp({
    clientId: client.clientId,
    clientSecrets: [client.clientSecret],
    publicUrl: "https://baton.example",
    loginUrl: sandbox.url,
    grant: { kind: "web" },
    now: () => clock.now,
  });
  ana = stand.org.addLead({ Title: "CFO" }).id;
});
afterEach(async () => {
  await Promise.all(open.splice(0).map((connector) => connector.close()));
  await stand.close();
});

/** One more connector of the process to the org. */
function connect(): Connector {
  const connector = app.connect(stand.org.id, stand.vault, EVERYTHING);
  open.push(connector);
  return connector;
}
const read = (connector: Connector) =>
  connector.read([lead(ana)], { properties: ["lead.Title"], history: [], deals: false, lists: false });
/** Descriptions of Lead that were asked for since the last time this was asked. */
function asked(): number {
  const { calls } = stand.sandbox.ledger;
  const count = calls.filter(({ path }) => path.endsWith("/sobjects/Lead/describe")).length;
  stand.sandbox.ledger.clear();
  return count;
}

test("all connectors to an org ask once an hour, also one after the other", async () => {
  const first = connect();
  await Promise.all([read(first), read(connect())]);
  expect(asked()).toBe(1);
  await first.close();
  await read(connect());
  expect(asked()).toBe(0);
  stand.clock.now += HOUR_MS;
  await Promise.all([read(connect()), read(connect())]);
  expect(asked()).toBe(1);
});

test("what is prepared, or held against a playbook, is seen as it is now, by all of them from then on", async () => {
  const [working, other] = [connect(), connect()];
  await read(working);
  asked();
  stand.org.rules.hiddenFields = ["Lead.Title", "Contact.Title"];
  const vocabulary = await other.vocabulary();
  const { lead: fields } = vocabulary.properties;
  expect(fields?.known === true && fields.all.has("Title")).toBe(false);
  expect(asked()).toBe(1);
  expect(await read(working)).toMatchObject([{ unreadable: ["lead.Title"] }]);
  expect(asked()).toBe(0);
  await other.prepare();
  expect(asked()).toBe(1);
});

test("a name that is refused is looked up anew for all of them", async () => {
  const [one, other] = [connect(), connect()];
  await read(one);
  asked();
  stand.org.rules.hiddenFields = ["Lead.Title", "Contact.Title"];
  await read(other);
  await read(one);
  expect(asked()).toBe(1);
});

test("a connector that is closed while it asks takes nothing from the others", async () => {
  const path = "/services/data/*/sobjects/*/describe";
  stand.sandbox.faults.add({ path, fault: { do: "server-error", status: 503 }, times: 1 });
  const [closing, staying] = [connect(), connect()];
  const broken = errorOf(read(closing));
  const whole = read(staying);
  // It waits a quarter of a second before it asks again.
  await vi.waitUntil(() => stand.sandbox.ledger.calls.some(({ status }) => status === 503), { interval: 5 });
  await closing.close();
  expect((await broken).code).toMatch(/^crm\./);
  expect(await whole).toMatchObject([{ found: true }]);
});
