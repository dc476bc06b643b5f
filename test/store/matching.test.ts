import { randomBytes } from "node:crypto";
import { beforeEach, describe, expect, test } from "vitest";
import type { CrmAccount } from "../../src/model/record.ts";
import { deleteUnseen, loadAccounts, saveAccounts } from "../../src/store/accounts.ts";
import { eraseLead, wipeInstallation } from "../../src/store/erase.ts";
import { exportRecords } from "../../src/store/export.ts";
import { savePersonKeys } from "../../src/store/identities.ts";
import { digestOf, findByKeys } from "../../src/store/match-keys.ts";
import { joinLeads } from "../../src/store/merge.ts";
import {
  loadAnswers,
  openReviews,
  pairOf,
  type Review,
  saveReviews,
  settleReview,
  textOf,
} from "../../src/store/reviews.ts";
import { onEveryDatabase } from "../support/databases.ts";

const NOW = Date.UTC(2026, 10, 17, 9);

onEveryDatabase("what is kept for matching", ({ store }) => {
  let installation = "";
  beforeEach((context) => {
    installation = `i-${context.task.id}`;
  });
  const db = () => store().db;
  const anAccount = (id: string, name: string): CrmAccount => ({
    id,
    name,
    values: { "company.name": name },
  });
  const pair = (lead: string, other: string, ...evidence: readonly string[]): Review => ({
    ...pairOf(lead, other),
    evidence,
  });
  const ofAccount = (lead: string, other: string): Review => ({
    kind: "account",
    lead,
    other,
    evidence: ["e"],
  });
  const open = async () => (await openReviews(db(), installation)).map(textOf);

  describe("accounts", () => {
    const found = async (...keys: readonly string[]) =>
      Object.fromEntries(await findByKeys(db(), installation, "account_keys", keys));

    test("are found by their keys, and by those they have now only", async () => {
      await saveAccounts(db(), installation, [{ account: anAccount("1", "A"), keys: ["a", "b"] }], NOW);
      await saveAccounts(db(), installation, [{ account: anAccount("1", "B"), keys: ["b", "c"] }], NOW + 1);
      expect(await found("a", "b", "c", "d")).toEqual({ b: ["1"], c: ["1"] });
      expect((await loadAccounts(db(), installation, ["1", "2"])).get("1")).toEqual(anAccount("1", "B"));
    });

    test("are another installation's only where it says so", async () => {
      await saveAccounts(db(), `${installation}-b`, [{ account: anAccount("1", "A"), keys: ["a"] }], NOW);
      expect(await found("a")).toEqual({});
    });

    test("that one page names twice are stored as named last", async () => {
      const twice = [anAccount("1", "A"), anAccount("1", "B")].map((account) => ({ account, keys: ["a"] }));
      await saveAccounts(db(), installation, twice, NOW);
      expect((await loadAccounts(db(), installation, ["1"])).get("1")?.name).toBe("B");
    });

    test("are not found by a key that more than fifty share", async () => {
      const many = Array.from({ length: 51 }, (_, index) => ({
        account: anAccount(`${index}`, "A"),
        keys: index < 50 ? ["fifty", "more"] : ["more"],
      }));
      await saveAccounts(db(), installation, many, NOW);
      const keys = [...Array.from({ length: 60 }, (_, index) => `none-${index}`), "fifty", "more"];
      expect(Object.entries(await found(...keys)).map(([key, ids]) => [key, ids.length])).toEqual([
        ["fifty", 50],
      ]);
    });

    test("that a whole listing has not held go, with their keys", async () => {
      await saveAccounts(db(), installation, [{ account: anAccount("1", "A"), keys: ["a"] }], NOW);
      await saveAccounts(db(), installation, [{ account: anAccount("2", "B"), keys: ["a"] }], NOW + 1);
      expect(await deleteUnseen(db(), installation, NOW + 1)).toBe(1);
      expect(await found("a")).toEqual({ a: ["2"] });
      expect([...(await loadAccounts(db(), installation, ["1", "2"])).keys()]).toEqual(["2"]);
    });
  });

  describe("people's keys", () => {
    test("are digests: no name and no address stands in the table", async () => {
      const key = "mailbox:anna.lang@northwind.example";
      await savePersonKeys(db(), installation, [{ lead: "1", keys: [key, key] }]);
      const rows = await db()
        .selectFrom("person_keys")
        .selectAll()
        .where("installation", "=", installation)
        .execute();
      expect(rows).toEqual([{ installation, key: digestOf(key), lead: "1" }]);
      expect(JSON.stringify(rows)).not.toContain("anna");
    });

    test("are those of the latest decision", async () => {
      await savePersonKeys(db(), installation, [{ lead: "1", keys: ["a", "b"] }]);
      await savePersonKeys(db(), installation, [{ lead: "1", keys: ["b"] }]);
      const found = await findByKeys(db(), installation, "person_keys", ["a", "b"]);
      expect(Object.fromEntries(found)).toEqual({ b: ["1"] });
    });
  });

  describe("reviews", () => {
    test("name a pair once, whichever of the two was decided, and keep when it was first seen", async () => {
      await saveReviews(db(), installation, ["2"], [pair("2", "1", "x")], NOW);
      await saveReviews(db(), installation, ["1"], [pair("1", "2", "y"), ofAccount("1", "7")], NOW + 5);
      expect(await openReviews(db(), installation)).toEqual([
        { kind: "duplicate", lead: "1", other: "2", evidence: ["y"], since: NOW },
        { kind: "account", lead: "1", other: "7", evidence: ["e"], since: NOW + 5 },
      ]);
    });

    test("go when a later decision of either finds them no more", async () => {
      await saveReviews(
        db(),
        installation,
        ["1"],
        [pair("1", "2"), pair("1", "3"), ofAccount("1", "2")],
        NOW,
      );
      await saveReviews(db(), installation, ["2"], [], NOW);
      expect(await open()).toEqual(["account:1:2", "duplicate:1:3"]);
    });

    test("that were settled do not come back, and are remembered", async () => {
      await saveReviews(db(), installation, ["1"], [pair("1", "2"), ofAccount("1", "7")], NOW);
      expect(await settleReview(db(), installation, pair("1", "2"), "different", NOW)).toBe(true);
      expect(await settleReview(db(), installation, pair("1", "2"), "same", NOW)).toBe(false);
      await saveReviews(db(), installation, ["1", "2"], [pair("2", "1"), ofAccount("1", "7")], NOW + 1);
      await saveReviews(db(), installation, ["1", "2"], [], NOW + 2);
      expect(await open()).toEqual([]);
      expect(await loadAnswers(db(), installation, ["2"])).toEqual(new Map([["duplicate:1:2", "different"]]));
    });

    test("are exported with their evidence, all of them and once each", async () => {
      const many = Array.from({ length: 501 }, (_, index) => pair("1", `2-${index}`, "x"));
      await saveReviews(db(), installation, ["1"], [...many, ofAccount("1", "7")], NOW);
      const seen: unknown[] = [];
      for await (const one of exportRecords(db(), installation, NOW))
        if (one.record === "review") seen.push(one);
      expect(seen).toHaveLength(502);
      expect(seen[0]).toMatchObject({
        kind: "account",
        lead: "1",
        other: "7",
        evidence: ["e"],
        settled_at: null,
      });
      expect(new Set(seen.map((one) => JSON.stringify(one))).size).toBe(502);
      for await (const one of exportRecords(db(), installation, NOW + 1))
        expect(one.record).not.toBe("review");
    });
  });

  test("of an erased lead nothing stays, also where it was the other one; accounts with the same id do", async () => {
    const keys = [randomBytes(32)] as const;
    await savePersonKeys(db(), installation, [
      { lead: "2", keys: ["a"] },
      { lead: "3", keys: ["a"] },
    ]);
    await saveReviews(
      db(),
      installation,
      ["1", "2", "3"],
      [pair("1", "2"), pair("2", "3"), pair("1", "3"), ofAccount("2", "8"), ofAccount("1", "2")],
      NOW,
    );
    await db()
      .transaction()
      .execute((tx) => eraseLead(tx, keys, installation, "2", [], NOW));
    expect(await open()).toEqual(["account:1:2", "duplicate:1:3"]);
    const found = await findByKeys(db(), installation, "person_keys", ["a"]);
    expect(found.get("a")).toEqual(["3"]);
  });

  test("a merged lead's reviews are the survivor's, with what people said; the pair itself is answered", async () => {
    await savePersonKeys(db(), installation, [{ lead: "2", keys: ["a"] }]);
    await saveReviews(
      db(),
      installation,
      ["1", "2", "3"],
      [pair("1", "2"), pair("2", "3"), pair("1", "3"), pair("2", "4"), ofAccount("2", "7")],
      NOW,
    );
    await settleReview(db(), installation, pair("2", "3"), "different", NOW);
    await joinLeads(db(), installation, "2", "1", NOW);
    expect(await open()).toEqual(["account:1:7", "duplicate:1:4"]);
    expect(await loadAnswers(db(), installation, ["1"])).toEqual(new Map([["duplicate:1:3", "different"]]));
    expect((await findByKeys(db(), installation, "person_keys", ["a"])).size).toBe(0);
  });

  test("a removed installation leaves none of it", async () => {
    await saveAccounts(db(), installation, [{ account: anAccount("1", "A"), keys: ["a", "b"] }], NOW);
    await savePersonKeys(db(), installation, [{ lead: "2", keys: ["a"] }]);
    await saveReviews(db(), installation, ["1"], [pair("1", "2")], NOW);
    expect(await wipeInstallation(db(), installation, NOW)).toBe(5);
    expect(await open()).toEqual([]);
  });
});
