import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { demoDay, runAct } from "../../sandbox/world/demo-day.ts";
import { HOUR_MS, MINUTE_MS } from "../../src/model/instant.ts";
import { addReadyLead, raiseHand } from "../support/leads.ts";
import { type Keeping, keepInPostgres } from "../support/keeping.ts";
import { openRestorable, type Restorable } from "../support/restorable.ts";

const postgres = inject("postgres");
const cluster = "url" in postgres ? postgres.url : "";
/** The database, and by what tasks and notes are known: a key that is taken is refused by the account itself, which hides doubles. */
const PLACES: readonly {
  readonly database: string;
  readonly by: string;
  readonly uniqueActivityProperties: boolean;
  readonly keep?: () => Promise<Keeping>;
}[] = [
  { database: "SQLite", by: "a unique property", uniqueActivityProperties: true },
  { database: "SQLite", by: "a mark in the text", uniqueActivityProperties: false },
  {
    database: "PostgreSQL",
    by: "a mark in the text",
    uniqueActivityProperties: false,
    keep: () => keepInPostgres(cluster),
  },
];

/** What a contact has in the CRM, by its id. */
type Held = Readonly<Record<string, { owner: string; tasks: readonly string[]; notes: readonly string[] }>>;

describe.each(PLACES.filter(({ keep }) => keep === undefined || cluster !== ""))(
  "after a restore on $database, with tasks and notes known by $by",
  ({ uniqueActivityProperties, keep }) => {
    let at: Restorable;
    let before: Held;
    let [partner, moved, erased] = ["", "", { id: "", email: "" }];

    const held = (): Held =>
      Object.fromEntries(
        at.portal.all("contact").map(({ id, properties }) => [
          id,
          {
            owner: properties["hubspot_owner_id"] ?? "",
            tasks: at.portal.linked("contact", id, "task"),
            notes: at.portal.linked("contact", id, "note"),
          },
        ]),
      );
    const handoffs = async () =>
      await at.baton().store.db.selectFrom("handoffs").selectAll().where("closed_at", "is", null).execute();
    const redeliverEverything = async () => {
      await at.portal.act({ do: "repeat-webhooks", count: 100_000 });
      await at.quiet();
      // What waits for a minute or an hour, polls and late effects among it.
      for (const ms of [2 * MINUTE_MS, HOUR_MS, 3 * HOUR_MS]) {
        at.clock.moveTo(at.clock.now() + ms);
        await at.quiet();
      }
    };

    beforeAll(async () => {
      at = await openRestorable({ uniqueActivityProperties }, await keep?.());
      erased = await addReadyLead(at.portal, 1);
      await raiseHand(at.portal, erased.email);
      const day = demoDay(7);
      const morning = day.findIndex((entry) => entry.at > Date.UTC(2026, 10, 17, 8, 50));
      const play = async (entries: typeof day) => {
        for (const entry of entries) {
          at.clock.moveTo(entry.at);
          await runAct(at.sandbox, at.portal.id, entry);
          await at.quiet();
        }
      };
      await play(day.slice(0, morning));
      // In the middle of things: some of these are decided, some only received when the backup is made.
      const burst = await Promise.all([2, 3, 4, 5].map((number) => addReadyLead(at.portal, number)));
      for (const { email } of burst) await raiseHand(at.portal, email);
      await at.keeping.copy(at.run);
      await at.quiet();
      await play(day.slice(morning));

      // A person gives one of the day's leads to somebody else.
      const late = await addReadyLead(at.portal, 6);
      await raiseHand(at.portal, late.email);
      await at.quiet();
      moved = late.id;
      const [owner = "", other = ""] = [...new Set(Object.values(held()).map((one) => one.owner))].filter(
        Boolean,
      );
      const to = held()[moved]?.owner === owner ? other : owner;
      await at.portal.act({ do: "change", who: moved, properties: { hubspot_owner_id: to } });
      await at.run(["erase", erased.email, "--yes"]);
      await at.quiet();
      before = held();
      partner = (await handoffs()).find(({ type }) => type === "partner")?.lead ?? "";
      await at.stop();
      await at.keeping.putBack(at.run);
      await at.start();
      await redeliverEverything();
    }, 240_000);
    afterAll(() => at.close());

    test("and full redelivery, the ledger shows no second task, no second note and no other owner", () => {
      expect(held()).toEqual(before);
      expect(Object.values(before).filter(({ tasks }) => tasks.length === 1).length).toBeGreaterThan(15);
      const repeated = Object.values(before).filter(
        ({ tasks, notes }) => tasks.length > 1 || notes.length > 1,
      );
      expect(repeated).toEqual([]);
    });

    test("every lead that sales had is with sales again, owned by whom the CRM says", async () => {
      const open = await handoffs();
      const adopted = open.filter(({ rule }) => rule === "adopted after a restore");
      expect(adopted.length).toBeGreaterThan(5);
      for (const { lead, owner } of open.filter((one) => one.owner !== null))
        expect([lead, owner]).toEqual([lead, before[lead]?.owner]);
      const withTask = Object.entries(before).filter(([, { tasks }]) => tasks.length > 0);
      const lost = withTask
        .map(([lead]) => lead)
        .filter((lead) => lead !== erased.id && !open.some((one) => one.lead === lead));
      expect(lost.filter((lead) => at.portal.find("contact", lead)?.archived === false)).toEqual([]);
    });

    test("a lead that a person had given to somebody else stays with them", async () => {
      const open = (await handoffs()).find(({ lead }) => lead === moved);
      expect(open).toMatchObject({ state: "with-sales", owner: before[moved]?.owner });
      expect((await at.run(["explain", moved])).out).toContain("adopted after a restore");
    });

    test("a partner's lead stays the partner's, with its one note", async () => {
      expect((await handoffs()).find(({ lead }) => lead === partner)).toMatchObject({
        type: "partner",
        owner: null,
      });
      expect(held()[partner]?.notes).toHaveLength(1);
    });

    test("a rep's open leads are counted again", async () => {
      const { db } = at.baton().store;
      const open = await handoffs();
      for (const { rep, open: counted } of await db.selectFrom("standings").select(["rep", "open"]).execute())
        expect([rep, counted]).toEqual([rep, open.filter((one) => one.rep === rep).length]);
    });

    test("whoever was erased since the backup is erased again, and late news do not bring them back", async () => {
      expect(await at.keeping.holds(erased.email)).toBe(false);
      expect((await handoffs()).some(({ lead }) => lead === erased.id)).toBe(false);
    });

    test("a lead that is new is handed off as ever", async () => {
      const fresh = await addReadyLead(at.portal, 7);
      await raiseHand(at.portal, fresh.email);
      await at.quiet();
      expect(held()[fresh.id]).toMatchObject({ tasks: [expect.any(String)], notes: [expect.any(String)] });
    });
  },
);
