/** Keeping in step when what was agreed was said of another record, when writes wait, and when not all of a write can be made. */
import { beforeEach, describe, expect, test } from "vitest";
import { deliverBulk } from "../../src/deliver/index.ts";
import { HOUR_MS } from "../../src/model/instant.ts";
import { agree, loadLinks } from "../../src/store/links.ts";
import { onEveryDatabase } from "../support/databases.ts";
import { both, type FakePair, openFakePair } from "./resync-kit.ts";

onEveryDatabase("a pair", ({ store }) => {
  let pair: FakePair;
  let id = "";
  beforeEach(async (context) => {
    id = `i-${context.task.id}`;
    pair = await openFakePair(store(), id);
  });
  const link = async () => (await loadLinks(store().db, id, ["1"])).get("1");
  const agreedCity = async () => (await link())?.agreed["contact.city"];
  const person = () => {
    const found = pair.people.get("1");
    if (found?.sales === undefined) throw new Error("the lead is in both CRMs");
    return { marketing: found.marketing, sales: found.sales, found };
  };
  const cities = () => [person().marketing["contact.city"], person().sales["lead.City"]];
  const states = async () =>
    (await store().db.selectFrom("effects").select("state").where("installation", "=", id).execute()).map(
      ({ state }) => state,
    );
  /** Both hold what is said, and have agreed on what they have in common. */
  const begin = async (marketing: string, sales: string): Promise<void> => {
    pair.people.set(...both("1", { "contact.city": marketing }, { "lead.City": sales }));
    await pair.link();
  };
  const compare = async (): Promise<void> => {
    await pair.ask();
    await pair.work();
  };
  /** All that waits is due, and may be written. */
  const deliver = async (): Promise<void> => {
    pair.writing = { dropped: [] };
    for (let time = 0; time < 3; time += 1) {
      pair.now += HOUR_MS;
      await deliverBulk(pair.lane);
    }
  };

  describe("of which sales' record has become another one, and nobody has told yet", () => {
    const converted = async (city?: string): Promise<void> => {
      await begin("Graz", "Graz");
      await compare();
      expect(await agreedCity()).toBe("Graz");
      person().found.became = "0031";
      if (city === undefined) delete person().sales["lead.City"];
      else person().sales["lead.City"] = city;
    };

    test("keeps what the new one does not have, and gives it to it", async () => {
      await converted();
      await compare();
      expect(cities()).toEqual(["Graz", "Graz"]);
      expect(await link()).toMatchObject({ counterpart: "0031", agreed: { "contact.city": "Graz" } });
      await compare();
      expect(pair.written).toHaveLength(1);
    });

    test("has a conflict where the new one holds something else, which the rule decides", async () => {
      await converted("Linz");
      await pair.ask({ isDry: true });
      await pair.work();
      expect((await pair.standing()).counts["contact.city"]).toMatchObject({ conflict: 1 });
      expect((await link())?.counterpart).toBe("00Q1");
      await compare();
      expect(cities()).toEqual(["Graz", "Graz"]);
    });

    test("takes over what somebody changed, where the new one holds what was agreed", async () => {
      await converted("Graz");
      person().marketing["contact.city"] = "Bern";
      await compare();
      expect(cities()).toEqual(["Bern", "Bern"]);
    });
  });

  describe.each(["not-now", "in-doubt"] as const)("whose write is %s", (writing) => {
    const waiting = async (): Promise<void> => {
      await begin("Graz", "Graz");
      await compare();
      person().marketing["contact.city"] = "Bern";
      pair.writing = writing;
      await compare();
      expect(cities()).toEqual(["Bern", "Graz"]);
    };

    test("has it once it may be written, and is agreed on it", async () => {
      await waiting();
      await deliver();
      expect(cities()).toEqual(["Bern", "Bern"]);
      expect(await agreedCity()).toBe("Bern");
    });

    test.each([[true], [false]])(
      "is left alone when its value was taken back (compared since: %s)",
      async (isSeen) => {
        await waiting();
        person().marketing["contact.city"] = "Graz";
        if (isSeen) await compare();
        await deliver();
        expect(cities()).toEqual(["Graz", "Graz"]);
        expect(await agreedCity()).toBe("Graz");
        expect(await states()).toEqual(["dropped"]);
      },
    );

    test("keeps what sales made of it when both had agreed on the value in between", async () => {
      await waiting();
      person().sales["lead.City"] = "Bern";
      await compare();
      expect(await agreedCity()).toBe("Bern");
      person().sales["lead.City"] = "Graz";
      await deliver();
      expect(cities()).toEqual(["Bern", "Graz"]);
      await compare();
      expect(cities()).toEqual(["Graz", "Graz"]);
    });

    test("has the newer value when it was changed once more", async () => {
      await waiting();
      person().marketing["contact.city"] = "Chur";
      await compare();
      await deliver();
      expect(cities()).toEqual(["Chur", "Chur"]);
      expect((await states()).toSorted()).toEqual(["confirmed", "dropped"]);
    });

    test("is agreed without it when somebody has written the same by hand", async () => {
      await waiting();
      person().sales["lead.City"] = "Bern";
      await deliver();
      expect(await agreedCity()).toBe("Bern");
      expect([await states(), pair.written]).toEqual([["confirmed"], []]);
    });

    test("has it as any other where the version before kept no more of it", async () => {
      await waiting();
      const { body } = await store()
        .db.selectFrom("effects")
        .select("body")
        .where("installation", "=", id)
        .executeTakeFirstOrThrow();
      const { agreedBefore: _, ...older } = JSON.parse(body);
      await store()
        .db.updateTable("effects")
        .set({ body: JSON.stringify(older) })
        .where("installation", "=", id)
        .execute();
      await agree(store().db, id, new Map([["1", { "contact.jobtitle": "CFO" }]]));
      await deliver();
      expect(cities()).toEqual(["Bern", "Bern"]);
    });
  });

  test("has agreed on nothing that was left out of a write, and loses nothing when it is seen later", async () => {
    await begin("Graz", "");
    delete person().sales["lead.City"];
    person().marketing["contact.jobtitle"] = "CEO";
    await agree(store().db, id, new Map([["1", { "contact.jobtitle": "CFO" }]]));
    pair.writing = { dropped: ["lead.City"] };
    await compare();
    expect(person().sales).toMatchObject({ "lead.Title": "CEO" });
    expect((await link())?.agreed).toEqual({
      "contact.email": "p1@example.com",
      "contact.jobtitle": "CEO",
    });
    pair.writing = { dropped: [] };
    await compare();
    expect(cities()).toEqual(["Graz", "Graz"]);
  });
});
