import { sql } from "kysely";
import { expect, test } from "vitest";
import { UNPROBED } from "../../src/install/flow.ts";
import { KEEP_DISCONNECTED_MS, wipeDeparted } from "../../src/install/departed.ts";
import { createLog } from "../../src/log.ts";
import { record } from "../../src/store/audit.ts";
import { insertOwnEvents } from "../../src/store/inbox.ts";
import { findInstallation, saveInstallation, setInstallationState } from "../../src/store/installations.ts";
import { onEveryDatabase } from "../support/databases.ts";

const log = createLog({ level: "silent" });
const LEFT = Date.UTC(2026, 10, 1);

onEveryDatabase("a portal that left", ({ store }) => {
  test("keeps what it had for fourteen days, then everything of it is wiped, and nobody else's", async () => {
    const { db } = store();
    for (const id of ["gone", "here"]) {
      await saveInstallation(db, { id, crm: "hubspot", tenant: id, capabilities: UNPROBED }, LEFT);
      const lead = { crm: "hubspot", id: "101" } as const;
      await insertOwnEvents(
        db,
        id,
        [{ key: "k", tenant: id, occurredAt: LEFT, urgency: "live", kind: "lead-created", lead }],
        LEFT,
      );
    }
    await setInstallationState(db, "gone", "disconnected", LEFT);

    expect(await wipeDeparted(store(), log, LEFT + KEEP_DISCONNECTED_MS - 1)).toBe(0);
    expect(await findInstallation(db, "hubspot", "gone")).toMatchObject({ state: "disconnected" });

    expect(await wipeDeparted(store(), log, LEFT + KEEP_DISCONNECTED_MS)).toBe(1);
    expect(await findInstallation(db, "hubspot", "gone")).toBeUndefined();
    const events = await db.selectFrom("events").select("installation").execute();
    expect(events).toEqual([{ installation: "here" }]);
    expect(await wipeDeparted(store(), log, LEFT + 2 * KEEP_DISCONNECTED_MS)).toBe(0);
  });

  test("and cannot be wiped keeps no other from it", async () => {
    const { db } = store();
    for (const id of ["1-broken", "2-sound"]) {
      await saveInstallation(db, { id, crm: "hubspot", tenant: id, capabilities: UNPROBED }, LEFT);
      await setInstallationState(db, id, "disconnected", LEFT);
    }
    // Nothing can be recorded of the one.
    await sql`create unique index broken on audit ((case when installation = '1-broken' then 1 end))`.execute(
      db,
    );
    await record(db, { installation: "1-broken", actor: "test", action: "disconnected", detail: "" }, LEFT);
    try {
      expect(await wipeDeparted(store(), log, LEFT + KEEP_DISCONNECTED_MS)).toBe(1);
    } finally {
      await sql`drop index broken`.execute(db);
    }
    expect(await findInstallation(db, "hubspot", "1-broken")).toMatchObject({ state: "disconnected" });
    expect(await findInstallation(db, "hubspot", "2-sound")).toBeUndefined();
    expect(await wipeDeparted(store(), log, LEFT + KEEP_DISCONNECTED_MS)).toBe(1);
  });
});
