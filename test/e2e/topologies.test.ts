/** What Acme's cast does in one day, with its leads and its sales in HubSpot, in Salesforce, or in one each: the same seed tells the same story. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { DayAct } from "../../sandbox/world/demo-day.ts";
import { addressOf } from "../../src/cli/demo/acts.ts";
import { createDemoClock } from "../../src/cli/demo/clock.ts";
import { DEMO_DAY, playDay } from "../../src/cli/demo/day.ts";
import { printStory, printWelcome } from "../../src/cli/demo/print.ts";
import { type AnyStage, leadInstallation, openStageIn, type Topology } from "../../src/cli/demo/stage.ts";
import { type Story, tellStory } from "../../src/cli/demo/story.ts";
import { createLog } from "../../src/log.ts";
import { keeping } from "../support/shell.ts";

const SEED = 7;
/** Of the crowd: a customer's contact, who has no status in an org, so marketing puts them on a campaign minutes after they sent a form. */
const CUSTOMER = "wei.iyer@clearworks.example";

interface Played {
  readonly stage: AnyStage;
  readonly story: Story;
  readonly text: string;
}

const PLAYBOOKS: Readonly<Record<Topology, string>> = {
  hubspot: "mappings/default",
  salesforce: "mappings/salesforce",
  both: "mappings/both",
};

/** What the cast does, what sales makes of it, and every line of it as a terminal of 80 columns shows it. */
async function play(topology: Topology): Promise<Played> {
  const clock = createDemoClock(DEMO_DAY, () => 0);
  const stage = await openStageIn(topology, {
    seed: SEED,
    now: () => clock.now(),
    databaseUrl: "sqlite::memory:",
    playbook: PLAYBOOKS[topology],
    log: createLog({ level: "silent" }),
    port: 0,
    gatherMs: 0,
  });
  const terminal = keeping({ columns: 80 });
  const { screen } = terminal;
  await printWelcome(screen, stage, 0, SEED);
  const isPlayed = ({ cast, act }: DayAct): boolean => cast !== undefined || addressOf(act) === CUSTOMER;
  await playDay(stage, clock, { seed: SEED, screen, isPlayed });
  const day = await tellStory(stage);
  await printStory(screen, stage, day);
  return { stage, story: day.story, text: terminal.text() };
}

describe("a day in each topology", () => {
  const told = new Map<Topology, Played>();
  beforeAll(async () => {
    for (const topology of ["hubspot", "salesforce", "both"] as const)
      told.set(topology, await play(topology));
  }, 120_000);
  afterAll(async () => {
    for (const { stage } of told.values()) await stage.close();
  });
  const played = (topology: Topology): Played => {
    const one = told.get(topology);
    if (one === undefined) throw new Error(`${topology} was not played`);
    return one;
  };
  const storyOf = (topology: Topology): Story => played(topology).story;
  /** Who was handed off as what, and to whom. */
  const handedOff = (topology: Topology, toWhom = false): readonly unknown[] =>
    storyOf(topology)
      .handoffs.map(({ lead, type, handedTo }) => `${lead}: ${type}${toWhom ? `, ${handedTo}` : ""}`)
      .toSorted();

  test("the same people are handed off, as the same", () => {
    expect(handedOff("hubspot").length).toBeGreaterThan(8);
    expect(handedOff("salesforce")).toEqual(handedOff("hubspot"));
    expect(handedOff("both")).toEqual(handedOff("hubspot"));
  });

  test("where the same CRM says when sales works, the same people get them", () => {
    expect(handedOff("both", true)).toEqual(handedOff("salesforce", true));
  });

  test("those who are not are held back for the same reasons", () => {
    const reasons = (topology: Topology): ReadonlyMap<string, string> =>
      new Map(
        storyOf(topology).notHandedOff.map(({ lead, outcome, reason }) => [
          lead.replace(" [not provided]", ""),
          `${outcome} ${reason}`,
        ]),
      );
    expect(reasons("both")).toEqual(reasons("hubspot"));
    expect(reasons("salesforce")).toEqual(reasons("hubspot"));
  });

  test.each(["hubspot", "salesforce", "both"] as const)(
    "in %s every owned handoff has its owner, task and note exactly once",
    (topology) => {
      const { ledger } = storyOf(topology);
      expect(ledger).toMatchObject({ exact: ledger.handoffs, doubled: 0, missing: 0, repeated: 0 });
      expect(ledger.handoffs).toBeGreaterThan(8);
    },
  );

  /** The happening that a line tells and what came of it, unwrapped. */
  const lineOf = (topology: Topology, happening: string): string => {
    const lines = played(topology)
      .text.replaceAll(/\n {7}(?=[^✓✗=↻!■?… ])/g, " ")
      .split("\n");
    const at = lines.findIndex((line) => line.includes(happening));
    return `${lines[at] ?? ""} ${lines[at + 1]?.trim() ?? ""}`;
  };

  test.each(["hubspot", "salesforce", "both"] as const)(
    "in %s no line is wider than the terminal",
    (topology) => {
      const lines = played(topology).text.split("\n");
      expect(lines.length).toBeGreaterThan(100);
      expect(lines.filter((line) => line.length > 80)).toEqual([]);
    },
  );

  test("each is told in the words of its CRM", () => {
    const { text } = played("salesforce");
    expect(text).not.toMatch(/hubspot|webhook|lifecyclestage|workflow/i);
    expect(text).toContain("gets Status = Marketing Qualified");
    expect(text).toContain("Salesforce sends its last 4 messages again");
    expect(played("hubspot").text).not.toMatch(/salesforce|outbound|campaign/i);
  });

  test.each(["hubspot", "salesforce", "both"] as const)(
    "in %s what came of it is told as it is stored: too late, passed on, forgotten, sent back",
    (topology) => {
      const says = (happening: string): string => lineOf(topology, happening);
      expect(says("Clara Hoffmann, Nordlicht Software Tomas: gets a mail")).toMatch(/= tried, too late$/);
      expect(says("Marcus Lee, Brightforge Jordan: is answered for")).toMatch(/recycled: early-stage$/);
      expect(played(topology).text).toContain("↻ passed on → ");
      expect(says("asks to be forgotten")).toContain("= forgotten, ");
      expect(says("Rosa Albrecht, Hanseatic Soft enters the")).toMatch(/= sales has this lead already/);
    },
  );

  test("a customer who is put on a campaign is found by the sweep, and refused as in HubSpot", () => {
    expect(lineOf("salesforce", "Wei Iyer, Clearworks Retail is found by the sweep")).toMatch(
      /^02:26 .*✗ refused customer/,
    );
    expect(lineOf("hubspot", "02:16  Wei Iyer, Clearworks Retail gets")).toMatch(/✗ refused customer/);
  });

  test("nothing is left in the store of who asked to be forgotten", async () => {
    for (const topology of ["hubspot", "salesforce", "both"] as const) {
      const { db } = played(topology).stage.baton.store;
      const decisions = await db.selectFrom("decisions").select("snapshot").execute();
      expect(decisions.filter(({ snapshot }) => snapshot.includes("weserkraft"))).toEqual([]);
      expect(storyOf(topology).handoffs.map(({ lead }) => lead)).not.toContain("Mila Kranz");
    }
  });

  test("where sales works in Salesforce, nothing of a handoff but its owner is written as an activity in HubSpot", async () => {
    const { stage } = played("both");
    const kinds = stage.sandbox.ledger
      .find({ by: "app", portalId: stage.portal?.id ?? 0 })
      .map(({ kind }) => kind);
    expect(kinds).not.toContain("task.create");
    expect((await leadInstallation(stage)).crm).toBe("hubspot");
  });
});
