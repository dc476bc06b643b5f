/**
 * The five published vectors, recomputed.
 * Source: https://developers.hubspot.com/docs/apps/developer-platform/build-apps/authentication/request-validation
 */
import { describe, expect, test } from "vitest";
import { signV1, signV2, signV3 } from "../../sandbox/hubspot/signature.ts";

const secret = "yyyyyyyy-yyyy-yyyy-yyyy-yyyyyyyyyyyy";
const url = "https://www.example.com/webhook_uri";
const creation =
  '[{"eventId":1,"subscriptionId":12345,"portalId":62515,"occurredAt":1564113600000,"subscriptionType":"contact.creation","attemptNumber":0,"objectId":123,"changeSource":"CRM","changeFlag":"NEW","appId":54321}]';
const example = '{"example_field":"example_value"}';

describe("signatures", () => {
  test("v1 over an event", () => {
    expect(signV1(secret, creation)).toBe("232db2615f3d666fe21a8ec971ac7b5402d33b9a925784df3ca654d05f4817de");
  });

  test.each([
    ["a POST", "POST", example, "9569219f8ba981ffa6f6f16aa0f48637d35d728c7e4d93d0d52efaa512af7900"],
    ["a GET without a body", "GET", "", "eee2dddcc73c94d699f5e395f4b9d454a069a6855fbfa152e91e88823087200e"],
  ])("v2 over %s", (_name, method, body, expected) => {
    expect(signV2(secret, { method, url, body })).toBe(expected);
  });

  test.each([
    ["JSON", example, "oaA3M5dEtt6kFsseJD/Hv/x+JNl1vsoxFj4oxmwP6Go="],
    [
      "text that is no JSON",
      "{'example_field':'example_value'}",
      "K36dawei4A+QBNolUOqo7s91KQDWQ5MXZ/QufNYuk/Y=",
    ],
  ])("v3 over %s", (_name, body, expected) => {
    expect(signV3(secret, { method: "POST", url, body }, 1_693_657_560_000)).toBe(expected);
  });

  test("v3 decodes the twelve escapes of the URI and no other", () => {
    const sign = (address: string): string => signV3(secret, { method: "GET", url: address, body: "" }, 1);
    expect(sign("https://h.example/a%3Ab%2fc%40d")).toBe(sign("https://h.example/a:b/c@d"));
    expect(sign("https://h.example/a%20b")).not.toBe(sign("https://h.example/a b"));
  });
});
