/** What a stranger can make this server look up, by wrong keys and wrong signatures, and that nobody is shut out by it. */
import { afterEach, expect, test } from "vitest";
import { createLog } from "../../src/log.ts";
import type { DeskTools } from "../../src/notify/slack/desk.ts";
import type { Sender } from "../../src/signals/receive.ts";
import { startServer, type TestServer } from "./kit.ts";

let server: TestServer | undefined;
afterEach(async () => {
  await server?.app.close();
  server = undefined;
});

const FAILED = 60;
/** In the tests' time no second address, minute or second goes by. */
const limits = {
  failedSignatures: { max: FAILED, timeWindow: 600_000 },
  lookUps: { max: 10, timeWindow: 600_000 },
};
const GOOD: Sender = { key: "k1", installation: "i-1", tenant: "62515" };

/** A server that knows these keys, and counts how often it was asked for one. */
async function withKeys(keys: ReadonlySet<string>, less: Partial<typeof limits> = {}) {
  const asked: string[] = [];
  const running = await startServer({
    signals: {
      senderOf: async (key) => {
        asked.push(key);
        return keys.has(key) ? GOOD : undefined;
      },
      inbox: { store: async (_sender, sightings) => ({ stored: sightings.length, duplicates: 0 }) },
      newId: () => "made-up",
      keepMs: 400 * 86_400_000,
    },
    limits: { ...limits, ...less },
  });
  server = running;
  const post = async (key: string): Promise<number> => {
    const authorization = `Basic ${Buffer.from(`${key}:`).toString("base64")}`;
    const body = '{"anonymousId":"a","properties":{"path":"/"}}';
    return (
      await fetch(`${running.origin}/signals/v1/page`, { method: "POST", body, headers: { authorization } })
    ).status;
  };
  return { asked, post };
}

const flood = async (post: (key: string) => Promise<number>, times: number): Promise<readonly number[]> => {
  const statuses: number[] = [];
  for (let count = 0; count < times; count += 1) statuses.push(await post(`guess-${count}`));
  return statuses;
};

test("wrong keys cost no look-up once their address is over its limit, but for a few a second", async () => {
  const { asked, post } = await withKeys(new Set());
  const statuses = await flood(post, 200);
  expect(statuses.slice(0, FAILED)).toEqual(Array.from({ length: FAILED }, () => 401));
  expect(statuses.slice(FAILED)).toEqual(Array.from({ length: 200 - FAILED }, () => 429));
  // The one that went over the limit was looked up as well.
  expect(asked).toHaveLength(FAILED + 1 + limits.lookUps.max);
});

test("a key that was right before is let in, whatever else comes from its address", async () => {
  const { post } = await withKeys(new Set(["good"]));
  expect(await post("good")).toBe(200);
  await flood(post, 200);
  expect(await post("good")).toBe(200);
});

test("and one that was revoked since is a guess as any other", async () => {
  const keys = new Set(["good"]);
  const { asked, post } = await withKeys(keys);
  expect(await post("good")).toBe(200);
  await flood(post, 200);
  keys.delete("good");
  asked.length = 0;
  expect([await post("good"), await post("good")]).toEqual([429, 429]);
  expect(asked).toEqual(["good"]);
});

test("a good key that is new gets in on trying again: anybody can have a sender call with wrong ones", async () => {
  const { post } = await withKeys(new Set(["good"]), { lookUps: { max: 10, timeWindow: 200 } });
  await flood(post, 100);
  await new Promise((resolve) => setTimeout(resolve, 250));
  expect(await post("good")).toBe(200);
});

test("nor do answers to channels that are none", async () => {
  const asked: string[] = [];
  const never = (): never => {
    throw new Error("nothing unsigned comes this far");
  };
  const desk: DeskTools = {
    channelOf: async (id) => {
      asked.push(id);
      return undefined;
    },
    leadOf: never,
    inbox: { store: never },
    door: { post: never, close: async () => undefined },
    sandbox: true,
    now: () => 0,
    log: createLog({ level: "silent" }),
  };
  const running = await startServer({ slack: desk, limits });
  server = running;
  const statuses: number[] = [];
  for (let count = 0; count < 150; count += 1) {
    const id = String(count).padStart(12, "0");
    const { status } = await fetch(`${running.origin}/slack/interactions/${id}`, {
      method: "POST",
      body: "x",
    });
    statuses.push(status);
  }
  expect(statuses.slice(0, FAILED)).toEqual(Array.from({ length: FAILED }, () => 401));
  expect(new Set(statuses.slice(FAILED))).toEqual(new Set([429]));
  expect(asked).toHaveLength(FAILED + 1 + limits.lookUps.max);
});
