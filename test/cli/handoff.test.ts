import { beforeEach, describe, expect, test } from "vitest";
import type { CrmEvent } from "../../src/model/event.ts";
import { MINUTE_MS } from "../../src/model/instant.ts";
import { ownJson } from "../../src/store/json.ts";
import { closeHandoff } from "../../src/store/handoffs.ts";
import { loadPauses, savePauses } from "../../src/store/pauses.ts";
import { addPublication } from "../../src/store/publications.ts";
import { runInside } from "../support/shell.ts";
import { DECIDED_AT, EMAIL, fillWithVera, HANDOFF, LEAD, PORTAL, useFile } from "./kit.ts";

const INSTALLATION = `inst-${PORTAL}`;
const NOW = DECIDED_AT + 9 * MINUTE_MS;

describe("baton handoff", () => {
  const file = useFile(async (store) => {
    await fillWithVera(store);
    const { playbook: version } = await store.db
      .selectFrom("handoffs")
      .select("playbook")
      .executeTakeFirstOrThrow();
    await addPublication(store.db, 0, { version, by: "test", because: "first" }, DECIDED_AT);
  });
  beforeEach(async () => {
    await file.look(async ({ db }) => {
      await savePauses(db, INSTALLATION, HANDOFF, []);
      await db.deleteFrom("events").where("key", "like", "command:%").execute();
    });
  });
  const run = async (...args: readonly string[]) =>
    await runInside(["handoff", ...args], { env: file.env(), now: () => NOW });
  /** What the command told the lane. */
  const told = async (): Promise<readonly CrmEvent[]> =>
    await file.look(async ({ db }) => {
      const rows = await db.selectFrom("events").select("body").where("key", "like", "command:%").execute();
      return rows.map(({ body }) => ownJson<CrmEvent>(body));
    });
  const pauses = async () => await file.look(async ({ db }) => await loadPauses(db, INSTALLATION, HANDOFF));

  test("an answer reaches the lane as an event, with its reason and who gave it", async () => {
    expect(
      await run("answer", LEAD.id, "rejected", "--reason", "not-fit", "--by", "Lena@acme.example"),
    ).toEqual({
      code: 0,
      out: "Noted: rejected (not-fit). The CRM shows it within a second where a server runs.\n",
      err: "",
    });
    expect(await told()).toMatchObject([
      {
        kind: "disposition-given",
        lead: LEAD,
        handoff: HANDOFF,
        occurredAt: NOW,
        urgency: "live",
        given: { answer: "rejected", reason: "not-fit", by: "lena@acme.example", via: "command" },
      },
    ]);
    const audit = await file.look(
      async ({ db }) =>
        await db
          .selectFrom("audit")
          .select(["action", "detail"])
          .where("action", "=", "handoff-answered")
          .execute(),
    );
    expect(audit.at(-1)).toEqual({ action: "handoff-answered", detail: `${HANDOFF}: rejected (not-fit)` });
  });

  test.each([[LEAD.id], [HANDOFF], [EMAIL]])("finds the lead by %s", async (what) => {
    expect((await run("answer", what, "accepted")).code).toBe(0);
    expect(await told()).toMatchObject([{ lead: LEAD, given: { answer: "accepted" } }]);
  });

  test.each([
    [["reject"], '"reject" is no answer of agreement.yaml'],
    [["toString"], '"toString" is no answer of agreement.yaml'],
    [["rejected"], '"rejected" needs a reason. Give --reason with one of: not-fit, duplicate'],
    [["rejected", "--reason", "not-fits"], '"not-fits" is no reason for "rejected"; did you mean "not-fit"?'],
    [["recycled", "--reason", "not-fit"], '"not-fit" is no reason for "recycled"'],
  ])("refuses %j", async (args, message) => {
    const { code, err } = await run("answer", LEAD.id, ...args);
    expect([code, err]).toEqual([2, expect.stringContaining(message)]);
    expect(await told()).toEqual([]);
  });

  test("a pause stops the clocks until it is resumed, and the lane counts them anew each time", async () => {
    expect((await run("pause", LEAD.id, "--reason", "on holiday")).out).toBe(
      "Its clocks stand still until: baton handoff resume\n",
    );
    expect(await pauses()).toEqual([{ fromAt: NOW, reason: "on holiday" }]);
    const again = await run("pause", LEAD.id, "--reason", "again");
    expect([again.code, again.err]).toEqual([
      2,
      expect.stringContaining('stand still already ("on holiday")'),
    ]);
    expect((await run("resume", LEAD.id)).code).toBe(0);
    expect(await pauses()).toEqual([{ fromAt: NOW, toAt: NOW, reason: "on holiday" }]);
    const running = await run("resume", LEAD.id);
    expect([running.code, running.err]).toEqual([2, expect.stringContaining("there is nothing to resume")]);
    expect((await told()).map(({ kind }) => kind)).toEqual(["clock-due", "clock-due"]);
  });

  test("a lead nobody has is told from one that is not known", async () => {
    expect(await run("pause", "nobody@example.com", "--reason", "x")).toMatchObject({ code: 2 });
    await file.look(async ({ db }) => await closeHandoff(db, INSTALLATION, HANDOFF, "done", NOW));
    const { code, err } = await run("answer", LEAD.id, "accepted");
    expect([code, err]).toEqual([2, expect.stringContaining(`Lead ${LEAD.id} is in no handoff`)]);
  });
});
