import { beforeEach, describe, expect, test } from "vitest";
import { eraseLead } from "../../src/store/erase.ts";
import { exportRecords } from "../../src/store/export.ts";
import {
  agree,
  leadsLinkedWith,
  loadLinks,
  moveLinks,
  namesElsewhere,
  noteGone,
  replaceAgreed,
  saveLinks,
  unlink,
} from "../../src/store/links.ts";
import { onEveryDatabase } from "../support/databases.ts";

const NOW = Date.UTC(2026, 10, 17, 9);
const KEYS = [Buffer.alloc(32, "links test")] as const;
const made = (lead: string, counterpart: string) => ({ lead, counterpart, by: "made" as const });

onEveryDatabase("who is who in both CRMs", ({ store }) => {
  let id = "";
  beforeEach((context) => {
    id = `i-${context.task.id}`;
  });
  const link = (...pairs: readonly (readonly [string, string])[]) =>
    saveLinks(
      store().db,
      id,
      pairs.map(([lead, counterpart]) => made(lead, counterpart)),
      NOW,
    );
  const counterpartOf = async (lead: string): Promise<string | undefined> =>
    (await loadLinks(store().db, id, [lead])).get(lead)?.counterpart;

  describe("linking", () => {
    test("a link is found from both ends, and of its installation alone", async () => {
      expect([...(await link(["1", "00Q1"], ["2", "00Q2"]))].toSorted()).toEqual(["1", "2"]);
      expect(await counterpartOf("1")).toBe("00Q1");
      expect([...(await leadsLinkedWith(store().db, id, ["00Q2", "00Q9"]))]).toEqual([["00Q2", "2"]]);
      expect((await loadLinks(store().db, `other-${id}`, ["1"])).size).toBe(0);
    });

    test("a counterpart that is somebody's stays theirs", async () => {
      await link(["1", "00Q1"]);
      expect([...(await link(["2", "00Q1"]))]).toEqual([]);
      expect(await counterpartOf("2")).toBeUndefined();
      expect(await counterpartOf("1")).toBe("00Q1");
    });

    test("a converted record answers to both its ids, and what was agreed is kept", async () => {
      await link(["1", "00Q1"]);
      await agree(store().db, id, new Map([["1", { email: "kim@example.com", role: null }]]));
      await link(["1", "0031"]);
      expect((await loadLinks(store().db, id, ["1"])).get("1")).toMatchObject({
        counterpart: "0031",
        agreed: { email: "kim@example.com", role: null },
      });
      expect((await leadsLinkedWith(store().db, id, ["00Q1", "0031"])).size).toBe(2);
      expect((await namesElsewhere(store().db, id, ["1"])).toSorted()).toEqual(["0031", "00Q1"]);
    });
  });

  test("what is agreed grows field by field; nobody who is not linked agrees on anything", async () => {
    await link(["1", "00Q1"]);
    await agree(store().db, id, new Map([["1", { email: "a@example.com" }]]));
    await agree(store().db, id, new Map([["1", { role: "CFO" }]]));
    await agree(store().db, id, new Map([["1", { email: "b@example.com" }]]));
    await agree(store().db, id, new Map([["2", { role: "CFO" }]]));
    const links = await loadLinks(store().db, id, ["1", "2"]);
    expect(links.get("1")?.agreed).toEqual({ email: "b@example.com", role: "CFO" });
    expect(links.has("2")).toBe(false);
  });

  test("what is agreed no longer goes, of these leads alone", async () => {
    await link(["1", "00Q1"], ["2", "00Q2"]);
    const both = { role: "CFO", phone: null };
    const { db } = store();
    await agree(db, id, new Map(["1", "2"].map((lead) => [lead, both])));
    await replaceAgreed(db, id, new Map([["1", { phone: null }]]));
    const links = await loadLinks(db, id, ["1", "2"]);
    expect([...links.values()].map(({ agreed }) => agreed)).toEqual([{ phone: null }, both]);
  });

  test("that a record is gone is noted once, and taken back when it answers again", async () => {
    await link(["1", "00Q1"]);
    await noteGone(store().db, id, "1", NOW + 1);
    await noteGone(store().db, id, "1", NOW + 2);
    expect((await loadLinks(store().db, id, ["1"])).get("1")?.goneAt).toBe(NOW + 1);
    await link(["1", "00Q1"]);
    expect((await loadLinks(store().db, id, ["1"])).get("1")?.goneAt).toBeUndefined();
    await unlink(store().db, id, "1");
    expect(await counterpartOf("1")).toBeUndefined();
    expect([...(await link(["2", "00Q1"]))]).toEqual(["2"]);
  });

  describe("merging", () => {
    const agreedOf = async (lead: string) => (await loadLinks(store().db, id, [lead])).get(lead)?.agreed;

    test("a merged lead's link is the survivor's, with whom nothing was agreed yet", async () => {
      await link(["1", "00Q1"]);
      await agree(store().db, id, new Map([["1", { role: "CFO" }]]));
      await moveLinks(store().db, id, "1", "2");
      expect(await agreedOf("2")).toEqual({});
      expect([await counterpartOf("1"), await counterpartOf("2")]).toEqual([undefined, "00Q1"]);
      expect((await leadsLinkedWith(store().db, id, ["00Q1"])).get("00Q1")).toBe("2");
    });

    test("a survivor keeps its own and what was agreed on it alone, and is meant by the other's ids", async () => {
      await link(["1", "00Q1"], ["2", "00Q2"]);
      const agreed = { "1": { role: "CFO", phone: "12" }, "2": { role: "VP" } };
      await agree(store().db, id, new Map(Object.entries(agreed)));
      await moveLinks(store().db, id, "1", "2");
      expect(await agreedOf("2")).toEqual({ role: "VP" });
      expect(await counterpartOf("2")).toBe("00Q2");
      expect((await leadsLinkedWith(store().db, id, ["00Q1", "00Q2"])).get("00Q1")).toBe("2");
    });
  });

  test("an erased lead leaves no link, and is in no export", async () => {
    await link(["1", "00Q1"], ["2", "00Q2"]);
    const { db } = store();
    await eraseLead(db, KEYS, id, "1", [], NOW);
    expect(await counterpartOf("1")).toBeUndefined();
    expect((await leadsLinkedWith(db, id, ["00Q1"])).size).toBe(0);
    const exported: unknown[] = [];
    for await (const record of exportRecords(db, id, 0)) exported.push(record);
    expect(exported).toMatchObject([{ record: "link", lead: "2", counterpart: "00Q2", agreed: {} }]);
  });
});
