import { expect, test } from "vitest";
import { openSightings } from "../../src/store/sightings.ts";
import { isVisitor } from "../../src/store/visitors.ts";
import { baton, DECIDED_AT, fillWithVera, KEY, PORTAL, useFile } from "../cli/kit.ts";

const EMAIL = "otto@northwind.example";
const INSTALLATION = `inst-${PORTAL}`;

const file = useFile(async (store) => {
  await fillWithVera(store);
  const said = { key: "m1", visitor: `email:${EMAIL}`, at: DECIDED_AT } as const;
  const links = [{ visitor: "anonymous:otto", is: said.visitor }] as const;
  await openSightings(store, [Buffer.from(KEY, "base64")]).store(
    { installation: INSTALLATION, tenant: PORTAL },
    [{ ...said, links }],
    DECIDED_AT,
  );
});

test("somebody who is known by signals alone can be erased by address", async () => {
  const run = await baton(["erase", "Otto@northwind.example", "--yes"], file.env());
  expect(run).toMatchObject({ code: 0 });
  expect(run.out).toContain("1 row about otto@northwind.example removed");
  expect(await file.look(async ({ db }) => await isVisitor(db, INSTALLATION, EMAIL))).toBe(false);
  const again = await baton(["erase", EMAIL, "--yes"], file.env());
  expect(again.out).toContain("was erased in portal");
});
