import { expect, test } from "vitest";
import { createLog } from "../../src/log.ts";
import { DAY_MS } from "../../src/model/instant.ts";
import { announceBreaks } from "../../src/present/breaks.ts";
import { makePack } from "../../src/present/pack.ts";
import { lastDays } from "../../src/report/days.ts";
import { packCsv } from "../../src/report/pack-csv.ts";
import { packMarkdown } from "../../src/report/pack-markdown.ts";
import { packPage } from "../../src/report/pack-page.ts";
import { addChannel } from "../../src/store/channels.ts";
import { LOCKSMITH, WEBHOOK_SECRET } from "../notify/kit.ts";
import { aPlaybook, shippedFiles } from "../playbook/kit.ts";
import { fillWorld } from "../report/world.ts";
import { onEveryDatabase } from "../support/databases.ts";

const NOW = Date.UTC(2026, 10, 30, 9);
const DECEMBER = Date.UTC(2026, 11, 1, 7);
const INSTALLATION = "inst-1";
const agreement = shippedFiles()["agreement.yaml"] ?? "";
const silent = aPlaybook();
const playbook = aPlaybook({
  "agreement.yaml": agreement
    .replace(
      /^ {2}# when_broken:.*$/m,
      '  when_broken: { notify: [mia@acme.example, sam@acme.example], follows: "Marketing adds a campaign." }',
    )
    // A world of some dozen leads answers as it does: quality is not what is looked at here.
    .replace(/^ {2}quality:.*$/m, ""),
});

onEveryDatabase("broken promises of marketing", ({ store }) => {
  const announce = async (now: number, deciding = playbook): Promise<number> =>
    await announceBreaks({
      store: store(),
      log: createLog({ level: "silent" }),
      now: () => now,
      playbook: () => deciding,
    });
  const notices = async () => await store().db.selectFrom("notices").selectAll().orderBy("key").execute();

  test("are told to nobody where the agreement names nobody, nor at the first look", async () => {
    await fillWorld(store().db, {
      installation: INSTALLATION,
      tenant: "424242",
      handoffs: 60,
      fromAt: NOW - 65 * DAY_MS,
      now: NOW,
      seed: 3,
      playbook,
    });
    const settings = { kind: "webhook", url: "https://hooks.example/x", secret: WEBHOOK_SECRET } as const;
    await addChannel(store().db, LOCKSMITH, INSTALLATION, { settings }, NOW);
    expect(await announce(NOW, silent)).toBe(0);
    expect(await store().db.selectFrom("cursors").selectAll().execute()).toEqual([]);
    // October was broken before anybody had asked to be told.
    expect(await announce(NOW)).toBe(0);
    expect(await notices()).toEqual([]);
  });

  test("are told once when the month is over, to everybody named, also when two processes look at once", async () => {
    await Promise.all([announce(DECEMBER), announce(DECEMBER)]);
    await announce(DECEMBER + 3_600_000);
    await announce(DECEMBER + DAY_MS);
    const told = await notices();
    const ofHandRaisers = told.filter(({ key }) => key.includes("hand-raiser"));
    expect(ofHandRaisers.map(({ kind, recipient }) => [kind, recipient])).toEqual([
      ["broken", "mia@acme.example"],
      ["broken", "sam@acme.example"],
    ]);
    expect(told).toHaveLength(4);
    expect(ofHandRaisers[0]?.body).toMatch(/November 2026: \d+ hand-raiser of 40 promised\./);
    expect(ofHandRaisers[0]?.body).toContain("Marketing adds a campaign.");
    expect(ofHandRaisers[0]?.body).toContain("baton report pack --portal 424242 --out pack.html");
    expect(ofHandRaisers[0]?.body).not.toContain("http");
  });

  test("are none of a month in which this Baton was not installed yet, in whole or in part", async () => {
    const portal = {
      id: INSTALLATION,
      crm: "hubspot" as const,
      tenant: "424242",
      installedAt: Date.UTC(2026, 10, 17, 9),
    };
    for (const [at, months] of [
      [NOW, ["November"]],
      [DECEMBER, ["December", "November"]],
    ] as const) {
      const pack = await makePack(store(), portal, playbook, lastDays(14, at), at);
      expect(pack.broken).toEqual([]);
      expect([...new Set(pack.marketing.volume.map(({ period }) => period.split(" ")[0]))]).toEqual(months);
      for (const text of [packPage(pack), packMarkdown(pack), packCsv(pack)]) {
        expect(text).toContain("counted since 2026-11-17");
        expect(text).not.toContain("October 2026");
      }
    }
  });

  test("stand in the pack with what the agreement says follows, however it is written", async () => {
    const portal = {
      id: INSTALLATION,
      crm: "hubspot" as const,
      tenant: "424242",
      installedAt: NOW - 65 * DAY_MS,
    };
    const pack = await makePack(store(), portal, playbook, lastDays(14, DECEMBER), DECEMBER);
    expect(pack.broken[0]).toMatch(/^November 2026: .* Marketing adds a campaign\.$/);
    expect(pack.consequences.marketing.join(" ")).toContain(
      "Baton tells mia@acme.example and sam@acme.example.",
    );
    for (const text of [packPage(pack), packMarkdown(pack), packCsv(pack)])
      expect(text).toContain("Marketing adds a campaign.");
  });
});
