import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { loadConfig, loadPartialConfig, type Config } from "../../src/config.ts";
import { SECRET_NAMES, SETTING_NAMES } from "../../src/config/settings.ts";
import { BatonError } from "../../src/errors.ts";

const KEY = Buffer.from(Array.from({ length: 32 }, (_, index) => index)).toString("base64");
const OTHER_KEY = Buffer.from(Array.from({ length: 32 }, (_, index) => 255 - index)).toString("base64");
const least = {
  BATON_SECRET_KEYS: KEY,
  BATON_HUBSPOT_APP_ID: "7906213",
  BATON_HUBSPOT_CLIENT_ID: "00000000-1111-2222-3333-444444444444",
  BATON_HUBSPOT_CLIENT_SECRETS: "aaaaaaaa-1111-2222-3333-444444444444",
};
const sandbox = {
  ...least,
  BATON_SANDBOX: "1",
  BATON_HUBSPOT_CLIENT_SECRETS: "sandbox-secret",
  BATON_HUBSPOT_API_URL: "http://127.0.0.1:4000",
  BATON_HUBSPOT_AUTHORIZE_URL: "http://localhost:4000/oauth/authorize",
};

type Settings = Readonly<Record<string, string | undefined>>;

function refusal(env: Settings, file?: string): BatonError {
  try {
    loadConfig(env, file);
  } catch (error) {
    if (error instanceof BatonError) return error;
    throw error;
  }
  throw new Error("the configuration was accepted");
}

test("what must be given is enough, and the rest has safe values", () => {
  expect(loadConfig(least)).toEqual({
    publicUrl: "http://localhost:3000",
    port: 3000,
    host: "127.0.0.1",
    databaseUrl: "sqlite:.baton/baton.sqlite",
    secretKeys: [Buffer.from(KEY, "base64")],
    playbook: "mappings/default",
    hubspot: {
      appId: "7906213",
      clientId: "00000000-1111-2222-3333-444444444444",
      clientSecrets: ["aaaaaaaa-1111-2222-3333-444444444444"],
      apiUrl: "https://api.hubapi.com",
      authorizeUrl: "https://app.hubspot.com/oauth/authorize",
    },
    sandbox: false,
    logLevel: "info",
    trustProxy: false,
    signalDays: 400,
    warnings: [],
  } satisfies Config);
});

const accepted: readonly (readonly [string, string, (config: Config) => unknown, unknown])[] = [
  ["BATON_URL", "https://baton.example.com/", (c) => c.publicUrl, "https://baton.example.com"],
  ["BATON_URL", "http://127.0.0.1:8080", (c) => c.publicUrl, "http://127.0.0.1:8080"],
  ["BATON_URL", "http://[::1]:8080", (c) => c.publicUrl, "http://[::1]:8080"],
  ["BATON_PORT", "0", (c) => c.port, 0],
  ["BATON_HOST", "::", (c) => c.host, "::"],
  ["BATON_DATABASE_URL", "postgres://b:p@db/baton", (c) => c.databaseUrl, "postgres://b:p@db/baton"],
  [
    "BATON_SECRET_KEYS",
    `${OTHER_KEY}, ${KEY}`,
    (c) => c.secretKeys.map((k) => k.toString("base64")),
    [OTHER_KEY, KEY],
  ],
  [
    "BATON_HUBSPOT_CLIENT_SECRETS",
    "newest-one,older-one",
    (c) => c.hubspot?.clientSecrets,
    ["newest-one", "older-one"],
  ],
  [
    "BATON_HUBSPOT_API_URL",
    "https://api-eu1.hubapi.com/",
    (c) => c.hubspot?.apiUrl,
    "https://api-eu1.hubapi.com",
  ],
  ["BATON_LOG_LEVEL", "debug", (c) => c.logLevel, "debug"],
  ["BATON_TRUST_PROXY", "2", (c) => c.trustProxy, 2],
  [
    "BATON_TRUST_PROXY",
    "10.0.0.0/8, loopback,2001:db8::/32",
    (c) => c.trustProxy,
    ["10.0.0.0/8", "loopback", "2001:db8::/32"],
  ],
  ["BATON_METRICS_TOKEN", "0123456789012345", (c) => c.metricsToken, "0123456789012345"],
  ["BATON_API_TOKEN", "0123456789012345", (c) => c.apiToken, "0123456789012345"],
  ["BATON_PORT", "  ", (c) => c.port, 3000],
  [
    "BATON_ENRICH_URL",
    "https://provider.example/find?version=2",
    (c) => c.enrich,
    { url: "https://provider.example/find?version=2" },
  ],
  ["BATON_ENRICH_AUTHORIZATION", "Bearer key-without-a-provider", (c) => c.enrich, undefined],
];
test.for(accepted)("%s=%s is understood", ([name, value, read, expected]) => {
  expect(read(loadConfig({ ...least, [name]: value }))).toEqual(expected);
});

const refused: readonly (readonly [string, string, string])[] = [
  ["BATON_URL", "baton.example.com", "not a web address"],
  ["BATON_URL", "http://baton.example.com", "not encrypted"],
  ["BATON_URL", "http://localhost.example.com", "not encrypted"],
  ["BATON_URL", "https://baton.example.com/base", "more than an origin"],
  ["BATON_URL", "https://a:hunter22@baton.example.com", "user name or password"],
  ["BATON_URL", "javascript:alert(1)", "not a web address"],
  ["BATON_PORT", "65536", "not a port"],
  ["BATON_PORT", "-1", "not a port"],
  ["BATON_PORT", "80a", "not a port"],
  ["BATON_PORT", "tcp://10.0.0.7:3000", "enableServiceLinks: false"],
  ["BATON_HOST", "http://x", "not an address"],
  ["BATON_DATABASE_URL", "mysql://u:hunter22@db/x", "neither sqlite:"],
  ["BATON_DATABASE_URL", "sqlite:", "neither sqlite:"],
  ["BATON_SECRET_KEYS", "hunter22", "32 bytes in base64"],
  ["BATON_SECRET_KEYS", `${KEY},`.repeat(2), "same key twice"],
  ["BATON_SECRET_KEYS", Buffer.alloc(32).toString("base64"), "one byte repeated"],
  ["BATON_SECRET_KEYS", Buffer.alloc(31, KEY).toString("base64"), "randomBytes(32)"],
  ["BATON_SECRET_KEYS", ",", "is empty"],
  ["BATON_HUBSPOT_APP_ID", "seven", "not an app id"],
  ["BATON_HUBSPOT_CLIENT_SECRETS", "hunter2", "shorter than 8"],
  ["BATON_SANDBOX", "yes", "neither 1 nor 0"],
  ["BATON_LOG_LEVEL", "loud", "not a log level"],
  ["BATON_TRUST_PROXY", "true", "choose their own address"],
  ["BATON_TRUST_PROXY", "0.0.0.0/0", "choose their own address"],
  ["BATON_TRUST_PROXY", "10.0.0.0/33", "choose their own address"],
  ["BATON_METRICS_TOKEN", "hunter22", "easy to guess"],
  ["BATON_API_TOKEN", "hunter22", "easy to guess"],
  ["BATON_ENRICH_URL", "provider.example", "not a web address"],
  ["BATON_ENRICH_URL", "http://provider.example/find?key=hunter22", "not encrypted"],
  ["BATON_ENRICH_URL", "https://a:hunter22@provider.example", "user name"],
  ["BATON_ENRICH_AUTHORIZATION", "hunter2", "shorter than 8"],
  ["BATON_ENRICH_AUTHORIZATION", "Bearer hunter22\nX-More: 1", "what no header may"],
  ["BATON_CONFIG", "/nowhere/baton.yaml", "cannot be read"],
];
test.for(refused)("%s=%s is refused with its name and the fix", ([name, value, words]) => {
  const { code, message } = refusal({ ...least, [name]: value });
  expect(code).toBe("config.invalid");
  expect(message).toContain(`${name}: `);
  expect(message).toContain(words);
  expect(message).not.toContain("hunter2");
});

test("every problem is reported at once", () => {
  const begun = { BATON_HUBSPOT_APP_ID: "x" };
  const { message } = refusal({ ...begun, BATON_PORT: "x", BATON_URL: "y", BATON_LOG_LEVEL: "z" });
  for (const name of [...Object.keys(least), "BATON_PORT", "BATON_URL", "BATON_LOG_LEVEL"]) {
    expect(message).toContain(`${name}: `);
  }
});

test("a missing key comes with the command that makes one", () => {
  expect(refusal({}).message).toContain(
    `node -e 'console.log(require("node:crypto").randomBytes(32).toString("base64"))'`,
  );
});

/** What is said about a configuration: nothing when it is accepted. Anything but a `BatonError` passes through. */
function saidOf(env: Settings): string {
  try {
    loadConfig(env);
    return "";
  } catch (error) {
    if (error instanceof BatonError) return error.message;
    throw error;
  }
}

test("no value whatever ends in another error, and what is secret is never repeated", () => {
  const secretNames = fc.constantFrom(...SECRET_NAMES);
  fc.assert(
    fc.property(secretNames, fc.string({ maxLength: 80 }), (name, value) => {
      expect(saidOf({ ...least, [name]: `hunter22${value}` })).not.toContain("hunter22");
    }),
    { numRuns: 300 },
  );
  fc.assert(
    fc.property(fc.constantFrom(...SETTING_NAMES), fc.string({ maxLength: 80 }), (name, value) => {
      expect(saidOf({ ...least, [name]: value })).toMatch(/^$|^The configuration cannot be used:\n  /);
    }),
    { numRuns: 300 },
  );
});

describe("the sandbox guard", () => {
  test("accepts a sandbox on this machine with a marked secret", () => {
    expect(loadConfig(sandbox)).toMatchObject({
      sandbox: true,
      hubspot: { apiUrl: "http://127.0.0.1:4000" },
    });
  });

  test("accepts a provider on this machine beside it, with a secret", () => {
    const provider = {
      BATON_ENRICH_URL: "http://localhost:4100/find",
      BATON_ENRICH_AUTHORIZATION: "Bearer sandbox-key",
    };
    expect(loadConfig({ ...sandbox, ...provider }).enrich).toEqual({
      url: "http://localhost:4100/find",
      authorization: "Bearer sandbox-key",
    });
  });

  const guarded: readonly (readonly [string, Settings])[] = [
    ["an API elsewhere without the sandbox", { ...least, BATON_HUBSPOT_API_URL: "http://127.0.0.1:4000" }],
    [
      "an authorisation page elsewhere",
      { ...least, BATON_HUBSPOT_AUTHORIZE_URL: "https://hubspot.example/oauth" },
    ],
    [
      "a host that only ends like HubSpot's",
      { ...least, BATON_HUBSPOT_API_URL: "https://api.nothubapi.com" },
    ],
    [
      "HubSpot's host as a user name",
      { ...least, BATON_HUBSPOT_API_URL: "https://api.hubapi.com@evil.example" },
    ],
    ["HubSpot without encryption", { ...least, BATON_HUBSPOT_API_URL: "http://api.hubapi.com" }],
    ["HubSpot on another port", { ...least, BATON_HUBSPOT_API_URL: "https://api.hubapi.com:8443" }],
    ["a sandbox's secret for HubSpot", { ...least, BATON_HUBSPOT_CLIENT_SECRETS: "sandbox-secret" }],
    [
      "a real secret for a sandbox",
      { ...sandbox, BATON_HUBSPOT_CLIENT_SECRETS: least.BATON_HUBSPOT_CLIENT_SECRETS },
    ],
    [
      "a real secret beside a sandbox's",
      { ...sandbox, BATON_HUBSPOT_CLIENT_SECRETS: "sandbox-secret,real-secret-1" },
    ],
    ["a sandbox without its API", { ...sandbox, BATON_HUBSPOT_API_URL: undefined }],
    ["a sandbox on another machine", { ...sandbox, BATON_HUBSPOT_API_URL: "http://192.0.2.7:4000" }],
    ["a sandbox that is HubSpot", { ...sandbox, BATON_HUBSPOT_API_URL: "https://api.hubapi.com" }],
    [
      "this machine as a provider without the sandbox",
      { ...least, BATON_ENRICH_URL: "https://127.0.0.1/find" },
    ],
    ["a real provider for a sandbox", { ...sandbox, BATON_ENRICH_URL: "https://provider.example/find" }],
    ["a name below localhost", { ...sandbox, BATON_HUBSPOT_API_URL: "http://evil.localhost:4000" }],
    ["the guard, whatever else is wrong", { ...sandbox, BATON_PORT: "x", BATON_HUBSPOT_API_URL: undefined }],
  ];
  test.for(guarded)("refuses %s", ([, env]) => {
    const { code, message } = refusal(env);
    expect(code).toBe("config.sandbox-guard");
    expect(message).not.toContain(least.BATON_HUBSPOT_CLIENT_SECRETS);
  });
});

describe("the file", () => {
  let folder = "";
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "baton-config-"));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });
  const write = (text: string, name = "baton.yaml"): string => {
    const path = join(folder, name);
    writeFileSync(path, text);
    return path;
  };

  const yaml = `
secret_keys: [${OTHER_KEY}, ${KEY}]
hubspot_app_id: 7906213
hubspot_client_id: client-1   # a comment
hubspot_client_secrets: "12345678"
metrics_token: 0123456789012345
sandbox: false
port: 0080
log_level:
`;

  test("is read as YAML, with values as they are written", () => {
    const config = loadConfig({}, write(yaml));
    expect(config).toMatchObject({
      port: 80,
      metricsToken: "0123456789012345",
      logLevel: "info",
      sandbox: false,
    });
    expect(config.secretKeys).toHaveLength(2);
  });

  test("may be JSON, and BATON_CONFIG may name it", () => {
    const values = Object.entries(least).map(([name, value]) => [name.slice(6).toLowerCase(), value]);
    const path = write(JSON.stringify({ ...Object.fromEntries(values), port: 81 }), "baton.json");
    expect(loadConfig({ BATON_CONFIG: path }).port).toBe(81);
  });

  test("yields to the environment", () => {
    expect(loadConfig({ BATON_PORT: "82" }, write(yaml)).port).toBe(82);
  });

  test.for([
    [
      "an unknown name, with the nearest one",
      `${yaml}hubspot_client_secret: x`,
      "Did you mean hubspot_client_secrets?",
    ],
    ["a name in capitals", `${yaml}PLAYBOOK: x`, 'unknown setting "PLAYBOOK"'],
    ["a mapping as a value", `${yaml}host: { a: 1 }`, '"host" must be one value'],
    ["a list", "- a", "one mapping"],
    ["a text", "hunter22", "one mapping"],
    ["the same name twice", "port: 1\nport: 2\n", ":2 is not valid YAML (DUPLICATE_KEY)"],
    ["an alias", `${yaml}host: &a x\nplaybook: *a`, "without aliases"],
    ["broken YAML, without quoting it", "secret_keys: [hunter22", "is not valid YAML"],
  ] as const)("is refused for %s", ([, text, words]) => {
    const { message } = refusal({}, write(text));
    expect(message).toContain(words);
    expect(message).not.toContain("hunter22");
  });

  test("that is empty sets nothing", () => {
    expect(loadConfig(least, write("# nothing yet\n")).port).toBe(3000);
  });
});

test("a misspelt name in the environment is a warning, an orchestrator's own is not", () => {
  const env = {
    ...least,
    BATON_SECRET_KEY: "x",
    BATON_SERVICE_HOST: "10.0.0.7",
    BATON_PORT_3000_TCP: "tcp://10.0.0.7:3000",
  };
  expect(loadConfig(env).warnings).toEqual([
    "BATON_SECRET_KEY is not a setting. Did you mean BATON_SECRET_KEYS?",
  ]);
});

test("docs/configuration.md explains exactly the settings there are", () => {
  const text = readFileSync(new URL("../../docs/configuration.md", import.meta.url), "utf8");
  const explained = [...text.matchAll(/^\| `(BATON_\w+)` \|/gm)].map(([, name]) => name);
  expect(new Set(explained)).toEqual(new Set([...SETTING_NAMES, "BATON_CONFIG"]));
  expect(explained).toHaveLength(SETTING_NAMES.length + 1);
});

describe("a part of the settings", () => {
  test("asks for nothing else, whatever else is wrong", () => {
    const env = { BATON_PORT: "x", BATON_DATABASE_URL: "sqlite:here" };
    expect(loadPartialConfig(env, ["BATON_DATABASE_URL", "BATON_PLAYBOOK"])).toEqual({
      BATON_DATABASE_URL: "sqlite:here",
      BATON_PLAYBOOK: "mappings/default",
    });
  });

  test("is refused with every problem among those asked for", () => {
    const load = (): unknown => loadPartialConfig({ BATON_PORT: "x" }, ["BATON_PORT", "BATON_SECRET_KEYS"]);
    expect(load).toThrow(/BATON_PORT: "x" is not a port[^]*BATON_SECRET_KEYS: is not set/);
  });
});
