import { beforeAll, describe, expect, test } from "vitest";
import type { Playbook } from "../../src/playbook/playbook.ts";
import { nearestTo, storedVersions } from "../../src/publish/versions.ts";
import { qualify } from "../../src/qualify/index.ts";
import { savePlaybook } from "../../src/store/playbooks.ts";
import type { Db } from "../../src/store/schema.ts";
import { aPlaybook, NOW, shippedFiles } from "../playbook/kit.ts";
import { demoRequest, intent, qualified } from "../qualify/kit.ts";
import { useDatabase } from "../support/databases.ts";

const database = useDatabase("sqlite");
const playbook = aPlaybook();
const BROKEN = "00000000dead";
const db = (): Db => database.store().db;

beforeAll(async () => {
  await savePlaybook(db(), playbook.version, shippedFiles(), NOW);
  await savePlaybook(db(), BROKEN, { "definition.yaml": "types: {}" }, NOW);
});

describe("a version that decided", () => {
  test("is compiled once for all who ask, also at the same moment", async () => {
    const versions = storedVersions(db());
    const [first, second] = await Promise.all([versions(playbook.version), versions(playbook.version)]);
    expect(first?.version).toBe(playbook.version);
    expect(second).toBe(first);
    expect(await versions(playbook.version)).toBe(first);
  });

  test("is the one the process decides by already, where that is live", async () => {
    let live: Playbook = playbook;
    const versions = storedVersions(db(), () => live);
    expect(await versions(playbook.version)).toBe(playbook);
    live = { ...playbook, version: "another" };
    expect(await versions(playbook.version)).not.toBe(playbook);
  });

  test("is compiled anew when eight others were asked about since", async () => {
    const versions = storedVersions(db());
    const first = await versions(playbook.version);
    const others = Array.from({ length: 8 }, (_, number) => `${number}`.repeat(12));
    for (const other of others.slice(1)) expect(await versions(other)).toBeUndefined();
    expect(await versions(playbook.version)).toBe(first);
    for (const other of others) await versions(other);
    expect(await versions(playbook.version)).not.toBe(first);
  });

  test.each([
    ["was never kept", "ffffffffffff"],
    ["this release cannot use", BROKEN],
  ])("is nothing where it %s", async (_, version) => {
    expect(await storedVersions(db())(version)).toBeUndefined();
  });

  test("is looked for again after the database could not be read", async () => {
    let isDown = true;
    const flaky = new Proxy(db(), {
      get(target, name) {
        if (isDown) throw new Error("the database is gone");
        const found: unknown = Reflect.get(target, name);
        return typeof found === "function" ? found.bind(target) : found;
      },
    });
    const versions = storedVersions(flaky);
    await expect(versions(playbook.version)).rejects.toThrow("the database is gone");
    isDown = false;
    expect((await versions(playbook.version))?.version).toBe(playbook.version);
  });
});

describe("the nearest other outcome of a stored decision", () => {
  const snapshot = qualified({}, [demoRequest(), ...intent()]);
  const decision = {
    verdict: qualify(snapshot, playbook, NOW),
    plan: { writes: [], clocks: [], notices: [] },
    playbookVersion: playbook.version,
    decidedAt: NOW,
  };
  const says = "ready as marketing-qualified without the form demo-request";

  test("is worked out by the version that decided, as of then", async () => {
    expect(decision.verdict).not.toHaveProperty("nearest");
    expect(await nearestTo({ snapshot, decision }, storedVersions(db()))).toEqual({ says });
  });

  test("is the same for a decision that was stored with one in earlier releases", async () => {
    const verdict = { ...decision.verdict, nearest: { says: "what an earlier release said" } };
    const stored = { snapshot, decision: { ...decision, verdict } };
    expect(await nearestTo(stored, storedVersions(db()))).toEqual({ says });
  });

  test("is not known where the version cannot be read any more", async () => {
    for (const playbookVersion of [BROKEN, "ffffffffffff"]) {
      const stored = { snapshot, decision: { ...decision, playbookVersion } };
      expect(await nearestTo(stored, storedVersions(db()))).toBeUndefined();
    }
  });
});
