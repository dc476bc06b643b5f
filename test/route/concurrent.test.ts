import { beforeAll, expect, test } from "vitest";
import { BatonError } from "../../src/errors.ts";
import { UNPROBED } from "../../src/install/flow.ts";
import { DAY_MS, MINUTE_MS } from "../../src/model/instant.ts";
import type { Roster, Standings } from "../../src/model/rep.ts";
import { formRoster, route } from "../../src/route/index.ts";
import { saveInstallation } from "../../src/store/installations.ts";
import { holdLane, keepLane, releaseLane } from "../../src/store/lanes.ts";
import { loadStandings, saveStandings } from "../../src/store/standings.ts";
import { onEveryDatabase } from "../support/databases.ts";
import { aLead, aPlaybook, OWNERS, TUESDAY, rosterAfter } from "./acme.ts";

/**
 * The ledger under load: several workers take turns for several portals at the same time, each turn a burst of its own
 * size, and some lose their lane half-way. What comes of it is what one worker would have done, one lead after another.
 */
const INSTALLATIONS = 6;
const LEADS = 90;
const WORKERS = 3;

const playbook = aPlaybook();
const countries = ["DE", "ES", "US", "BR", "JP", "IN", "FR"] as const;
const sizes = [40, 1_200, 300, 5_000] as const;

/** The nth lead of a portal; every portal sees another order. */
function leadOf(portal: number, number: number) {
  const mixed = number * 7 + portal * 3;
  return aLead({
    "lead.country": countries[mixed % countries.length] ?? "DE",
    "account.employees": sizes[mixed % sizes.length] ?? 40,
  });
}

function deal(portal: number, from: number, to: number, standings: Standings): Roster {
  let roster = formRoster(playbook.team, OWNERS, standings, TUESDAY);
  for (let number = from; number < to; number += 1) {
    // Twenty leads a day, so that caps by day fill and empty again.
    const now = TUESDAY + Math.floor(number / 20) * DAY_MS + number * MINUTE_MS;
    roster = rosterAfter(roster, route("hand-raiser", leadOf(portal, number), playbook, roster, now), now);
  }
  return roster;
}

onEveryDatabase("the fairness ledger", ({ store, dialect }) => {
  const ids = Array.from({ length: INSTALLATIONS }, (_, index) => `fair-${index}`);
  /** Leads handed out so far, kept as real work is: it moves with the ledger, in one transaction. */
  const doneOf = async (installation: string): Promise<number> => {
    const row = await store()
      .db.selectFrom("cursors")
      .select("at")
      .where("installation", "=", installation)
      .executeTakeFirst();
    return row?.at ?? 0;
  };
  beforeAll(async () => {
    for (const id of ids)
      await saveInstallation(store().db, { id, crm: "hubspot", tenant: id, capabilities: UNPROBED }, TUESDAY);
  });

  let lostCount = 0;
  let openCount = 0;
  let mostOpen = 0;

  async function loseLane(installation: string): Promise<void> {
    const { db } = store();
    await db.updateTable("lanes").set({ held_until: 0 }).where("installation", "=", installation).execute();
    const other = await holdLane(db, dialect, installation, "another");
    if (other !== undefined) await releaseLane(db, other);
  }

  async function turn(portal: number, worker: number, size: number): Promise<void> {
    const installation = ids[portal] ?? "";
    const hold = await holdLane(store().db, dialect, installation, `worker-${worker}`);
    if (hold === undefined) return;
    const from = await doneOf(installation);
    const to = Math.min(LEADS, from + size);
    const before = await loadStandings(store().db, installation);
    const { standings } = deal(portal, from, to, before);
    // Some are paused past their lease here, and another worker has been at it when they wake.
    if ((from + worker) % 5 === 0) await loseLane(installation);
    try {
      await store()
        .db.transaction()
        .execute(async (tx) => {
          await keepLane(tx, dialect, hold);
          openCount += 1;
          mostOpen = Math.max(mostOpen, openCount);
          const changed = [...standings].filter(([rep, one]) => before.get(rep) !== one);
          await saveStandings(tx, installation, new Map(changed), before);
          await tx
            .insertInto("cursors")
            .values({ installation, name: "dealt", at: to, due_at: TUESDAY + DAY_MS })
            .onConflict((oc) => oc.columns(["installation", "name"]).doUpdateSet({ at: to }))
            .execute();
          openCount -= 1;
        });
    } catch (error) {
      if (!(error instanceof BatonError) || error.code !== "deliver.lost-lane") throw error;
      lostCount += 1;
    }
    await releaseLane(store().db, hold);
  }

  test("many workers over many portals give everybody what one worker would have given", async () => {
    await Promise.all(
      Array.from({ length: WORKERS }, async (_, worker) => {
        for (let round = 0; round < 400; round += 1) {
          const portal = (round + worker) % INSTALLATIONS;
          await turn(portal, worker, 1 + ((round * 5 + worker) % 9));
          const done = await Promise.all(ids.map(doneOf));
          if (done.every((count) => count === LEADS)) return;
        }
      }),
    );
    expect(lostCount).toBeGreaterThan(0);
    // SQLite writes one transaction after the other; PostgreSQL really works on several at once.
    expect(mostOpen).toBeGreaterThan(dialect === "postgres" ? 1 : 0);
    for (const [portal, installation] of ids.entries()) {
      const { standings } = deal(portal, 0, LEADS, new Map());
      expect(await doneOf(installation)).toBe(LEADS);
      expect(await loadStandings(store().db, installation)).toEqual(standings);
    }
  });
});
