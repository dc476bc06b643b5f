import { Writable } from "node:stream";
import { describe, expect, test } from "vitest";
import { resync, type ResyncOptions } from "../../src/cli/resync.ts";
import { type Screen, screenOf } from "../../src/cli/shell.ts";
import { DAY_MS } from "../../src/model/instant.ts";
import { setInstallationState } from "../../src/store/installations.ts";
import { loadSweep, replaceSweep, type Sweep } from "../../src/store/sweeps.ts";
import { baton, DECIDED_AT, fillWithVera, PORTAL, useFile } from "./kit.ts";

const INSTALLATION = `inst-${PORTAL}`;
const OPTIONS: ResyncOptions = { since: "2d", wait: true };
const LEADS = { portal: PORTAL, crm: "hubspot", about: "leads" };

function keeping(): { readonly screen: Screen; readonly text: () => string } {
  let text = "";
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      text += chunk.toString();
      done();
    },
  });
  return { screen: screenOf(stream, {}), text: () => text };
}

describe("resync", () => {
  const file = useFile((store) => fillWithVera(store));
  const standing = () => file.look((store) => loadSweep(store.db, INSTALLATION));

  /** What a server does while the command waits. */
  async function serve(part: Partial<Sweep>): Promise<void> {
    await file.look(async ({ db }) => {
      const before = await loadSweep(db, INSTALLATION);
      if (before?.sweep === undefined) throw new Error("nobody asked");
      await replaceSweep(db, INSTALLATION, before, { ...before, sweep: { ...before.sweep, ...part } });
    });
  }

  async function run(options: ResyncOptions, steps: readonly Partial<Sweep>[] = []) {
    const [out, err] = [keeping(), keeping()];
    let waits = 0;
    const shell = { env: file.env(), out: out.screen, err: err.screen, now: () => DECIDED_AT, zone: "UTC" };
    await resync(shell, options, {
      async wait() {
        const step = steps[waits];
        waits += 1;
        if (step !== undefined) await serve(step);
      },
      isInterrupted: () => false,
    });
    return { out: out.text(), err: err.text(), waits };
  }

  test("asks for a sweep now, tells how it goes and what it came to", async () => {
    const startedAt = DECIDED_AT + 1;
    const done = await run(OPTIONS, [
      { startedAt, looked: 200, told: 1 },
      { startedAt, looked: 1_400, told: 3 },
      { startedAt, looked: 1_204, told: 2, endedAt: DECIDED_AT + 9_000 },
    ]);
    expect(done.err).toBe(
      "Asked for what was modified in the last 2 d. A running server does it, one page a second.\n" +
        `Portal ${PORTAL}: 200 leads looked at, 1 change nobody had told of; it goes on.\n` +
        `Portal ${PORTAL}: 1,400 leads looked at, 3 changes nobody had told of; it goes on.\n`,
    );
    expect(done.out).toBe(`Portal ${PORTAL}: 1,204 leads looked at, 2 changes nobody had told of.\n`);
    expect(await standing()).toMatchObject({ dueAt: DECIDED_AT, sweep: { since: DECIDED_AT - 2 * DAY_MS } });
    const audit = await file.look(({ db }) =>
      db.selectFrom("audit").select(["actor", "detail"]).where("action", "=", "sweep-asked").execute(),
    );
    expect(audit).toEqual([{ actor: "cli", detail: "the last 2 d" }]);
  });

  test("says so where nobody takes it up, and does not wait for ever", async () => {
    const { out, waits } = await run(OPTIONS);
    expect(out).toContain("asked for, and not begun");
    expect(waits).toBe(15);
  });

  test("asks and leaves with --no-wait, and prints JSON", async () => {
    const { out, waits } = await run({ since: "90m", wait: false, json: true, portal: PORTAL });
    expect(JSON.parse(out)).toEqual([{ ...LEADS, state: "asked", looked: 0, told: 0 }]);
    expect(waits).toBe(0);
  });

  test.each([["yesterday"], ["0d"], [""], ["1bd"]])("refuses --since %s", async (since) => {
    await expect(run({ ...OPTIONS, since })).rejects.toMatchObject({ code: "cli.usage" });
  });

  test("asks nothing of a portal that is disconnected", async () => {
    await file.look(async ({ db }) => {
      await db.deleteFrom("cursors").execute();
      await setInstallationState(db, INSTALLATION, "disconnected", DECIDED_AT);
    });
    const { out, waits } = await run(OPTIONS);
    expect(out).toContain(`Portal ${PORTAL}: disconnected`);
    expect([waits, await standing()]).toEqual([0, undefined]);
  });
});

describe("baton resync", () => {
  const file = useFile((store) => fillWithVera(store));

  test("is a command, looks a day back, and refuses a portal Baton is not in", async () => {
    const run = await baton(["resync", "--no-wait"], file.env());
    expect(run).toMatchObject({ code: 0 });
    expect(run.err).toContain("in the last 1 d");
    expect(run.out).toContain("asked for, and not begun");
    expect(await baton(["resync", "--portal", "1"], file.env())).toMatchObject({ code: 2 });
  });
});
