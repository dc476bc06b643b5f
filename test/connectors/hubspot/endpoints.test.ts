import { readFileSync } from "node:fs";
import { inspect } from "node:util";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { HubSpotConfig } from "../../../connectors/hubspot/config.ts";
import { ENDPOINT_PATHS, HOLD_FOR, hubspotEndpoints } from "../../../connectors/hubspot/endpoints.ts";
import { signV1, signV2, signV3 } from "../../../connectors/hubspot/signature.ts";
import { stepKey } from "../../../connectors/hubspot/step-key.ts";
import { REPEAT_WINDOW_MS } from "../../../connectors/hubspot/workflow.ts";
import type { Endpoint, RawRequest, Reception } from "../../../src/crm-app.ts";
import { BatonError } from "../../../src/errors.ts";

const SECRET = "sandbox-secret";
const PUBLIC_URL = "https://baton.example.com";
/** The start of one ten-minute window in which equal workflow calls count as one. */
const NOW = Math.ceil(1_700_000_000_000 / REPEAT_WINDOW_MS) * REPEAT_WINDOW_MS;

const CONFIG: HubSpotConfig = {
  appId: "54321",
  clientId: "client",
  clientSecrets: [SECRET],
  publicUrl: PUBLIC_URL,
  apiUrl: "http://127.0.0.1:1",
  authorizeUrl: "http://127.0.0.1:1/oauth/authorize",
  now: () => NOW,
};

type Path = (typeof ENDPOINT_PATHS)[keyof typeof ENDPOINT_PATHS];

function at(path: Path): Endpoint {
  const found = hubspotEndpoints(CONFIG).find((endpoint) => endpoint.path === path);
  if (found === undefined) throw new Error(`no endpoint at ${path}`);
  return found;
}

const bytesOf = (body: unknown): Uint8Array =>
  body instanceof Uint8Array ? body : Buffer.from(typeof body === "string" ? body : JSON.stringify(body));

type Sign = "v1" | "v2" | "v3" | "none";

function signed(path: string, body: unknown, sign: Sign = "v3", signedAt = NOW): RawRequest {
  const url = PUBLIC_URL + path;
  const bytes = bytesOf(body);
  const parts = { method: "POST", uri: url, body: bytes };
  const headers: Record<Sign, RawRequest["headers"]> = {
    v1: { "x-hubspot-signature": signV1(SECRET, parts), "x-hubspot-signature-version": "v1" },
    v2: { "x-hubspot-signature": signV2(SECRET, parts), "x-hubspot-signature-version": "v2" },
    v3: {
      "x-hubspot-signature-v3": signV3(SECRET, parts, String(signedAt)),
      "x-hubspot-request-timestamp": String(signedAt),
    },
    none: {},
  };
  return { method: "POST", url, headers: headers[sign], body: bytes };
}

function post(
  path: Path,
  body: unknown,
  options: { sign?: Sign; query?: string; now?: number } = {},
): Reception {
  const now = options.now ?? NOW;
  return at(path).receive(signed(path + (options.query ?? ""), body, options.sign, now), now);
}

function errorOf(attempt: () => unknown): BatonError | undefined {
  try {
    attempt();
  } catch (error) {
    if (error instanceof BatonError) return error;
    throw error;
  }
  return undefined;
}

function codeOf(attempt: () => unknown): string {
  return errorOf(attempt)?.code ?? "taken";
}

function fixture(name: string): Record<string, unknown> {
  const json: Record<string, unknown> = JSON.parse(
    readFileSync(new URL(`../../../fixtures/hubspot/${name}`, import.meta.url), "utf8"),
  );
  return json;
}

const CREATION = {
  eventId: 1,
  portalId: 62_515,
  occurredAt: NOW - 1_000,
  subscriptionType: "contact.creation",
  objectId: 904,
};
const KEY = stepKey(SECRET, "62515");
const STEP = { portalId: 62_515, key: KEY, contactId: 904 };
const EXECUTION = fixture("workflow/execution.json");
const GOOD: Record<Path, unknown> = {
  [ENDPOINT_PATHS.webhooks]: [CREATION],
  [ENDPOINT_PATHS.workflow]: STEP,
  [ENDPOINT_PATHS.handOff]: EXECUTION,
};
const ALL_PATHS = Object.values(ENDPOINT_PATHS);

describe("which signature opens which address", () => {
  test.each<[Path, Sign, string]>([
    [ENDPOINT_PATHS.webhooks, "v3", "taken"],
    [ENDPOINT_PATHS.webhooks, "v1", "taken"],
    [ENDPOINT_PATHS.webhooks, "v2", "receive.bad-signature"],
    [ENDPOINT_PATHS.webhooks, "none", "receive.bad-signature"],
    [ENDPOINT_PATHS.workflow, "v3", "taken"],
    [ENDPOINT_PATHS.workflow, "v2", "taken"],
    [ENDPOINT_PATHS.workflow, "v1", "receive.bad-signature"],
    [ENDPOINT_PATHS.handOff, "v3", "taken"],
    [ENDPOINT_PATHS.handOff, "v2", "taken"],
    [ENDPOINT_PATHS.handOff, "v1", "receive.bad-signature"],
  ])("%s, %s: %s", (path, sign, expected) => {
    expect(codeOf(() => post(path, GOOD[path], { sign }))).toBe(expected);
  });

  test("a request signed for one address is worth nothing at another", () => {
    const request = signed(ENDPOINT_PATHS.handOff, EXECUTION);
    const moved = { ...request, url: PUBLIC_URL + ENDPOINT_PATHS.workflow };
    expect(codeOf(() => at(ENDPOINT_PATHS.workflow).receive(moved, NOW))).toBe("receive.bad-signature");
  });

  test("a request from an hour ago is refused by its timestamp", () => {
    const request = signed(ENDPOINT_PATHS.webhooks, [CREATION], "v3", NOW - 3_600_000);
    expect(codeOf(() => at(ENDPOINT_PATHS.webhooks).receive(request, NOW))).toBe("receive.bad-timestamp");
  });
});

describe.each(ALL_PATHS)("bodies at %s", (path) => {
  test.each<[string, unknown, string]>([
    ["nothing", "", "receive.bad-body"],
    ["half a JSON", '[{"eventId":1', "receive.bad-body"],
    ["a form", "portalId=1&contactId=2", "receive.bad-body"],
    ["a page", "<!doctype html><p>hello", "receive.bad-body"],
    ["null", "null", "receive.bad-body"],
    ["a number", "1e999", "receive.bad-body"],
    ["bytes that are no UTF-8", Uint8Array.from([0x5b, 0x22, 0xff, 0x22, 0x5d]), "receive.bad-body"],
    ["UTF-16", Buffer.from(JSON.stringify(GOOD[path]), "utf16le"), "receive.bad-body"],
    ["Latin-1", Buffer.from('["é"]', "latin1"), "receive.bad-body"],
    ["a byte order mark before good JSON", `\uFEFF${JSON.stringify(GOOD[path])}`, "taken"],
  ])("%s: %s", (_name, body, expected) => {
    expect(codeOf(() => post(path, body))).toBe(expected);
  });

  test("one byte too many", () => {
    const body = new Uint8Array(at(path).maxBytes + 1).fill(0x20);
    expect(codeOf(() => post(path, body))).toBe("receive.too-large");
  });

  test("nesting without end is refused or read, never thrown over", () => {
    const deep = `${"[".repeat(50_000)}${"]".repeat(50_000)}`;
    expect(codeOf(() => post(path, deep))).toMatch(/^(?:taken|receive\.[a-z-]+)$/u);
  });

  test("an error never repeats the body", () => {
    const error = errorOf(() => post(path, '{"email":"ana@example.com"'));
    expect(error?.code).toBe("receive.bad-body");
    expect(inspect(error)).not.toContain("ana@");
  });

  test("any bytes, rightly signed, end in a reception or a receive error", () => {
    const text = fc.json().map((json) => Buffer.from(json));
    fc.assert(
      fc.property(fc.oneof(text, fc.uint8Array()), (body) => {
        expect(codeOf(() => post(path, body))).toMatch(/^(?:taken|receive\.[a-z-]+)$/u);
      }),
    );
  });
});

describe("webhooks", () => {
  test("are answered 200 without a body, nonsense among them or not", () => {
    const { events, refused, answer } = post(ENDPOINT_PATHS.webhooks, [CREATION, null]);
    expect(events).toMatchObject([
      { kind: "lead-created", tenant: "62515", lead: { crm: "hubspot", id: "904" } },
    ]);
    expect(refused).toHaveLength(1);
    expect(answer).toEqual({ status: 200 });
  });
});

describe("the workflow step", () => {
  const step = (body: unknown, options: Parameters<typeof post>[2] = {}): Reception =>
    post(ENDPOINT_PATHS.workflow, body, options);
  const keys = (reception: Reception): string[] => {
    expect(reception.events).not.toEqual([]);
    return reception.events.map((event) => event.key);
  };

  test("a customised body asks for a handoff, and wants no answer to it", () => {
    const { events, refused, answer } = step(fixture("workflow/customised-body.json"));
    expect(refused).toEqual([]);
    expect(events).toEqual([
      {
        kind: "handoff-requested",
        key: expect.stringMatching(/^workflow:[\w-]{32}$/u),
        tenant: "62515",
        occurredAt: NOW,
        urgency: "live",
        lead: { crm: "hubspot", id: "904" },
        request: { via: "workflow", policy: "enterprise-emea" },
      },
    ]);
    expect(answer).toEqual({ status: 200, body: { accepted: 1, refused: [] } });
  });

  test("the uncustomised body of a contact is refused, and told where the right one is", () => {
    const { events, answer } = step(fixture("workflow/contact-body.json"));
    expect(events).toEqual([]);
    expect(answer.status).toBe(400);
    expect(JSON.stringify(answer)).toContain("baton doctor");
  });

  test.each<[string, object]>([
    ["objectId", { objectId: 904 }],
    ["hs_object_id", { hs_object_id: "904" }],
    ["vid", { vid: 904 }],
    ["id", { id: "904", properties: {} }],
    ["contactId before any other name", { contactId: 904, id: "x" }],
  ])("the contact as %s", (_name, fields) => {
    expect(step({ portalId: "62515", key: KEY, ...fields }).events).toMatchObject([
      { tenant: "62515", lead: { id: "904" } },
    ]);
  });

  test("a list is several calls, and one bad entry spoils no other", () => {
    const { events, refused, answer } = step([
      STEP,
      { ...STEP, contactId: undefined },
      { ...STEP, contactId: 905 },
    ]);
    expect(events.map((event) => "lead" in event && event.lead?.id)).toEqual(["904", "905"]);
    expect(refused).toMatchObject([
      { code: "receive.bad-event", detail: expect.stringContaining("contactId") },
    ]);
    expect(answer.status).toBe(200);
  });

  test.each<[string, unknown]>([
    ["no portal", { ...STEP, portalId: undefined }],
    ["no contact", { ...STEP, contactId: undefined }],
    ["a contact that is an address", { ...STEP, contactId: "ana@example.com" }],
    ["a contact past 2^53", { ...STEP, contactId: 2 ** 60 }],
    ["a policy that is an object", { ...STEP, policy: {} }],
    ["an endless policy", { ...STEP, policy: "p".repeat(201) }],
    ["a policy under a polluted prototype only", JSON.parse(`{"__proto__":${JSON.stringify(STEP)}}`)],
  ])("refused aloud: %s", (_name, body) => {
    const { events, refused, answer } = step(body);
    expect(events).toEqual([]);
    expect(refused).toMatchObject([{ code: "receive.bad-event" }]);
    expect(answer).toEqual({ status: 400, body: { accepted: 0, refused } });
    expect(JSON.stringify(answer)).not.toContain("ana@example.com");
    expect(JSON.stringify(answer)).not.toContain(KEY);
  });

  test("what a database cannot hold becomes a blank", () => {
    expect(step({ ...STEP, policy: "enter\u0000prise" }).events).toMatchObject([
      { request: { policy: "enter prise" } },
    ]);
  });

  test("more than a hundred entries are not a workflow's", () => {
    const body = Array.from({ length: 101 }, () => STEP);
    expect(codeOf(() => step(body))).toBe("receive.too-large");
  });

  test.each([
    ["blank", "  "],
    ["null", null],
  ])("a policy that is %s is none", (_name, policy) => {
    expect(step({ ...STEP, policy }).events).toMatchObject([{ request: { via: "workflow" } }]);
    expect(JSON.stringify(step({ ...STEP, policy }).events)).not.toContain("policy");
  });

  describe("the key of a portal", () => {
    const OTHERS = stepKey(SECRET, "62516");

    test.each<[string, object, string?]>([
      ["missing", { key: undefined }],
      ["null", { key: null }],
      ["empty", { key: "" }],
      ["another portal's", { key: OTHERS }],
      ["good for the portal it came from, which is not the one named", { portalId: 62_516 }],
      ["made with another secret", { key: stepKey("sandbox-other", "62515") }],
      ["one character off", { key: `${KEY.slice(0, -1)}${KEY.endsWith("A") ? "B" : "A"}` }],
      ["cut short", { key: KEY.slice(0, -1) }],
      ["padded", { key: `${KEY}=` }],
      ["as many characters, of more bytes", { key: "é".repeat(KEY.length) }],
      ["a list that holds it", { key: [KEY] }],
      ["a number", { key: 62_515 }],
      ["in the address", { key: undefined }, `?key=${KEY}&portalId=62515`],
    ])("an entry whose key is %s is refused", (_name, fields, query = "") => {
      const { events, refused, answer } = step({ ...STEP, ...fields }, { query });
      expect(events).toEqual([]);
      expect(refused).toMatchObject([
        { code: "receive.unknown-tenant", detail: expect.stringContaining("baton doctor") },
      ]);
      expect(answer.status).toBe(400);
      expect(JSON.stringify({ refused, answer })).not.toMatch(/[\w-]{43}/u);
    });

    test("a wrong one costs only its own entry, and each portal has its own", () => {
      const { events, refused, answer } = step([
        { ...STEP, portalId: 62_516 },
        STEP,
        { ...STEP, portalId: 62_516, key: OTHERS },
      ]);
      expect(events.map((event) => event.tenant)).toEqual(["62515", "62516"]);
      expect(refused).toHaveLength(1);
      expect(answer.status).toBe(200);
    });

    test("a portal in the address does not stand in for the body's", () => {
      const { events } = step({ ...STEP, portalId: undefined }, { query: "?portalId=62515" });
      expect(events).toEqual([]);
    });

    test("blanks that were pasted with it are forgiven", () => {
      expect(step({ ...STEP, key: ` ${KEY}\n` }).events).toHaveLength(1);
    });

    test("it reaches neither the event nor the answer", () => {
      const reception = step([STEP, { ...STEP, occurrenceId: 7, policy: "enterprise" }]);
      expect(reception.events).toHaveLength(2);
      expect(JSON.stringify(reception)).not.toContain(KEY);
    });

    test("during a rotation the old secret's key is as good as the new one's, and afterwards no longer", () => {
      const taken = (clientSecrets: readonly string[], secret: string): number => {
        const endpoint = hubspotEndpoints({ ...CONFIG, clientSecrets }).find(
          ({ path }) => path === ENDPOINT_PATHS.workflow,
        );
        const body = { ...STEP, key: stepKey(secret, "62515") };
        return endpoint?.receive(signed(ENDPOINT_PATHS.workflow, body), NOW).events.length ?? -1;
      };
      expect(taken(["sandbox-new", SECRET], "sandbox-new")).toBe(1);
      expect(taken(["sandbox-new", SECRET], SECRET)).toBe(1);
      expect(taken([SECRET], "sandbox-new")).toBe(0);
    });
  });

  describe("identity with an occurrence", () => {
    const first = { ...STEP, occurrenceId: "2026-11-17T09:04" };
    test("a repeat two days later is the same call", () => {
      expect(keys(step(first, { now: NOW + 172_800_000 }))).toEqual(keys(step(first)));
    });
    test("a second enrolment a second later is new", () => {
      const second = { ...STEP, occurrenceId: "2026-11-17T09:05" };
      expect(keys(step(second, { now: NOW + 1_000 }))).not.toEqual(keys(step(first)));
    });
    test.each([
      ["contact", { contactId: 905 }],
      ["portal", { portalId: 7, key: stepKey(SECRET, "7") }],
      ["policy", { policy: "other" }],
    ])("another %s is another call", (_name, fields) => {
      expect(keys(step({ ...first, ...fields }))).not.toEqual(keys(step(first)));
    });
  });

  describe("identity without one", () => {
    test("the same bytes within ten minutes are a repeat", () => {
      expect(keys(step(STEP, { now: NOW + REPEAT_WINDOW_MS - 1 }))).toEqual(keys(step(STEP)));
    });
    test("the same bytes later are a second enrolment", () => {
      expect(keys(step(STEP, { now: NOW + REPEAT_WINDOW_MS }))).not.toEqual(keys(step(STEP)));
    });
    test("entries of one list are told apart", () => {
      const [first, second] = keys(step([STEP, STEP]));
      expect(first).not.toBe(second);
    });
  });
});

describe("the workflow action", () => {
  const execute = (fields: Record<string, unknown>): Reception =>
    post(ENDPOINT_PATHS.handOff, { ...EXECUTION, ...fields });

  test("an execution holds the enrolment and asks for a handoff with an answer", () => {
    expect(execute({})).toEqual({
      events: [
        {
          kind: "handoff-requested",
          key: "action:ap-102670506-56776413549-7-0",
          tenant: "102670506",
          occurredAt: NOW,
          urgency: "live",
          lead: { crm: "hubspot", id: "904" },
          request: {
            via: "workflow-action",
            callback: "ap-102670506-56776413549-7-0",
            policy: "enterprise-emea",
          },
        },
      ],
      refused: [],
      answer: {
        status: 200,
        body: { outputFields: { hs_execution_state: "BLOCK", hs_expiration_duration: HOLD_FOR } },
      },
    });
  });

  test("a repeat has the key of the first; a second enrolment has its own", () => {
    const key = (callbackId: string): string | undefined => execute({ callbackId }).events[0]?.key;
    expect(key("ap-1-2-7-0")).toBe(key("ap-1-2-7-0"));
    expect(key("ap-1-3-7-0")).not.toBe(key("ap-1-2-7-0"));
  });

  test("inputs may be missing, and the type may be an id", () => {
    const bare = execute({ inputFields: undefined, object: { objectId: "904", objectType: "0-1" } });
    expect(bare.events).toMatchObject([{ request: { via: "workflow-action" }, lead: { id: "904" } }]);
  });

  test("another record than a contact fails at once, and the workflow goes on", () => {
    const { events, refused, answer } = execute({ object: { objectId: 5, objectType: "DEAL" } });
    expect(events).toEqual([]);
    expect(refused).toHaveLength(1);
    expect(answer).toEqual({ status: 200, body: { outputFields: { hs_execution_state: "FAIL_CONTINUE" } } });
  });

  test.each<[string, Record<string, unknown>]>([
    ["no callback", { callbackId: undefined }],
    ["a callback that is a path", { callbackId: "../../oauth" }],
    ["an endless callback", { callbackId: "a".repeat(201) }],
    ["no portal", { origin: {} }],
    ["no contact", { object: { objectType: "CONTACT" } }],
    ["inputs that are a list", { inputFields: ["x"] }],
    [
      "a step's plain values under the names of an execution",
      { origin: '{"portalId":62515}', object: "904" },
    ],
  ])("refused: %s", (_name, fields) => {
    expect(codeOf(() => execute(fields))).toBe("receive.bad-body");
  });
});
