import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import type { Lane } from "../../src/lanes/lane.ts";
import { HOUR_MS } from "../../src/model/instant.ts";
import { takeTurn } from "../../src/pipeline.ts";
import { onEveryDatabase } from "../support/databases.ts";
import { openStandstill, type Standstill } from "./kit.ts";

onEveryDatabase("a machine that sleeps in the middle of a turn", ({ url }) => {
  let at: Standstill;
  beforeAll(async () => {
    at = await openStandstill(url());
  });
  beforeEach(async () => await at.emptyInbox());
  afterEach(() => vi.restoreAllMocks());
  afterAll(async () => await at.close());

  /** The lane of a machine on which `asleep` happens right after leads were read, while only the clock on the wall goes on. */
  const sleepy = (asleep: () => Promise<unknown>): Lane => {
    const wall = Date.now.bind(Date);
    let hasRead = false;
    return {
      ...at.lane,
      connector: {
        ...at.lane.connector,
        read: async (...asked) => {
          const records = await at.lane.connector.read(...asked);
          if (!hasRead) await asleep();
          hasRead = true;
          return records;
        },
      },
      newId: () => {
        if (hasRead) vi.spyOn(Date, "now").mockImplementation(() => wall() + HOUR_MS);
        return at.lane.newId();
      },
    };
  };

  test("looks again before it writes, and leaves what a person changed meanwhile", async () => {
    const { id } = await at.handRaiser();
    const owners = await at.lane.owners();
    // Who takes no turns: Baton would not have given them the lead.
    const manager = owners.find(({ email }) => email === "nora@acme.example")?.id ?? "none";
    const takes = { do: "change", who: id, properties: { hubspot_owner_id: manager } } as const;
    await takeTurn(sleepy(() => at.stage.portal.act(takes)));
    expect(at.stage.portal.find("contact", id)?.properties["hubspot_owner_id"]).toBe(manager);
    const task = at.db.selectFrom("effects").select(["state", "reason"]).where("lead", "=", id);
    expect(await task.where("kind", "=", "create-task").execute()).toEqual([
      { state: "dropped", reason: "a person gave the lead to somebody else" },
    ]);
  });
});
