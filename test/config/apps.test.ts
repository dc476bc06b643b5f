import { generateKeyPairSync } from "node:crypto";
import { describe, expect, test } from "vitest";
import { loadConfig } from "../../src/config.ts";
import { BatonError } from "../../src/errors.ts";

const KEYS = { BATON_SECRET_KEYS: Buffer.from(Array.from({ length: 32 }, (_, at) => at)).toString("base64") };
const HUBSPOT = {
  BATON_HUBSPOT_APP_ID: "7906213",
  BATON_HUBSPOT_CLIENT_ID: "00000000-1111-2222-3333-444444444444",
  BATON_HUBSPOT_CLIENT_SECRETS: "aaaaaaaa-1111-2222-3333-444444444444",
};
const SALESFORCE = {
  BATON_SALESFORCE_CLIENT_ID: "3MVG9.consumer.key",
  BATON_SALESFORCE_CLIENT_SECRETS: "consumer-secret-1",
};
const SANDBOX = {
  BATON_SANDBOX: "1",
  BATON_SALESFORCE_CLIENT_ID: "sandbox-client",
  BATON_SALESFORCE_CLIENT_SECRETS: "sandbox-secret",
  BATON_SALESFORCE_LOGIN_URL: "http://127.0.0.1:4001",
};
const PEM = pemOf(2_048);

function pemOf(modulusLength: number): string {
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength });
  return privateKey.export({ type: "pkcs8", format: "pem" }).toString();
}

type Settings = Readonly<Record<string, string>>;

function refusal(env: Settings): BatonError {
  try {
    loadConfig({ ...KEYS, ...env });
  } catch (error) {
    if (error instanceof BatonError) return error;
    throw error;
  }
  throw new Error("the configuration was accepted");
}

describe("which CRMs there are", () => {
  test("HubSpot alone, Salesforce alone, or both", () => {
    const [hubspot, salesforce, both] = [HUBSPOT, SALESFORCE, { ...HUBSPOT, ...SALESFORCE }].map((env) =>
      loadConfig({ ...KEYS, ...env }),
    );
    expect([hubspot?.hubspot?.appId, hubspot?.salesforce]).toEqual(["7906213", undefined]);
    expect(salesforce?.hubspot).toBeUndefined();
    expect(salesforce?.salesforce).toEqual({
      clientId: "3MVG9.consumer.key",
      clientSecrets: ["consumer-secret-1"],
      loginUrl: "https://login.salesforce.com",
      grant: { kind: "web" },
    });
    expect([both?.hubspot, both?.salesforce].every((app) => app !== undefined)).toBe(true);
  });

  test("none is too few, and the names of both are told", () => {
    const { code, message } = refusal({});
    expect(code).toBe("config.invalid");
    for (const name of [...Object.keys(HUBSPOT), ...Object.keys(SALESFORCE)]) expect(message).toContain(name);
  });

  const names = [...Object.keys(HUBSPOT), ...Object.keys(SALESFORCE)];
  test.each(names)("an app without its %s is not complete", (name) => {
    const env: Record<string, string> = { ...HUBSPOT, ...SALESFORCE };
    delete env[name];
    expect(refusal(env).message).toContain(`${name}: is not set. Give the `);
  });
});

describe("how Salesforce gives tokens", () => {
  const key = { BATON_SALESFORCE_JWT_USERNAME: "baton@acme.example", BATON_SALESFORCE_JWT_KEY: PEM };
  const jwt = { ...SALESFORCE, BATON_SALESFORCE_GRANT: "jwt", ...key };

  test.each([
    ["with its lines", PEM],
    ["with \\n for its lines", PEM.trim().replaceAll("\n", String.raw`\n`)],
    ["in base64", Buffer.from(PEM).toString("base64")],
  ])("a key is taken %s", (_how, value) => {
    const { salesforce } = loadConfig({ ...KEYS, ...jwt, BATON_SALESFORCE_JWT_KEY: value });
    expect(salesforce?.grant).toEqual({
      kind: "jwt",
      username: "baton@acme.example",
      privateKey: expect.stringContaining(PEM.trim()),
    });
  });

  test("the user an app runs as is known to the org's own login page only", () => {
    const env = { ...SALESFORCE, BATON_SALESFORCE_GRANT: "client-credentials" };
    expect(refusal(env).message).toContain("BATON_SALESFORCE_LOGIN_URL: must be the org's My Domain");
    const domain = { BATON_SALESFORCE_LOGIN_URL: "https://acme.my.salesforce.com/" };
    expect(loadConfig({ ...KEYS, ...env, ...domain }).salesforce).toMatchObject({
      loginUrl: "https://acme.my.salesforce.com",
      grant: { kind: "client-credentials" },
    });
  });

  const refused: readonly (readonly [string, Settings, string])[] = [
    [
      "jwt without a user",
      { BATON_SALESFORCE_JWT_USERNAME: "" },
      "BATON_SALESFORCE_JWT_USERNAME: is not set",
    ],
    ["jwt without a key", { BATON_SALESFORCE_JWT_KEY: "" }, "BATON_SALESFORCE_JWT_KEY: is not set"],
    ["a key nobody uses", { BATON_SALESFORCE_GRANT: "web" }, "BATON_SALESFORCE_JWT_KEY: is set, and only"],
    ["another grant", { BATON_SALESFORCE_GRANT: "password" }, "none of web, jwt, client-credentials"],
    ["a key that is none", { BATON_SALESFORCE_JWT_KEY: "hunter2hunter2" }, "no RSA key"],
    ["a key that is too short", { BATON_SALESFORCE_JWT_KEY: pemOf(1_024) }, "2048 bits or more"],
    ["a name that is none", { BATON_SALESFORCE_JWT_USERNAME: "baton" }, "no user name"],
    ["a consumer key with blanks", { BATON_SALESFORCE_CLIENT_ID: "3MVG9 key" }, "no consumer key"],
    ["a secret that is too short", { BATON_SALESFORCE_CLIENT_SECRETS: "hunter2" }, "shorter than 8"],
    [
      "more than an origin",
      { BATON_SALESFORCE_LOGIN_URL: "https://login.salesforce.com/services" },
      "not an origin",
    ],
  ];
  test.each(refused)("%s is refused", (_what, part, words) => {
    const { code, message } = refusal({ ...jwt, ...part });
    expect([code, message]).toEqual(["config.invalid", expect.stringContaining(words)]);
    expect(message).not.toContain("hunter2");
    expect(message).not.toContain("MII");
  });
});

describe("the sandbox guard, for Salesforce", () => {
  test("accepts a sandbox's org on this machine, without a HubSpot", () => {
    expect(loadConfig({ ...KEYS, ...SANDBOX }).salesforce?.loginUrl).toBe("http://127.0.0.1:4001");
  });

  test.each([
    "https://test.salesforce.com",
    "https://acme.my.salesforce.com",
    "https://acme--dev.sandbox.my.salesforce.com",
    "https://agency.my.salesforce.mil",
  ])("%s is Salesforce's", (url) => {
    const { salesforce } = loadConfig({ ...KEYS, ...SALESFORCE, BATON_SALESFORCE_LOGIN_URL: url });
    expect(salesforce?.loginUrl).toBe(url);
  });

  test.each([
    [
      "a login elsewhere",
      { ...SALESFORCE, BATON_SALESFORCE_LOGIN_URL: "https://salesforce.com.evil.example" },
    ],
    [
      "a host that only ends alike",
      { ...SALESFORCE, BATON_SALESFORCE_LOGIN_URL: "https://notsalesforce.com" },
    ],
    ["no encryption", { ...SALESFORCE, BATON_SALESFORCE_LOGIN_URL: "http://login.salesforce.com" }],
    ["another port", { ...SALESFORCE, BATON_SALESFORCE_LOGIN_URL: "https://login.salesforce.com:8443" }],
    ["this machine without the sandbox", { ...SANDBOX, BATON_SANDBOX: "0" }],
    [
      "a sandbox's secret for Salesforce",
      { ...SALESFORCE, BATON_SALESFORCE_CLIENT_SECRETS: "sandbox-secret" },
    ],
    ["a real secret for a sandbox", { ...SANDBOX, BATON_SALESFORCE_CLIENT_SECRETS: "consumer-secret-1" }],
    [
      "a sandbox that is Salesforce",
      { ...SANDBOX, BATON_SALESFORCE_LOGIN_URL: "https://login.salesforce.com" },
    ],
    ["a sandbox whose address is not given", { ...SANDBOX, BATON_SALESFORCE_LOGIN_URL: "" }],
    ["a real HubSpot beside a sandbox", { ...SANDBOX, ...HUBSPOT }],
    ["a sandbox's Salesforce beside a real HubSpot", { ...HUBSPOT, ...SANDBOX, BATON_SANDBOX: "0" }],
  ])("refuses %s", (_what, env) => {
    const { code, message } = refusal(env);
    expect(code).toBe("config.sandbox-guard");
    expect(message).not.toContain("consumer-secret-1");
  });
});
