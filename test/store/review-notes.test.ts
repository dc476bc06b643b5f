import { expect, test } from "vitest";
import { eraseLead, wipeInstallation } from "../../src/store/erase.ts";
import { exportRecords } from "../../src/store/export.ts";
import { saveLeads } from "../../src/store/leads.ts";
import { addReviewNote, lastReviewNotes } from "../../src/store/review-notes.ts";
import { onEveryDatabase } from "../support/databases.ts";

const NOW = Date.UTC(2026, 10, 17, 9);
const HOUR = 3_600_000;
const KEYS = [Buffer.alloc(32, "review note test")] as const;

onEveryDatabase("review notes", ({ store }) => {
  const add = async (id: string, at: number, body: string): Promise<void> =>
    await addReviewNote(store().db, "i", id, { at, actor: "mia@acme.example", body });
  const bodies = async (): Promise<readonly string[]> =>
    (await lastReviewNotes(store().db, "i")).map(({ body }) => body);

  test("are none before the first review", async () => {
    expect(await bodies()).toEqual([]);
  });

  test("of the last meeting come back in order, those of earlier meetings do not", async () => {
    await add("z", NOW - 14 * 24 * HOUR, "Long ago.");
    await add("b", NOW, "First.");
    await add("a", NOW + HOUR, "Then: 100% of Vera Lang's (vera.lang@northwind.example) calls.");
    expect(await bodies()).toEqual(["First.", expect.stringContaining("Then")]);
  });

  test("are exported, oldest left out when they are not asked for", async () => {
    const records: unknown[] = [];
    for await (const record of exportRecords(store().db, "i", NOW)) records.push(record);
    expect(records).toMatchObject([
      { record: "review-note", id: "a" },
      { record: "review-note", id: "b", body: "First.", actor: "mia@acme.example" },
    ]);
  });

  test("name nobody any more who was erased", async () => {
    const lead = {
      lead: "1",
      email: null,
      name: "Vera Lang",
      role: null,
      account: null,
      outcome: "ready",
      reason: "x",
      decision: "d",
      surroundings: null,
    };
    await saveLeads(store().db, "i", [lead], NOW);
    await store()
      .db.transaction()
      .execute((tx) => eraseLead(tx, KEYS, "i", "1", ["Vera.Lang@northwind.example"], NOW));
    const [, note] = await bodies();
    expect(note).toBe("Then: 100% of somebody who was erased's (somebody who was erased) calls.");
  });

  test.each([
    ["Élodie Martin", "ÉLODIE MARTIN, Élodie Martin and elodie martin"],
    ["Øyvind Åsen", "øyvind åsen, Oeyvind Aasen and Oyvind Asen"],
    ["Ольга Иванова", "ОЛЬГА ИВАНОВА, ольга иванова and Ольга\u00A0Иванова"],
    ["Jürgen Groß-Weiß", "JÜRGEN GROSS WEISS, Juergen Gross-Weiss and Jürgen\nGroß‑Weiß".normalize("NFD")],
    ["Işıl İnci", "IŞIL İNCİ, işil inci and Isil  Inci"],
    ["Sinéad O’Neil", "sinead o'neil, SINÉAD ONEIL and Sinéad O'Neil"],
    ["Ed", "Ed, ED and ed"],
    ["C++ (Bot) 100%_", "c++ (bot) 100%_, C++ (BOT) 100%_ and C++ (Bot) 100%_"],
  ])("do not name %s in any spelling", async (name, written) => {
    const installation = `i-${name}`;
    const lead = { lead: "1", email: null, role: null, account: null, outcome: "ready", reason: "x" };
    await saveLeads(store().db, installation, [{ ...lead, name, decision: "d", surroundings: null }], NOW);
    const note = (id: string, body: string) => ({ id, at: NOW, actor: "mia@acme.example", body });
    const { id: first, ...named } = note("n1", `We lost ${written}, and Edda.`);
    const { id: second, ...other } = note("n2", "Nobody's fault: 100% of Elo's calls.");
    await addReviewNote(store().db, installation, first, named);
    await addReviewNote(store().db, installation, second, other);
    await store()
      .db.transaction()
      .execute((tx) => eraseLead(tx, KEYS, installation, "1", [], NOW));
    const who = "somebody who was erased";
    expect((await lastReviewNotes(store().db, installation)).map(({ body }) => body)).toEqual([
      `We lost ${who}, ${who} and ${who}, and Edda.`,
      other.body,
    ]);
  });

  test("go with their installation, and the days kept for reports too", async () => {
    await wipeInstallation(store().db, "i", NOW);
    expect(await bodies()).toEqual([]);
    expect(
      await store().db.selectFrom("report_days").selectAll().where("installation", "=", "i").execute(),
    ).toEqual([]);
  });
});
