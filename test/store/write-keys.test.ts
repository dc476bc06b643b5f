import { beforeAll, expect, test } from "vitest";
import { UNPROBED } from "../../src/install/flow.ts";
import { wipeInstallation } from "../../src/store/erase.ts";
import { saveInstallation } from "../../src/store/installations.ts";
import { createWriteKey, findWriteKey, listWriteKeys, revokeWriteKey } from "../../src/store/write-keys.ts";
import { onEveryDatabase } from "../support/databases.ts";

const NOW = Date.UTC(2026, 10, 17, 9);

onEveryDatabase("write keys", ({ store }) => {
  beforeAll(async () => {
    for (const tenant of ["1", "2", "3"]) {
      const fresh = { id: `i-${tenant}`, crm: "hubspot" as const, tenant, capabilities: UNPROBED };
      await saveInstallation(store().db, fresh, NOW);
    }
  });

  test("a key opens the installation it was made for, and the table does not hold it", async () => {
    const { id, key } = await createWriteKey(store().db, "i-1", NOW);
    expect(key).toMatch(/^baton_wk_[\w-]{43}$/);
    expect(await findWriteKey(store().db, key)).toEqual({ key: id, installation: "i-1", tenant: "1" });
    const rows = await store().db.selectFrom("write_keys").selectAll().execute();
    expect(JSON.stringify(rows)).not.toContain(key.slice("baton_wk_".length));
  });

  test("a revoked key opens nothing, stays listed, and is revoked once", async () => {
    const { id, key } = await createWriteKey(store().db, "i-2", NOW);
    const kept = await createWriteKey(store().db, "i-2", NOW + 1);
    expect(await revokeWriteKey(store().db, "i-1", id, NOW + 2)).toBe(false);
    expect(await revokeWriteKey(store().db, "i-2", id, NOW + 2)).toBe(true);
    expect(await revokeWriteKey(store().db, "i-2", id, NOW + 3)).toBe(false);
    expect(await findWriteKey(store().db, key)).toBeUndefined();
    expect(await findWriteKey(store().db, kept.key)).toBeDefined();
    expect(await listWriteKeys(store().db, "i-2")).toEqual([
      { id, createdAt: NOW, revokedAt: NOW + 2 },
      { id: kept.id, createdAt: NOW + 1 },
    ]);
  });

  test("a portal that was wiped has no keys", async () => {
    const { key } = await createWriteKey(store().db, "i-3", NOW);
    await wipeInstallation(store().db, "i-3", NOW);
    expect(await findWriteKey(store().db, key)).toBeUndefined();
    expect(await listWriteKeys(store().db, "i-3")).toEqual([]);
  });

  test.each(["", "baton_wk_", `baton_wk_${"a".repeat(43)}`, "' or 1=1 --", "\u0000"])(
    "%j is nobody's key",
    async (key) => expect(await findWriteKey(store().db, key)).toBeUndefined(),
  );
});
