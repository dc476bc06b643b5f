/**
 * The large week: `npm run test:week -- --handoffs 2000 --kills 0.05 --seed 7`. Plays it, compares every figure with the plain
 * recount, and prints what it tried. Ends with 1 and the line that plays it again when anything differs.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { createRandom } from "../../sandbox/random.ts";
import { MINUTE_MS } from "../../src/model/instant.ts";
import { compareWeek } from "./compare.ts";
import { killedProcess, oneProcess } from "./house.ts";
import { MONDAY, playWeek } from "./play.ts";

const { values } = parseArgs({
  options: {
    handoffs: { type: "string", default: "300" },
    seed: { type: "string", default: "7" },
    kills: { type: "string", default: "0" },
  },
});
const [handoffs, seed, share] = [Number(values.handoffs), Number(values.seed), Number(values.kills)];
const folder = mkdtempSync(join(tmpdir(), "baton-week-"));
const url = `sqlite:${join(folder, "week.sqlite")}`;
const again = `npm run test:week -- --handoffs ${handoffs} --kills ${share} --seed ${seed}`;
const random = createRandom(seed, "kills");

const house =
  share > 0 ? await killedProcess(seed, url, MONDAY, { random, share }) : await oneProcess(seed, url, MONDAY);
const began = performance.now();
const week = await playWeek(house, {
  seed,
  handoffs,
  stepMs: 15 * MINUTE_MS,
  onProgress: (asked) => print(`${asked} leads have asked`),
});
const { handoffs: seen, strange, different } = await compareWeek(house);
const took = Math.round((performance.now() - began) / 1_000);
print(
  `${seen} handoffs, ${week.acts.length} acts of reps, ${week.steps} steps, ${house.kills()} kills in ${took} s: ` +
    `${strange.length} strange, ${different.length} different`,
);
for (const line of [...strange, ...different].slice(0, 20)) print(`  ${line}`);
await house.close();
rmSync(folder, { recursive: true, force: true });
if (strange.length + different.length > 0 || seen !== handoffs) {
  print(`again: ${again}`);
  process.exitCode = 1;
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
