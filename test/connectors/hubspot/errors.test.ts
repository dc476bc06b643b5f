import { describe, expect, test } from "vitest";
import type { Answered } from "../../../connectors/http/call.ts";
import { troubleError } from "../../../connectors/http/trouble.ts";
import { ADVICE, answerTrouble, itemTrouble } from "../../../connectors/hubspot/errors.ts";
import { ERROR_CODES } from "../../../src/errors.ts";

function answered(status: number, body: unknown = {}, part: Partial<Answered> = {}): Answered {
  return { status, headers: {}, body, readable: true, ...part };
}

describe("what an answer means", () => {
  test.each([
    [200, { code: undefined, applied: undefined }],
    [201, { code: undefined, applied: undefined }],
    [204, { code: undefined, applied: undefined }],
    [207, { code: undefined, applied: undefined }],
    [301, { code: "crm.redirected", applied: "maybe" }],
    [307, { code: "crm.redirected", applied: "maybe" }],
    [400, { code: "crm.invalid", applied: "refused" }],
    [401, { code: "crm.unauthorized", applied: "no" }],
    [403, { code: "crm.forbidden", applied: "refused" }],
    [404, { code: "crm.not-found", applied: "refused" }],
    [408, { code: "crm.timeout", applied: "maybe" }],
    [409, { code: "crm.conflict", applied: "refused" }],
    [414, { code: "crm.invalid", applied: "refused" }],
    [423, { code: "crm.locked", applied: "no" }],
    [429, { code: "crm.rate-limited", applied: "no" }],
    [477, { code: "crm.migrating", applied: "no" }],
    [500, { code: "crm.server-error", applied: "maybe" }],
    [502, { code: "crm.server-error", applied: "maybe" }],
    [524, { code: "crm.server-error", applied: "maybe" }],
  ])("%i", (status, expected) => {
    const { code, applied } = answerTrouble(answered(status)) ?? {};
    expect({ code, applied }).toEqual(expected);
  });

  test.each([
    [200, "crm.bad-answer", "maybe"],
    [400, "crm.bad-answer", "maybe"],
    [403, "crm.bad-answer", "maybe"],
    [404, "crm.bad-answer", "maybe"],
    [429, "crm.rate-limited", "no"],
    [401, "crm.unauthorized", "no"],
    [502, "crm.server-error", "maybe"],
  ])("%i with a page instead of JSON", (status, code, applied) => {
    const trouble = answerTrouble(answered(status, undefined, { readable: false }));
    expect(trouble).toMatchObject({ code, applied });
  });

  test.each([
    ["TEN_SECONDLY_ROLLING", "ten-secondly"],
    ["SECONDLY", "secondly"],
    ["DAILY", "daily"],
    ["A_NEW_ONE", "ten-secondly"],
    [undefined, "ten-secondly"],
  ])("a 429 under policy %s", (policyName, policy) => {
    expect(answerTrouble(answered(429, { policyName }))?.policy).toBe(policy);
  });

  test.each([
    ["7", 7_000],
    ["0", 0],
    ["-1", undefined],
    ["soon", undefined],
    [undefined, undefined],
  ])("Retry-After %s is in seconds", (header, retryAfterMs) => {
    const trouble = answerTrouble(answered(477, {}, { headers: { "retry-after": header } }));
    expect(trouble?.retryAfterMs).toBe(retryAfterMs);
  });

  test.each([[null], [[]], ["text"], [{ message: 7, category: [] }], [{ errors: "none" }]])(
    "an error body of %j still ends in a code",
    (body) => {
      expect(answerTrouble(answered(400, body))).toMatchObject({ code: "crm.invalid", label: "400" });
    },
  );

  test("HubSpot's message is the reason for admins and stays out of the error", () => {
    const body = { category: "VALIDATION_ERROR", message: "ana@example.com is no e-mail address" };
    const trouble = answerTrouble(answered(400, body));
    expect(trouble?.reason).toContain("ana@example.com");
    const error = troubleError(
      { crm: "HubSpot", advice: ADVICE },
      trouble ?? itemTrouble(undefined, undefined),
      {
        method: "POST",
        path: "/crm/x",
      },
    );
    expect(error.message).toContain("400 VALIDATION_ERROR");
    expect(error.message).not.toContain("ana@example.com");
  });

  test("a category that is no category never reaches a label", () => {
    const trouble = answerTrouble(answered(400, { category: "ana@example.com asked" }));
    expect(trouble?.label).toBe("400");
  });

  test("a missing scope is named", () => {
    const errors = [null, { context: { requiredGranularScopes: ["crm.lists.read", "ana@example.com"] } }];
    const trouble = answerTrouble(answered(403, { category: "MISSING_SCOPES", errors }));
    expect(trouble?.label).toBe("403 MISSING_SCOPES crm.lists.read");
  });

  test("an endless reason is cut", () => {
    expect(answerTrouble(answered(400, { message: "x".repeat(9_000) }))?.reason.length).toBeLessThan(600);
  });
});

test.each([
  ["OBJECT_NOT_FOUND", "crm.not-found", "refused"],
  ["CONFLICT", "crm.conflict", "refused"],
  ["VALIDATION_ERROR", "crm.invalid", "refused"],
  ["MISSING_SCOPES", "crm.forbidden", "refused"],
  ["RATE_LIMITS", "crm.rate-limited", "no"],
  ["INTERNAL_ERROR", "crm.server-error", "maybe"],
  ["SOMETHING_NEW", "crm.invalid", "refused"],
  ["__proto__", "crm.invalid", "refused"],
  ["constructor", "crm.invalid", "refused"],
  [undefined, "crm.invalid", "refused"],
])("an item with category %s", (category, code, applied) => {
  expect(itemTrouble(category, undefined)).toMatchObject({ code, applied });
});

test("every code is one of the catalogue", () => {
  const codes = [301, 400, 401, 403, 404, 408, 409, 423, 429, 477, 500].map(
    (status) => answerTrouble(answered(status))?.code,
  );
  for (const code of codes) expect(Object.keys(ERROR_CODES)).toContain(code);
});
