/** Outbound messages of an org, over real HTTP. */
import { expect, test } from "vitest";
import type { OutboundMood } from "../../../sandbox/salesforce/outbound/mood.ts";
import { ACK, listening, livingOrg, texts } from "./living-org.ts";
import type { LivingOrg, Reply } from "./living-org.ts";

interface Played extends LivingOrg {
  readonly heard: string[];
  readonly actionId: string;
}

/** An org whose Leads are told to a listener, with `count` changes of Ana's phone behind it. */
async function played(
  mood: Partial<OutboundMood>,
  count: number,
  answer?: (number: number) => Reply,
): Promise<Played> {
  const opened = await livingOrg();
  const { url, heard } = await listening(answer);
  const { actionId } = opened.org.outbound.define({ object: "Lead", url, fields: ["Phone"] });
  Object.assign(opened.org.outbound.mood, { retryDelayMs: 2, longestRetryDelayMs: 4, ...mood });
  for (let number = 0; number < count; number += 1)
    await opened.org.act({ do: "change", who: opened.ana, values: { Phone: String(number) } });
  await opened.sandbox.drained();
  return { ...opened, heard, actionId };
}

test("a change is told in the documented envelope, without a session and without fields that are empty", async () => {
  const { org, ana, sandbox } = await livingOrg();
  const { url, heard } = await listening();
  const { actionId } = org.outbound.define({
    object: "Lead",
    url,
    fields: ["Id", "Company", "Phone", "LastModifiedDate"],
  });
  await org.act({ do: "change", who: ana, values: { Company: "Acme & Co" } });
  await sandbox.drained();
  const [xml = ""] = heard;
  expect(heard).toHaveLength(1);
  expect(xml).toContain('<notifications xmlns="http://soap.sforce.com/2005/09/outbound">');
  expect(xml).toContain('<SessionId xsi:nil="true"/>');
  expect(xml).toContain('<sObject xsi:type="sf:Lead" xmlns:sf="urn:sobject.enterprise.soap.sforce.com">');
  expect(xml).toContain("<sf:Company>Acme &amp; Co</sf:Company>");
  expect(xml).not.toContain("Phone");
  expect(texts(xml, "OrganizationId")).toEqual([org.id]);
  expect(texts(xml, "ActionId")).toEqual([actionId]);
  expect(texts(xml, "PartnerUrl")).toEqual([`${sandbox.url}/services/Soap/u/67.0/${org.id.slice(0, 15)}`]);
  expect(texts(xml, "LastModifiedDate")).toEqual(["2026-11-17T09:30:00.000Z"]);
  expect(texts(xml, "Id").at(0)).toMatch(/^04l/);
  expect(texts(xml, "Id").at(1)).toBe(ana);
});

test.each([
  [{ on: ["create"] as const }, 1],
  [{ on: ["update"] as const }, 2],
  [{ on: ["create", "update"] as const, changed: ["Title"] }, 1],
])("a definition for %j fires %i time(s)", async (when, count) => {
  const { org, ana, sandbox } = await livingOrg();
  const { url, heard } = await listening();
  org.outbound.define({ object: "Lead", url, fields: [], when });
  await org.act({ do: "change", who: ana, values: { Phone: "1" } });
  await org.act({ do: "change", who: ana, values: { Title: "CRO" } });
  await org.act({ do: "create", object: "Lead", values: { LastName: "Bo", Company: "B" } });
  await org.act({ do: "create", object: "Contact", values: { LastName: "Bo" } });
  await sandbox.drained();
  expect(
    texts(heard, "ActionId").length > 0 ? heard.flatMap((xml) => xml.split("<Notification>").slice(1)) : [],
  ).toHaveLength(count);
});

test("notifications travel by the hundred, each with an id of its own", async () => {
  const { heard } = await played({}, 230);
  expect(heard.map((xml) => xml.split("<Notification>").length - 1).toSorted((a, b) => a - b)).toEqual([
    30, 100, 100,
  ]);
  expect(new Set(texts(heard, "Id").filter((id) => id.startsWith("04l"))).size).toBe(230);
});

test("data is read when it is sent: values in between are lost", async () => {
  const { heard } = await played({}, 3);
  expect(texts(heard, "Phone")).toEqual(["2", "2", "2"]);
});

test.each([
  ["an empty 200", { body: "" }],
  ["JSON", { type: "application/json", body: '{"ok":true}' }],
  ["the envelope as JSON", { type: "application/json", body: ACK }],
  ["Ack false", { body: ACK.replace("true", "false") }],
  ["another namespace", { body: ACK.replace("2005/09", "2006/09") }],
  ["the envelope with another status", { status: 202, body: ACK }],
])("%s is no acknowledgement: the same notification comes again", async (_name, reply: Reply) => {
  const { heard, org } = await played({}, 1, (number) => (number < 3 ? reply : { body: ACK }));
  expect(heard).toHaveLength(3);
  expect(new Set(texts(heard, "Id").filter((id) => id.startsWith("04l"))).size).toBe(1);
  expect(org.outbound.deliveries.map(({ acknowledged }) => acknowledged)).toEqual([false, false, true]);
});

test("an acknowledgement may be written with spaces between its elements and another prefix", async () => {
  const body = ACK.replaceAll("soapenv", "s").replaceAll("><", ">\n <");
  expect((await played({}, 1, () => ({ body }))).heard).toHaveLength(1);
});

test("when the day is over a notification is dropped", async () => {
  const { heard, org } = await played({ retries: 2 }, 1, () => ({ status: 500, body: "" }));
  expect(heard).toHaveLength(3);
  expect(org.outbound.dropped).toHaveLength(1);
});

test("what failed arrives after what came later", async () => {
  const { org, sandbox, ana } = await livingOrg();
  const { url, heard } = await listening((number) =>
    number === 1 ? { status: 503, body: "" } : { body: ACK },
  );
  org.outbound.define({ object: "Lead", url, fields: ["Phone"] });
  Object.assign(org.outbound.mood, { retryDelayMs: 150, batchDelayMs: 1 });
  const bo = org.addLead({ LastName: "Bo", Email: "bo@example.com" }).id;
  await expect.poll(() => heard.length).toBe(1);
  await org.act({ do: "change", who: ana, values: { Phone: "1" } });
  await sandbox.drained();
  const told = heard.map((xml) => texts(xml, "Id").find((id) => id.startsWith("00Q")));
  expect(told).toEqual([bo, ana, bo]);
});

test("repeated and late notifications are the same for the same seed", async () => {
  const idsOf = async (): Promise<string[]> =>
    texts((await played({ duplicateShare: 0.3, reorderShare: 0.3 }, 40)).heard, "Id").filter((id) =>
      id.startsWith("04l"),
    );
  const first = await idsOf();
  expect(first.length).toBeGreaterThan(40);
  expect(new Set(first).size).toBe(40);
  expect(first).not.toEqual(first.toSorted());
  expect(await idsOf()).toEqual(first);
});

test("some are lost, and some come twice on command", async () => {
  expect((await played({ lostShare: 1 }, 5)).heard).toEqual([]);
  const { org, sandbox, heard } = await played({}, 2);
  await org.act({ do: "repeat-messages", count: 1 });
  await sandbox.drained();
  expect(heard).toHaveLength(2);
});

test("nothing leaves while paused, and everything leaves afterwards", async () => {
  const { org, sandbox, heard } = await played({ paused: true }, 3);
  expect(heard).toEqual([]);
  org.outbound.mood.paused = false;
  org.outbound.wake();
  await sandbox.drained();
  expect(texts(heard, "Phone")).toHaveLength(3);
});

test.each([
  [true, 1],
  [false, 0],
])("with echoApiWrites %s a write of Baton's makes %i call(s)", async (echoApiWrites, count) => {
  const { heard, api, ana, sandbox } = await played({ echoApiWrites }, 0);
  expect((await api("PATCH", `/sobjects/Lead/${ana}`, { Phone: "9" })).status).toBe(204);
  await sandbox.drained();
  expect(heard).toHaveLength(count);
});

test("a record that is deleted before the call leaves is not told", async () => {
  const { org, sandbox, ana, heard } = await played({ paused: true }, 1);
  await org.act({ do: "delete", who: ana });
  org.outbound.mood.paused = false;
  org.outbound.wake();
  await sandbox.drained();
  expect(heard).toEqual([]);
});
