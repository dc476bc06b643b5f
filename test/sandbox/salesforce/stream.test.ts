/** Change and platform events of an org over CometD, on real HTTP. */
import { Connection } from "@jsforce/jsforce-node";
import { StreamingExtension } from "@jsforce/jsforce-node/lib/api/streaming.js";
import { expect, onTestFinished, test } from "vitest";
import { isRecord } from "../../../sandbox/json.ts";
import { livingOrg } from "./living-org.ts";
import type { LivingOrg } from "./living-org.ts";

type Message = Readonly<Record<string, unknown>>;
const LEADS = "/data/LeadChangeEvent";
const hour = 3_600_000;

/** A Bayeux client as plain as can be. */
interface Client {
  readonly post: (...messages: readonly Message[]) => Promise<readonly Message[]>;
  readonly connect: () => Promise<readonly Message[]>;
  readonly subscribe: (channel: string, from?: number) => Promise<Message>;
}

/** Shakes hands and makes the first poll, which is answered at once. */
async function client({ sandbox, accessToken }: LivingOrg, withCookie = true): Promise<Client> {
  let cookie = "";
  const known: { clientId?: unknown } = {};
  const post: Client["post"] = async (...messages) => {
    const response = await fetch(`${sandbox.url}/cometd/67.0`, {
      method: "POST",
      headers: { "content-type": "application/json", authorization: `OAuth ${accessToken}`, cookie },
      body: JSON.stringify(messages.map((message) => ({ ...message, ...known }))),
    });
    if (withCookie) cookie = response.headers.getSetCookie()[0]?.split(";")[0] ?? cookie;
    const replies: unknown = await response.json();
    return Array.isArray(replies) ? replies : [];
  };
  const [hello] = await post({
    channel: "/meta/handshake",
    version: "1.0",
    supportedConnectionTypes: ["long-polling"],
  });
  known.clientId = hello?.["clientId"];
  const connect: Client["connect"] = () =>
    post({ channel: "/meta/connect", connectionType: "long-polling", id: "9" });
  await connect();
  return {
    post,
    connect,
    async subscribe(channel, from) {
      const ext = from === undefined ? {} : { ext: { replay: { [channel]: from } } };
      const [reply] = await post({ channel: "/meta/subscribe", subscription: channel, ...ext });
      return reply ?? {};
    },
  };
}

interface Told {
  readonly channel: unknown;
  readonly replayId: number;
  readonly header: Readonly<Record<string, unknown>>;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** The events among messages. */
function events(messages: readonly Message[]): Told[] {
  return messages.flatMap(({ channel, data }) => {
    if (!isRecord(data)) return [];
    const { payload, event } = data;
    const { ChangeEventHeader: header, ...fields } = isRecord(payload) ? payload : {};
    const replayId = isRecord(event) ? Number(event["replayId"]) : Number.NaN;
    return [{ channel, replayId, header: isRecord(header) ? header : {}, fields }];
  });
}

/** Waits until one poll has arrived and is not answered yet. */
async function isHanging({ sandbox }: LivingOrg): Promise<void> {
  await expect.poll(() => sandbox.ledger.calls.filter(({ endMs }) => endMs === undefined).length).toBe(1);
}

test("a handshake offers long polling and replay, and a first poll is answered at once with the advice", async () => {
  const opened = await livingOrg();
  const { post, connect } = await client(opened);
  opened.org.stream.rules.connectTimeoutMs = 5;
  expect(await connect()).toMatchObject([
    { channel: "/meta/connect", id: "9", successful: true, advice: { reconnect: "retry", timeout: 5 } },
  ]);
  const [hello] = await post({ channel: "/meta/handshake", id: "1" });
  expect(hello).toMatchObject({
    id: "1",
    successful: true,
    supportedConnectionTypes: ["long-polling"],
    ext: { replay: true },
  });
});

test("a person's change is told with its fields, its author, and no origin", async () => {
  const opened = await livingOrg();
  const { connect, subscribe } = await client(opened);
  expect(await subscribe(LEADS)).toMatchObject({ successful: true, subscription: LEADS });
  const heard = connect();
  await opened.org.act({
    do: "change",
    who: opened.ana,
    values: { Title: "CRO", FirstName: "Anna", City: "Graz", Email: null },
  });
  const [told] = events(await heard);
  expect(told).toMatchObject({
    channel: LEADS,
    header: {
      entityName: "Lead",
      recordIds: [opened.ana],
      changeType: "UPDATE",
      changeOrigin: "",
      sequenceNumber: 1,
      commitTimestamp: opened.clock.now,
      commitUser: opened.maya,
      changedFields: ["Name.FirstName", "Title", "Address.City", "Email", "LastModifiedDate"],
      nulledFields: ["Email"],
      diffFields: [],
    },
    fields: {
      Title: "CRO",
      Email: null,
      Name: { FirstName: "Anna" },
      Address: { City: "Graz" },
      LastModifiedDate: "2026-11-17T09:30:00.000Z",
    },
  });
});

test("a write of Baton's names its client as the origin", async () => {
  const opened = await livingOrg();
  const { connect, subscribe } = await client(opened);
  await subscribe("/data/ChangeEvents");
  await opened.api("PATCH", `/sobjects/Lead/${opened.ana}`, { Title: "VP" });
  const [told] = events(await connect());
  expect(told).toMatchObject({
    channel: "/data/ChangeEvents",
    header: { changeOrigin: "com/salesforce/api/rest/67.0;client=Baton" },
  });
});

test("a creation tells what is not empty, a deletion only its header", async () => {
  const opened = await livingOrg();
  const { connect, subscribe } = await client(opened);
  await subscribe(LEADS);
  const { id = "" } = await opened.org.act({
    do: "create",
    object: "Lead",
    values: { LastName: "Bo", Company: "B" },
  });
  await opened.org.act({ do: "delete", who: id });
  await opened.org.act({ do: "undelete", who: id });
  const told = events(await connect());
  expect(told.map(({ header }) => header["changeType"])).toEqual(["CREATE", "DELETE", "UNDELETE"]);
  expect(told[0]?.fields).toMatchObject({ Company: "B", Name: { LastName: "Bo" } });
  for (const name of ["Id", "IsDeleted", "SystemModstamp", "Phone"])
    expect(told[0]?.fields).not.toHaveProperty(name);
  expect(told[0]?.header["changedFields"]).toEqual([]);
  expect(told[1]?.fields).toEqual({});
});

test("the same change of several records in one transaction is one event with their ids", async () => {
  const opened = await livingOrg();
  const bo = opened.org.addLead({ LastName: "Bo" }).id;
  const cy = opened.org.addLead({ LastName: "Cy" }).id;
  const { connect, subscribe } = await client(opened);
  await subscribe(LEADS);
  const records = [opened.ana, bo, cy].map((id) => ({
    attributes: { type: "Lead" },
    Id: id,
    Title: id === cy ? "VP" : "CRO",
  }));
  await opened.api("PATCH", "/composite/sobjects", { allOrNone: true, records });
  const told = events(await connect());
  expect(told.map(({ header }) => header["recordIds"])).toEqual([[opened.ana, bo], [cy]]);
  expect(told.map(({ header }) => header["sequenceNumber"])).toEqual([1, 2]);
  expect(new Set(told.map(({ header }) => header["transactionKey"])).size).toBe(1);
});

test("a conversion is one transaction, whose Lead event leaves the stamp out; a merge is a deletion and an update", async () => {
  const opened = await livingOrg();
  const double = opened.org.addLead({ LastName: "R." }).id;
  const { connect, subscribe } = await client(opened);
  await subscribe("/data/ChangeEvents");
  await opened.org.act({ do: "merge", primary: opened.ana, others: [double] });
  const merged = events(await connect()).map(({ header }) => [header["changeType"], header["recordIds"]]);
  expect(merged).toEqual([
    ["DELETE", [double]],
    ["UPDATE", [opened.ana]],
  ]);
  await opened.org.act({ do: "convert", who: opened.ana, opportunity: "New" });
  const told = events(await connect());
  expect(told.map(({ header }) => `${String(header["entityName"])} ${String(header["changeType"])}`)).toEqual(
    ["Account CREATE", "Contact CREATE", "Opportunity CREATE", "Lead UPDATE"],
  );
  expect(new Set(told.map(({ header }) => header["transactionKey"])).size).toBe(1);
  const lead = told.at(-1);
  expect(lead?.header["changedFields"]).not.toContain("LastModifiedDate");
  expect(lead?.fields).toMatchObject({
    IsConverted: true,
    ConvertedDate: "2026-11-17",
    Status: "Closed - Converted",
  });
});

test("objects that are not selected are not told", async () => {
  const opened = await livingOrg();
  opened.org.stream.rules.entities = ["Contact"];
  await opened.org.act({ do: "change", who: opened.ana, values: { Title: "x" } });
  await Promise.resolve();
  expect(
    opened.org.stream.newest(9).filter(({ channel }) => channel === "/data/LeadChangeEvent"),
  ).toHaveLength(1);
});

test("a subscription goes on after any event that is kept, from the beginning, or from now", async () => {
  const opened = await livingOrg();
  for (const Title of ["a", "b", "c"])
    await opened.org.act({ do: "change", who: opened.ana, values: { Title } });
  const first = await client(opened);
  await first.subscribe(LEADS, -2);
  const all = events(await first.connect()).filter(({ header }) => header["changeType"] === "UPDATE");
  expect(all.map(({ fields }) => fields["Title"])).toEqual(["a", "b", "c"]);
  const ids = all.map(({ replayId }) => replayId);
  expect(ids).toEqual(ids.toSorted((a, b) => a - b));
  expect((ids[2] ?? 0) - (ids[0] ?? 0)).toBeGreaterThan(2);
  const second = await client(opened);
  await second.subscribe(LEADS, ids[1]);
  expect(events(await second.connect()).map(({ fields }) => fields["Title"])).toEqual(["c"]);
  const third = await client(opened);
  await third.subscribe(LEADS, -1);
  opened.org.stream.rules.connectTimeoutMs = 5;
  expect(events(await third.connect())).toEqual([]);
});

test.each([
  ["that is gone after 72 hours", 73 * hour, 0],
  ["that never was", 0, 1_000_000],
])("a replay id %s is refused", async (_name, later, beyond) => {
  const opened = await livingOrg();
  await opened.org.act({ do: "change", who: opened.ana, values: { Title: "a" } });
  const [{ replayId } = { replayId: 0 }] = opened.org.stream.newest(9);
  opened.clock.now += later;
  await opened.org.act({ do: "change", who: opened.ana, values: { Title: "b" } });
  // The token is two hours old at most.
  opened.org.rules.sessionMs = 1_000 * hour;
  const { accessToken } = opened.sandbox.installOrg(opened.sandbox.registerClient(), opened.org.id);
  const { subscribe } = await client({ ...opened, accessToken });
  const reply = await subscribe(LEADS, replayId + beyond);
  expect(reply).toMatchObject({ successful: false, subscription: LEADS });
  expect(reply["error"]).toBe(
    `400::The replayId {${replayId + beyond}} you provided was invalid.  Please provide a valid ID, -2 to replay all events, or -1 to replay only new events.`,
  );
});

test("a platform event is told on its channel; gaps and an overflow come on command", async () => {
  const opened = await livingOrg();
  const { connect, subscribe } = await client(opened);
  await subscribe("/event/Baton_Request__e");
  await subscribe("/data/ChangeEvents");
  await opened.org.act({ do: "publish", event: "Baton_Request__e", fields: { Record_Id__c: opened.ana } });
  opened.org.stream.gap("GAP_UPDATE", "Lead", [opened.ana]);
  opened.org.stream.overflow("Contact");
  const messages = await connect();
  expect(messages[0]).toMatchObject({
    data: { event: { EventUuid: expect.stringMatching(/^[0-9a-f-]{36}$/) } },
  });
  const told = events(messages);
  expect(told[0]).toMatchObject({ channel: "/event/Baton_Request__e", fields: { Record_Id__c: opened.ana } });
  expect(
    told
      .slice(1)
      .map(({ header, fields }) => [header["changeType"], header["entityName"], header["recordIds"], fields]),
  ).toEqual([
    ["GAP_UPDATE", "Lead", [opened.ana], {}],
    ["GAP_OVERFLOW", "Contact", [], {}],
  ]);
});

test("who is not known must shake hands again, who shows no cookie is refused", async () => {
  const opened = await livingOrg();
  const { connect, subscribe } = await client(opened);
  opened.org.stream.forget();
  for (const reply of [(await connect())[0], await subscribe(LEADS)])
    expect(reply).toMatchObject({ error: "403::Unknown client", advice: { reconnect: "handshake" } });
  const bare = await client(opened, false);
  expect((await bare.subscribe(LEADS))["error"]).toMatch(/^400::.*no BAYEUX_BROWSER cookie/);
});

test("a token that dies ends the poll that hangs, and the next handshake", async () => {
  const opened = await livingOrg();
  opened.org.stream.rules.validateEveryMs = 5;
  const { connect, post } = await client(opened);
  const hanging = connect();
  await isHanging(opened);
  opened.sandbox.sessions.expireSessions(opened.org.id);
  expect(await hanging).toMatchObject([
    { error: "401::Authentication invalid", successful: false, advice: { reconnect: "none" } },
  ]);
  expect(await connect()).toMatchObject([{ error: "401::Authentication invalid" }]);
  expect(await post({ channel: "/meta/handshake" })).toMatchObject([
    { error: "403::Handshake denied", ext: { sfdc: { failureReason: "401::Authentication invalid" } } },
  ]);
});

test("a connection that is cut loses nothing: the next poll tells it", async () => {
  const opened = await livingOrg();
  const { connect, subscribe } = await client(opened);
  await subscribe(LEADS);
  const hanging = connect().then(() => "answered", String);
  await isHanging(opened);
  opened.org.stream.cut();
  expect(await hanging).toBe("TypeError: fetch failed");
  await opened.org.act({ do: "change", who: opened.ana, values: { Title: "a" } });
  expect(events(await connect())).toHaveLength(1);
});

test("a silenced client hears nothing, while a new one does; repeats come on command", async () => {
  const opened = await livingOrg();
  const { connect, subscribe } = await client(opened);
  await subscribe(LEADS);
  opened.org.stream.silence();
  let heard: unknown = "nothing";
  const hanging = connect().then(
    (messages) => (heard = messages),
    () => (heard = "cut"),
  );
  await opened.org.act({ do: "change", who: opened.ana, values: { Title: "a" } });
  const other = await client(opened);
  await other.subscribe(LEADS, -2);
  expect(events(await other.connect()).length).toBeGreaterThan(0);
  opened.org.stream.repeat(1);
  expect(events(await other.connect()).map(({ fields }) => fields["Title"])).toEqual(["a"]);
  expect(heard).toBe("nothing");
  opened.org.stream.close();
  await hanging;
  expect(heard).toBe("cut");
});

test("who does not poll in time is forgotten, and so is who says goodbye", async () => {
  const opened = await livingOrg();
  const staying = await client(opened);
  await staying.post({ channel: "/meta/disconnect" });
  expect(opened.org.stream.clientCount()).toBe(0);
  opened.org.stream.rules.reconnectWithinMs = 1;
  await client(opened);
  await expect.poll(() => opened.org.stream.clientCount()).toBe(0);
});

test("jsforce's own client hears events", async () => {
  const opened = await livingOrg();
  const { ana, org, accessToken, sandbox } = opened;
  const connection = new Connection({ instanceUrl: sandbox.url, accessToken, version: "67.0" });
  const streaming = connection.streaming.createClient([new StreamingExtension.Replay(LEADS, -2)]);
  // Its types leave out what every faye client can do.
  onTestFinished(() => void Reflect.apply(Reflect.get(streaming, "disconnect"), streaming, []));
  const heard: unknown[] = [];
  await new Promise<void>((resolve, reject) => {
    void streaming.subscribe(LEADS, (message: unknown) => heard.push(message)).then(resolve, reject);
  });
  await org.act({ do: "change", who: ana, values: { Title: "heard" } });
  await expect.poll(() => heard.length, { timeout: 10_000 }).toBeGreaterThan(1);
  expect(heard.at(-1)).toMatchObject({ payload: { Title: "heard" } });
});
