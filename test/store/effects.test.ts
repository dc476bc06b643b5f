import { beforeEach, expect, test } from "vitest";
import type { WriteBody } from "../../src/model/effect.ts";
import { dueEffects } from "../../src/store/due-effects.ts";
import { ownWrites } from "../../src/store/echoes.ts";
import {
  dropPlanned,
  markAttempting,
  markLost,
  planEffects,
  settleEffects,
} from "../../src/store/effects.ts";
import { releaseEffect, stuckEffects } from "../../src/store/stuck-effects.ts";
import { onEveryDatabase } from "../support/databases.ts";

const NOW = Date.UTC(2026, 10, 17, 9);
const TO_OWNER: WriteBody = {
  kind: "update-lead",
  owner: { to: "77", seen: "12" },
  stage: { to: "marketingqualifiedlead" },
  properties: {},
};

onEveryDatabase("the effect ledger", ({ store }) => {
  let installation = "";
  beforeEach((context) => {
    installation = `i-${context.task.id}`;
  });

  const plan = (key: string, body: WriteBody = TO_OWNER, lead = "101") =>
    planEffects(
      store().db,
      installation,
      [{ write: { ...body, key, lead: { crm: "hubspot", id: lead } }, decision: "d1", handoff: "d1" }],
      NOW,
    );
  const due = (...states: Parameters<typeof dueEffects>[3]) =>
    dueEffects(store().db, installation, "hubspot", states, NOW + 60_000, 100);

  test("a key planned twice is one effect, and comes back as it was planned", async () => {
    await plan("d1.lead");
    await plan("d1.lead");
    const effects = await due("planned");
    expect(effects).toHaveLength(1);
    expect(effects[0]).toMatchObject({
      write: { ...TO_OWNER, key: "d1.lead", lead: { crm: "hubspot", id: "101" } },
      handoff: "d1",
      attempts: 0,
    });
  });

  test("only what is still planned may be written: what was dropped meanwhile is not named", async () => {
    for (const [key, lead] of [
      ["here", "101"],
      ["gone", "102"],
    ] as const)
      await plan(key, TO_OWNER, lead);
    await dropPlanned(store().db, installation, "102", "the lead was deleted", NOW);
    expect(await markAttempting(store().db, installation, ["here", "gone", "erased"], NOW)).toEqual(
      new Set(["here"]),
    );
  });

  test("a lead that was merged or deleted keeps its answers: a workflow waits for them", async () => {
    await plan("note", { kind: "create-note", html: "", at: NOW });
    await plan("answer", { kind: "answer-request", callback: "c", outputs: {} });
    await dropPlanned(store().db, installation, "101", "the lead was merged", NOW);
    expect((await due("planned")).map(({ write }) => write.key)).toEqual(["answer"]);
  });

  test("each outcome leads to its state, and an ended effect stays as it ended", async () => {
    for (const key of ["ok", "later", "lost", "no", "stuck"]) await plan(key);
    await markAttempting(store().db, installation, ["ok", "later", "lost", "no", "stuck"], NOW);
    await settleEffects(
      store().db,
      installation,
      [
        { key: "ok", state: "confirmed", crmId: "9", dropped: ["stage"], reason: "two accounts" },
        { key: "later", state: "planned", nextAt: NOW + 5_000, code: "crm.rate-limited" },
        { key: "lost", state: "ambiguous", nextAt: NOW + 10_000, code: "crm.timeout" },
        { key: "no", state: "refused", code: "crm.invalid", reason: "owner needs a region" },
        { key: "stuck", state: "parked", code: "deliver.gave-up", reason: "ten attempts" },
      ],
      NOW + 100,
    );
    expect((await due("planned")).map(({ write, attempts }) => [write.key, attempts])).toEqual([
      ["later", 1],
    ]);
    expect((await due("ambiguous")).map(({ write }) => write.key)).toEqual(["lost"]);
    expect((await stuckEffects(store().db, installation)).map(({ key, state }) => [key, state])).toEqual([
      ["no", "refused"],
      ["stuck", "parked"],
    ]);

    await settleEffects(
      store().db,
      installation,
      [{ key: "ok", state: "planned", nextAt: NOW, code: "x" }],
      NOW + 200,
    );
    const ended = store().db.selectFrom("effects").select(["state", "reason"]).where("key", "=", "ok");
    expect(await ended.execute()).toEqual([{ state: "confirmed", reason: "two accounts" }]);
    expect((await due("planned")).map(({ write }) => write.key)).toEqual(["later"]);
  });

  test("a waiting effect is due at its instant and not before", async () => {
    await plan("later");
    await settleEffects(
      store().db,
      installation,
      [{ key: "later", state: "planned", nextAt: NOW + 5_000, code: "x" }],
      NOW,
    );
    expect(await dueEffects(store().db, installation, "hubspot", ["planned"], NOW + 4_999, 10)).toHaveLength(
      0,
    );
    expect(await dueEffects(store().db, installation, "hubspot", ["planned"], NOW + 5_000, 10)).toHaveLength(
      1,
    );
  });

  test("what a dead worker attempted is looked at only after the call can no longer be running", async () => {
    await plan("cut");
    await markAttempting(store().db, installation, ["cut"], NOW);
    await markLost(store().db, installation, 10_000);
    expect(
      await dueEffects(store().db, installation, "hubspot", ["ambiguous"], NOW + 9_999, 10),
    ).toHaveLength(0);
    expect(
      await dueEffects(store().db, installation, "hubspot", ["ambiguous"], NOW + 10_000, 10),
    ).toHaveLength(1);
  });

  test("an effect under way cannot be attempted a second time", async () => {
    await plan("once");
    await markAttempting(store().db, installation, ["once"], NOW);
    await markAttempting(store().db, installation, ["once"], NOW);
    await markLost(store().db, installation, 0);
    expect((await due("ambiguous"))[0]?.attempts).toBe(1);
  });

  test("own writes are recognised by lead, field, value and time; the same value at another time is news", async () => {
    await plan("echo");
    const owner = { lead: "101", field: "owner", value: "77", at: NOW };
    const before = await ownWrites(store().db, installation, ["101"]);
    expect(before(owner)).toBe(false);
    await markAttempting(store().db, installation, ["echo"], NOW);
    const isOwn = await ownWrites(store().db, installation, ["101", "102"]);
    expect(isOwn(owner)).toBe(true);
    expect(isOwn({ ...owner, field: "stage", value: "marketingqualifiedlead" })).toBe(true);
    expect(isOwn({ ...owner, value: "12" })).toBe(false);
    expect(isOwn({ ...owner, value: undefined })).toBe(false);
    expect(isOwn({ ...owner, field: "stage" })).toBe(false);
    expect(isOwn({ ...owner, lead: "102" })).toBe(false);
    expect(isOwn({ ...owner, at: NOW - 3_600_000 })).toBe(false);
    // Nobody knows yet when it gets there.
    expect(isOwn({ ...owner, at: NOW + 3_600_000 })).toBe(true);
    await settleEffects(store().db, installation, [{ key: "echo", state: "confirmed", crmId: "101" }], NOW);
    const settled = await ownWrites(store().db, installation, ["101"]);
    expect(settled({ ...owner, at: NOW + 60_000 })).toBe(true);
    expect(settled({ ...owner, at: NOW + 3_600_000 })).toBe(false);
  });

  test("dropping touches only what was not attempted", async () => {
    await plan("waiting");
    await plan("running");
    await markAttempting(store().db, installation, ["running"], NOW);
    await dropPlanned(store().db, installation, "101", "the lead was deleted", NOW);
    await markLost(store().db, installation, 0);
    expect(await due("planned")).toHaveLength(0);
    expect((await due("ambiguous")).map(({ write }) => write.key)).toEqual(["running"]);
  });

  test("a person retries a parked effect by a look first, a refused one by a write, and can drop either", async () => {
    for (const key of ["parked", "refused", "unwanted"]) await plan(key);
    await settleEffects(
      store().db,
      installation,
      [
        { key: "parked", state: "parked", code: "deliver.gave-up", reason: "unsure" },
        { key: "refused", state: "refused", code: "crm.invalid", reason: "rule" },
        { key: "unwanted", state: "refused", code: "crm.invalid", reason: "rule" },
      ],
      NOW,
    );
    const release = (key: string, to: "retry" | "drop") =>
      releaseEffect(store().db, installation, key, to, NOW);
    expect(await release("parked", "retry")).toBe(1);
    expect(await release("refused", "retry")).toBe(1);
    expect(await release("unwanted", "drop")).toBe(1);
    expect(await release("unwanted", "retry")).toBe(0);
    expect((await due("ambiguous")).map(({ write }) => write.key)).toEqual(["parked"]);
    expect((await due("planned")).map(({ write }) => write.key)).toEqual(["refused"]);
    expect(await stuckEffects(store().db, installation)).toEqual([]);
  });
});
