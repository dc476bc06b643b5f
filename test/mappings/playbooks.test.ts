import { beforeAll, describe, expect, test } from "vitest";
import { demoDay, runAct } from "../../sandbox/world/demo-day.ts";
import { type Story, tellStory } from "../../src/cli/demo/story.ts";
import { checkFolder } from "../../src/cli/check.ts";
import { openTestStage } from "../support/stage.ts";

const SEED = 7;
/** The demo's day, before its end. */
const EVENING = Date.UTC(2026, 10, 18) - 1;

/** What the day comes to under a playbook: people of the cast, and what was decided about them. */
const PLAYBOOKS = [
  {
    folder: "mappings/enterprise-abm",
    handedOff: {
      "Haruto Sato": ["named-account", "Kenji Mori", "Named accounts in Asia-Pacific"],
      "Sabine Kessler": ["named-account", "Lena Vogt", "Named accounts in DACH"],
      "Rosa Albrecht": ["named-account", "Lena Vogt", "Named accounts in DACH"],
      "Dana Whitfield": ["named-account", "Maya Brooks", "Named accounts in the Americas"],
      "Marcus Lee": ["hand-raiser", "Jordan Pike", "Open deal's owner"],
      "Oskar Lind": ["partner", "partners@acme.example", "Partner leads"],
    },
    kept: {
      "Clara Hoffmann": "fit",
      "Tess Ward": "fit",
      "Jon Abara": "fit",
      "Leo Brandt": "student",
      "Vera Stone": "competitor",
      "Paolo Ricci": "consent",
    },
  },
  {
    folder: "mappings/product-led",
    handedOff: {
      "Clara Hoffmann": ["hand-raiser", "Tomas Ibarra", "Next in turn"],
      "Tess Ward": ["marketing-qualified", "Priya Nair", "Next in turn"],
      "Ines Moreau": ["hand-raiser", "Nora Lindt", "Keep the account's owner"],
      "Marcus Lee": ["hand-raiser", "Jordan Pike", "Open deal's owner"],
      "Oskar Lind": ["partner", "partners@acme.example", "Partner leads"],
    },
    kept: { "Leo Brandt": "student", "Vera Stone": "competitor", "Paolo Ricci": "consent" },
  },
] as const;

describe.each(PLAYBOOKS)("$folder", ({ folder, handedOff, kept }) => {
  let story: Story;
  beforeAll(async () => {
    const { stage, clock } = await openTestStage("sqlite::memory:", SEED, folder);
    try {
      for (const entry of demoDay(SEED)) {
        clock.moveTo(entry.at);
        await stage.baton.lanes.tick();
        await runAct(stage.sandbox, stage.portal.id, entry);
        await stage.quiet();
      }
      clock.moveTo(EVENING);
      await stage.baton.lanes.tick();
      await stage.quiet();
      ({ story } = await tellStory(stage));
    } finally {
      await stage.close();
    }
  });

  test("passes check, with ten examples and more that test every condition", async () => {
    const checked = await checkFolder(folder, EVENING);
    expect([...checked.errors, ...checked.warnings]).toEqual([]);
    expect(checked.exampleCount).toBeGreaterThanOrEqual(10);
    expect(checked.coverage?.gaps).toEqual([]);
  });

  test.each(Object.entries(handedOff))("hands %s off", (lead, [type, handedTo, rule]) => {
    expect(story.handoffs.filter((one) => one.lead === lead)).toMatchObject([
      { type, handedTo, rule, state: "with-sales" },
    ]);
  });

  test.each(Object.entries(kept))("keeps %s from sales: %s", (lead, reason) => {
    expect(story.notHandedOff.find((one) => one.lead === lead)).toMatchObject({ reason });
    expect(story.handoffs.some((one) => one.lead === lead)).toBe(false);
  });

  test("writes everything once", () => {
    const { handoffs, exact, doubled, missing, repeated } = story.ledger;
    expect({ exact, doubled, missing, repeated }).toEqual({
      exact: handoffs,
      doubled: 0,
      missing: 0,
      repeated: 0,
    });
  });
});
