/**
 * The large week: `npm run test:week -- --handoffs 2000 --kills 0.05 --seed 7`. Plays it, compares every figure with the plain
 * recount and every notice with who was to be told, and prints what it tried. Ends with 1 and the line that plays it again when anything differs.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { createRandom } from "../../sandbox/random.ts";
import { MINUTE_MS } from "../../src/model/instant.ts";
import { openWeekChannel } from "./channel.ts";
import { compareWeek } from "./compare.ts";
import { killedProcess, oneProcess } from "./house.ts";
import { MONDAY, playWeek } from "./play.ts";
import { compareNotices } from "./tell.ts";

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
/** A process takes a second for each step: ten minutes are two thousand steps at most, and tell four fifths from the whole of 15 minutes. */
const KILLED_GRID_MS = 10 * MINUTE_MS;
/** Of what is wrong, so many lines are shown. */
const SHOWN = 30;

const house =
  share > 0 ? await killedProcess(seed, url, MONDAY, { random, share }) : await oneProcess(seed, url, MONDAY);
const channel = await openWeekChannel(house);
const began = performance.now();
const week = await playWeek(house, {
  seed,
  handoffs,
  stepMs: 15 * MINUTE_MS,
  ...(share > 0 ? { gridMs: KILLED_GRID_MS } : {}),
  onProgress: (asked) => print(`${asked} leads have asked`),
});
const { handoffs: seen, strange, different } = await compareWeek(house);
const told = await compareNotices(house, channel, week.moments);
const took = Math.round((performance.now() - began) / 1_000);
print(
  `${seen} handoffs, ${week.acts.length} acts of reps, ${week.moments.length} steps, ${house.kills()} kills in ${took} s: ` +
    `${strange.length} strange, ${different.length} different`,
);
print(
  `${told.told} notices (${sayKinds(told.byKind)}), ${told.due} of them had to be sent and ${told.possible} could be: ` +
    `${told.missed.length} missed, ${told.twice.length} twice, ${told.unexplained.length} unexplained, ${told.strange.length} strange; ` +
    `${told.repeats} messages came again under their own id, ${told.waiting} notices wait for somebody's hour`,
);
const wrong = [
  ...[...strange, ...told.strange].map((line) => `strange: ${line}`),
  ...different,
  ...told.missed.map((line) => `missed: ${line}`),
  ...told.twice.map((line) => `twice: ${line}`),
  ...told.unexplained.map((line) => `unexplained: ${line}`),
];
for (const line of wrong.slice(0, SHOWN)) print(`  ${line}`);
await house.close();
await channel.close();
rmSync(folder, { recursive: true, force: true });
if (wrong.length > 0 || seen !== handoffs) {
  print(`again: ${again}`);
  process.exitCode = 1;
}

function sayKinds(byKind: Readonly<Record<string, number>>): string {
  return Object.entries(byKind)
    .map(([kind, count]) => `${count} ${kind}`)
    .join(", ");
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
