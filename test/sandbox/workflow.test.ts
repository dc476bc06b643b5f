import { expect, test } from "vitest";
import { signV2 } from "../../sandbox/hubspot/signature.ts";
import { listener, open } from "./portal-client.ts";

const block = '{"outputFields":{"hs_execution_state":"BLOCK","hs_expiration_duration":"PT30M"}}';

test("an enrolment calls the action, waits on BLOCK and is released by the callback", async () => {
  const { url, heard } = await listener(() => 200, block);
  const { api, app, contact, portal } = await open({ app: { actionUrl: url } });
  const id = await contact({ email: "rosa@example.com" });
  const { state } = await portal.act({ do: "enrol", who: id, inputFields: { policy: "default" } });
  expect(state).toBe("BLOCK");
  const text = heard[0]?.text ?? "";
  expect(JSON.parse(text)).toMatchObject({
    origin: { portalId: portal.id },
    object: { objectId: Number(id), objectType: "CONTACT", properties: { email: "rosa@example.com" } },
    inputFields: { policy: "default" },
  });
  expect(heard[0]?.headers).toMatchObject({
    "x-hubspot-signature-version": "v2",
    "x-hubspot-signature": signV2(app.clientSecret, { method: "POST", url, body: text }),
  });
  const [execution] = portal.state.executions.values();
  const inputs = [
    {
      callbackId: execution?.callbackId,
      outputFields: { hs_execution_state: "SUCCESS", assignedOwner: "1" },
      typedOutputs: {},
    },
  ];
  expect((await api("POST", "/automation/actions/callbacks/2026-03/complete", { inputs })).status).toBe(204);
  expect(execution).toMatchObject({ state: "SUCCESS", outputFields: { assignedOwner: "1" } });
});

test.each([
  [500, "FAILED"],
  [200, "SUCCESS"],
])("an action that answers %i leaves the enrolment %s", async (status, state) => {
  const { url } = await listener(() => status);
  const { contact, portal } = await open({ app: { actionUrl: url } });
  expect(
    (await portal.act({ do: "enrol", who: await contact({ email: "rosa@example.com" }), inputFields: {} }))
      .state,
  ).toBe(state);
});

test("completing a callback that nobody waits for answers 404", async () => {
  const { api } = await open();
  expect(
    (await api("POST", "/automation/actions/callbacks/2026-03/ap-1/complete", { outputFields: {} })).status,
  ).toBe(404);
});

test("a workflow's webhook step posts the contact, signed v2", async () => {
  const { url, heard } = await listener();
  const { contact, portal } = await open();
  const id = await contact({ email: "rosa@example.com" });
  expect((await portal.act({ do: "send-webhook", who: id, url })).state).toBe("200");
  expect(heard[0]?.headers["x-hubspot-signature-version"]).toBe("v2");
  expect(JSON.parse(heard[0]?.text ?? "")).toMatchObject({
    objectId: Number(id),
    properties: { email: "rosa@example.com" },
  });
});
