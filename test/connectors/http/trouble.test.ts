import { expect, test } from "vitest";
import { connectionTrouble } from "../../../connectors/http/trouble.ts";

test.each([
  ["ECONNREFUSED", "crm.unreachable", "no"],
  ["ENOTFOUND", "crm.unreachable", "no"],
  ["UND_ERR_CONNECT_TIMEOUT", "crm.unreachable", "no"],
  ["CERT_HAS_EXPIRED", "crm.unreachable", "no"],
  ["ECONNRESET", "crm.unreachable", "maybe"],
  ["UND_ERR_SOCKET", "crm.unreachable", "maybe"],
  ["EPIPE", "crm.unreachable", "maybe"],
  ["UND_ERR_HEADERS_TIMEOUT", "crm.timeout", "maybe"],
  ["UND_ERR_BODY_TIMEOUT", "crm.timeout", "maybe"],
  ["UND_ERR_RES_EXCEEDED_MAX_SIZE", "crm.bad-answer", "maybe"],
  ["SOMETHING_NEW", "crm.unreachable", "maybe"],
])("a connection that fails with %s", (code, expected, applied) => {
  expect(connectionTrouble("HubSpot", Object.assign(new Error("failed"), { code }))).toMatchObject({
    code: expected,
    applied,
  });
});

test.each([
  [new DOMException("late", "TimeoutError"), "crm.timeout"],
  ["text", "crm.unreachable"],
  [undefined, "crm.unreachable"],
])("a failure that is %s is uncertain", (failure, code) => {
  expect(connectionTrouble("HubSpot", failure)).toMatchObject({ code, applied: "maybe" });
});
