import { expect, test } from "vitest";
import { salesforceEndpoints } from "../../../connectors/salesforce/endpoints.ts";
import { ACK } from "../../../connectors/salesforce/outbound.ts";
import { outboundToken } from "../../../connectors/salesforce/outbound-key.ts";
import type { Endpoint, RawRequest } from "../../../src/crm-app.ts";
import { BatonError } from "../../../src/errors.ts";
import { isAcknowledged } from "../../../sandbox/salesforce/outbound/envelope.ts";
import { NOW, ORG } from "./server.ts";

const SECRETS = ["newest-secret", "older-secret"];

function at(path: string): Endpoint {
  const found = salesforceEndpoints({ clientSecrets: SECRETS }).find((endpoint) => endpoint.path === path);
  if (found === undefined) throw new Error(`no endpoint at ${path}`);
  return found;
}
const request = (
  path: string,
  body: string | Uint8Array,
  headers: RawRequest["headers"] = {},
): RawRequest => ({
  method: "POST",
  url: `https://baton.example.com${path}`,
  headers,
  body: Buffer.from(body),
});
function codeOf(attempt: () => unknown): string {
  try {
    attempt();
  } catch (error) {
    if (error instanceof BatonError) return error.code;
    throw error;
  }
  return "taken";
}

const message = (orgId = ORG): string =>
  `<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body><notifications xmlns="http://soap.sforce.com/2005/09/outbound"><OrganizationId>${orgId}</OrganizationId><ActionId>04k5g000000PqRsAAK</ActionId><Notification><Id>04l5g00002nrC5BAAU</Id><sObject><Id>00Q5g00000ABCdeEAH</Id></sObject></Notification></notifications></e:Body></e:Envelope>`;
const outbound = at("/salesforce/outbound/:token");
const tell = (token: string, body: string | Uint8Array = message()) =>
  outbound.receive(request(`/salesforce/outbound/${token}`, body), NOW);

test("an org's message is answered with exactly what Salesforce takes for kept", () => {
  const { events, answer } = tell(outboundToken("newest-secret", ORG));
  expect(events).toHaveLength(1);
  expect(answer).toEqual({ status: 200, body: ACK, type: "text/xml; charset=utf-8" });
  expect(isAcknowledged(200, answer.type ?? "", ACK)).toBe(true);
});

test("what was set up under the older secret is taken until that one goes", () => {
  expect(codeOf(() => tell(outboundToken("older-secret", ORG)))).toBe("taken");
  expect(codeOf(() => tell(outboundToken("oldest-secret", ORG)))).toBe("receive.bad-signature");
});

test("whose token it is, is looked at before anything is read", () => {
  expect(codeOf(() => tell("nobody", "<broken"))).toBe("receive.bad-signature");
  expect(codeOf(() => tell(outboundToken("newest-secret", ORG), "<broken"))).toBe("receive.bad-body");
});

test.each([
  ["a message", () => tell(outboundToken("newest-secret", ORG), Buffer.alloc(outbound.maxBytes + 1, 32))],
  [
    "a JSON event",
    () => {
      const events = at("/salesforce/events");
      return events.receive(request(events.path, Buffer.alloc(events.maxBytes + 1, 32)), NOW);
    },
  ],
])("%s of a byte too many is not read", (_what, attempt) => {
  expect(codeOf(attempt)).toBe("receive.too-large");
});

test.each([
  ["is not JSON", "{"],
  ["is not UTF-8", Buffer.from([0xff, 0xfe])],
  ["is a number", "7"],
])("a JSON body that %s is refused, and not repeated", (_what, body) => {
  const headers = { authorization: `Bearer ${outboundToken("newest-secret", ORG)}` };
  expect(
    codeOf(() => at("/salesforce/events").receive(request("/salesforce/events", body, headers), NOW)),
  ).toBe("receive.bad-body");
});
