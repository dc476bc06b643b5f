/** News of a handoff that comes alone is looked at at once; what comes soon after it gather, so that many acts of reps cost few calls. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { HOUR_MS, MINUTE_MS } from "../../src/model/instant.ts";
import { chunksOf } from "../../src/store/chunks.ts";
import { countOpenHandoffs } from "../../src/store/handoffs.ts";
import { decisionsOfLead } from "../../src/store/turns.ts";
import { onEveryDatabase } from "../support/databases.ts";
import { aHandoffRow } from "../store/handoff-kit.ts";
import { seen } from "./following-kit.ts";
import { openStandstill, type Standstill } from "./kit.ts";

const GATHER_MS = 5 * MINUTE_MS;

onEveryDatabase("activities of reps", ({ url }) => {
  let at: Standstill;
  beforeAll(async () => {
    at = await openStandstill(url());
  });
  afterAll(async () => await at.close());

  const { handoffOf, noticesOf, lookAt } = seen(() => at);
  const work = async (gatherMs = GATHER_MS): Promise<number> => await at.work({ ...at.lane, gatherMs });
  const handedOff = async (): Promise<string> => {
    const { id } = await at.handRaiser();
    await work();
    return id;
  };
  const call = async (who: string): Promise<void> => {
    await at.stage.portal.act({ do: "call", who, outcome: "no-answer" });
    await at.stage.sandbox.drained();
  };
  const pass = (ms: number): void => at.clock.moveTo(at.clock.now() + ms);
  /** How often the CRM was asked whose activities these are. */
  const questions = (): number =>
    at.stage.sandbox.ledger.calls.filter(
      ({ path }) => path.includes("/associations/") && path.includes("/calls/contacts/"),
    ).length;

  test("are looked at at once when one comes alone", async () => {
    const lead = await handedOff();
    await call(lead);
    await work();
    expect(await handoffOf(lead)).toMatchObject({ attempts: 1, standing: "tried" });
  });

  test("gather after it until five minutes are over, and are then looked at together", async () => {
    pass(HOUR_MS);
    const leads = [await handedOff(), await handedOff(), await handedOff()];
    const [first = "", ...others] = leads;
    await call(first);
    await work();
    const asked = questions();
    for (const lead of others) {
      pass(MINUTE_MS);
      await call(lead);
      await work();
    }
    // The clock of the stage runs on, so a minute is left.
    pass(GATHER_MS - 3 * MINUTE_MS);
    await work();
    for (const lead of others) expect(await handoffOf(lead)).toMatchObject({ attempts: 0 });
    expect(questions()).toBe(asked);
    pass(MINUTE_MS);
    await work();
    for (const lead of leads) expect(await handoffOf(lead)).toMatchObject({ attempts: 1 });
    expect(questions()).toBe(asked + 1);
  });

  test("that gather keep nobody from being asked about whose clock rings: no call is overlooked", async () => {
    pass(HOUR_MS);
    const [other, lead] = [await handedOff(), await handedOff()];
    await call(other);
    await work(HOUR_MS);
    pass(MINUTE_MS);
    await call(lead);
    await work(HOUR_MS);
    expect(await handoffOf(lead)).toMatchObject({ attempts: 0 });
    at.clock.moveTo(await lookAt(lead));
    await work(HOUR_MS);
    expect(await handoffOf(lead)).toMatchObject({ attempts: 1 });
    expect((await noticesOf(lead)).filter(({ kind }) => kind === "escalation")).toEqual([]);
  });

  describe("an answer", () => {
    const answer = async (who: string): Promise<void> => {
      await at.stage.portal.act({ do: "dispose", who, answer: "working" });
      await at.stage.sandbox.drained();
      await work();
    };
    /** As many leads as a large portal's sales has. */
    const fill = async (count: number): Promise<void> => {
      const { id } = at.lane.installation;
      const rows = Array.from({ length: count }, (_, index) =>
        aHandoffRow(id, `filled-${index}`, { lead: `filled-${index}` }),
      );
      for (const chunk of chunksOf(rows, 400)) await at.db.insertInto("handoffs").values(chunk).execute();
    };

    test("is looked at at once, however soon after another, while sales has few leads", async () => {
      pass(HOUR_MS);
      const [one, other] = [await handedOff(), await handedOff()];
      for (const lead of [one, other]) {
        await answer(lead);
        expect(await handoffOf(lead)).toMatchObject({ answer: "working" });
      }
    });

    test("gathers after another for some seconds where sales has thousands, and is looked at with all that came", async () => {
      pass(HOUR_MS);
      const leads = [await handedOff(), await handedOff(), await handedOff()];
      const [first = "", ...others] = leads;
      await fill(6_000);
      // The clock of the stage runs on: the span is to begin now.
      const spanMs = 3 * (await countOpenHandoffs(at.db, at.lane.installation.id));
      at.clock.moveTo(Math.ceil(at.clock.now() / spanMs) * spanMs);
      await answer(first);
      expect(await handoffOf(first)).toMatchObject({ answer: "working" });
      for (const lead of others) await answer(lead);
      for (const lead of others) expect(await handoffOf(lead)).toMatchObject({ answer: null });
      pass(spanMs);
      await work();
      for (const lead of others) expect(await handoffOf(lead)).toMatchObject({ answer: "working" });
      const latest = await Promise.all(
        others.map((lead) => decisionsOfLead(at.db, at.lane.installation.id, lead, 1)),
      );
      expect(new Set(latest.flat().map(({ decision }) => decision.decidedAt)).size).toBe(1);
    });
  });
});
