import { describe, expect, test } from "vitest";
import type { Answered } from "../../../connectors/http/call.ts";
import { troubleError } from "../../../connectors/http/trouble.ts";
import { ADVICE, answerTrouble, rowTrouble } from "../../../connectors/salesforce/errors.ts";

function answered(status: number, body: unknown = [], part: Partial<Answered> = {}): Answered {
  return { status, headers: {}, body, readable: true, ...part };
}
const refusal = (errorCode: string, part: object = {}): unknown => [{ errorCode, message: "said", ...part }];

/** As Salesforce sends it; the second spelling is that of v54. */
const matches = {
  allowSave: true,
  matchResults: [
    {
      entityType: "Contact",
      matchRecords: [
        { matchConfidence: 100, record: { attributes: { type: "Contact" }, Id: "0038M0000016Wv8QAE" } },
        { record: { Id: "../Account/001" } },
        {},
      ],
    },
    { matchRecords: "none" },
  ],
};

describe("what an answer means", () => {
  test.each([
    [200, undefined, undefined],
    [201, undefined, undefined],
    [204, undefined, undefined],
    [300, "crm.conflict", "refused"],
    [302, "crm.redirected", "maybe"],
    [400, "crm.invalid", "refused"],
    [401, "crm.unauthorized", "no"],
    [403, "crm.forbidden", "refused"],
    [404, "crm.not-found", "refused"],
    [408, "crm.timeout", "maybe"],
    [412, "crm.conflict", "no"],
    [429, "crm.rate-limited", "no"],
    [500, "crm.server-error", "maybe"],
    [503, "crm.server-error", "maybe"],
  ])("%i without a code", (status, code, applied) => {
    const trouble = answerTrouble(answered(status));
    expect([trouble?.code, trouble?.applied]).toEqual([code, applied]);
  });

  test.each([
    [401, "INVALID_SESSION_ID", "crm.unauthorized", "no"],
    [403, "REQUEST_LIMIT_EXCEEDED", "crm.rate-limited", "no"],
    [403, "API_DISABLED_FOR_ORG", "crm.forbidden", "refused"],
    [400, "UNABLE_TO_LOCK_ROW", "crm.locked", "no"],
    [500, "UNABLE_TO_LOCK_ROW", "crm.locked", "no"],
    [500, "UNKNOWN_EXCEPTION", "crm.server-error", "maybe"],
    [503, "SERVER_UNAVAILABLE", "crm.server-error", "maybe"],
    [400, "QUERY_TIMEOUT", "crm.server-error", "no"],
    [400, "REQUEST_RUNNING_TOO_LONG", "crm.timeout", "maybe"],
    [400, "PROCESSING_HALTED", "crm.server-error", "no"],
    [404, "NOT_FOUND", "crm.not-found", "refused"],
    [400, "ENTITY_IS_DELETED", "crm.not-found", "refused"],
    [400, "INVALID_CROSS_REFERENCE_KEY", "crm.not-found", "refused"],
    [400, "CANNOT_UPDATE_CONVERTED_LEAD", "crm.conflict", "refused"],
    [400, "DUPLICATE_VALUE", "crm.conflict", "refused"],
    [400, "INSUFFICIENT_ACCESS_OR_READONLY", "crm.forbidden", "refused"],
    [400, "FIELD_CUSTOM_VALIDATION_EXCEPTION", "crm.invalid", "refused"],
    [400, "INACTIVE_OWNER_OR_USER", "crm.invalid", "refused"],
    [400, "SOMETHING_NEW", "crm.invalid", "refused"],
  ])("%i %s", (status, errorCode, code, applied) => {
    expect(answerTrouble(answered(status, refusal(errorCode)))).toMatchObject({ code, applied, errorCode });
  });

  test("what does not speak Salesforce's JSON may have been applied, unless the status is certain", () => {
    const page = { body: undefined, readable: false };
    expect(answerTrouble(answered(200, [], page))).toMatchObject({
      code: "crm.bad-answer",
      applied: "maybe",
    });
    expect(answerTrouble(answered(400, [], page))).toMatchObject({
      code: "crm.bad-answer",
      applied: "maybe",
    });
    expect(answerTrouble(answered(401, [], page))).toMatchObject({ code: "crm.unauthorized", applied: "no" });
    expect(answerTrouble(answered(503, [], page))).toMatchObject({ code: "crm.server-error" });
    expect(answerTrouble(answered(204, [], page))).toBeUndefined();
  });

  test.each([
    [null],
    ["text"],
    [[]],
    [[null]],
    [[{ errorCode: 7, message: {}, fields: "none", duplicateResult: [] }]],
    [{ error: "invalid" }],
  ])("a body of %j still ends in a code", (body) => {
    expect(answerTrouble(answered(400, body))).toMatchObject({ code: "crm.invalid", label: "400" });
  });

  test("a time to come back is kept", () => {
    const headers = { "retry-after": "7" };
    expect(answerTrouble(answered(503, [], { headers }))?.retryAfterMs).toBe(7_000);
  });
});

describe("the reason", () => {
  test("says what an admin can do, which fields, and what Salesforce says", () => {
    const body = refusal("INACTIVE_OWNER_OR_USER", { message: "ana@example.com left", fields: ["OwnerId"] });
    const trouble = answerTrouble(answered(400, body));
    expect(trouble?.reason).toBe(
      "The owner is not active in Salesforce any more: ana@example.com left (OwnerId)",
    );
  });

  test("stays out of the error, which names code and fields only", () => {
    const body = refusal("STRING_TOO_LONG", {
      message: "ana@example.com",
      fields: ["Title", "ana@example.com"],
    });
    const trouble = answerTrouble(answered(400, body)) ?? rowTrouble([]);
    const call = { method: "POST", path: "/services/data/v67.0/composite" };
    const { message } = troubleError({ crm: "Salesforce", advice: ADVICE }, trouble, call);
    expect(message).toContain("400 STRING_TOO_LONG Title for POST /services/data/v67.0/composite.");
    expect(message).not.toContain("ana@example.com");
  });

  test("of no end is cut", () => {
    const body = refusal("APEX_ERROR", { message: "x".repeat(9_000) });
    expect(answerTrouble(answered(400, body))?.reason.length).toBeLessThan(600);
  });
});

test.each(["duplicateResult", "duplicateResut"])("the records a duplicate rule names are kept: %s", (key) => {
  const body = refusal("DUPLICATES_DETECTED", { [key]: matches });
  expect(answerTrouble(answered(400, body))).toMatchObject({
    code: "crm.conflict",
    duplicates: ["0038M0000016Wv8QAE"],
  });
});

describe("a row of a collection", () => {
  test.each([
    ["UNABLE_TO_LOCK_ROW", "crm.locked", "no"],
    // Of a whole call it would be unknown; a row that says so was not written.
    ["UNKNOWN_EXCEPTION", "crm.server-error", "no"],
    ["DUPLICATE_VALUE", "crm.conflict", "refused"],
    ["SOMETHING_NEW", "crm.invalid", "refused"],
    ["__proto__", "crm.invalid", "refused"],
  ])("%s", (statusCode, code, applied) => {
    expect(rowTrouble([{ statusCode, message: "", fields: [] }])).toMatchObject({ code, applied });
  });

  test("without a reason it is refused all the same", () => {
    expect(rowTrouble(undefined)).toMatchObject({ code: "crm.invalid", reason: "Salesforce gave no reason" });
  });
});
