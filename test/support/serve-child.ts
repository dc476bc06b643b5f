/**
 * A Baton as a plain child process, for tests that kill it: the same wiring as `baton serve`, configured by environment. The one
 * difference is how long a lost call is given to end, because the sandbox ends its own in milliseconds.
 */
import { loadConfig } from "../../src/config.ts";
import { createLog } from "../../src/log.ts";
import { startBaton } from "../../src/main.ts";

const config = loadConfig(process.env);
const baton = await startBaton(config, {
  log: createLog({ level: config.logLevel }),
  settleMs: Number(process.env["BATON_TEST_SETTLE_MS"] ?? "1000"),
});
process.send?.({ ready: baton.url });
process.once("SIGTERM", () => {
  void baton.stop().then(() => process.exit(0));
});
