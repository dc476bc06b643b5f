import { expect, test } from "vitest";
import { UNPROBED } from "../../src/install/flow.ts";
import { pair, unpair } from "../../src/install/pairing.ts";
import { type Installation, saveInstallation } from "../../src/store/installations.ts";
import { holdLane, keepLane } from "../../src/store/lanes.ts";
import { onEveryDatabase } from "../support/databases.ts";

const NOW = Date.UTC(2026, 10, 17, 9);

onEveryDatabase("pairing", ({ store, dialect }) => {
  const add = (crm: Installation["crm"], tenant: string): Promise<Installation> =>
    saveInstallation(store().db, { id: tenant, crm, tenant, capabilities: UNPROBED }, NOW);

  test.each([
    ["begins", pair],
    ["ends", unpair],
  ])("a turn of the portal that runs while a pair %s stores nothing any more", async (_, change) => {
    const marketing = await add("hubspot", "424242");
    const sales = await add("salesforce", "00D5g0000000001EAA");
    const held = await holdLane(store().db, dialect, marketing.id, "a");
    if (held === undefined) throw new Error("nobody else holds it");
    await store()
      .db.transaction()
      .execute((tx) => change(tx, { marketing, sales, actor: "test" }, NOW));
    await expect(keepLane(store().db, dialect, held)).rejects.toMatchObject({ code: "deliver.lost-lane" });
    expect(await holdLane(store().db, dialect, marketing.id, "a")).toBeDefined();
  });
});
