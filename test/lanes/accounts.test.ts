import { beforeEach, expect, test } from "vitest";
import { BatonError } from "../../src/errors.ts";
import { hasAccounts, importAccounts } from "../../src/lanes/accounts.ts";
import type { Lane } from "../../src/lanes/lane.ts";
import { HOUR_MS, MINUTE_MS, SECOND_MS } from "../../src/model/instant.ts";
import type { AccountPage } from "../../src/model/record.ts";
import { loadCursor } from "../../src/store/cursors.ts";
import { dueLanes } from "../../src/store/lanes.ts";
import { aPlaybook, shippedFiles } from "../playbook/kit.ts";
import { onEveryDatabase } from "../support/databases.ts";
import { openLane } from "./matching-kit.ts";

const NOW = Date.UTC(2026, 10, 17, 9);
const ON = aPlaybook();
const OFF = aPlaybook({
  "fields.yaml": (shippedFiles()["fields.yaml"] ?? "").replace("  accounts: true", "  accounts: false"),
});

onEveryDatabase("the list of accounts", ({ store }) => {
  let lane: Lane;
  let now = NOW;
  let playbook = ON;
  /** Page by page, what the CRM lists; a page may be a fault. */
  let pages: readonly (readonly string[] | BatonError)[] = [];
  let asked: (string | undefined)[] = [];

  beforeEach(async (context) => {
    now = NOW;
    playbook = ON;
    asked = [];
    pages = [["1", "2"], ["3"]];
    lane = await openLane({
      store: store(),
      id: `i-${context.task.id}`,
      playbook: () => playbook,
      now: () => now,
      accounts: (after) => {
        asked.push(after);
        return list(after);
      },
    });
  });

  function list(after: string | undefined): Promise<AccountPage> {
    const index = after === undefined ? 0 : Number(after);
    const page = pages[index] ?? [];
    if (page instanceof BatonError) return Promise.reject(page);
    const accounts = page.map((id) => ({ id, name: `Company ${id}`, values: {} }));
    return Promise.resolve({ accounts, ...(index + 1 < pages.length ? { next: String(index + 1) } : {}) });
  }

  async function known(): Promise<readonly string[]> {
    const rows = await store()
      .db.selectFrom("accounts")
      .select("account")
      .where("installation", "=", lane.installation.id)
      .orderBy("account")
      .execute();
    return rows.map(({ account }) => account);
  }

  const isDue = async (): Promise<boolean> =>
    (await dueLanes(store().db, now)).includes(lane.installation.id);
  const isComplete = () => hasAccounts(store().db, lane.installation.id);

  test("is read one page a turn and one a second, and is complete after the last", async () => {
    expect(await importAccounts(lane)).toBe(true);
    expect(await known()).toEqual(["1", "2"]);
    expect(await isComplete()).toBe(false);
    expect([await importAccounts(lane), await isDue()]).toEqual([false, false]);
    now += SECOND_MS;
    expect(await isDue()).toBe(true);
    expect(await importAccounts(lane)).toBe(true);
    expect(await known()).toEqual(["1", "2", "3"]);
    expect(await isComplete()).toBe(true);
    expect(asked).toEqual([undefined, "1"]);
  });

  test("begins anew six hours after it began, and forgets what the CRM lists no more", async () => {
    await importAccounts(lane);
    now += SECOND_MS;
    await importAccounts(lane);
    pages = [["2"], ["4"]];
    now = NOW + 6 * HOUR_MS - 1;
    expect([await importAccounts(lane), await isDue()]).toEqual([false, false]);
    now += 1;
    expect(await importAccounts(lane)).toBe(true);
    expect(await known()).toEqual(["1", "2", "3"]);
    now += SECOND_MS;
    await importAccounts(lane);
    expect(await known()).toEqual(["2", "4"]);
  });

  test("goes on after a restart where it was, and stays complete while it is read again", async () => {
    await importAccounts(lane);
    now += SECOND_MS;
    await importAccounts(lane);
    now = NOW + 6 * HOUR_MS;
    await importAccounts(lane);
    expect(await isComplete()).toBe(true);
    now += HOUR_MS;
    const again = { ...lane };
    await importAccounts(again);
    expect(asked).toEqual([undefined, "1", undefined, "1"]);
  });

  test("that cannot be read now is asked for again from the same page, and breaks no turn", async () => {
    await importAccounts(lane);
    pages = [["1", "2"], new BatonError("crm.rate-limited", "too many", { retryAfterMs: 3 * MINUTE_MS })];
    now += SECOND_MS;
    expect(await importAccounts(lane)).toBe(true);
    now += 3 * MINUTE_MS - 1;
    expect(await importAccounts(lane)).toBe(false);
    pages = [["1", "2"], ["3"]];
    now += 1;
    await importAccounts(lane);
    expect(asked).toEqual([undefined, "1", "1"]);
    expect(await known()).toEqual(["1", "2", "3"]);
  });

  test("whose place is lost begins anew after an hour, and forgets nothing meanwhile", async () => {
    await importAccounts(lane);
    pages = [["1", "2"], new BatonError("crm.invalid", "no such page")];
    now += SECOND_MS;
    await importAccounts(lane);
    now += HOUR_MS - 1;
    expect(await importAccounts(lane)).toBe(false);
    now += 1;
    await importAccounts(lane);
    expect(asked).toEqual([undefined, "1", undefined]);
    expect(await known()).toEqual(["1", "2"]);
  });

  test("says that the tenant has left", async () => {
    pages = [new BatonError("crm.disconnected", "gone")];
    await expect(importAccounts(lane)).rejects.toMatchObject({ code: "crm.disconnected" });
  });

  test("is never asked for where matching is off, and is forgotten when it is switched off", async () => {
    playbook = OFF;
    expect(await importAccounts(lane)).toBe(false);
    playbook = ON;
    await importAccounts(lane);
    playbook = OFF;
    expect(await importAccounts(lane)).toBe(true);
    expect(await importAccounts(lane)).toBe(false);
    expect(await known()).toEqual([]);
    expect(await loadCursor(store().db, lane.installation.id, "accounts")).toBeUndefined();
    now += HOUR_MS;
    expect(await isDue()).toBe(false);
    expect(asked).toEqual([undefined]);
  });
});
