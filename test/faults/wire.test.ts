import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { openStore, type Store } from "../../src/store/open.ts";
import { useDatabase } from "../support/databases.ts";
import { openWire, type Wire } from "./wire.ts";

describe.skipIf("missing" in inject("postgres"))("a connection to PostgreSQL that is cut", () => {
  const database = useDatabase("postgres");
  let wire: Wire;
  let store: Store;
  beforeAll(async () => {
    const url = new URL(database.url());
    const port = Number(url.port);
    wire = await openWire(() => port);
    url.port = String(wire.port);
    store = await openStore(url.href);
  });
  afterAll(async () => {
    await store.close();
    await wire.close();
  });
  const look = async () => await store.db.selectFrom("installations").select("id").execute();

  // Vitest fails the file on an error nobody listens to, as Node ends a process on it.
  test("between two statements of a transaction fails the transaction, and nothing else", async () => {
    const cut = store.db.transaction().execute(async (tx) => {
      await tx.selectFrom("installations").select("id").execute();
      wire.cut();
      await pause(50);
      await tx.selectFrom("installations").select("id").execute();
    });
    await expect(cut).rejects.toThrow(/./);
    expect(await look()).toEqual([]);
  });

  test("while it is idle is replaced by another one", async () => {
    await look();
    wire.cut();
    await pause(50);
    expect(await look()).toEqual([]);
  });
});
