/** A write whose row says nothing that can be written. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { openHandoffs, openStandstill, type Standstill } from "../lanes/kit.ts";
import { onEveryDatabase } from "../support/databases.ts";

onEveryDatabase("a write that cannot be read", ({ url }) => {
  let at: Standstill;
  beforeAll(async () => {
    at = await openStandstill(url());
    await at.work();
  });
  afterAll(async () => await at.close());

  test.each([
    ["of a kind nobody knows", "planned", JSON.stringify({ kind: "cresomebody who was erasedte-note" })],
    ["of another kind than its row", "ambiguous", JSON.stringify({ kind: "create-task", html: "" })],
    ["of nothing", "planned", "null"],
    ["that is torn", "ambiguous", '{"kind":"create-no'],
  ] as const)("%s waits for a person, and all others go on: %s", async (_what, state, body) => {
    const lead = await at.handRaiser();
    await at.work();
    const { key } = await at.db
      .updateTable("effects")
      .set({ state, body, settled_at: null, crm_id: null, next_at: at.clock.now() })
      .where("lead", "=", lead.id)
      .where("kind", "=", "create-note")
      .returning("key")
      .executeTakeFirstOrThrow();
    const next = await at.handRaiser();
    await at.work();
    expect((await openHandoffs(at.db)).get(next.id)).toBe(1);
    expect(
      await at.db
        .selectFrom("effects")
        .select(["state", "code", "reason"])
        .where("key", "=", key)
        .executeTakeFirst(),
    ).toEqual({
      state: "parked",
      code: "deliver.unreadable",
      reason: "its row does not say what is to be written",
    });
  });
});
