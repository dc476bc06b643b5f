import { expect, test } from "vitest";
import { loadPlaybookFiles, savePlaybook, versionsLike } from "../../src/store/playbooks.ts";
import {
  addApproval,
  addPublication,
  listApprovals,
  listPublications,
  livePublication,
} from "../../src/store/publications.ts";
import { onEveryDatabase } from "../support/databases.ts";

const NOW = Date.UTC(2026, 10, 17, 9);

onEveryDatabase("publications", ({ store }) => {
  const add = (after: number, version: string, because: "first" | "publish" | "rollback" = "publish") =>
    addPublication(store().db, after, { version, by: "mia@acme.example", because }, NOW + after);

  test("nothing is live on an empty database", async () => {
    expect(await livePublication(store().db)).toBeUndefined();
    expect(await listPublications(store().db)).toEqual([]);
  });

  test("the last one is live, and all are kept in order", async () => {
    expect(await add(0, "aaaa", "first")).toBe(true);
    expect(await add(1, "bbbb")).toBe(true);
    expect(await add(2, "aaaa", "rollback")).toBe(true);
    expect(await livePublication(store().db)).toEqual({
      seq: 3,
      version: "aaaa",
      at: NOW + 2,
      by: "mia@acme.example",
      because: "rollback",
    });
    expect((await listPublications(store().db)).map(({ version }) => version)).toEqual([
      "aaaa",
      "bbbb",
      "aaaa",
    ]);
  });

  test("of many that follow the same one, one is made", async () => {
    const seq = (await livePublication(store().db))?.seq ?? 0;
    const made = await Promise.all(Array.from({ length: 12 }, (_, index) => add(seq, `cc${index}`)));
    expect(made.filter(Boolean)).toHaveLength(1);
    const live = await livePublication(store().db);
    expect(live?.seq).toBe(seq + 1);
    expect(live?.version).toBe(`cc${made.indexOf(true)}`);
  });

  test("a signature counts once for each version, side and person", async () => {
    const { db } = store();
    const mia = { side: "marketing", by: "mia@acme.example" } as const;
    expect(await addApproval(db, "aaaa", mia, NOW)).toBe(true);
    expect(await addApproval(db, "aaaa", mia, NOW + 5)).toBe(false);
    expect(await addApproval(db, "aaaa", { side: "sales", by: "sam@acme.example" }, NOW + 1)).toBe(true);
    expect(await addApproval(db, "bbbb", mia, NOW + 2)).toBe(true);
    expect(await listApprovals(db, "aaaa")).toEqual([
      { version: "aaaa", ...mia, at: NOW },
      { version: "aaaa", side: "sales", by: "sam@acme.example", at: NOW + 1 },
    ]);
    expect(await listApprovals(db)).toHaveLength(3);
  });

  test("a version's texts are kept as they were first stored, and found by their first digits", async () => {
    const { db } = store();
    await savePlaybook(db, "3f2a91c0d4e5", { "team.yaml": "reps: {}" }, NOW);
    await savePlaybook(db, "3f2a91c0d4e5", { "team.yaml": "other" }, NOW);
    await savePlaybook(db, "3f2b00000000", {}, NOW);
    expect(await loadPlaybookFiles(db, "3f2a91c0d4e5")).toEqual({ "team.yaml": "reps: {}" });
    expect(await loadPlaybookFiles(db, "ffffffffffff")).toBeUndefined();
    expect(await versionsLike(db, "3f2")).toEqual(["3f2a91c0d4e5", "3f2b00000000"]);
    expect(await versionsLike(db, "3f2b")).toEqual(["3f2b00000000"]);
  });
});
