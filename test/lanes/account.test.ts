import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { decisionsOfLead } from "../../src/store/turns.ts";
import { eraseLead } from "../../src/store/erase.ts";
import { onEveryDatabase } from "../support/databases.ts";
import { companies } from "./company-kit.ts";
import { openStandstill, type Standstill } from "./kit.ts";

onEveryDatabase("people of one company", ({ url }) => {
  let at: Standstill;
  beforeAll(async () => {
    at = await openStandstill(url());
  });
  beforeEach(async () => await at.emptyInbox());
  afterAll(async () => await at.close());

  const surging = companies(() => at);
  const company = async (...looks: readonly number[]) => await surging.add(looks);
  const handoffsAmong = async (people: readonly string[]) => await surging.handed(people);
  const outcomes = async (people: readonly string[]) =>
    await Promise.all(
      people.map(
        async (lead) => (await decisionsOfLead(at.db, at.lane.installation.id, lead, 1))[0]?.decision.verdict,
      ),
    );

  test("who look at prices often enough are one handoff, though all are decided in one turn", async () => {
    const people = await company(3, 3, 3);
    await at.work();
    expect(await handoffsAmong(people)).toHaveLength(1);
    const told = (await outcomes(people)).map((verdict) => verdict?.outcome);
    expect(told.filter((outcome) => outcome === "ready")).toHaveLength(1);
    const [handed = ""] = await handoffsAmong(people);
    const note = await at.db
      .selectFrom("effects")
      .select(["body", "state"])
      .where("lead", "=", handed)
      .where("kind", "=", "create-note")
      .executeTakeFirstOrThrow();
    expect(note).toMatchObject({ state: "confirmed", body: expect.stringContaining("3 people at Surge 1") });

    // Whoever comes later belongs to it, and is not written to.
    const others = people.filter((lead) => lead !== handed);
    await at.tell({
      kind: "lead-changed",
      lead: { crm: "hubspot", id: others[0] ?? "" },
      field: "other",
      property: "x",
    });
    await at.work();
    expect(await outcomes(others.slice(0, 1))).toMatchObject([
      { outcome: "with-sales", reason: "with-sales" },
    ]);
    expect(await handoffsAmong(people)).toEqual([handed]);
  });

  test("who come one by one surge with the last of them", async () => {
    const people = await company(4, 4, 0);
    await at.work();
    expect(await handoffsAmong(people)).toEqual([]);
    const last = people[2] ?? "";
    await at.stage.portal.act({ do: "view-page", who: last, url: "https://acme.example/integrations/crm" });
    await at.stage.sandbox.drained();
    await at.work();
    expect(await handoffsAmong(people)).toEqual([]);
    at.clock.moveTo(at.clock.now() + 61_000);
    await at.work();
    expect(await handoffsAmong(people)).toEqual([last]);
  });

  test("who ask for us themselves get whoever works their company", async () => {
    const people = await company(3, 3, 3);
    await at.work();
    const [handed = ""] = await handoffsAmong(people);
    const asking = people.find((lead) => lead !== handed) ?? "";
    const { id } = at.lane.installation;
    await at.stage.portal.act({
      do: "submit-form",
      form: "Demo request",
      fields: {
        email: `person-${people.indexOf(asking)}@surge-${surging.count()}.example`,
        message: "Please call.",
      },
      page: { url: "https://acme.example/demo", title: "Request a demo" },
    });
    await at.stage.sandbox.drained();
    await at.work();
    const owners = await at.db
      .selectFrom("handoffs")
      .select(["lead", "owner", "rule", "type"])
      .where("installation", "=", id)
      .where("lead", "in", [handed, asking])
      .execute();
    expect(owners.find(({ lead }) => lead === asking)).toMatchObject({
      type: "hand-raiser",
      rule: "Whoever works this account",
      owner: owners.find(({ lead }) => lead === handed)?.owner,
    });
  });

  test("of whom one is erased are no longer named in what is kept of the others", async () => {
    const people = await company(3, 3, 3);
    await at.work();
    const { installation, keys } = at.lane;
    const [handed = ""] = await handoffsAmong(people);
    const gone = people.find((lead) => lead !== handed) ?? "";
    const name = `Person Number${surging.count()}x${people.indexOf(gone)}`;
    const kept = async () => {
      const tables = ["decisions", "effects", "account_signals", "leads", "handoffs", "events"] as const;
      const rows = await Promise.all(tables.map((table) => at.db.selectFrom(table).selectAll().execute()));
      return JSON.stringify(rows.flat().filter((row) => "lead" in row && row.lead === handed));
    };
    expect(await kept()).toContain(name);
    await at.db.transaction().execute((tx) => eraseLead(tx, keys, installation.id, gone, [], at.clock.now()));
    expect(await kept()).not.toContain(name);
    expect(await kept()).not.toContain(`\\"lead\\":\\"${gone}\\"`);
    expect(await kept()).toContain("somebody who was erased");
  });
});
