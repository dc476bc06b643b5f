import { Writable } from "node:stream";
import { beforeEach, describe, expect, test } from "vitest";
import { resync, type ResyncOptions } from "../../src/cli/resync.ts";
import { type Screen, screenOf } from "../../src/cli/shell.ts";
import { MINUTE_MS, NEVER, SECOND_MS } from "../../src/model/instant.ts";
import { listInstallations, saveInstallation, setServes } from "../../src/store/installations.ts";
import {
  loadResync,
  replaceResync,
  type Resync,
  type ResyncSample,
  saveSamples,
} from "../../src/store/resyncs.ts";
import { CAPABILITIES, DECIDED_AT, fillWithVera, PORTAL, useFile } from "./kit.ts";

const INSTALLATION = `inst-${PORTAL}`;
const ORG = "00D5g000008ABCDEA4";
const FIELDS: ResyncOptions = { only: "fields", wait: true };

function keeping(columns?: number): { readonly screen: Screen; readonly text: () => string } {
  let text = "";
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      text += chunk.toString();
      done();
    },
  });
  const screen = screenOf(stream, {});
  return { screen: columns === undefined ? screen : { ...screen, columns }, text: () => text };
}

describe("resync of a pair", () => {
  const file = useFile(async (store) => {
    await fillWithVera(store);
    const org = { id: "inst-org", crm: "salesforce" as const, tenant: ORG, capabilities: CAPABILITIES };
    await saveInstallation(store.db, org, DECIDED_AT);
    await setServes(store.db, "inst-org", INSTALLATION, DECIDED_AT);
  });
  beforeEach(() => file.look(async ({ db }) => void (await db.deleteFrom("cursors").execute())));
  const standing = () => file.look((store) => loadResync(store.db, INSTALLATION));

  /** What a server does while the command waits. */
  async function serve(part: Partial<Resync>, samples: readonly ResyncSample[] = []): Promise<void> {
    await file.look(async ({ db }) => {
      const before = await loadResync(db, INSTALLATION);
      if (before === undefined) throw new Error("nobody asked");
      const dueAt = part.trouble === undefined ? NEVER : DECIDED_AT + 5 * MINUTE_MS;
      await replaceResync(db, INSTALLATION, before, { ...before, ...part }, dueAt);
      await saveSamples(db, INSTALLATION, samples);
    });
  }

  interface Steps {
    readonly steps?: readonly (Partial<Resync> & { readonly samples?: readonly ResyncSample[] })[];
    readonly columns?: number;
    /** After how many looks the person presses Ctrl-C. */
    readonly leaves?: number;
  }

  async function run(options: ResyncOptions, { steps = [], columns, leaves = 99 }: Steps = {}) {
    const [out, err] = [keeping(columns), keeping(columns)];
    let waits = 0;
    const shell = {
      env: file.env(),
      out: out.screen,
      err: err.screen,
      now: () => DECIDED_AT + waits * SECOND_MS,
      zone: "UTC",
    };
    await resync(shell, options, {
      async wait() {
        const { samples, ...step } = steps[waits] ?? {};
        waits += 1;
        if (Object.keys(step).length > 0) await serve(step, samples);
      },
      isInterrupted: () => waits >= leaves,
    });
    return { out: out.text(), err: err.text(), waits };
  }

  const BEGUN = { startedAt: DECIDED_AT, total: 10_000 };
  const DONE = { endedAt: DECIDED_AT + 9, because: "done" } as const;
  const SAMPLE: ResyncSample = {
    lead: "10001",
    field: "contact.jobtitle",
    kind: "conflict",
    marketing: "CFO\u001B[2K",
    sales: "CEO",
    agreed: "VP",
    winner: "sales",
    to: "CEO",
    why: "Both were changed; Salesforce's change is the later one.",
  };

  test("dry, shows a table by field and samples, harmless to a terminal", async () => {
    const { out, err } = await run(
      { ...FIELDS, dryRun: true },
      {
        steps: [
          { ...BEGUN, looked: 4_000, calls: 42 },
          {
            ...DONE,
            looked: 10_000,
            differing: 1_204,
            calls: 105,
            counts: {
              "contact.jobtitle": { equal: 8_796, conflict: 4, "to-sales": 1_200 },
              "contact.city": { equal: 9_999, held: 1 },
            },
            samples: [SAMPLE],
          },
        ],
      },
    );
    expect(err).toBe(
      "Asked for a comparison of both CRMs. A running server does it while nothing else waits. Nothing is written.\n" +
        `Portal ${PORTAL}, fields: 4,000 of 10,000 leads (40 %), 42 calls\n`,
    );
    expect(out).toMatchInlineSnapshot(`
      "Portal 424242, fields: 10,000 leads looked at, 1,204 differ, nothing written, 105 calls.

      field             equal  to Salesforce  to HubSpot  conflicts  one-way  held  unreadable
      contact.city      9,999  0              0           0          0        1     0
      contact.jobtitle  8,796  1,200          0           4          0        0     0

      For example:

      contact.jobtitle of lead 10001: conflict
        HubSpot "CFO [2K", Salesforce "CEO", last agreed "VP"
        HubSpot would get "CEO": Both were changed; Salesforce's change is the later one.
      "
    `);
    expect(out).not.toContain("\u001B");
    expect(await standing()).toMatchObject({ subject: "fields", isDry: true });
  });

  test("rewrites one line on a terminal: how far, how fast, how long still, calls spent and left", async () => {
    const day = { used: 61_000, most: 100_000 };
    const { err } = await run(FIELDS, {
      columns: 200,
      steps: [
        { ...BEGUN, looked: 2_000, calls: 21, day },
        { looked: 4_000, calls: 42, day },
        { ...DONE, looked: 10_000 },
      ],
    });
    expect(err.split("\r\u001B[2K").at(2)).toBe(
      `Portal ${PORTAL}, fields: 4,000 of 10,000 leads (40 %), 2,000 a second, 3 s left, 42 calls, 39,000 calls left of the org's day`,
    );
    expect(err.endsWith("\r\u001B[2K")).toBe(true);
  });

  test("left by Ctrl-C goes on, and says how to look again and how to stop it", async () => {
    const { err, out, waits } = await run(FIELDS, { leaves: 1, steps: [{ ...BEGUN, looked: 10 }] });
    expect(waits).toBe(1);
    expect(err).toContain(
      "the server goes on. To look again: baton resync --status. To stop it: baton resync --stop",
    );
    expect(out).toContain("it goes on.");
    const open = await standing();
    expect(open?.endedAt).toBeUndefined();
  });

  test("that waits says for what and until when", async () => {
    const { out } = await run(FIELDS, { steps: [{ ...BEGUN, trouble: "crm.rate-limited" }] });
    expect(out).toContain("it waits (crm.rate-limited), and tries again in 4 m");
  });

  test("is stopped, shown, and goes on with another bound on calls", async () => {
    await run({ ...FIELDS, since: "2d", maxCalls: "500", wait: false });
    expect(await standing()).toMatchObject({ mostCalls: 500, since: DECIDED_AT - 2 * 24 * 60 * MINUTE_MS });
    await serve({ ...BEGUN, looked: 4_000, calls: 42, after: "10004" });
    expect((await run({ stop: true, wait: true })).out).toBe(
      `Portal ${PORTAL}, fields: 4,000 leads looked at, 0 differ, 0 writes planned, 42 calls; it was stopped. To go on: baton resync --resume\n\n` +
        "No field was compared: no lead is in both CRMs, or nothing is kept in step (sync: in fields.yaml; with HubSpot's own connector at work, it keeps the fields).\n",
    );
    await run({ resume: true, maxCalls: "10", wait: false });
    const open = await standing();
    expect(open).toMatchObject({ mostCalls: 52, after: "10004", looked: 4_000 });
    expect(open?.because).toBeUndefined();
    expect((await run({ status: true, wait: true, json: true })).out).toContain('"about": "fields"');
    const audit = await file.look(({ db }) =>
      db.selectFrom("audit").select(["action", "detail"]).where("action", "like", "resync-%").execute(),
    );
    expect(audit.slice(-3)).toEqual([
      { action: "resync-asked", detail: "fields, the last 2 d" },
      { action: "resync-stopped", detail: "" },
      { action: "resync-resumed", detail: "" },
    ]);
  });

  test("without --only looks for leads too, and a dry run does not", async () => {
    expect((await run({ wait: false })).out).toContain(`Portal ${PORTAL}: asked for`);
    expect(await standing()).toMatchObject({ subject: "fields", isDry: false });
    const dry = await run({ wait: false, dryRun: true, json: true });
    expect(JSON.parse(dry.out)).toMatchObject([{ about: "fields", isDry: true, state: "asked" }]);
  });

  test.each<[string, ResyncOptions, string]>([
    ["a dry run of leads", { only: "leads", dryRun: true, wait: true }, "resync.bad-question"],
    ["a bound on calls for leads", { only: "leads", maxCalls: "5", wait: true }, "resync.bad-question"],
    ["the paired org", { portal: ORG, wait: true }, "resync.bad-question"],
    ["to go on where none was stopped", { resume: true, wait: true }, "resync.bad-question"],
    ["to stop where none is open", { stop: true, wait: true }, "resync.bad-question"],
    ["an unknown part", { only: "deals", wait: true }, "cli.usage"],
    ["an unknown CRM", { crm: "pipedrive", wait: true }, "cli.usage"],
    ["no number of calls", { maxCalls: "many", wait: true }, "cli.usage"],
    ["to stop and to ask", { stop: true, only: "fields", wait: true }, "cli.usage"],
    ["to stop and to go on", { stop: true, resume: true, wait: true }, "cli.usage"],
  ])("is refused %s, and nothing is asked", async (_what, options, code) => {
    await expect(run(options)).rejects.toMatchObject({ code });
    expect(await standing()).toBeUndefined();
  });

  test("of a portal that is not paired is refused, and plain resync looks for its leads", async () => {
    await file.look(({ db }) => setServes(db, "inst-org", undefined, DECIDED_AT));
    expect(
      await file.look(async ({ db }) => (await listInstallations(db)).map(({ sales }) => sales)),
    ).toEqual([undefined, undefined]);
    await expect(run(FIELDS)).rejects.toThrow("baton pair --help");
    const { out } = await run({ wait: false, crm: "hubspot", json: true });
    expect(JSON.parse(out)).toMatchObject([{ about: "leads", portal: PORTAL }]);
  });
});
