import { randomBytes } from "node:crypto";
import { beforeEach, expect, test } from "vitest";
import type { Disposition } from "../../src/model/disposition.ts";
import type { Touch } from "../../src/model/touch.ts";
import { setClocks } from "../../src/store/clocks.ts";
import { planEffects, settleEffects } from "../../src/store/effects.ts";
import { eraseLead } from "../../src/store/erase.ts";
import { exportRecords } from "../../src/store/export.ts";
import { loadOpenHandoffs, saveCourses, saveHandoffs, turnOf } from "../../src/store/handoffs.ts";
import { joinLeads } from "../../src/store/merge.ts";
import type { HandoffRow } from "../../src/store/schema-decisions.ts";
import { loadFormer, saveDispositions, saveTouches, withStories } from "../../src/store/stories.ts";
import { onEveryDatabase } from "../support/databases.ts";
import { aHandoffRow, NOW } from "./handoff-kit.ts";

const CALL: Touch = { key: "call:1", kind: "call", result: "tried", at: NOW + 5, byPerson: true };
const MAIL: Touch = {
  key: "email:2",
  kind: "email",
  result: "tried",
  at: NOW + 9,
  ownerId: "lena",
  byPerson: false,
};
const SAID: Disposition = { key: "crm:a:1", answer: "rejected", via: "crm", at: NOW + 7 };

onEveryDatabase("stories", ({ store }) => {
  let installation = "";
  let id = "";
  beforeEach((context) => {
    installation = `i-${context.task.id}`;
    id = `${installation}-a`;
  });
  const db = () => store().db;
  const save = async (...rows: readonly Partial<HandoffRow>[]) =>
    await saveHandoffs(
      db(),
      rows.map((row, index) => aHandoffRow(installation, `${installation}-${"ab"[index] ?? index}`, row)),
    );
  const storyOf = async (lead = "1") =>
    (await withStories(db(), installation, await loadOpenHandoffs(db(), installation, [lead]))).get(lead)
      ?.story;
  const touch = async (touches: readonly Touch[], lead = "1", handoff = id) =>
    await saveTouches(
      db(),
      installation,
      touches.map((one) => ({ lead, handoff, touch: one })),
    );
  const say = async (answers: readonly Disposition[], lead = "1", handoff = id) =>
    await saveDispositions(
      db(),
      installation,
      answers.map((disposition) => ({ lead, handoff, disposition })),
    );

  test("of a handoff of which nothing has happened is when it began, and whose turn it is", async () => {
    await save({});
    expect(await storyOf()).toEqual({
      ownedAt: NOW,
      rule: "EMEA",
      turn: "lena@acme.example",
      formerOwners: [],
      isMoving: false,
      standing: "untouched",
      touches: [],
      answers: [],
      clocks: [],
      pauses: [],
      flips: [],
    });
  });

  test("come back as they were stored, touches and answers in their order", async () => {
    await save({
      former_owners: '["tomas"]',
      pauses: `[{"fromAt":${NOW},"reason":"holiday"}]`,
      flips: `[${NOW}]`,
      standing: "tried",
      answer: "working",
    });
    await touch([MAIL, CALL]);
    await say([{ ...SAID, key: "b", at: NOW + 8, reason: "not-fit", by: "ana@acme.example" }, SAID]);
    await setClocks(db(), installation, [
      { handoff: id, lead: "1", clocks: [{ kind: "answer", dueAt: NOW + 99 }] },
    ]);
    expect(await storyOf()).toMatchObject({
      formerOwners: ["tomas"],
      pauses: [{ fromAt: NOW, reason: "holiday" }],
      flips: [NOW],
      standing: "tried",
      told: "working",
      touches: [CALL, MAIL],
      answers: [SAID, { ...SAID, key: "b", at: NOW + 8, reason: "not-fit", by: "ana@acme.example" }],
      clocks: [{ kind: "answer", dueAt: NOW + 99 }],
    });
  });

  test("are told of handoffs that sales has, and of no others", async () => {
    await save({ state: "queued", rep: null, owner: null, pool: null });
    expect(await storyOf()).toBeUndefined();
  });

  test("are many as well as one", async () => {
    await save(...Array.from({ length: 1_203 }, (_, index) => ({ lead: `m${index}` })));
    const open = await loadOpenHandoffs(
      db(),
      installation,
      Array.from({ length: 1_203 }, (_, index) => `m${index}`),
    );
    const all = await withStories(db(), installation, open);
    expect([...all.values()].filter(({ story }) => story !== undefined)).toHaveLength(1_203);
  });

  test("have each touch once: what was read last counts", async () => {
    await save({});
    await touch([CALL]);
    await touch([{ ...CALL, result: "reached", at: NOW + 6 }]);
    expect((await storyOf())?.touches).toEqual([{ ...CALL, result: "reached", at: NOW + 6 }]);
  });

  test("have each answer once, and the reason that was picked after it", async () => {
    await save({});
    await say([SAID]);
    await say([{ ...SAID, answer: "accepted", reason: "not-fit" }]);
    expect((await storyOf())?.answers).toEqual([{ ...SAID, reason: "not-fit" }]);
  });

  test("say that the owner is on the way until the CRM has taken it", async () => {
    await save({});
    const lead = { crm: "hubspot" as const, id: "1" };
    const write = {
      kind: "update-lead" as const,
      owner: { to: "lena" },
      properties: {},
      key: `${id}.lead`,
      lead,
    };
    const note = { kind: "create-note" as const, html: "", at: NOW, key: `${id}.note`, lead };
    await planEffects(db(), installation, [{ write: note, decision: id, handoff: id }], NOW);
    expect((await storyOf())?.isMoving).toBe(false);
    await planEffects(db(), installation, [{ write, decision: id, handoff: id }], NOW);
    expect((await storyOf())?.isMoving).toBe(true);
    await settleEffects(db(), installation, [{ key: write.key, state: "confirmed", crmId: "1" }], NOW);
    expect((await storyOf())?.isMoving).toBe(false);
  });

  test("name nobody's turn where a person chose the owner", async () => {
    await save({});
    expect(await turnOf(db(), installation, id)).toBe("lena@acme.example");
    await saveCourses(db(), installation, [{ id, pool: null }]);
    expect(await turnOf(db(), installation, id)).toBeUndefined();
    expect(await storyOf()).not.toHaveProperty("turn");
  });

  test("of before are the last handoff that ended by an answer", async () => {
    const over = { state: "closed" as const, closed_because: "x" };
    await save(
      { ...over, closed_at: NOW + 1, ended_as: "recycled", answer_reason: "timing", wake_at: NOW + 900 },
      { ...over, closed_at: NOW + 5, ended_as: "rejected", answer_reason: "competitor", for_good: 1 },
      { ...over, closed_at: NOW + 9, closed_because: "lead deleted" },
      { lead: "2", ...over, closed_at: NOW + 9 },
    );
    const former = await loadFormer(db(), installation, ["1", "2", "3"]);
    expect([...former.keys()]).toEqual(["1"]);
    expect(former.get("1")).toEqual({
      id: `${installation}-b`,
      type: "hand-raiser",
      startedAt: NOW,
      endedAt: NOW + 5,
      answer: "rejected",
      reason: "competitor",
      ownerId: "lena",
      ownerName: "Lena Vogt",
      isForGood: true,
      isRestaged: false,
      count: 2,
    });
  });

  test("of an erased lead leave nothing", async () => {
    await save({});
    await touch([CALL]);
    await say([SAID]);
    await setClocks(db(), installation, [
      { handoff: id, lead: "1", clocks: [{ kind: "answer", dueAt: NOW }] },
    ]);
    await eraseLead(db(), [randomBytes(32)], installation, "1", [], NOW);
    for (const table of ["touches", "dispositions", "clocks", "handoffs"] as const)
      expect(
        await db().selectFrom(table).selectAll().where("installation", "=", installation).execute(),
      ).toEqual([]);
  });

  test("of two records that became one are the survivor's, a shared touch once", async () => {
    await save({}, { lead: "2", decided_at: NOW + 1 });
    const other = `${installation}-b`;
    await touch([CALL], "1");
    await touch([CALL, MAIL], "2", other);
    await say([SAID], "2", other);
    const ended = await joinLeads(db(), installation, "2", "1", NOW + 9);
    expect(ended).toEqual({ id: other, turn: "lena@acme.example" });
    const rows = await db()
      .selectFrom("touches")
      .select(["lead", "key"])
      .where("installation", "=", installation)
      .orderBy("key")
      .execute();
    expect(rows).toEqual([
      { lead: "1", key: "call:1" },
      { lead: "1", key: "email:2" },
    ]);
    const [said] = await db()
      .selectFrom("dispositions")
      .select(["lead", "handoff"])
      .where("installation", "=", installation)
      .execute();
    expect(said).toEqual({ lead: "1", handoff: other });
    expect((await storyOf())?.touches).toEqual([CALL]);
  });

  test("are exported, each once however many there are", async () => {
    await save({ former_owners: '["tomas"]' });
    await touch(Array.from({ length: 503 }, (_, index) => ({ ...CALL, key: `call:${index}` })));
    await say(Array.from({ length: 502 }, (_, index) => ({ ...SAID, key: `k${index}` })));
    await setClocks(db(), installation, [
      {
        handoff: id,
        lead: "1",
        clocks: [
          { kind: "answer", dueAt: NOW },
          { kind: "attempts", dueAt: NOW },
        ],
      },
    ]);
    const count = new Map<string, Set<string>>();
    const former: unknown[] = [];
    for await (const { record, handoff, key, kind, ...row } of exportRecords(db(), installation, NOW)) {
      count.set(record, (count.get(record) ?? new Set()).add(JSON.stringify([handoff, key, kind])));
      if (record === "handoff") former.push(row["former_owners"]);
    }
    expect(["touch", "disposition", "clock"].map((record) => count.get(record)?.size)).toEqual([503, 502, 2]);
    expect(former).toEqual([["tomas"]]);
    const later: string[] = [];
    for await (const { record } of exportRecords(db(), installation, NOW + 60)) later.push(record);
    expect(later).toEqual([]);
  });
});
