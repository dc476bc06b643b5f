/** What is told of every installation: a fault at one of them keeps nobody else from hearing. */
import { beforeEach, expect, test } from "vitest";
import { createLog } from "../../src/log.ts";
import { DAY_MS } from "../../src/model/instant.ts";
import { announceBreaks } from "../../src/present/breaks.ts";
import { announceReviews } from "../../src/present/reviews.ts";
import { reviewCursor } from "../../src/present/review-memory.ts";
import { addChannel } from "../../src/store/channels.ts";
import { saveCursor } from "../../src/store/cursors.ts";
import { saveInstallation } from "../../src/store/installations.ts";
import { CAPABILITIES } from "../cli/kit.ts";
import { LOCKSMITH, WEBHOOK_SECRET } from "../notify/kit.ts";
import { aPlaybook, shippedFiles } from "../playbook/kit.ts";
import { onEveryDatabase } from "../support/databases.ts";

const NOW = Date.UTC(2026, 9, 30, 9);
const DECEMBER = Date.UTC(2026, 11, 1, 7);
const files = shippedFiles();
const agreement = (files["agreement.yaml"] ?? "")
  .replace(/^ {2}# when_broken:.*$/m, '  when_broken: { notify: [mia@acme.example], follows: "More leads." }')
  .replace(/^ {2}quality:.*$/m, "");
const playbook = aPlaybook({
  "agreement.yaml": `${agreement}\nreview: { every: 2w, to: [mia@acme.example] }\n`,
});

onEveryDatabase("announcing", ({ store }) => {
  let lines: string[] = [];
  const tools = (at: number) => ({
    store: store(),
    log: createLog({ level: "info", destination: { write: (line) => void lines.push(line) } }),
    now: () => at,
    playbook: () => playbook,
  });
  const told = async () =>
    (await store().db.selectFrom("notices").select(["installation", "kind"]).distinct().execute()).map(
      ({ installation, kind }) => `${kind} to ${installation}`,
    );
  /** The one in the middle remembers what nobody can read. */
  const garble = async (...cursors: string[]): Promise<void> => {
    for (const name of cursors) await saveCursor(store().db, "b", name, NOW - DAY_MS, DECEMBER * 2, "{");
  };
  beforeEach(async () => {
    lines = [];
    const { db } = store();
    for (const table of ["installations", "cursors", "notices"] as const)
      await db.deleteFrom(table).execute();
    for (const [place, id] of ["a", "b", "c"].entries()) {
      const fresh = { id, crm: "hubspot", tenant: id, capabilities: CAPABILITIES } as const;
      await saveInstallation(db, fresh, NOW + place);
      const settings = { kind: "webhook", url: "https://hooks.example/x", secret: WEBHOOK_SECRET } as const;
      await addChannel(db, LOCKSMITH, id, { settings }, NOW);
    }
  });
  const faults = () =>
    lines.map((line) => /"installation":"(\w+)","code":"([\w.]+)"/.exec(line)?.slice(1).join(": "));

  test("reviews that cannot be told at one installation are told at the others", async () => {
    await announceReviews(tools(NOW));
    await garble(reviewCursor("pack"));
    expect(await announceReviews(tools(DECEMBER))).toBeGreaterThanOrEqual(2);
    // Its other reviews are announced all the same.
    expect((await told()).toSorted()).toEqual(["report to a", "report to b", "report to c"]);
    expect(faults()).toEqual(["b: chores.failed"]);
  });

  test("broken promises that cannot be told at one installation are told at the others", async () => {
    await announceBreaks(tools(NOW));
    await garble("breaks");
    expect(await announceBreaks(tools(DECEMBER))).toBeGreaterThanOrEqual(2);
    expect((await told()).toSorted()).toEqual(["broken to a", "broken to c"]);
    expect(faults()).toEqual(["b: chores.failed"]);
  });
});
