import { expect, test } from "vitest";
import { createLog } from "../../src/log.ts";
import { DAY_MS } from "../../src/model/instant.ts";
import { makePack } from "../../src/present/pack.ts";
import { announceReviews } from "../../src/present/reviews.ts";
import { lastDays } from "../../src/report/days.ts";
import { addChannel } from "../../src/store/channels.ts";
import { dueLanes } from "../../src/store/lanes.ts";
import { addReviewNote } from "../../src/store/review-notes.ts";
import { LOCKSMITH, WEBHOOK_SECRET } from "../notify/kit.ts";
import { aPlaybook, shippedFiles } from "../playbook/kit.ts";
import { fillWorld } from "../report/world.ts";
import { onEveryDatabase } from "../support/databases.ts";

/** Tuesday 17 November 2026. */
const NOW = Date.UTC(2026, 10, 17, 9);
const MONDAY = Date.UTC(2026, 10, 23, 6);
const INSTALLATION = "inst-1";
const agreement = shippedFiles()["agreement.yaml"] ?? "";
const playbook = aPlaybook({
  "agreement.yaml": `${agreement}\nreview: { every: 2w, to: [Mia@acme.example, sam@acme.example] }\n`,
});
const silent = aPlaybook();

onEveryDatabase("reviews that are due", ({ store }) => {
  const announce = async (now: number, deciding = playbook): Promise<number> =>
    await announceReviews({
      store: store(),
      log: createLog({ level: "silent" }),
      now: () => now,
      playbook: () => deciding,
    });
  const notices = async () => await store().db.selectFrom("notices").selectAll().orderBy("key").execute();

  test("are told to nobody where the agreement names nobody", async () => {
    await fillWorld(store().db, {
      installation: INSTALLATION,
      tenant: "424242",
      handoffs: 60,
      fromAt: NOW - 30 * DAY_MS,
      now: NOW,
      seed: 3,
      playbook,
    });
    const settings = { kind: "webhook", url: "https://hooks.example/x", secret: WEBHOOK_SECRET } as const;
    await addChannel(store().db, LOCKSMITH, INSTALLATION, { settings }, NOW);
    expect(await announce(NOW, silent)).toBe(0);
    expect(await store().db.selectFrom("cursors").selectAll().execute()).toEqual([]);
  });

  test("are remembered at the first look, and wake no lane", async () => {
    const lanes = await dueLanes(store().db, MONDAY + DAY_MS);
    expect(await announce(NOW)).toBe(0);
    expect(await notices()).toEqual([]);
    expect(await dueLanes(store().db, MONDAY + DAY_MS)).toEqual(lanes);
  });

  test("are announced once, to everybody named, also when two processes look at once and after a restart", async () => {
    expect(await announce(MONDAY - 1)).toBe(0);
    await Promise.all([announce(MONDAY), announce(MONDAY)]);
    await announce(MONDAY + 3_600_000);
    const told = await notices();
    expect(told.map(({ kind, recipient }) => [kind, recipient])).toEqual([
      ["report", "mia@acme.example"],
      ["report", "sam@acme.example"],
    ]);
    expect(told[0]?.body).toContain("First attempts in time");
    // Its page opens only for whoever shows the API's token, as no browser does.
    expect(told[0]?.body).toContain("baton report pack --portal 424242 --out pack.html");
    expect(told[0]?.body).not.toContain("http");
  });

  test("by the calendar are announced in the month that follows, and the next pack says so", async () => {
    const december = Date.UTC(2026, 11, 1, 7);
    expect(await announce(december)).toBe(1);
    const pack = await makePack(
      store(),
      { id: INSTALLATION, crm: "hubspot", tenant: "424242", installedAt: 0 },
      playbook,
      lastDays(14, december),
      december,
    );
    expect(pack.due).toEqual(["Monthly: the patterns of rejected leads"]);
    const note = { at: december + 1, actor: "mia@acme.example", body: "Refuse students." };
    await addReviewNote(store().db, INSTALLATION, "n1", note);
    const next = await makePack(
      store(),
      { id: INSTALLATION, crm: "hubspot", tenant: "424242", installedAt: 0 },
      playbook,
      lastDays(14, december + DAY_MS),
      december + DAY_MS,
    );
    expect([next.due, next.decided]).toEqual([[], [note]]);
  });

  test("because the team has changed are announced when it has", async () => {
    const files = shippedFiles();
    const team = (files["team.yaml"] ?? "").replace(/^ {2}\S+@/m, "  new-person@");
    const changed = aPlaybook({
      "agreement.yaml": `${agreement}\nreview: { every: 2w, to: [mia@acme.example] }\n`,
      "team.yaml": team,
    });
    const now = Date.UTC(2026, 11, 2, 7);
    expect(await announce(now, changed)).toBe(1);
    expect(await announce(now + 3_600_000, changed)).toBe(0);
    expect((await notices()).some(({ body }) => body.includes("The team has changed"))).toBe(true);
  });
});
