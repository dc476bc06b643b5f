import { expect, test } from "vitest";
import { saveHandoffs } from "../../src/store/handoffs.ts";
import { loadPauses, savePauses } from "../../src/store/pauses.ts";
import { onEveryDatabase } from "../support/databases.ts";
import { aHandoffRow, NOW } from "./handoff-kit.ts";

onEveryDatabase("pauses", ({ store }) => {
  test("of a handoff come back as they were saved, and are nobody else's", async () => {
    await saveHandoffs(store().db, [aHandoffRow("i", "h-1"), aHandoffRow("i", "h-2", { lead: "2" })]);
    expect(await loadPauses(store().db, "i", "h-1")).toEqual([]);
    const pauses = [
      { fromAt: NOW, toAt: NOW + 5, reason: "a question" },
      { fromAt: NOW + 9, reason: "on holiday" },
    ];
    await savePauses(store().db, "i", "h-1", pauses);
    expect(await loadPauses(store().db, "i", "h-1")).toEqual(pauses);
    expect(await loadPauses(store().db, "i", "h-2")).toEqual([]);
    expect(await loadPauses(store().db, "other", "h-1")).toEqual([]);
  });
});
