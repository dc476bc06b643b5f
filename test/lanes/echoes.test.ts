import { afterAll, beforeAll, expect, test } from "vitest";
import { DAY_MS, MINUTE_MS } from "../../src/model/instant.ts";
import { onEveryDatabase } from "../support/databases.ts";
import { seen } from "./following-kit.ts";
import { openStandstill, type Standstill } from "./kit.ts";

onEveryDatabase("what Baton wrote", ({ url }) => {
  let at: Standstill;
  const { handoffs, handoffOf } = seen(() => at);
  beforeAll(async () => {
    at = await openStandstill(url());
  });
  afterAll(async () => await at.close());

  const settle = async (): Promise<void> => {
    await at.stage.sandbox.drained();
    await at.work();
    at.clock.moveTo(at.clock.now() + 2 * MINUTE_MS);
    await at.work();
  };
  const stage = async (id: string, value: string): Promise<void> => {
    await at.stage.portal.act({
      do: "change",
      who: id,
      properties: { lifecyclestage: value },
      by: "workflow",
    });
    await settle();
  };
  test("comes back and is looked at by nobody", async () => {
    const { id } = await at.handRaiser();
    await settle();
    const { owner } = await handoffOf(id);
    const told = { kind: "lead-changed", lead: { crm: "hubspot", id }, field: "owner" } as const;
    await at.tell({ ...told, property: "hubspot_owner_id", value: owner ?? "" }, "own");
    await at.tell({ ...told, property: "hubspot_owner_id", value: "999" }, "other");
    await at.work();
    const events = await at.db.selectFrom("events").select(["key", "state"]).where("lead", "=", id).execute();
    expect(events).toContainEqual({ key: "own", state: "echo" });
    expect(events).toContainEqual({ key: "other", state: "done" });
  });

  test("and somebody else writes long after is news: who was recycled is qualified once more", async () => {
    const { id } = await at.handRaiser();
    await settle();
    await at.stage.portal.act({ do: "dispose", who: id, answer: "recycled", reason: "timing" });
    await settle();
    await stage(id, "");
    await stage(id, "lead");
    at.clock.moveTo(at.clock.now() + 40 * DAY_MS);
    for (const path of ["pricing", "security", "pricing/enterprise", "integrations", "customers/acme"]) {
      await at.stage.portal.act({ do: "view-page", who: id, url: `https://acme.example/${path}` });
      await settle();
    }
    await at.stage.portal.act({ do: "reply", who: id });
    await settle();
    expect(await handoffs(id)).toHaveLength(1);
    await stage(id, "marketingqualifiedlead");
    expect((await handoffs(id)).map(({ state }) => state)).toEqual(["closed", "with-sales"]);
  });
});
