import { expect, test } from "vitest";
import { trustedInstance } from "../../../connectors/salesforce/instance-url.ts";

const LOGIN = "https://login.salesforce.com";
const LOCAL = "http://127.0.0.1:4001";

test.each([
  ["https://acme.my.salesforce.com", LOGIN],
  ["https://acme--dev.sandbox.my.salesforce.com/", LOGIN],
  ["https://na139.salesforce.com", "https://acme.my.salesforce.com"],
  ["https://agency.my.salesforce.mil", LOGIN],
  ["https://acme.lightning.force.com", LOGIN],
  ["http://127.0.0.1:9999", LOCAL],
  ["http://localhost:9999", "http://localhost:4001"],
])("%s is trusted beside %s", (url, login) => {
  expect(trustedInstance(url, login)).toBe(new URL(url).origin);
});

test.each([
  ["https://salesforce.com.evil.example", LOGIN],
  ["https://notsalesforce.com", LOGIN],
  ["https://evilforce.com", LOGIN],
  ["https://acme.my.salesforce.com@evil.example", LOGIN],
  ["https://user:pass@acme.my.salesforce.com", LOGIN],
  ["http://acme.my.salesforce.com", LOGIN],
  ["https://acme.my.salesforce.com:8443", LOGIN],
  ["ftp://acme.my.salesforce.com", LOGIN],
  ["http://127.0.0.1:9999", LOGIN],
  ["http://169.254.169.254", LOGIN],
  ["http://169.254.169.254", LOCAL],
  ["https://acme.my.salesforce.com", LOCAL],
  ["no address", LOGIN],
  ["", LOGIN],
])("%s is sent no token beside %s", (url, login) => {
  expect(() => trustedInstance(url, login)).toThrow(
    expect.objectContaining({ code: "config.sandbox-guard" }),
  );
});
