import { expect, test } from "vitest";
import { listInstallations, saveInstallation } from "../../src/store/installations.ts";
import { loadCursor, saveCursor } from "../../src/store/cursors.ts";
import { insertOwnEvents } from "../../src/store/inbox.ts";
import { waitingEvents } from "../../src/store/events.ts";
import type { Crm } from "../../src/model/lead.ts";
import type { Store } from "../../src/store/open.ts";
import { runInside } from "../support/shell.ts";
import { CAPABILITIES, useFile } from "./kit.ts";

const NOW = Date.UTC(2026, 10, 17, 9);
const ORG = "00D5g0000000001EAA";
const OTHER = "00D5g0000000002EAA";

const add = (store: Store, crm: Crm, tenant: string) =>
  saveInstallation(store.db, { id: tenant, crm, tenant, capabilities: CAPABILITIES }, NOW);
const file = useFile(async (store) => {
  await add(store, "hubspot", "424242");
  await add(store, "salesforce", ORG);
  await add(store, "salesforce", OTHER);
  await saveCursor(store.db, ORG, "submissions", NOW, NOW);
  const lead = { crm: "salesforce", id: "00Q5g0000000001EAA" } as const;
  await insertOwnEvents(
    store.db,
    ORG,
    [{ key: "e1", tenant: ORG, occurredAt: NOW, urgency: "live", kind: "lead-created", lead }],
    NOW,
  );
});
const run = (...args: readonly string[]) => runInside(args, { env: file.env(), now: () => NOW });
const servedBy = () =>
  file.look(async ({ db }) =>
    (await listInstallations(db)).flatMap(({ tenant, serves }) =>
      serves === undefined ? [] : [`${tenant} serves ${serves}`],
    ),
  );

test("an org of several has to be named, and a portal is none", async () => {
  expect(await run("pair")).toMatchObject({ code: 2, err: expect.stringContaining("Name one with --org") });
  const wrong = await run("pair", "--org", "424242");
  expect(wrong.code).not.toBe(0);
  expect(wrong.err).toContain(`it is in: ${ORG}, ${OTHER}`);
  expect(await servedBy()).toEqual([]);
});

test("a paired org serves the portal: it is polled for nothing, and what waited there is nobody's to decide", async () => {
  const said = await run("pair", "--org", ORG);
  expect(said).toMatchObject({ code: 0, err: "" });
  expect(said.out).toContain(`Sales works on the leads of portal 424242 in org ${ORG}.`);
  expect(await servedBy()).toEqual([`${ORG} serves 424242`]);
  await file.look(async ({ db }) => {
    expect(await loadCursor(db, ORG, "submissions")).toBeUndefined();
    expect(await waitingEvents(db, ORG, NOW, 10)).toEqual([]);
  });
  // Doing it again is no error.
  expect((await run("pair", "--org", ORG)).code).toBe(0);
});

test("a portal has one org at a time", async () => {
  const second = await run("pair", "--org", OTHER);
  expect(second.code).toBe(2);
  expect(second.err).toContain(`in ${ORG} already. End that first`);
});

test("when it is ended the org has leads of its own again", async () => {
  expect((await run("pair", "--end")).out).toContain("are not paired any more");
  expect(await servedBy()).toEqual([]);
  await file.look(async ({ db }) => {
    expect(await loadCursor(db, ORG, "submissions")).toBeDefined();
  });
  expect((await run("pair", "--end")).err).toContain("is not paired with an org");
});
