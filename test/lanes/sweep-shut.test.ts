/** A sweep over leads whose histories the CRM does not give. */
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { Connector } from "../../src/connector.ts";
import { BatonError } from "../../src/errors.ts";
import type { Lane } from "../../src/lanes/lane.ts";
import { startPolling } from "../../src/lanes/polls.ts";
import { sweep, sweepFromNow } from "../../src/lanes/reconcile.ts";
import { HOUR_MS, MINUTE_MS } from "../../src/model/instant.ts";
import { askSweep, loadSweep } from "../../src/store/sweeps.ts";
import { onEveryDatabase } from "../support/databases.ts";
import { onceEach, tallyWrites } from "../support/exactly-once.ts";
import { addQualifiedLead } from "../support/leads.ts";
import { openStandstill, type Standstill } from "./kit.ts";

onEveryDatabase("a sweep over leads whose histories HubSpot does not give", ({ url }) => {
  let at: Standstill;
  let id = "";
  let serial = 150;
  beforeAll(async () => {
    at = await openStandstill(url());
    ({ id } = at.lane.installation);
    // Somebody whom sales has had, to ask for when somebody else cannot be read.
    await at.handRaiser();
    await at.work();
  });
  beforeEach(async () => {
    at.clock.moveTo(at.clock.now() + HOUR_MS);
    // The silence of that hour is nobody's.
    await at.work();
    await at.emptyInbox();
    await at.db.deleteFrom("cursors").where("name", "in", ["sweep", "accounts"]).execute();
    await startPolling(at.db, id, at.clock.now());
    await at.db.deleteFrom("cursors").where("name", "=", "sweep").execute();
    await sweepFromNow(at.db, id, at.clock.now());
  });
  afterAll(async () => await at.close());

  const change = (who: string, properties: Readonly<Record<string, string>>) =>
    at.stage.portal.act({ do: "change", who, properties });
  /** Somebody whom marketing has qualified, of which nobody has told. */
  const qualified = async (): Promise<string> => {
    serial += 1;
    const lead = await addQualifiedLead(at.stage.portal, serial, at.clock.now());
    await at.emptyInbox();
    return lead;
  };
  const tally = (...leads: string[]) => tallyWrites(at.stage.sandbox, at.stage.portal, leads);
  const laneWith = (part: Partial<Connector>): Lane => {
    const connector: Connector = { ...at.lane.connector, ...part };
    return { ...at.lane, connector: { ...connector, asBulk: () => connector } };
  };
  const shutting = (leads: readonly string[]): Lane =>
    laneWith({
      changesOf: async (refs, ...rest) => {
        if (refs.some((ref) => leads.includes(ref.id))) throw new BatonError("crm.timeout", "failed");
        return await at.lane.connector.changesOf(refs, ...rest);
      },
    });

  test("hands nobody off who was qualified before and of whom only the city has changed", async () => {
    const old: string[] = [];
    for (let index = 0; index < 13; index += 1) old.push(await qualified());
    at.clock.moveTo(at.clock.now() + MINUTE_MS);
    const since = at.clock.now();
    for (const lead of old) await change(lead, { city: "Berlin" });
    await at.emptyInbox();
    // The histories of the first ten are shut for a moment; the others are not come to.
    await askSweep(at.db, id, since, at.clock.now());
    await sweep(shutting(old.slice(0, 10)));
    await at.workFor(3);
    expect((await loadSweep(at.db, id))?.sweep).toMatchObject({ told: 0, endedAt: expect.any(Number) });
    expect(tally(...old).filter(({ tasks }) => tasks > 0)).toEqual([]);
  });

  test("tells of all others; of who cannot be read for an hour it tells that they were modified", async () => {
    const [strange, sound] = [await qualified(), await qualified()];
    const untouched = { lead: strange, ownerWrites: 0, tasks: 0, notes: 0 };
    const lane = shutting([strange]);
    const minutes = async (count: number): Promise<void> => {
      for (let minute = 0; minute < count; minute += 1) {
        await at.work(lane);
        at.clock.moveTo(at.clock.now() + MINUTE_MS);
      }
    };
    await askSweep(at.db, id, at.clock.now() - MINUTE_MS, at.clock.now());
    await minutes(3);
    expect(tally(strange, sound)).toEqual([untouched, ...onceEach([sound])]);
    await minutes(50);
    expect(tally(strange)).toEqual([untouched]);
    await minutes(20);
    expect(tally(strange, sound)).toEqual(onceEach([strange, sound]));
  });

  test("makes few calls that fail in one turn, because live leads wait meanwhile", async () => {
    const ids = Array.from({ length: 200 }, (_, index) => String(900_000 + index));
    const strange = new Set(ids.filter((_, index) => index % 20 === 0));
    let failed = 0;
    const lane = laneWith({
      changedSince: () =>
        Promise.resolve({
          leads: ids.map((lead) => ({ lead: { crm: "hubspot", id: lead }, modifiedAt: at.clock.now() })),
        }),
      changesOf: (leads) => {
        if (!leads.some((lead) => strange.has(lead.id))) return Promise.resolve([]);
        failed += 1;
        return Promise.reject(new BatonError("crm.timeout", "no answer in 30 s"));
      },
    });
    await askSweep(at.db, id, at.clock.now() - HOUR_MS, at.clock.now());
    await sweep(lane);
    // All two hundred, twenty, two, one.
    expect(failed).toBe(4);
    expect((await loadSweep(at.db, id))?.sweep).toMatchObject({ shut: [ids[0]] });
  });

  test.each([0, 19])(
    "ends where nobody is known who could be asked for (%i of 20 is shut)",
    async (place) => {
      await at.db.deleteFrom("handoffs").execute();
      await at.db.deleteFrom("events").execute();
      const ids = Array.from({ length: 20 }, (_, index) => String(910_000 + index));
      const stamp = at.clock.now();
      const lane = laneWith({
        changedSince: () =>
          Promise.resolve({
            leads: ids.map((lead) => ({ lead: { crm: "hubspot", id: lead }, modifiedAt: stamp })),
          }),
        changesOf: (leads) =>
          leads.some((lead) => lead.id === ids[place])
            ? Promise.reject(new BatonError("crm.timeout", "failed"))
            : Promise.resolve(
                leads.map((lead) => ({
                  lead,
                  field: "stage",
                  property: "lifecyclestage",
                  value: "mql",
                  at: stamp,
                })),
              ),
      });
      await askSweep(at.db, id, stamp - HOUR_MS, stamp);
      for (let minute = 0; minute < 90; minute += 1) {
        await sweep(lane);
        at.clock.moveTo(at.clock.now() + MINUTE_MS);
      }
      expect((await loadSweep(at.db, id))?.sweep).toMatchObject({ told: 20, endedAt: expect.any(Number) });
    },
  );
});
