import { describe, expect, test } from "vitest";
import { dueEffects } from "../../src/store/due-effects.ts";
import { stuckEffects } from "../../src/store/stuck-effects.ts";
import { parkedEvents, waitingEvents } from "../../src/store/events.ts";
import { baton, DECIDED_AT, fillWithVera, HANDOFF, PORTAL, useFile } from "./kit.ts";

const INSTALLATION = `inst-${PORTAL}`;
const LATER = DECIDED_AT * 2;

describe("parked list", () => {
  const file = useFile((store) => fillWithVera(store));

  test("names what waits, why, and what to do about it", async () => {
    const run = await baton(["parked"], file.env());
    expect(run).toMatchObject({ code: 0, err: "" });
    const lines = run.out.split("\n");
    expect(lines[0]).toMatch(/^key +lead +what +state +since +tries +code +reason +remedy$/);
    expect(run.out).toMatch(
      new RegExp(`^${HANDOFF}\\.task +10001 +create-task +refused .* 1 +crm\\.invalid .* then retry$`, "m"),
    );
    expect(run.out).toMatch(/^event:\d+ +10002 +lead-changed +parked .*decide\.failed/m);
  });

  test("is the same as JSON", async () => {
    const run = await baton(["parked", "list", "--json"], file.env());
    expect(JSON.parse(run.out)).toMatchObject([
      { key: `${HANDOFF}.note`, state: "parked", code: "deliver.gave-up", attempts: 1 },
      { key: `${HANDOFF}.task`, state: "refused", code: "crm.invalid" },
      { what: "lead-changed", lead: "10002", code: "decide.failed" },
    ]);
  });
});

describe("parked retry and drop", () => {
  const file = useFile((store) => fillWithVera(store));

  test("change nothing when a key is unknown", async () => {
    const run = await baton(["parked", "retry", `${HANDOFF}.task`, "nonsense"], file.env());
    expect(run.code).toBe(2);
    expect(run.err).toContain("Nothing parked has the key nonsense");
    expect(await file.look((store) => stuckEffects(store.db, INSTALLATION))).toHaveLength(2);
  });

  test.each([[["parked", "drop"]], [["parked", "drop", "--all", "some-key"]]])("refuse %j", async (args) => {
    const run = await baton(args, file.env());
    expect(run.code).toBe(2);
    expect(run.err).toContain("[cli.usage]");
  });

  test("retry makes a refused write due at once", async () => {
    const run = await baton(["parked", "retry", `${HANDOFF}.task`], file.env());
    expect(run.out).toBe("1 item will be tried again: within a second where a server runs.\n");
    const due = await file.look((store) =>
      dueEffects(store.db, INSTALLATION, "hubspot", ["planned"], LATER, 10),
    );
    expect(due.map(({ write }) => write.key)).toEqual([`${HANDOFF}.task`]);
  });

  test("retry --all looks for a parked write before it is written, and takes events again", async () => {
    const run = await baton(["parked", "retry", "--all"], file.env());
    expect(run.out).toContain("2 items");
    await file.look(async (store) => {
      const due = await dueEffects(store.db, INSTALLATION, "hubspot", ["ambiguous"], LATER, 10);
      expect(due.map(({ write }) => write.key)).toEqual([`${HANDOFF}.note`]);
      expect(await waitingEvents(store.db, INSTALLATION, LATER, 10)).toHaveLength(1);
    });
  });
});

describe("parked drop --all", () => {
  const file = useFile((store) => fillWithVera(store));

  test("leaves nothing waiting, and says so the next time", async () => {
    expect(await baton(["parked", "drop", "--all"], file.env())).toMatchObject({
      code: 0,
      out: "Dropped 3 items.\n",
    });
    await file.look(async (store) => {
      expect(await stuckEffects(store.db, INSTALLATION)).toEqual([]);
      expect(await parkedEvents(store.db, INSTALLATION)).toEqual([]);
      const audit = await store.db.selectFrom("audit").select(["actor", "action", "detail"]).execute();
      expect(audit).toEqual([{ actor: "cli", action: "parked-drop", detail: "3 items" }]);
    });
    expect((await baton(["parked"], file.env())).out).toBe("Nothing waits for a person.\n");
  });
});
