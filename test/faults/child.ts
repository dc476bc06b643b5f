/**
 * A Baton as a plain child process for the fault suite: the same wiring as `baton serve`, configured by environment. What differs:
 * its clock can be set, lost calls and answers are waited for less long, and the tripwire watches what its database is told.
 */
import { TIMEOUTS } from "../../connectors/http/transport.ts";
import { loadConfig } from "../../src/config.ts";
import { createLog } from "../../src/log.ts";
import { startBaton } from "../../src/main.ts";
import { AHEAD_MS, ANSWER_MS, type Order, type Report, SETTLE_MS, WATCH, type Watch } from "./orders.ts";
import { watchEffects } from "./tripwire.ts";

let aheadMs = Number(process.env[AHEAD_MS] ?? "0");
const say = (report: Report): void => void process.send?.(report);
const watch = (order: Watch): void => {
  watchEffects(order, (steps) => say({ is: "commit", steps }));
  say({ is: "watching" });
};

Object.assign(TIMEOUTS, { answerMs: Number(process.env[ANSWER_MS] ?? TIMEOUTS.answerMs) });
const first = process.env[WATCH];
if (first !== undefined) watch(JSON.parse(first));
process.on("message", (order: Order) => {
  if (order.do === "set-clock") aheadMs = order.aheadMs;
  else watch(order);
});
// Whoever started it has died: nobody would end it any more.
process.once("disconnect", () => process.kill(process.pid, "SIGKILL"));

const config = loadConfig(process.env);
const baton = await startBaton(config, {
  log: createLog({ level: config.logLevel }),
  now: () => Date.now() + aheadMs,
  settleMs: Number(process.env[SETTLE_MS] ?? "1000"),
});
say({ is: "ready" });
process.once("SIGTERM", () => {
  void baton.stop().then(() => process.exit(0));
});
