import { expect, test } from "vitest";
import type { Endpoint, RawRequest, Reception } from "../../src/crm-app.ts";
import { BatonError } from "../../src/errors.ts";
import type { CrmEvent } from "../../src/model/event.ts";
import { receive, type Delivery, type ReceiveContext } from "../../src/receive/receive.ts";

const NOW = Date.UTC(2026, 10, 17, 9, 30);
const request: RawRequest = {
  method: "POST",
  url: "https://baton.example/x",
  headers: {},
  body: new Uint8Array(),
};

const event = (tenant: string, key: string): CrmEvent => ({
  kind: "lead-created",
  key,
  tenant,
  occurredAt: NOW,
  urgency: "live",
  lead: { crm: "hubspot", id: key },
});

const endpointOf = (reception: Partial<Reception>): Endpoint => ({
  method: "POST",
  path: "/x",
  maxBytes: 1,
  receive: () => ({ events: [], refused: [], answer: { status: 204 }, ...reception }),
});

function contextOf(
  overrides: Partial<ReceiveContext> = {},
): ReceiveContext & { deliveries: Delivery[]; asked: string[] } {
  const deliveries: Delivery[] = [];
  const asked: string[] = [];
  return {
    crm: "hubspot",
    storeWithinMs: 1_000,
    inbox: {
      store: async (given) => {
        deliveries.push(...given);
        return { stored: given.flatMap(({ events }) => events).length, duplicates: 0 };
      },
    },
    installations: {
      byTenant: async (_crm, tenant) => {
        asked.push(tenant);
        return tenant.startsWith("known") ? { id: `i-${tenant}` } : undefined;
      },
    },
    deliveries,
    asked,
    ...overrides,
  };
}

test("a batch is split by tenant, in the order the events came, and each tenant is looked up once", async () => {
  const context = contextOf();
  const events = [event("known-a", "1"), event("known-b", "2"), event("known-a", "3")];
  const received = await receive(endpointOf({ events }), request, NOW, context);
  expect(
    context.deliveries.map(({ installation, events: theirs }) => [
      installation,
      theirs.map(({ key }) => key),
    ]),
  ).toEqual([
    ["i-known-a", ["1", "3"]],
    ["i-known-b", ["2"]],
  ]);
  expect(context.asked).toEqual(["known-a", "known-b"]);
  expect(received).toMatchObject({ stored: 3, duplicates: 0, refused: {}, answer: { status: 204 } });
});

test("refusals are counted by code, unknown tenants among them", async () => {
  const events = [event("known", "1"), event("stranger", "2"), event("stranger", "3")];
  const refused = [
    { code: "receive.bad-event", detail: "a" },
    { code: "receive.bad-event", detail: "b" },
  ];
  const received = await receive(endpointOf({ events, refused }), request, NOW, contextOf());
  expect(received.refused).toEqual({ "receive.bad-event": 2, "receive.unknown-tenant": 2 });
});

test("nothing to store asks the store for nothing", async () => {
  const context = contextOf({
    inbox: { store: async () => await Promise.reject(new Error("asked")) },
  });
  await expect(receive(endpointOf({}), request, NOW, context)).resolves.toMatchObject({ stored: 0 });
});

test.for([
  [
    "the inbox rejects",
    contextOf({ inbox: { store: async () => await Promise.reject(new Error("disk full")) } }),
  ],
  [
    "the inbox throws",
    contextOf({
      inbox: {
        store: () => {
          throw new Error("closed");
        },
      },
    }),
  ],
  [
    "the inbox is silent",
    contextOf({ storeWithinMs: 10, inbox: { store: () => new Promise(() => undefined) } }),
  ],
  [
    "tenants cannot be looked up",
    contextOf({
      installations: {
        byTenant: async () => await Promise.reject(new BatonError("store.unavailable", "gone")),
      },
    }),
  ],
] as const)("not stored, so it is to be sent again: %s", async ([, context]) => {
  await expect(
    receive(endpointOf({ events: [event("known", "1")] }), request, NOW, context),
  ).rejects.toMatchObject({
    code: "receive.not-stored",
    remedy: "retry",
  });
});

test("a request of strangers only is refused before the store is asked", async () => {
  const context = contextOf();
  const endpoint = endpointOf({ events: [event("stranger", "1")] });
  await expect(receive(endpoint, request, NOW, context)).rejects.toMatchObject({
    code: "receive.unknown-tenant",
  });
  expect(context.deliveries).toEqual([]);
});
