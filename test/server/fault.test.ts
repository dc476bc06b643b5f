import { expect, test } from "vitest";
import { BatonError, ERROR_CODES, type ErrorCode } from "../../src/errors.ts";
import { faultOf } from "../../src/server/fault.ts";

const CODES = Object.keys(ERROR_CODES).filter((code): code is ErrorCode => code in ERROR_CODES);

test("every code of the catalogue becomes an error status, and only those worth repeating say when", () => {
  for (const code of CODES) {
    const fault = faultOf(new BatonError(code, "why"));
    expect(fault.status).toBeGreaterThanOrEqual(400);
    expect(fault.status).toBeLessThan(600);
    expect(fault.retryAfter !== undefined).toBe(ERROR_CODES[code] === "retry");
  }
});

test.for([
  ["receive.bad-signature", 401],
  ["receive.bad-body", 400],
  ["receive.too-large", 413],
  ["receive.unknown-tenant", 404],
  ["receive.rate-limited", 429],
  ["receive.not-stored", 503],
  ["install.denied", 403],
] as const)("%s is %i", ([code, status]) => {
  expect(faultOf(new BatonError(code, "why"))).toMatchObject({ status, code, message: "why" });
});

test("Retry-After is in whole seconds, never too early", () => {
  expect(faultOf(new BatonError("receive.rate-limited", "why", { retryAfterMs: 1_001 })).retryAfter).toBe(2);
});

test.for([
  ["an error", new Error("ana@example.com")],
  ["a text", "ana@example.com"],
  ["nothing", undefined],
  ["an error that claims to be a success", Object.assign(new Error("ana@example.com"), { statusCode: 200 })],
])("%s that nobody foresaw is a 500 that repeats nothing", ([, error]) => {
  const fault = faultOf(error);
  expect(fault.status).toBe(500);
  expect(fault.message).not.toContain("ana@");
});

test("what Fastify refuses keeps its status and loses its text", () => {
  const error = Object.assign(new Error("Unsupported Media Type: ana@example.com"), { statusCode: 415 });
  expect(faultOf(error)).toEqual({ status: 415, message: "Unsupported Media Type." });
});
