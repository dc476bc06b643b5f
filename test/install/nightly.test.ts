import { Registry } from "prom-client";
import { afterEach, beforeEach, expect, test } from "vitest";
import { BatonError } from "../../src/errors.ts";
import { UNPROBED } from "../../src/install/flow.ts";
import { createNightly, type Nightly, type NightlyTools } from "../../src/install/nightly.ts";
import { createLog } from "../../src/log.ts";
import { DAY_MS, HOUR_MS, type Instant, MINUTE_MS } from "../../src/model/instant.ts";
import type { Vocabulary } from "../../src/model/vocabulary.ts";
import { addLiveProblems } from "../../src/server/live-problems.ts";
import { wipeInstallation } from "../../src/store/erase.ts";
import { saveInstallation, setInstallationState } from "../../src/store/installations.ts";
import { countLiveProblems, loadLiveCheck } from "../../src/store/live-checks.ts";
import { shippedFiles } from "../playbook/kit.ts";
import { onEveryDatabase } from "../support/databases.ts";

const START = Date.UTC(2026, 10, 17, 9);
/** An account without anybody: reps, managers and the partner are missing, and one address that is only told something. */
const NOBODY: Vocabulary = {
  properties: {},
  own: [],
  stages: { known: false },
  owners: { known: true, all: [] },
  forms: { known: false },
  lists: { known: true, all: [{ value: "1042", label: "Do not contact" }] },
};

onEveryDatabase("the nightly check", ({ store }) => {
  let now: Instant = START;
  let lines: string[] = [];
  let asked: string[] = [];
  let closed = 0;
  let answer: () => Promise<Vocabulary> = () => Promise.resolve(NOBODY);
  /** Whom there is no way to. */
  let unreachable: string | undefined;
  let nightly: Nightly;

  beforeEach(async () => {
    [now, lines, asked, closed, unreachable] = [START, [], [], 0, undefined];
    answer = () => Promise.resolve(NOBODY);
    for (const id of ["a", "b", "c"]) {
      await saveInstallation(store().db, { id, crm: "hubspot", tenant: id, capabilities: UNPROBED }, START);
    }
    nightly = freshServer();
  });
  afterEach(async () => {
    await nightly.stop();
    for (const id of ["a", "b", "c"]) await wipeInstallation(store().db, id, START);
  });

  /** What a restart makes. */
  function freshServer(): Nightly {
    const destination = { write: (line: string) => void lines.push(line) };
    return createNightly({
      store: store(),
      log: createLog({ level: "info", destination }),
      now: () => now,
      files: shippedFiles,
      connect({ id }) {
        if (id === unreachable) throw new BatonError("config.invalid", "no app is configured");
        return tinyConnector(id);
      },
    });
  }

  /** Nothing of it can be asked but at leisure: people's leads go first. */
  function tinyConnector(id: string): ReturnType<NightlyTools["connect"]> {
    return {
      asBulk: () => ({
        vocabulary() {
          asked.push(id);
          return answer();
        },
      }),
      async close() {
        closed += 1;
      },
    };
  }

  /** Runs once an hour, as the server does. */
  async function runHourly(hours: number): Promise<void> {
    for (let hour = 0; hour < hours; hour += 1) {
      await nightly.run();
      now += HOUR_MS;
    }
  }

  test("asks each installation once a day, at different times, and not again after a restart", async () => {
    await nightly.run();
    expect(asked).toEqual([]);
    const dueAt = await Promise.all(
      ["a", "b", "c"].map(async (id) => (await loadLiveCheck(store().db, id))?.dueAt ?? 0),
    );
    expect(new Set(dueAt).size).toBe(3);
    for (const at of dueAt) {
      expect(at).toBeGreaterThan(START);
      expect(at).toBeLessThanOrEqual(START + DAY_MS);
    }
    now += HOUR_MS;
    await runHourly(24);
    expect(asked.toSorted()).toEqual(["a", "b", "c"]);
    nightly = freshServer();
    await nightly.run();
    expect(asked).toHaveLength(3);
    await runHourly(24);
    expect(asked.toSorted()).toEqual(["a", "a", "b", "b", "c", "c"]);
    expect(closed).toBe(asked.length);
  });

  test("keeps counts, shows them as a metric, and logs no names", async () => {
    await runHourly(25);
    const check = await loadLiveCheck(store().db, "a");
    expect(check).toMatchObject({ warnings: 1 });
    expect(check?.errors).toBeGreaterThan(10);
    expect(check?.checkedAt).toBeGreaterThan(START);

    const registry = new Registry();
    addLiveProblems(registry, () => countLiveProblems(store().db));
    const scraped = (await registry.metrics()).split("\n");
    expect(scraped).toContain(`baton_playbook_live_problems{severity="error"} ${3 * (check?.errors ?? 0)}`);
    expect(scraped).toContain('baton_playbook_live_problems{severity="warning"} 3');

    const logged = lines.map((line): unknown => JSON.parse(line));
    expect(logged).toContainEqual(
      expect.objectContaining({
        installation: "a",
        code: "playbook.mismatch",
        errors: check?.errors,
        warnings: 1,
      }),
    );
    expect(lines.join("")).not.toMatch(/acme|lena/);
  });

  test("leaves disconnected installations alone, and the metric forgets them", async () => {
    await runHourly(25);
    await setInstallationState(store().db, "a", "disconnected", now);
    await setInstallationState(store().db, "b", "disconnected", now);
    const { warning } = await countLiveProblems(store().db);
    expect(warning).toBe(1);
    asked = [];
    await runHourly(24);
    expect(asked).toEqual(["c"]);
  });

  test.each([
    ["crm.unreachable", HOUR_MS],
    ["crm.disconnected", DAY_MS],
  ] as const)("tries again after %s, and keeps what was found before", async (code, afterMs) => {
    await runHourly(25);
    const before = await loadLiveCheck(store().db, "a");
    now = before?.dueAt ?? 0;
    answer = () => Promise.reject(new BatonError(code, "no answer"));
    await nightly.run();
    const failed = await loadLiveCheck(store().db, "a");
    expect(failed).toEqual({ ...before, code, dueAt: now + afterMs });
    expect(lines.join("")).toContain(code);

    now = failed?.dueAt ?? 0;
    answer = () => Promise.resolve(NOBODY);
    await nightly.run();
    expect(await loadLiveCheck(store().db, "a")).toMatchObject({ checkedAt: now, errors: before?.errors });
    expect(await loadLiveCheck(store().db, "a")).not.toHaveProperty("code");
  });

  test.each(["a", "b", "c"])(
    "goes on where no app is configured for %s, and says so of it once a day",
    async (id) => {
      unreachable = id;
      await runHourly(25);
      const others = ["a", "b", "c"].filter((one) => one !== id);
      expect(asked.toSorted()).toEqual(others);
      expect(lines.filter((line) => line.includes("config.invalid"))).toHaveLength(1);
      const left = await loadLiveCheck(store().db, id);
      expect(left).toMatchObject({ code: "config.invalid" });
      expect(left?.dueAt).toBeGreaterThan(now);
    },
  );

  test("a fault at one installation is logged with its name, and the others are checked", async () => {
    answer = () =>
      Promise.reject(asked.at(-1) === "b" ? new TypeError("broken") : new BatonError("crm.timeout", "late"));
    await runHourly(25);
    expect(new Set(asked)).toEqual(new Set(["a", "b", "c"]));
    const logged = lines.map((line): unknown => JSON.parse(line));
    expect(logged).toContainEqual(expect.objectContaining({ installation: "b", code: "chores.failed" }));
  });

  test("a stop breaks off what is under way and stores nothing of it", async () => {
    await nightly.run();
    const first = await loadLiveCheck(store().db, "a");
    now = START + DAY_MS + MINUTE_MS;
    let begun: () => void = () => undefined;
    const hasBegun = new Promise<void>((resolve) => {
      begun = resolve;
    });
    let breakOff: (error: Error) => void = () => undefined;
    answer = () => {
      begun();
      return new Promise((_resolve, reject) => {
        breakOff = reject;
      });
    };
    const run = nightly.run();
    await hasBegun;
    const stopped = nightly.stop();
    breakOff(new BatonError("crm.unreachable", "closed"));
    await Promise.all([stopped, run]);
    expect(asked).toHaveLength(1);
    expect(await loadLiveCheck(store().db, "a")).toEqual(first);
  });
});
