import { Signature } from "@hubspot/api-client";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  signV1,
  signV2,
  signV3,
  TIMESTAMP_WINDOW_MS,
  verifySignature,
} from "../../../connectors/hubspot/signature.ts";
import type { LegacyVersion } from "../../../connectors/hubspot/signature.ts";
import type { RawRequest } from "../../../src/crm-app.ts";
import { BatonError } from "../../../src/errors.ts";

const SECRET = "yyyyyyyy-yyyy-yyyy-yyyy-yyyyyyyyyyyy";
const URI = "https://www.example.com/webhook_uri";
const AT = 1_693_657_560_000;
const CREATION =
  '[{"eventId":1,"subscriptionId":12345,"portalId":62515,"occurredAt":1564113600000,"subscriptionType":"contact.creation","attemptNumber":0,"objectId":123,"changeSource":"CRM","changeFlag":"NEW","appId":54321}]';
const EXAMPLE = '{"example_field":"example_value"}';

type Headers = RawRequest["headers"];

function request(body: string | Uint8Array, headers: Headers, method = "POST", url = URI): RawRequest {
  return { method, url, headers, body: typeof body === "string" ? Buffer.from(body) : body };
}

function v3(signature: string, timestamp: string | undefined = String(AT)): Headers {
  return { "x-hubspot-signature-v3": signature, "x-hubspot-request-timestamp": timestamp };
}

function old(version: string, signature: string): Headers {
  return { "x-hubspot-signature": signature, "x-hubspot-signature-version": version };
}

function codeOf(attempt: () => void): string {
  try {
    attempt();
  } catch (error) {
    if (error instanceof BatonError) return error.code;
    throw error;
  }
  return "accepted";
}

function verdict(
  given: RawRequest,
  legacy: LegacyVersion = "v1",
  secrets: readonly string[] = [SECRET],
  now = AT,
): string {
  return codeOf(() => {
    verifySignature(given, secrets, legacy, now);
  });
}

describe("the five published vectors are accepted", () => {
  test.each<{ name: string; legacy: LegacyVersion; given: RawRequest }>([
    {
      name: "v1, a creation event",
      legacy: "v1",
      given: request(CREATION, old("v1", "232db2615f3d666fe21a8ec971ac7b5402d33b9a925784df3ca654d05f4817de")),
    },
    {
      name: "v2, POST",
      legacy: "v2",
      given: request(EXAMPLE, old("v2", "9569219f8ba981ffa6f6f16aa0f48637d35d728c7e4d93d0d52efaa512af7900")),
    },
    {
      name: "v2, GET with an empty body",
      legacy: "v2",
      given: request(
        "",
        old("v2", "eee2dddcc73c94d699f5e395f4b9d454a069a6855fbfa152e91e88823087200e"),
        "GET",
      ),
    },
    {
      name: "v3, double quotes",
      legacy: "v1",
      given: request(EXAMPLE, v3("oaA3M5dEtt6kFsseJD/Hv/x+JNl1vsoxFj4oxmwP6Go=")),
    },
    {
      name: "v3, single quotes",
      legacy: "v1",
      given: request("{'example_field':'example_value'}", v3("K36dawei4A+QBNolUOqo7s91KQDWQ5MXZ/QufNYuk/Y=")),
    },
  ])("$name", ({ legacy, given }) => {
    expect(verdict(given, legacy)).toBe("accepted");
  });
});

test("v1, v2 and v3 equal the official client's on any body", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme" }), fc.constantFrom("GET", "POST"), (text, method) => {
      const parts = { method, uri: URI, body: Buffer.from(text) };
      const official = (version: string): string =>
        Signature.getSignature(method, version, {
          signature: "",
          clientSecret: SECRET,
          requestBody: text,
          url: URI,
          method,
          timestamp: AT,
        });
      expect(signV1(SECRET, parts)).toBe(official("v1"));
      expect(signV2(SECRET, parts)).toBe(official("v2"));
      expect(signV3(SECRET, parts, String(AT))).toBe(official("v3"));
    }),
  );
});

test("the raw bytes are signed, not a text made of them", () => {
  const body = Uint8Array.from([0x7b, 0xff, 0xfe, 0x7d]);
  const signature = signV1(SECRET, { method: "POST", uri: URI, body });
  expect(verdict(request(body, old("v1", signature)))).toBe("accepted");
  expect(verdict(request("{\uFFFD\uFFFD}", old("v1", signature)))).toBe("receive.bad-signature");
});

describe("v3 decodes twelve escapes of the URI and no other", () => {
  test.each([
    ["https://b.example/x?a=%3A%2F%3F%40%21%24%27%28%29%2A%2C%3B", "https://b.example/x?a=:/?@!$'()*,;"],
    ["https://b.example/x?a=%3a%2f%3f", "https://b.example/x?a=:/?"],
    ["https://b.example/x?a=%20%26%3D%23%25%2B%C3%A9", "https://b.example/x?a=%20%26%3D%23%25%2B%C3%A9"],
    ["https://b.example/x?a=%253A", "https://b.example/x?a=%253A"],
    ["https://b.example/x?a=%zz%", "https://b.example/x?a=%zz%"],
  ])("%s is signed as %s", (called, signed) => {
    const signature = Signature.getSignature("POST", "v3", {
      signature: "",
      clientSecret: SECRET,
      requestBody: EXAMPLE,
      url: signed,
      timestamp: AT,
    });
    expect(verdict(request(EXAMPLE, v3(signature), "POST", called))).toBe("accepted");
  });
});

describe("timestamps of v3", () => {
  const signedAt = (timestamp: string): Headers => {
    const parts = { method: "POST", uri: URI, body: Buffer.from(EXAMPLE) };
    return v3(signV3(SECRET, parts, timestamp), timestamp);
  };
  test.each([
    ["exactly five minutes old", String(AT - TIMESTAMP_WINDOW_MS), "accepted"],
    ["older", String(AT - TIMESTAMP_WINDOW_MS - 1), "receive.bad-timestamp"],
    ["five minutes ahead, as a fast clock", String(AT + TIMESTAMP_WINDOW_MS), "accepted"],
    ["further in the future", String(AT + TIMESTAMP_WINDOW_MS + 1), "receive.bad-timestamp"],
    ["in seconds", String(AT / 1000), "receive.bad-timestamp"],
    ["empty", "", "receive.bad-timestamp"],
    ["not a number", "NaN", "receive.bad-timestamp"],
    ["infinite", "Infinity", "receive.bad-timestamp"],
    ["negative", `-${AT}`, "receive.bad-timestamp"],
    ["with an exponent", "1.69365756e12", "receive.bad-timestamp"],
    ["hexadecimal", "0x18a554f7c40", "receive.bad-timestamp"],
    ["padded with spaces", ` ${AT} `, "receive.bad-timestamp"],
    ["absurdly long", "1".repeat(400), "receive.bad-timestamp"],
  ])("%s", (_name, timestamp, expected) => {
    expect(verdict(request(EXAMPLE, signedAt(timestamp)))).toBe(expected);
  });

  test("missing", () => {
    const headers = { ...signedAt(String(AT)), "x-hubspot-request-timestamp": undefined };
    expect(verdict(request(EXAMPLE, headers))).toBe("receive.bad-timestamp");
  });
});

describe("a v3 signature at the address of webhooks", () => {
  const parts = { method: "POST", uri: URI, body: Buffer.from(EXAMPLE) };
  const marked = (version: string | readonly string[] | undefined): RawRequest =>
    request(EXAMPLE, {
      ...v3(signV3(SECRET, parts, String(AT))),
      "x-hubspot-signature-version": version,
    });

  test.each([["v2"], ["V2"], ["v1, v2"], ["v2,v1"]])(
    "is refused beside the version %s: HubSpot signs any customer's workflow step",
    (version) => {
      expect(verdict(marked(version))).toBe("receive.bad-signature");
      expect(verdict(marked(version), "v2")).toBe("accepted");
    },
  );

  test.each([["v1"], ["v3"], ["v20"], [""], [undefined]])("is taken beside the version %s", (version) => {
    expect(verdict(marked(version))).toBe("accepted");
  });
});

describe("what is refused", () => {
  const parts = { method: "POST", uri: URI, body: Buffer.from(EXAMPLE) };
  const goodV1 = old("v1", signV1(SECRET, parts));
  const goodV2 = old("v2", signV2(SECRET, parts));
  const goodV3 = v3(signV3(SECRET, parts, String(AT)));
  test.each<{ name: string; given: RawRequest; legacy?: LegacyVersion }>([
    { name: "no signature at all", given: request(EXAMPLE, {}) },
    { name: "a wrong v3 beside a right v1", given: request(EXAMPLE, { ...goodV1, ...v3("A".repeat(44)) }) },
    { name: "an empty v3 beside a right v1", given: request(EXAMPLE, { ...goodV1, ...v3("") }) },
    { name: "v2 where v1 is expected", given: request(EXAMPLE, goodV2) },
    { name: "v1 where v2 is expected", given: request(EXAMPLE, goodV1), legacy: "v2" },
    {
      name: "a v1 signature without its version",
      given: request(EXAMPLE, { "x-hubspot-signature": signV1(SECRET, parts) }),
    },
    { name: "a changed body", given: request(`${EXAMPLE} `, goodV3) },
    { name: "a changed method", given: request(EXAMPLE, goodV3, "PUT") },
    { name: "a changed host", given: request(EXAMPLE, goodV3, "POST", "https://evil.example/webhook_uri") },
    { name: "a signature cut short", given: request(EXAMPLE, v3("oaA3")) },
    {
      name: "a signature with text after it",
      given: request(EXAMPLE, v3(`${signV3(SECRET, parts, String(AT))}=`)),
    },
    {
      name: "a signature header sent twice",
      given: request(EXAMPLE, {
        "x-hubspot-signature-v3": ["a", "b"],
        "x-hubspot-request-timestamp": `${AT}`,
      }),
    },
    { name: "characters of several bytes", given: request(EXAMPLE, v3("é".repeat(44))) },
  ])("$name", ({ given, legacy = "v1" }) => {
    expect(verdict(given, legacy)).toBe("receive.bad-signature");
  });

  test("no secret configured", () => {
    expect(verdict(request(EXAMPLE, goodV3), "v1", [])).toBe("receive.bad-signature");
  });

  test("an error never repeats a signature", () => {
    const given = request(EXAMPLE, v3("c2VjcmV0LXNpZ25hdHVyZQ=="));
    expect(() => {
      verifySignature(given, [SECRET], "v1", AT);
    }).toThrow(expect.not.objectContaining({ message: expect.stringContaining("c2VjcmV0") }));
  });
});

test("during a rotation the old and the new secret are both good", () => {
  const parts = { method: "POST", uri: URI, body: Buffer.from(EXAMPLE) };
  const byOld = request(EXAMPLE, v3(signV3("old-secret", parts, String(AT))));
  expect(verdict(byOld, "v1", ["new-secret", "old-secret"])).toBe("accepted");
  expect(verdict(byOld, "v1", ["new-secret"])).toBe("receive.bad-signature");
});

test("any headers end in a verdict and never in another exception", () => {
  const value = fc.oneof(fc.constant(undefined), fc.string(), fc.array(fc.string()));
  fc.assert(
    fc.property(value, value, value, value, (signature, version, third, timestamp) => {
      const headers = {
        "x-hubspot-signature": signature,
        "x-hubspot-signature-version": version,
        "x-hubspot-signature-v3": third,
        "x-hubspot-request-timestamp": timestamp,
      };
      expect(verdict(request(EXAMPLE, headers))).toMatch(/^receive\.bad-(?:signature|timestamp)$/u);
    }),
  );
});
