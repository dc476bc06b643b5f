import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { onEveryDatabase } from "../support/databases.ts";
import { onceEach, tallyWrites } from "../support/exactly-once.ts";
import { addReadyLead } from "../support/leads.ts";
import { openStandstill, type Standstill } from "./kit.ts";

const CONTACTS = "/crm/objects/*/contacts/batch/read";

onEveryDatabase("a write that HubSpot answers with that its lead is not there", ({ url }) => {
  let at: Standstill;
  beforeAll(async () => {
    at = await openStandstill(url());
  });
  beforeEach(async () => await at.emptyInbox());
  afterEach(() => at.stage.sandbox.faults.clear());
  afterAll(async () => await at.close());

  /** The next writes of this kind are refused, whoever they are for. */
  const deny = (path: string, id: string, times: number): void => {
    const message = `Object not found. objectId: ${id}`;
    const body = { status: "error", category: "OBJECT_NOT_FOUND", message, context: { ids: [id] } };
    const fault = { do: "answer", status: 404, body } as const;
    at.stage.sandbox.faults.add({ method: "POST", path: `/crm/objects/*/${path}`, times, fault });
  };
  const tally = (...leads: string[]) => tallyWrites(at.stage.sandbox, at.stage.portal, leads);
  const effectsOf = async (lead: string): Promise<readonly string[]> => {
    const rows = await at.db
      .selectFrom("effects")
      .select(["kind", "state"])
      .where("lead", "=", lead)
      .execute();
    return rows.map(({ kind, state }) => `${kind} ${state}`).toSorted();
  };

  test.each(["contacts/batch/update", "tasks/batch/create", "notes/batch/create"])(
    "once (%s) is made again",
    async (path) => {
      const { id } = await at.handRaiser();
      deny(path, id, 1);
      await at.workFor(3);
      expect(tally(id)).toEqual(onceEach([id]));
    },
  );

  test("because it was merged meanwhile is made for the survivor", async () => {
    const survivor = await addReadyLead(at.stage.portal, 8_000);
    await at.emptyInbox();
    const merged = await at.handRaiser();
    deny("tasks/batch/create", merged.id, 1);
    await at.work();
    await at.stage.portal.act({ do: "merge", primary: survivor.id, other: merged.id });
    await at.emptyInbox();
    await at.workFor(3);
    expect((await effectsOf(merged.id)).concat(await effectsOf(survivor.id))).toContain(
      "create-task confirmed",
    );
    expect(tally(survivor.id)).toMatchObject([{ tasks: 1 }]);
  });

  test("is given up when the lead is not found either", async () => {
    const { id } = await at.handRaiser();
    deny("contacts/batch/update", id, 1);
    await at.work();
    const fault = { do: "mangled-record", id, into: "denied" } as const;
    at.stage.sandbox.faults.add({ path: CONTACTS, fault });
    await at.workFor(3);
    expect(await effectsOf(id)).toContain("update-lead dropped");
  });

  test("twice, though the lead is there, is refused with HubSpot's reason: something else is missing that it names", async () => {
    const { id } = await at.handRaiser();
    deny("contacts/batch/update", id, 2);
    await at.workFor(5);
    const refused = await at.db
      .selectFrom("effects")
      .select(["state", "code", "reason"])
      .where("lead", "=", id)
      .where("kind", "=", "update-lead")
      .execute();
    expect(refused).toEqual([
      { state: "refused", code: "crm.not-found", reason: `Object not found. objectId: ${id}` },
    ]);
  });
});
