import { afterAll, beforeAll, expect, test } from "vitest";
import type { DemoClock } from "../../src/cli/demo/clock.ts";
import type { Stage } from "../../src/cli/demo/stage.ts";
import { MINUTE_MS } from "../../src/model/instant.ts";
import { takeTurn } from "../../src/pipeline.ts";
import { underOneVersion } from "../../src/publish/live.ts";
import { listInstallations } from "../../src/store/installations.ts";
import { openStandstill } from "../lanes/kit.ts";
import { MARKETER, playbookFolder, SELLER } from "../publish/kit.ts";
import { onEveryDatabase, useDatabase } from "../support/databases.ts";
import { addReadyLead, raiseHand } from "../support/leads.ts";
import { repeated } from "../support/repeated.ts";
import { runInside } from "../support/shell.ts";
import { openTestStage } from "../support/stage.ts";

const EMEA = "  - name: EMEA\n    when: { territory: emea }";
const NO_EMEA = "  - name: EMEA\n    when: { lead.country: FR }";
/** Leads with a number from here on work at companies large enough for the enterprise rule. */
const LARGE = 1_000;

onEveryDatabase("a server whose playbook changes while it runs", ({ url }) => {
  const folder = playbookFolder();
  let stage: Stage;
  let clock: DemoClock;
  let first = "";

  beforeAll(async () => {
    folder.askForSignatures();
    folder.edit("routing.yaml", EMEA, NO_EMEA);
    first = folder.version();
    const opened = await openTestStage(url(), 7, folder.place);
    ({ stage, clock } = opened);
    clock.moveTo(Date.UTC(2026, 10, 17, 9));
  });
  afterAll(async () => await stage.close());

  const run = async (...args: readonly string[]): Promise<number> => {
    const env = { BATON_DATABASE_URL: url(), BATON_PLAYBOOK: folder.place, USER: "revops" };
    return (await runInside(args, { env, now: () => clock.now() })).code;
  };
  const newLead = async (number: number): Promise<string> => {
    const { id, email } = await addReadyLead(stage.portal, number);
    await raiseHand(stage.portal, email);
    await stage.quiet();
    return id;
  };
  const handoffOf = async (lead: string) =>
    await stage.baton.store.db
      .selectFrom("handoffs")
      .select(["id", "state", "playbook", "decided_at"])
      .where("lead", "=", lead)
      .executeTakeFirstOrThrow();
  const firstAttemptOf = async (lead: string): Promise<number> => {
    const { id, decided_at: decidedAt } = await handoffOf(lead);
    const clockRow = await stage.baton.store.db
      .selectFrom("clocks")
      .select("due_at")
      .where("handoff", "=", id)
      .where("kind", "=", "first-attempt")
      .executeTakeFirstOrThrow();
    return (clockRow.due_at - decidedAt) / MINUTE_MS;
  };
  let [owned, waiting] = ["", ""];

  test("decides by the version it began with", async () => {
    waiting = await newLead(1);
    owned = await newLead(LARGE + 1);
    expect(await handoffOf(owned)).toMatchObject({ state: "with-sales", playbook: first });
    expect(await firstAttemptOf(owned)).toBe(15);
    expect(await handoffOf(waiting)).toMatchObject({ state: "queued", playbook: first });
  });

  test("follows a version that both sides signed, and lets handoffs that sales has keep their promise", async () => {
    folder.promise("30m");
    folder.edit("routing.yaml", NO_EMEA, EMEA);
    const second = folder.version();
    expect(await run("publish")).toBe(2);
    expect(await run("sign", "--as", "marketing", "--by", MARKETER)).toBe(0);
    expect(await run("sign", "--as", "sales", "--by", SELLER.toUpperCase())).toBe(0);
    expect(await run("publish")).toBe(0);
    await stage.baton.version.look();

    const lead = await newLead(LARGE + 2);
    expect(await handoffOf(lead)).toMatchObject({ state: "with-sales", playbook: second });
    expect(await firstAttemptOf(lead)).toBe(30);
    expect(await handoffOf(owned)).toMatchObject({ state: "with-sales", playbook: first });
    expect(await firstAttemptOf(owned)).toBe(15);
  });

  test("decides a lead that waits in a queue by the live version, when its time comes", async () => {
    expect(await handoffOf(waiting)).toMatchObject({ state: "queued", playbook: first });
    clock.moveTo(clock.now() + 31 * MINUTE_MS);
    await stage.baton.lanes.tick();
    await stage.quiet();
    expect(await handoffOf(waiting)).toMatchObject({ state: "with-sales", playbook: folder.version() });
  });

  test("follows a rollback, and says in the audit what was done, by nobody's name", async () => {
    const second = folder.version();
    expect(await run("rollback")).toBe(0);
    await stage.baton.version.look();
    const lead = await newLead(LARGE + 3);
    expect(await handoffOf(lead)).toMatchObject({ playbook: first });
    expect(await firstAttemptOf(lead)).toBe(15);

    const audit = await stage.baton.store.db
      .selectFrom("audit")
      .select(["actor", "action", "detail"])
      .where("action", "like", "playbook-%")
      .orderBy("seq")
      .execute();
    expect(audit.map(({ actor, action, detail }) => `${actor} ${action} ${detail}`)).toEqual([
      `baton playbook-first ${first}`,
      `cli playbook-signed ${second} for marketing`,
      `cli playbook-signed ${second} for sales`,
      `cli playbook-publish ${second} after ${first}`,
      `cli playbook-rollback ${first} after ${second}`,
    ]);
  });

  test("has stored with every decision the version that repeats it", async () => {
    const { db } = stage.baton.store;
    const [installation] = await listInstallations(db);
    const versions = new Set<string>();
    for await (const { stored, again } of repeated(db, installation?.id ?? "", stage.baton.publicUrl)) {
      expect(again).toEqual(stored);
      versions.add(stored.playbookVersion);
    }
    expect(versions).toEqual(new Set([first, folder.version()]));
  });
});

const database = useDatabase("sqlite");

test("a turn under way ends by the version it began with; the next one goes by the new one", async () => {
  const folder = playbookFolder();
  folder.promise("45m");
  const other = folder.playbook();
  const standstill = await openStandstill(database.url());
  try {
    const { lane, db } = standstill;
    let current = lane.playbook();
    const before = current.version;
    const connector = {
      ...lane.connector,
      read: async (...args: Parameters<typeof lane.connector.read>) => {
        // Somebody publishes while the turn waits for the CRM.
        current = other;
        return await lane.connector.read(...args);
      },
    };
    const working = { ...lane, connector, playbook: () => current };
    const lead = await standstill.handRaiser();
    while (await takeTurn(underOneVersion(working)));
    const decidedBy = async (id: string): Promise<string> =>
      (await db.selectFrom("handoffs").select("playbook").where("lead", "=", id).executeTakeFirstOrThrow())
        .playbook;
    expect(await decidedBy(lead.id)).toBe(before);

    const next = await standstill.handRaiser();
    while (await takeTurn(underOneVersion(working)));
    expect(await decidedBy(next.id)).toBe(other.version);
  } finally {
    await standstill.close();
  }
});
