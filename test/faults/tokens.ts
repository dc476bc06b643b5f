/**
 * Token expiries across processes, as many as are asked for:
 *
 *     node test/faults/tokens.ts --expiries 10000 --processes 8
 *
 * It starts its own PostgreSQL, unless `--database postgres://…` names one. Prints one line of JSON; exits with 1 when a token
 * was refused, a read failed, or an expiry was not answered by exactly one renewal. test/faults/tokens.test.ts does a small
 * share of it.
 */
import { parseArgs } from "node:util";
import startPostgres from "../support/postgres.ts";
import { runTokens } from "./token-run.ts";

const { values } = parseArgs({
  options: {
    expiries: { type: "string", default: "10000" },
    processes: { type: "string", default: "8" },
    database: { type: "string" },
  },
});
const [expiries, processes] = [Number(values.expiries), Number(values.processes)];

let databaseUrl = values.database;
let stop: () => void = () => undefined;
if (databaseUrl === undefined) {
  stop = await startPostgres({
    provide(_name, value) {
      if (typeof value !== "object" || !("url" in value)) throw new Error(JSON.stringify(value));
      databaseUrl = value.url;
    },
  });
}
if (databaseUrl === undefined) throw new Error("no PostgreSQL can be started here: name one with --database");

const startedMs = performance.now();
const tally = await runTokens({
  databaseUrl,
  expiries,
  processes,
  progress(expired) {
    if (expired % 500 === 0) process.stderr.write(`${expired} of ${expiries}\n`);
  },
});
const seconds = Math.round((performance.now() - startedMs) / 1_000);
process.stdout.write(`${JSON.stringify({ expiries, processes, seconds, ...tally })}\n`);
stop();
const isGood =
  tally.granted === expiries && tally.refused === 0 && tally.failures.length === 0 && tally.holdsNewest;
process.exit(isGood ? 0 : 1);
