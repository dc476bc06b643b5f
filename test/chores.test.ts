import { afterEach, beforeEach, expect, test } from "vitest";
import { type ChoreTools, startChores } from "../src/chores.ts";
import { BatonError } from "../src/errors.ts";
import { createLog } from "../src/log.ts";
import { DAY_MS } from "../src/model/instant.ts";
import { planNotices } from "../src/store/notices.ts";
import { addChannel } from "../src/store/channels.ts";
import { openStore, type Store } from "../src/store/open.ts";
import { needsOlderKeys } from "../src/store/reseal.ts";
import { LOCKSMITH, WEBHOOK_SECRET } from "./notify/kit.ts";

const NOW = Date.UTC(2026, 10, 17, 9);

let store: Store;
let lines: string[];
beforeEach(async () => {
  store = await openStore("sqlite::memory:");
  lines = [];
});
afterEach(async () => await store.close());

const tools = (over: Partial<ChoreTools>): ChoreTools => ({
  store,
  log: createLog({ level: "info", destination: { write: (line) => void lines.push(line) } }),
  now: () => NOW,
  locksmith: LOCKSMITH,
  keepMs: DAY_MS,
  nightly: { run: () => Promise.resolve(0), stop: () => Promise.resolve() },
  playbook: () => {
    throw new TypeError("broken");
  },
  ...over,
});
const failed = () =>
  lines.flatMap((line) => {
    const [, code, chore] = /"chore":"(\w+)","code":"([\w.]+)"/.exec(line) ?? [];
    return chore === undefined ? [] : [`${code}: ${chore}`];
  });

test("one that fails keeps no other from its work, and the log says which it was and why", async () => {
  const settings = { kind: "webhook", url: "https://hooks.example/x", secret: WEBHOOK_SECRET } as const;
  await addChannel(store.db, LOCKSMITH, "i", { settings }, NOW);
  const at = NOW - 365 * DAY_MS;
  const said = { subject: "", lines: [], links: [] };
  const notice = {
    kind: "report",
    key: "old",
    to: "mia@acme.example",
    as: "named",
    at,
    notBefore: at,
  } as const;
  await planNotices(store.db, "i", [{ ...notice, ...said }], at);
  await store.db.updateTable("deliveries").set({ settled_at: at, state: "sent" }).execute();
  const run = () => Promise.reject(new BatonError("store.sealed", "no key"));
  const chores = startChores(tools({ nightly: { run, stop: () => Promise.resolve() } }));
  await chores.stop();
  expect(await store.db.selectFrom("notices").selectAll().execute()).toEqual([]);
  expect(failed().toSorted()).toEqual([
    "announced: chores.failed",
    "broken: chores.failed",
    "checked: store.sealed",
    "forgotten: chores.failed",
  ]);
});

test("to stop breaks the nightly check off, and waits for it", async () => {
  const { promise, resolve } = Promise.withResolvers<number>();
  let isOver = false;
  const run = async () => {
    await promise;
    isOver = true;
    return 0;
  };
  const chores = startChores(tools({ nightly: { run, stop: async () => resolve(0) } }));
  await chores.stop();
  expect(isOver).toBe(true);
});

test("what an older key sealed is sealed anew when the server starts", async () => {
  const settings = { kind: "webhook", url: "https://hooks.example/x", secret: WEBHOOK_SECRET } as const;
  await addChannel(store.db, LOCKSMITH, "i", { settings }, NOW);
  const locksmith = {
    ...LOCKSMITH,
    keys: [Buffer.alloc(32, "a newer test key"), ...LOCKSMITH.keys] as const,
  };
  const chores = startChores(tools({ locksmith }));
  await chores.stop();
  expect(await needsOlderKeys(store.db, locksmith)).toMatchObject({ channels: 0 });
  expect(lines.join("")).toContain('"resealed":1');
});
