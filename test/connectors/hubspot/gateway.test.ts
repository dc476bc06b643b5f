import { createServer } from "node:http";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Call } from "../../../connectors/http/call.ts";
import { createGateway } from "../../../connectors/hubspot/gateway.ts";
import type { Fault } from "../../../sandbox/faults.ts";
import { BatonError } from "../../../src/errors.ts";
import { addContact, memoryVault, NOW, startStand } from "./kit.ts";
import type { Stand } from "./kit.ts";

const READ: Call = { method: "GET", path: "/crm/owners/2026-03" };
const OWNERS = "/crm/owners/*";
const UPDATE = "/crm/objects/*/contacts/batch/update";

let stand: Stand;
beforeEach(async () => {
  stand = await startStand({ prepared: false });
});
afterEach(() => stand.close());

function update(id: string): Call {
  const inputs = [{ id, properties: { jobtitle: "CFO" }, objectWriteTraceId: "t" }];
  return { method: "POST", path: "/crm/objects/2026-03/contacts/batch/update", body: { inputs } };
}

async function codeOf(promise: Promise<unknown>): Promise<unknown> {
  const error: unknown = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  return error instanceof BatonError ? error.code : error;
}

describe("reads", () => {
  const passing: readonly (readonly [string, Fault, readonly number[]])[] = [
    ["a lock", { do: "locked" }, [2_000]],
    ["a server error", { do: "server-error", status: 502 }, [250]],
    ["a reset", { do: "reset", early: true }, [250]],
    ["a reset in the middle", { do: "reset" }, [250]],
    ["half a body", { do: "truncated-json" }, [250]],
    ["no body", { do: "empty-body" }, [250]],
    ["a page", { do: "html", status: 200 }, [250]],
    [
      "the ten-second limit",
      { do: "rate-limited", policy: "TEN_SECONDLY_ROLLING", retryAfterSeconds: 0 },
      [2_500],
    ],
    ["the second limit", { do: "rate-limited", policy: "SECONDLY", retryAfterSeconds: 0 }, [1_000]],
    ["a wait HubSpot asks for", { do: "migrating", retryAfterSeconds: 0 }, []],
  ];
  test.each(passing.slice(0, -1))("%s is waited out", async (_name, fault, waits) => {
    stand.sandbox.faults.add({ path: OWNERS, fault, times: 1 });
    expect(await stand.gateway.read(READ)).toMatchObject({ results: [] });
    expect(stand.waits).toEqual(waits);
  });

  test("a hang is given up after its timeout and tried once more", async () => {
    stand.sandbox.faults.add({ path: OWNERS, fault: { do: "hang" } });
    expect(await codeOf(stand.gateway.read(READ))).toBe("crm.timeout");
    expect(stand.waits).toEqual([250]);
  });

  test("a body that drips past the whole call's time is a timeout", async () => {
    stand.sandbox.faults.add({ path: OWNERS, fault: { do: "slow-body", ms: 4_000 } });
    expect(await codeOf(stand.gateway.read(READ))).toBe("crm.timeout");
  });

  const lasting: readonly (readonly [string, Fault, string, number])[] = [
    ["server errors", { do: "server-error", status: 503 }, "crm.server-error", 4],
    ["locks", { do: "locked" }, "crm.locked", 3],
    ["pages", { do: "html", status: 200 }, "crm.bad-answer", 3],
    ["the daily limit", { do: "rate-limited", policy: "DAILY" }, "crm.rate-limited", 1],
    [
      "a long wait",
      { do: "rate-limited", policy: "TEN_SECONDLY_ROLLING", retryAfterSeconds: 60 },
      "crm.rate-limited",
      1,
    ],
    ["a migration", { do: "migrating", retryAfterSeconds: 3_600 }, "crm.migrating", 1],
    ["redirects", { do: "redirect", to: "https://elsewhere.example/" }, "crm.redirected", 1],
    ["an answer of 17 MB", { do: "big-body", bytes: 17_000_000 }, "crm.bad-answer", 3],
    ["a refusal", { do: "answer", status: 400, body: { category: "VALIDATION_ERROR" } }, "crm.invalid", 1],
    [
      "a missing scope",
      { do: "answer", status: 403, body: { category: "MISSING_SCOPES" } },
      "crm.forbidden",
      1,
    ],
  ];
  test.each(lasting)(
    "%s end in a code after a bounded number of attempts",
    async (_name, fault, code, attempts) => {
      stand.sandbox.faults.add({ path: OWNERS, fault });
      expect(await codeOf(stand.gateway.read(READ))).toBe(code);
      expect(stand.sandbox.ledger.countCalls({ route: "/crm/owners" })).toBe(attempts);
    },
  );

  test("when to come back is passed on", async () => {
    stand.sandbox.faults.add({ path: OWNERS, fault: { do: "migrating", retryAfterSeconds: 3_600 } });
    await expect(stand.gateway.read(READ)).rejects.toMatchObject({ retryAfterMs: 3_600_000 });
  });

  test("a server that is not there is unreachable", async () => {
    await stand.sandbox.close();
    expect(await codeOf(stand.gateway.read(READ))).toBe("crm.unreachable");
  });

  test("a closed gateway answers at once", async () => {
    await stand.gateway.close();
    expect(await codeOf(stand.gateway.read(READ))).toBe("crm.unreachable");
    expect(stand.waits).toEqual([]);
  });
});

describe("writes are sent once", () => {
  const outcomes: readonly (readonly [string, Fault, object])[] = [
    ["a lock", { do: "locked" }, { outcome: "not-applied", code: "crm.locked" }],
    [
      "a limit",
      { do: "rate-limited", policy: "DAILY" },
      { outcome: "not-applied", code: "crm.rate-limited", retryAfterMs: 1_800_000 },
    ],
    [
      "a migration",
      { do: "migrating", retryAfterSeconds: 60 },
      { outcome: "not-applied", code: "crm.migrating", retryAfterMs: 60_000 },
    ],
    ["a server error", { do: "server-error", status: 500 }, { outcome: "unknown", code: "crm.server-error" }],
    [
      "a server error after it was kept",
      { do: "server-error", status: 502, commit: true },
      { outcome: "unknown", code: "crm.server-error" },
    ],
    ["a reset", { do: "reset", early: true }, { outcome: "unknown", code: "crm.unreachable" }],
    ["a hang", { do: "hang", commit: true }, { outcome: "unknown", code: "crm.timeout" }],
    ["half a body", { do: "truncated-json" }, { outcome: "unknown", code: "crm.bad-answer" }],
    ["no body", { do: "empty-body" }, { outcome: "unknown", code: "crm.bad-answer" }],
    ["a page", { do: "html", status: 200, commit: true }, { outcome: "unknown", code: "crm.bad-answer" }],
    [
      "a redirect",
      { do: "redirect", to: "https://elsewhere.example/" },
      { outcome: "unknown", code: "crm.redirected" },
    ],
    [
      "too big an answer",
      { do: "big-body", bytes: 17_000_000 },
      { outcome: "unknown", code: "crm.bad-answer" },
    ],
    ["a conflict", { do: "conflict" }, { outcome: "refused", code: "crm.conflict" }],
    [
      "a refusal",
      { do: "answer", status: 400, body: { message: "no" } },
      { outcome: "refused", code: "crm.invalid", reason: "no" },
    ],
  ];
  test.each(outcomes)("%s", async (_name, fault, outcome) => {
    const id = await addContact(stand);
    stand.sandbox.faults.add({ path: UPDATE, fault });
    expect(await stand.gateway.write(update(id))).toMatchObject(outcome);
    expect(stand.sandbox.ledger.countCalls({ method: "POST", route: "/crm/objects" })).toBe(1);
  });

  test("a refused connection is certainly not applied", async () => {
    await stand.sandbox.close();
    expect(await stand.gateway.write(update("101"))).toEqual({
      outcome: "not-applied",
      code: "crm.unreachable",
    });
  });
});

describe("tokens", () => {
  test("a 401 renews the token once and repeats the write, which was not applied", async () => {
    const id = await addContact(stand);
    stand.sandbox.tokens.expireAccess(stand.app.id, stand.portal.id);
    const answers = await Promise.all([
      stand.gateway.write(update(id)),
      stand.gateway.read(READ),
      stand.gateway.read(READ),
    ]);
    expect(answers[0]).toMatchObject({ outcome: "answered" });
    expect(stand.vault.renewals).toBe(1);
    expect(stand.sandbox.ledger.find({ kind: "contact.update", by: "app" })).toHaveLength(1);
  });

  test("a second 401 is the end of it", async () => {
    stand.sandbox.faults.add({ path: OWNERS, fault: { do: "unauthorized" } });
    expect(await codeOf(stand.gateway.read(READ))).toBe("crm.unauthorized");
    expect(stand.sandbox.ledger.countCalls({ route: "/crm/owners" })).toBe(2);
  });

  test("a token near its end is renewed before it is refused", async () => {
    stand.clock.now = NOW + 29 * 60_000;
    await stand.gateway.read(READ);
    expect(stand.vault.renewals).toBe(1);
    expect(stand.sandbox.ledger.countCalls({ status: 401 })).toBe(0);
  });

  test("a token endpoint that is down does not stop calls while the token is good", async () => {
    stand.clock.now = NOW + 29 * 60_000;
    stand.sandbox.faults.add({ path: "/oauth/**", fault: { do: "server-error", status: 503 } });
    expect(await stand.gateway.read(READ)).toMatchObject({ results: [] });
    stand.clock.now = NOW + 31 * 60_000;
    expect(await codeOf(stand.gateway.read(READ))).toBe("crm.server-error");
    expect(await stand.gateway.write(update("101"))).toMatchObject({
      outcome: "not-applied",
      code: "crm.server-error",
    });
  });

  test("an uninstalled app is disconnected, for reads and writes", async () => {
    stand.sandbox.uninstall(stand.app, stand.portal.id);
    expect(await codeOf(stand.gateway.read(READ))).toBe("crm.disconnected");
    expect(await stand.gateway.write(update("101"))).toMatchObject({
      outcome: "not-applied",
      code: "crm.disconnected",
    });
  });

  test("a token another process renewed is used without renewing it again", async () => {
    const before = stand.vault.stored;
    await stand.gateway.read(READ);
    const fresh = stand.sandbox.tokens.refresh(before.refresh);
    stand.vault.stored = { ...before, access: fresh?.accessToken ?? "" };
    stand.sandbox.tokens.rules.rotate = true;
    stand.sandbox.faults.add({ path: OWNERS, fault: { do: "unauthorized" }, times: 1 });
    await stand.gateway.read(READ);
    expect(stand.vault.renewals).toBe(0);
  });

  test("no error holds a token", async () => {
    const tokens = {
      access: "secret-access",
      refresh: "secret-refresh",
      expiresAt: NOW + 1_800_000,
      scopes: [],
    };
    const gateway = createGateway(
      {
        config: stand.config,
        vault: memoryVault(tokens),
        refresh: () => Promise.reject(new BatonError("crm.disconnected", "gone")),
      },
      { wait: () => Promise.resolve() },
    );
    const error: unknown = await gateway.read(READ).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(BatonError);
    expect(JSON.stringify([String(error), error])).not.toContain("secret");
    await gateway.close();
  });
});

test("no more calls than HubSpot allows are made in a window, and nobody is refused", async () => {
  stand.sandbox.limits.perWindow = 110;
  stand.sandbox.limits.windowMs = 1_000;
  const gateway = createGateway({ ...stand, refresh: () => Promise.reject(new Error("not needed")) });
  const reads = Array.from({ length: 100 }, () => gateway.read(READ));
  await Promise.all(reads);
  expect(stand.sandbox.ledger.countCalls({ status: 429 })).toBe(0);
  expect(stand.sandbox.ledger.mostConcurrent(stand.portal.id)).toBeLessThanOrEqual(8);
  const late = gateway.read(READ);
  const soon = await Promise.race([
    late.then(() => "called"),
    new Promise((resolve) => setTimeout(() => resolve("waits"), 300)),
  ]);
  expect(soon).toBe("waits");
  await gateway.close();
  expect(await codeOf(late)).toBe("crm.unreachable");
});

test("a burst at the real rate of a portal is never refused", async () => {
  Object.assign(stand.sandbox.limits, { perWindow: 110, windowMs: 500 });
  const parts = { ...stand, refresh: () => Promise.reject(new Error("not needed")) };
  // The window is shortened on both sides, so that seven of them pass in a few seconds.
  const gateway = createGateway(parts, { windowMs: 500 });
  await Promise.all(Array.from({ length: 700 }, () => gateway.read(READ)));
  expect(stand.sandbox.ledger.countCalls({ status: 429 })).toBe(0);
  expect(stand.sandbox.ledger.countCalls({ status: 200 })).toBe(700);
  await gateway.close();
});

test("what another process of this app spends is noticed before HubSpot refuses", async () => {
  Object.assign(stand.sandbox.limits, { perWindow: 110, windowMs: 500 });
  stand.portal.rules.otherUse = 70;
  const parts = { ...stand, refresh: () => Promise.reject(new Error("not needed")) };
  const gateway = createGateway(parts, { windowMs: 500 });
  await gateway.read(READ);
  await Promise.all(Array.from({ length: 200 }, () => gateway.read(READ)));
  const refused = stand.sandbox.ledger.countCalls({ status: 429 });
  expect(refused / stand.sandbox.ledger.calls.length).toBeLessThanOrEqual(0.005);
  await gateway.close();
});

test("a limit of searches holds no other call back", async () => {
  const search: Call = { method: "POST", path: "/crm/objects/2026-03/contacts/search", body: {} };
  const fault = { do: "rate-limited", policy: "SECONDLY", retryAfterSeconds: 10 } as const;
  stand.sandbox.faults.add({ path: "/crm/objects/*/contacts/search", fault, times: 1 });
  const searched = stand.gateway.read(search).catch((error: unknown) => error);
  while (stand.waits.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  expect(await stand.gateway.read(READ)).toMatchObject({ results: [] });
  expect(stand.sandbox.ledger.countCalls({ route: "/crm/objects" })).toBe(1);
  await stand.gateway.close();
  await searched;
});

describe("an account that wants no calls", () => {
  test("after ten faults in a row, the next calls are not made, and nothing of them is lost", async () => {
    stand.sandbox.faults.add({ path: OWNERS, fault: { do: "server-error", status: 503 }, times: 10 });
    for (let round = 0; round < 3; round += 1) await stand.gateway.read(READ).catch(() => undefined);
    expect(await codeOf(stand.gateway.read(READ))).toBe("crm.resting");
    expect(await stand.gateway.write(update("101"))).toEqual({
      outcome: "not-applied",
      code: "crm.resting",
      retryAfterMs: 1_000,
    });
    expect(stand.sandbox.ledger.calls).toHaveLength(10);

    stand.clock.now += 1_000;
    expect(await stand.gateway.read(READ)).toMatchObject({ results: [] });
    expect(stand.sandbox.ledger.calls).toHaveLength(11);
  });

  test.each([
    ["its daily limit", { do: "rate-limited", policy: "DAILY" }, "crm.rate-limited", 1_800_000],
    ["a move", { do: "migrating", retryAfterSeconds: 7_200 }, "crm.migrating", 7_200_000],
  ] as const)("after %s, until HubSpot wants to be asked again", async (_name, fault, code, retryAfterMs) => {
    stand.sandbox.faults.add({ path: OWNERS, fault, times: 1 });
    await expect(stand.gateway.read(READ)).rejects.toMatchObject({ code, retryAfterMs });
    stand.clock.now += retryAfterMs - 1;
    await expect(stand.gateway.read(READ)).rejects.toMatchObject({ code, retryAfterMs: 1 });
    expect(stand.sandbox.ledger.countCalls({ route: "/crm/owners" })).toBe(1);
    stand.clock.now += 1;
    expect(await stand.gateway.read(READ)).toMatchObject({ results: [] });
  });
});

describe("a worker that may have lost its lane", () => {
  test("sends no write, and may still read", async () => {
    const gateway = stand.gateway.as({ mayWrite: () => false });
    expect(await gateway.write(update("101"))).toEqual({ outcome: "not-applied", code: "deliver.lost-lane" });
    expect(await gateway.read(READ)).toMatchObject({ results: [] });
    expect(stand.sandbox.ledger.countCalls({ method: "POST" })).toBe(0);
  });

  test("sends nothing of what waited for its turn meanwhile", async () => {
    let isMine = true;
    const gateway = stand.gateway.as({ mayWrite: () => isMine });
    stand.sandbox.pace.latencyMs = 50;
    const writes = Array.from({ length: 20 }, () => gateway.write(update("101")));
    isMine = false;
    const kinds = (await Promise.all(writes)).map(({ outcome }) => outcome);
    expect(kinds).toEqual(Array.from({ length: 20 }, () => "not-applied"));
    expect(stand.sandbox.ledger.countCalls({ method: "POST" })).toBe(0);
  });

  test("sends nothing once the lane went while a connection was made", async () => {
    let asked = 0;
    // Yes when its turn comes; no when the connection stands and the first byte is about to go out.
    const gateway = stand.gateway.as({ mayWrite: () => (asked += 1) < 2 });
    expect(await gateway.write(update("101"))).toEqual({ outcome: "not-applied", code: "deliver.lost-lane" });
    expect(asked).toBe(2);
    expect(stand.sandbox.ledger.calls).toEqual([]);
  });

  test("does not repeat a write after a 401", async () => {
    const id = await addContact(stand);
    stand.sandbox.tokens.expireAccess(stand.app.id, stand.portal.id);
    let asked = 0;
    const gateway = stand.gateway.as({ mayWrite: () => (asked += 1) <= 2 });
    expect(await gateway.write(update(id))).toMatchObject({
      outcome: "not-applied",
      code: "deliver.lost-lane",
    });
    expect(stand.sandbox.ledger.find({ kind: "contact.update", by: "app" })).toEqual([]);
  });
});

test("a token that lives shorter than it is renewed ahead is not renewed for every call", async () => {
  const short = { ...stand.vault.stored, expiresAt: NOW + 60_000 };
  const vault = memoryVault(short);
  let renewals = 0;
  const refresh = (): Promise<typeof short> => {
    renewals += 1;
    return Promise.resolve(short);
  };
  const gateway = createGateway({ config: stand.config, vault, refresh });
  for (let call = 0; call < 5; call += 1) await gateway.read(READ);
  expect(renewals).toBe(1);
  await gateway.close();
});

test("a redirect is never followed, not even within the host", async () => {
  const seen: string[] = [];
  const server = createServer((request, response) => {
    seen.push(request.url ?? "");
    response.writeHead(302, { location: "/elsewhere" }).end();
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const address = server.address();
  const port = typeof address === "object" ? address?.port : undefined;
  const config = { ...stand.config, apiUrl: `http://127.0.0.1:${port}` };
  const gateway = createGateway({
    config,
    vault: stand.vault,
    refresh: () => Promise.reject(new Error("not needed")),
  });
  expect(await codeOf(gateway.read(READ))).toBe("crm.redirected");
  expect(seen).toEqual([READ.path]);
  await gateway.close();
  server.close();
});
