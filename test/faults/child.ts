/**
 * A Baton as a plain child process for the fault suite: the same wiring as `baton serve`, configured by environment. What differs:
 * it waits for the order to start, it names itself where calls are relayed, its clock can be set, lost calls and answers are waited for less long, and the tripwire watches
 * what its database is told.
 */
import { subscribe } from "node:diagnostics_channel";
import { once } from "node:events";
import { TIMEOUTS } from "../../connectors/http/transport.ts";
import { loadConfig } from "../../src/config.ts";
import { createLog } from "../../src/log.ts";
import { startBaton } from "../../src/main.ts";
import {
  AHEAD_MS,
  ANSWER_MS,
  MEMBER,
  MEMBER_HEADER,
  type Order,
  type Report,
  SETTLE_MS,
  WATCH,
  type Watch,
} from "./orders.ts";
import { watchEffects } from "./tripwire.ts";

const say = (report: Report): void => void process.send?.(report);
const watch = (order: Watch): void => {
  watchEffects(order, (steps) => say({ is: "commit", steps }));
  say({ is: "watching" });
};
// Whoever forked it has died: nobody would end it any more.
process.once("disconnect", () => process.kill(process.pid, "SIGKILL"));

const env = await ordered();
let aheadMs = Number(env[AHEAD_MS] ?? "0");
Object.assign(TIMEOUTS, { answerMs: Number(env[ANSWER_MS] ?? TIMEOUTS.answerMs) });
const member = env[MEMBER];
if (member !== undefined) subscribe("undici:request:create", (message) => nameCaller(message, member));
const first = env[WATCH];
if (first !== undefined) watch(JSON.parse(first));
/** Looks at what is due by a clock that was set; a look that fails is made again with the next tick. */
let look = (): void => undefined;
process.on("message", (order: Order) => {
  if (order.do === "watch") watch(order);
  if (order.do !== "set-clock") return;
  aheadMs = order.aheadMs;
  look();
});

const config = loadConfig(env);
const baton = await startBaton(config, {
  log: createLog({ level: config.logLevel }),
  now: () => Date.now() + aheadMs,
  settleMs: Number(env[SETTLE_MS] ?? "1000"),
});
look = () => void baton.lanes.tick().catch(() => undefined);
say({ is: "ready" });
process.once("SIGTERM", () => {
  void baton.stop().then(() => process.exit(0));
});

async function ordered(): Promise<Readonly<Record<string, string | undefined>>> {
  const [order]: readonly Order[] = await once(process, "message");
  if (order?.do !== "start") throw new Error(`a Baton is started first, not told ${JSON.stringify(order)}`);
  return order.env;
}

function nameCaller(message: unknown, name: string): void {
  const request: unknown = message instanceof Object ? Reflect.get(message, "request") : undefined;
  const add: unknown = request instanceof Object ? Reflect.get(request, "addHeader") : undefined;
  if (typeof add !== "function") throw new TypeError("undici's requests take no headers any more");
  Reflect.apply(add, request, [MEMBER_HEADER, name]);
}
