import { describe, expect, test } from "vitest";
import { baton, fillWithVera, PORTAL, useFile } from "../cli/kit.ts";
import { findWriteKey } from "../../src/store/write-keys.ts";

describe("baton signals-key", () => {
  const file = useFile(async (store) => await fillWithVera(store));

  test("prints a key once, lists it by id, and revokes it", async () => {
    const made = await baton(["signals-key", "create"], file.env());
    expect(made.code).toBe(0);
    expect(made.out).toMatch(/^baton_wk_[\w-]{43}\n$/);
    const key = made.out.trim();
    const sender = await file.look(async ({ db }) => await findWriteKey(db, key));
    expect(sender).toMatchObject({ tenant: PORTAL });
    const id = sender?.key ?? "";

    const listed = await baton(["signals-key", "list"], file.env());
    expect(listed.out).toMatch(new RegExp(`${PORTAL} +${id} `));
    expect(listed.out).not.toContain(key);

    const revoked = await baton(["signals-key", "revoke", id, "--portal", PORTAL], file.env());
    expect(revoked).toMatchObject({ code: 0, out: `Write key ${id} of portal ${PORTAL} is revoked.\n` });
    expect(await file.look(async ({ db }) => await findWriteKey(db, key))).toBeUndefined();
    const again = await baton(["signals-key", "revoke", id], file.env());
    expect(again.code).toBe(2);
    expect(again.err).toContain("cli.not-found");
    const json: unknown = JSON.parse((await baton(["signals-key", "list", "--json"], file.env())).out);
    expect(json).toEqual([
      { portal: PORTAL, id, createdAt: expect.any(Number), revokedAt: expect.any(Number) },
    ]);
  });

  test("asks which portal is meant where there are several", async () => {
    await file.look(async (store) => await fillWithVera(store, "555"));
    const run = await baton(["signals-key", "create"], file.env());
    expect(run).toMatchObject({ code: 2, out: "" });
    expect(run.err).toContain("--portal");
  });
});
