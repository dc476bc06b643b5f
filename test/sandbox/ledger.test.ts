import { expect, test } from "vitest";
import { createLedger } from "../../sandbox/ledger.ts";
import type { LedgerCall } from "../../sandbox/ledger.ts";
import { open } from "./portal-client.ts";

test("a write tells its object, its values, its trace and who made it", async () => {
  const { api, app, contact, portal, sandbox } = await open();
  const id = await contact({ email: "ana@example.com" });
  await api("POST", "/crm/objects/2026-03/contacts/batch/update", {
    inputs: [{ id, properties: { phone: "1" }, objectWriteTraceId: "t1" }],
  });
  await portal.act({ do: "change", who: id, properties: { phone: "2" } });
  const calls = sandbox.ledger.calls;
  expect(sandbox.ledger.find({ kind: "contact.update", objectId: id })).toMatchObject([
    { who: { app: app.id }, traceId: "t1", properties: { phone: "1" }, call: calls[1]?.number },
    { who: { other: "CRM_UI" }, traceId: undefined, properties: { phone: "2" }, call: undefined },
  ]);
  expect(sandbox.ledger.find({ by: "app" })).toHaveLength(2);
});

test("a call tells its route, its inputs, its status and its ends", async () => {
  const { api, portal, sandbox } = await open();
  await api("POST", "/crm/objects/2026-03/contacts/batch/read", { inputs: [{ id: "1" }, { id: "2" }] });
  expect(sandbox.ledger.calls).toMatchObject([
    {
      portalId: portal.id,
      method: "POST",
      route: "/crm/objects/2026-03/:type/batch/read",
      inputs: 2,
      status: 207,
      fault: undefined,
    },
  ]);
  expect(sandbox.ledger.calls[0]?.endMs).toBeGreaterThanOrEqual(
    sandbox.ledger.calls[0]?.startMs ?? Number.NaN,
  );
  expect(sandbox.ledger.countCalls({ portalId: portal.id, route: "/crm/objects" })).toBe(1);
});

test("creations that carry one marker are found as duplicates", async () => {
  const { api, sandbox } = await open();
  for (const marker of ["k1", "k2", "k1"]) {
    await api("POST", "/crm/objects/2026-03/notes", {
      properties: { hs_timestamp: "2026-11-17T09:00:00Z", hs_note_body: `<p>${marker}</p>` },
    });
  }
  const duplicates = sandbox.ledger.duplicates(
    "note.create",
    (properties) => /k\d/.exec(properties["hs_note_body"] ?? "")?.[0],
  );
  expect([...duplicates.keys()]).toEqual(["k1"]);
  expect(duplicates.get("k1")).toHaveLength(2);
});

test.each([
  [
    "one after the other",
    [
      [0, 5],
      [5, 9],
    ],
    1,
  ],
  [
    "two at once",
    [
      [0, 5],
      [4, 9],
    ],
    2,
  ],
  [
    "one that never ended",
    [
      [0, undefined],
      [4, 5],
      [6, 7],
    ],
    2,
  ],
] as const)("calls %s", (_name, spans, most) => {
  const ledger = createLedger();
  for (const [startMs, endMs] of spans) {
    const call: Omit<LedgerCall, "number"> = {
      at: 0,
      startMs,
      endMs,
      portalId: 1,
      appId: 1,
      method: "GET",
      path: "/",
      route: "/",
      status: 200,
      inputs: 1,
      fault: undefined,
    };
    ledger.begin(call);
  }
  expect(ledger.mostConcurrent(1)).toBe(most);
  expect(ledger.mostConcurrent(2)).toBe(0);
});
