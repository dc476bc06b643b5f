import { beforeEach, expect, test } from "vitest";
import type { CrmEvent } from "../../src/model/event.ts";
import { pendingEventsOf, settleEvents, waitingEvents } from "../../src/store/events.ts";
import { insertOwnEvents } from "../../src/store/inbox.ts";
import { onEveryDatabase } from "../support/databases.ts";

const NOW = 1_000;
const MANY = 40;

const changeOf = (lead: string, number: number): CrmEvent => ({
  kind: "lead-changed",
  key: `${lead}-${number}`,
  tenant: "t",
  lead: { crm: "hubspot", id: lead },
  field: "stage",
  property: "lifecyclestage",
  occurredAt: number,
  urgency: "live",
});
const changesOf = (lead: string, count: number): readonly CrmEvent[] =>
  Array.from({ length: count }, (_, number) => changeOf(lead, number));

onEveryDatabase("what else is pending of leads", (database) => {
  let installation = 0;
  let id: string;
  beforeEach(() => {
    installation += 1;
    id = `i${installation}`;
  });

  test("is the first of each lead in order of arrival, however much waits of one of them", async () => {
    const { db } = database.store();
    const [first = changeOf("b", 0), ...others] = changesOf("b", 3);
    await insertOwnEvents(db, id, [first, ...changesOf("a", MANY), ...others], NOW);

    const found = await pendingEventsOf(db, id, ["a", "b", "nobody"], NOW);

    const keys = found.map(({ event }) => event.key);
    expect(keys[0]).toBe("b-0");
    expect(keys.filter((key) => key.startsWith("a-"))).toEqual(
      Array.from({ length: 25 }, (_, number) => `a-${number}`),
    );
    expect(keys.slice(-2)).toEqual(["b-1", "b-2"]);
    expect(found.map(({ seq }) => seq)).toEqual(found.map(({ seq }) => seq).toSorted((a, b) => a - b));
  });

  test("leaves out what is done, whether the oldest that waits came before it or after it", async () => {
    const { db } = database.store();
    await insertOwnEvents(db, id, [...changesOf("a", 3), ...changesOf("b", 3)], NOW);
    const before = await waitingEvents(db, id, NOW, MANY);
    const done = before.filter(({ event }) => event.key === "a-0" || event.key === "b-1");
    await settleEvents(
      db,
      done.map(({ seq }) => seq),
      "done",
      "ready",
    );

    const found = await pendingEventsOf(db, id, ["a", "b"], NOW);

    expect(found.map(({ event }) => event.key)).toEqual(["a-1", "a-2", "b-0", "b-2"]);
  });

  test("is nothing where nothing waits, and nothing of another installation", async () => {
    const { db } = database.store();
    await insertOwnEvents(db, `${id}-other`, changesOf("a", 2), NOW);

    expect(await pendingEventsOf(db, id, ["a"], NOW)).toEqual([]);
  });

  test("is asked in several statements, and each lead is found once", async () => {
    const { db } = database.store();
    const leads = Array.from({ length: 60 }, (_, number) => String(number));
    await insertOwnEvents(
      db,
      id,
      leads.map((lead) => changeOf(lead, 0)),
      NOW,
    );

    const found = await pendingEventsOf(db, id, [...leads, ...leads], NOW);

    expect(found.map(({ event }) => event.key)).toEqual(leads.map((lead) => `${lead}-0`));
  });
});
