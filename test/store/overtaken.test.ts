import { expect, test } from "vitest";
import type { WriteBody } from "../../src/model/effect.ts";
import { planEffects } from "../../src/store/effects.ts";
import { saveHandoffs } from "../../src/store/handoffs.ts";
import { overtaken } from "../../src/store/overtaken.ts";
import type { HandoffRow } from "../../src/store/schema-decisions.ts";
import { NO_COURSE } from "../../src/store/schema-following.ts";
import { onEveryDatabase } from "../support/databases.ts";

const NOW = Date.UTC(2026, 10, 17, 9);
const TO_OWNER: WriteBody = { kind: "update-lead", owner: { to: "77", seen: "12" }, properties: {} };

onEveryDatabase("late effects", ({ store }) => {
  const installation = "i";

  test("an effect is overtaken by a newer decision about the lead's record, or by the end of its handoff", async () => {
    const id = (name: string) => `${installation}-${name}`;
    const planAt = async (key: string, body: WriteBody, handoff: string, at: number) =>
      await planEffects(
        store().db,
        installation,
        [
          {
            write: { ...body, key, lead: { crm: "hubspot", id: handoff } },
            decision: key,
            handoff: id(handoff),
          },
        ],
        at,
      );
    const note: WriteBody = { kind: "create-note", html: "", at: NOW };
    await saveHandoffs(store().db, [
      handoffRow(installation, id("open"), "1"),
      { ...handoffRow(installation, id("ended"), "2"), closed_at: NOW + 5 },
    ]);
    await planAt("old.lead", TO_OWNER, "open", NOW);
    await planAt("old.note", note, "open", NOW);
    await planAt("new.lead", TO_OWNER, "open", NOW + 1);
    await planAt("ended.note", note, "ended", NOW);
    await planAt("ended.answer", { kind: "answer-request", callback: "c", outputs: {} }, "ended", NOW);
    // The decision that ends a handoff writes so: nothing has overtaken that.
    await planAt("ending.lead", TO_OWNER, "ended", NOW + 5);
    const keys = ["old.lead", "old.note", "new.lead", "ended.note", "ended.answer", "ending.lead"];
    expect(await overtaken(store().db, installation, keys)).toEqual(new Set(["old.lead", "ended.note"]));
  });
});

onEveryDatabase("two CRMs that were compared twice", ({ store }) => {
  test("learn what the second comparison found, on whichever side", async () => {
    const plan = async (decision: string, sides: readonly ("marketing" | "sales")[], at: number) =>
      await planEffects(
        store().db,
        "i",
        sides.map((side) => ({
          write: {
            kind: "sync-fields",
            side,
            values: {},
            agreed: {},
            key: `${decision}.${side}`,
            lead: { crm: "hubspot", id: "9" },
          },
          decision,
        })),
        at,
      );
    await plan("first", ["marketing", "sales"], NOW);
    const first = ["first.marketing", "first.sales"];
    expect(await overtaken(store().db, "i", first)).toEqual(new Set());
    await plan("second", ["marketing"], NOW + 1);
    expect(await overtaken(store().db, "i", [...first, "second.marketing"])).toEqual(new Set(first));
  });
});

onEveryDatabase("a clock that is set back", ({ store }) => {
  test("does not let an older write of a lead count as the newer one", async () => {
    const plan = async (key: string, at: number) =>
      await planEffects(
        store().db,
        "i",
        [{ write: { ...TO_OWNER, key, lead: { crm: "hubspot", id: "1" } }, decision: key }],
        at,
      );
    await plan("first", NOW + 240_000);
    await plan("second", NOW);
    await plan("third", NOW);
    expect(await overtaken(store().db, "i", ["first", "second", "third"])).toEqual(
      new Set(["first", "second"]),
    );
  });
});

function handoffRow(installation: string, id: string, lead: string): HandoffRow {
  return {
    installation,
    id,
    lead,
    account: null,
    scope: "lead",
    state: "with-sales",
    type: "hand-raiser",
    rule: null,
    reason: null,
    rep: null,
    owner: null,
    owner_name: null,
    playbook: "v",
    occurred_at: NOW,
    received_at: NOW,
    read_at: NOW,
    decided_at: NOW,
    written_at: null,
    closed_at: null,
    closed_because: null,
    ...NO_COURSE,
  };
}
