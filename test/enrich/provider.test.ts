import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Resolve } from "../../src/call/checked-lookup.ts";
import { openProvider, type Provider, type ProviderSettings } from "../../src/enrich/provider.ts";
import { BatonError } from "../../src/errors.ts";
import { errorAsFacts } from "../../src/log.ts";
import { MINUTE_MS } from "../../src/model/instant.ts";
import { json, openStandIn, type StandIn, text } from "./stand-in.ts";

const QUESTION = { email: "ana@rheinbank.example", domain: "rheinbank.example" };
const SECRET = "Bearer key-of-nobody-0001";
/** Far longer than anything on this machine takes. */
const LONG_MS = 10_000;

let standIn: StandIn;
let now = Date.UTC(2026, 10, 17, 9);
const open: Provider[] = [];

beforeEach(async () => {
  standIn = await openStandIn();
});
afterEach(async () => {
  await standIn.close();
  for (const provider of open.splice(0)) await provider.close();
});

/** A provider at the stand-in, unless told otherwise. */
function providerAt(settings: Partial<ProviderSettings> = {}): Provider {
  const provider = openProvider({
    url: standIn.url,
    authorization: SECRET,
    sandbox: true,
    now: () => now,
    ...settings,
  });
  open.push(provider);
  return provider;
}

/** A resolver that knows these addresses for every name, and counts how often it is asked. */
function resolving(...lists: readonly (readonly string[])[]): Resolve & { readonly asked: string[] } {
  const asked: string[] = [];
  const resolve: Resolve = (hostname, answer) => {
    const list = lists[Math.min(asked.length, lists.length - 1)] ?? [];
    asked.push(hostname);
    answer(
      null,
      list.map((address) => ({ address, family: address.includes(":") ? 6 : 4 })),
    );
  };
  return Object.assign(resolve, { asked });
}

async function failure(provider: Provider, timeoutMs = LONG_MS): Promise<BatonError> {
  try {
    await provider.ask(QUESTION, timeoutMs);
  } catch (error) {
    if (error instanceof BatonError) return error;
    throw error;
  }
  throw new Error("the provider answered");
}

describe("a provider is asked", () => {
  test("by POST, with the question in the body and the secret in its header", async () => {
    standIn.answer = json({ company: { employees: 90 } });
    expect(await providerAt().ask(QUESTION, LONG_MS)).toEqual({ company: { employees: 90 } });
    expect(standIn.asked).toMatchObject([
      {
        method: "POST",
        url: "/find",
        body: QUESTION,
        headers: { authorization: SECRET, accept: "application/json" },
      },
    ]);
    expect(standIn.asked[0]?.headers["accept-encoding"]).toBeUndefined();
  });

  test("without the header where there is no secret", async () => {
    const { authorization: _none, ...settings } = {
      url: standIn.url,
      authorization: "",
      sandbox: true,
      now: () => now,
    };
    const provider = openProvider(settings);
    open.push(provider);
    await provider.ask(QUESTION, LONG_MS);
    expect(standIn.asked[0]?.headers.authorization).toBeUndefined();
  });

  test.each<[string, StandIn["answer"]]>([
    ["404", json({ error: "not found" }, 404)],
    ["an empty body", text("", "text/plain")],
    ["204", (response) => response.writeHead(204).end()],
  ])("and knows nothing when it answers with %s", async (_what, answer) => {
    standIn.answer = answer;
    expect(await providerAt().ask(QUESTION, LONG_MS)).toBeUndefined();
  });
});

describe("what is no answer", () => {
  test.each<[string, StandIn["answer"], string]>([
    ["HTML", text("<html>hello</html>", "text/html"), "enrich.bad-answer"],
    ["JSON that says it is HTML", text("{}", "text/html"), "enrich.bad-answer"],
    ["garbage", text("{ ana@rheinbank.example", "application/json"), "enrich.bad-answer"],
    ["ten megabytes", text(`"${"x".repeat(10_000_000)}"`, "application/json"), "enrich.bad-answer"],
    [
      "a redirect",
      (response) => response.writeHead(302, { location: "http://169.254.169.254/" }).end(),
      "enrich.redirected",
    ],
    ["202", json({}, 202), "enrich.unfinished"],
    ["400", json({ error: "ana@rheinbank.example" }, 400), "enrich.invalid"],
    ["401", json({}, 401), "enrich.refused"],
    ["402", json({}, 402), "enrich.refused"],
    ["403", json({}, 403), "enrich.refused"],
    ["429", json({}, 429), "enrich.rate-limited"],
    ["500", json({}, 500), "enrich.server-error"],
    ["503 with ten megabytes", text("x".repeat(10_000_000), "text/plain", 503), "enrich.server-error"],
    ["a connection cut short", (response) => response.socket?.destroy(), "enrich.unreachable"],
  ])("%s is told by its code, and quotes neither the person nor the secret", async (_what, answer, code) => {
    standIn.answer = answer;
    const error = await failure(providerAt());
    expect(error.code).toBe(code);
    const told = JSON.stringify(errorAsFacts(error));
    for (const hidden of ["ana", "rheinbank", "key-of-nobody", "/find", "169.254"])
      expect(told).not.toContain(hidden);
    expect(standIn.asked).toHaveLength(1);
  });

  test("silence, and a body that drips, end with the time given", async () => {
    standIn.answer = () => undefined;
    expect((await failure(providerAt(), 150)).code).toBe("enrich.timeout");
    standIn.answer = (response) => {
      response.writeHead(200, { "content-type": "application/json" });
      const drip = setInterval(() => response.write(" "), 20);
      response.on("close", () => clearInterval(drip));
    };
    expect((await failure(providerAt(), 150)).code).toBe("enrich.timeout");
  });

  test("nobody listening is unreachable", async () => {
    const url = standIn.url;
    await standIn.close();
    expect((await failure(providerAt({ url }))).code).toBe("enrich.unreachable");
    standIn = await openStandIn();
  });

  test.each<[string, number]>([
    ["120", 120_000],
    ["Tue, 17 Nov 2026 09:05:00 GMT", 5 * MINUTE_MS],
    ["999999", 24 * 60 * MINUTE_MS],
  ])("Retry-After: %s is heeded", async (header, waitMs) => {
    now = Date.UTC(2026, 10, 17, 9);
    standIn.answer = json({}, 503, { "retry-after": header });
    expect((await failure(providerAt())).retryAfterMs).toBe(waitMs);
  });

  test.each(["soon", "-5", "Tue, 17 Nov 2020 09:05:00 GMT"])("Retry-After: %s is not", async (header) => {
    standIn.answer = json({}, 503, { "retry-after": header });
    expect((await failure(providerAt())).retryAfterMs).toBeUndefined();
  });
});

describe("a provider that must not be called is not called", () => {
  const named = (): string => `http://provider.example:${standIn.port}/find`;

  test.each<[string, readonly string[]]>([
    ["a private address", ["10.0.0.7"]],
    ["this machine", ["127.0.0.1"]],
    ["this machine, as IPv6 writes it", ["::ffff:127.0.0.1"]],
    ["a metadata service", ["169.254.169.254"]],
    ["a public and a private address", ["93.184.215.14", "127.0.0.1"]],
    ["no address", []],
  ])("when its name means %s", async (_what, addresses) => {
    const error = await failure(providerAt({ url: named(), sandbox: false, resolve: resolving(addresses) }));
    expect(error.code).toBe("enrich.forbidden-address");
    expect(error.message).not.toMatch(/\d+\.\d+\.\d+/);
    expect(standIn.asked).toEqual([]);
  });

  test("when its URL is such an address itself", async () => {
    for (const host of ["127.0.0.1", "[::1]", "2130706433", "0x7f.1"]) {
      const url = `http://${host}:${standIn.port}/find`;
      expect((await failure(providerAt({ url, sandbox: false }))).code).toBe("enrich.forbidden-address");
    }
    expect(standIn.asked).toEqual([]);
  });

  test("when a sandbox's name means the world", async () => {
    const error = await failure(providerAt({ url: named(), resolve: resolving(["93.184.215.14"]) }));
    expect(error.code).toBe("enrich.forbidden-address");
  });

  test("what was judged is what is called: a name is looked up once, whatever it would mean next", async () => {
    const resolve = resolving(["127.0.0.1"], ["10.0.0.7"]);
    await providerAt({ url: named(), resolve }).ask(QUESTION, LONG_MS);
    expect(resolve.asked).toEqual(["provider.example"]);
    expect(standIn.asked).toHaveLength(1);
  });
});

describe("a provider is left in peace", () => {
  test("for a quarter of an hour when it refuses us, then asked again", async () => {
    const provider = providerAt();
    standIn.answer = json({}, 403);
    await failure(provider);
    standIn.answer = json({ ok: true });
    const resting = await failure(provider);
    expect([resting.code, resting.retryAfterMs]).toEqual(["enrich.refused", 15 * MINUTE_MS]);
    expect(provider.resting()?.code).toBe("enrich.refused");
    expect(standIn.asked).toHaveLength(1);
    now += 15 * MINUTE_MS;
    expect(provider.resting()).toBeUndefined();
    expect(await provider.ask(QUESTION, LONG_MS)).toEqual({ ok: true });
  });

  test("as long as it says when it is asked too often", async () => {
    const provider = providerAt();
    standIn.answer = json({}, 429, { "retry-after": "600" });
    await failure(provider);
    now += 9 * MINUTE_MS;
    expect(provider.resting()?.retryAfterMs).toBe(MINUTE_MS);
  });

  test("after five failures in a row, and not before; an answer between them counts", async () => {
    const provider = providerAt();
    for (const failures of [4, 5]) {
      standIn.answer = json({}, 500);
      for (let count = 1; count < failures; count += 1) await failure(provider);
      expect(provider.resting()).toBeUndefined();
      if (failures === 5) break;
      standIn.answer = json({});
      await provider.ask(QUESTION, LONG_MS);
    }
    await failure(provider);
    expect(provider.resting()?.code).toBe("enrich.server-error");
  });

  test("not for a question it does not take: the next one may be better", async () => {
    const provider = providerAt();
    standIn.answer = json({}, 422);
    for (let count = 0; count < 8; count += 1) await failure(provider);
    expect(provider.resting()).toBeUndefined();
  });
});
