import { writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import axe from "axe-core";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { DAY_MS } from "../../src/model/instant.ts";
import { makePack } from "../../src/present/pack.ts";
import { lastDays } from "../../src/report/days.ts";
import type { Pack } from "../../src/report/pack.ts";
import { packPage } from "../../src/report/pack-page.ts";
import { savePlaybook } from "../../src/store/playbooks.ts";
import { addPublication } from "../../src/store/publications.ts";
import { addReviewNote } from "../../src/store/review-notes.ts";
import { aPlaybook, shippedFiles } from "../playbook/kit.ts";
import { fillWorld } from "../report/world.ts";
import { openChromium, pagesIn } from "../support/chromium.ts";
import { useDatabase } from "../support/databases.ts";

const NOW = Date.UTC(2026, 10, 17, 9);
const INSTALLATION = "inst-1";
const HOSTILE = `<script>document.title = "taken"</script><img src="https://attacker.example/x" onerror="document.title='taken'">`;
const playbook = aPlaybook();
const opened = await openChromium();
const missing = "missing" in opened ? opened.missing : "";

describe.skipIf(missing !== "")(
  `the review pack in Chromium${missing === "" ? "" : ` (skipped: ${missing})`}`,
  () => {
    const database = useDatabase("sqlite");
    let html = "";
    let pack: Pack;
    const requests: string[] = [];

    const browser = (): Browser => {
      if ("missing" in opened) throw new Error(opened.missing);
      return opened;
    };
    const openedAt = async (width: number, content = html): Promise<Page> => {
      const page = await browser().newPage({ viewport: { width, height: 900 } });
      page.on("request", (request) => requests.push(request.url()));
      await page.setContent(content, { waitUntil: "load" });
      return page;
    };

    beforeAll(async () => {
      const { db } = database.store();
      await fillWorld(db, {
        installation: INSTALLATION,
        tenant: "424242",
        handoffs: 1_400,
        fromAt: NOW - 70 * DAY_MS,
        now: NOW,
        seed: 11,
        playbook,
      });
      // Where Baton shows words of others: a source of the CRM, a campaign, an answer, a note of a meeting.
      await db.updateTable("handoffs").set({ source: HOSTILE }).where("source", "=", "=referral").execute();
      const files = shippedFiles();
      const stricter = (files["definition.yaml"] ?? "").replace("at_least: 2\n", "at_least: 3\n");
      await savePlaybook(db, "aaaaaaaaaaaa", files, NOW);
      await savePlaybook(db, "bbbbbbbbbbbb", { ...files, "definition.yaml": stricter }, NOW);
      await addPublication(
        db,
        0,
        { version: "aaaaaaaaaaaa", by: "serve", because: "first" },
        NOW - 60 * DAY_MS,
      );
      await addPublication(
        db,
        1,
        { version: "bbbbbbbbbbbb", by: "mia@acme.example", because: "publish" },
        NOW - 3 * DAY_MS,
      );
      const at = NOW - 14 * DAY_MS;
      const note = (body: string, later: number) => ({ at: at + later, actor: "mia@acme.example", body });
      await addReviewNote(db, INSTALLATION, "n1", note("Students are refused from November on.", 0));
      await addReviewNote(
        db,
        INSTALLATION,
        "n2",
        note(`Sales calls hand-raisers before noon. ${HOSTILE}`, 60_000),
      );
      pack = await makePack(
        database.store(),
        { id: INSTALLATION, crm: "hubspot", tenant: "424242", installedAt: NOW - 70 * DAY_MS },
        playbook,
        lastDays(14, NOW),
        NOW,
      );
      html = packPage(pack);
      writeFileSync(join(tmpdir(), "pack.html"), html);
    });
    afterAll(async () => {
      if (!("missing" in opened)) await opened.close();
    });

    test.each([390, 1280])(
      "at %i px nothing is wider than the screen, and axe finds nothing",
      async (width) => {
        const page = await openedAt(width);
        expect(await page.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(width);
        await page.screenshot({ path: join(tmpdir(), `pack-${width}.png`), fullPage: true });
        // Into a world of its own: the page itself runs no script.
        const session = await page.context().newCDPSession(page);
        await session.send("Page.setBypassCSP", { enabled: true });
        await page.setContent(html, { waitUntil: "load" });
        await page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })");
        await page.evaluate(axe.source);
        const found = await page.evaluate<{ violations: { id: string; nodes: { html: string }[] }[] }>(
          "axe.run()",
        );
        expect(
          found.violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(" | ")}`),
        ).toEqual([]);
        await page.close();
      },
    );

    test.each([
      ["the usual pack", (one: Pack): Pack => one],
      ["the fullest one", fullest],
    ])("%s prints on two sheets of A4 at most", async (name, made) => {
      const page = await openedAt(1280, packPage(made(pack)));
      const path = join(tmpdir(), `pack-${name.split(" ")[1]}.pdf`);
      writeFileSync(path.replace("pdf", "html"), packPage(made(pack)));
      const pdf = await page.pdf({ preferCSSPageSize: true, printBackground: true, path });
      expect(pagesIn(pdf)).toBeGreaterThan(0);
      expect(pagesIn(pdf)).toBeLessThanOrEqual(2);
      await page.close();
    });

    test("asks nobody for anything, and a script in a name stays text", async () => {
      const page = await openedAt(1280);
      expect(requests.filter((url) => !/^(about|data):/.test(url))).toEqual([]);
      expect(await page.title()).toMatch(/^Review 2026-11-04 to 2026-11-17/);
      expect(await page.locator("script, img").count()).toBe(0);
      expect(await page.locator("main").textContent()).toContain(HOSTILE);
      await page.close();
    });

    test("opens with what was decided last time, and shows what has changed since and what the figures suggest", async () => {
      const page = await openedAt(1280);
      expect(await page.locator(".decided li").allTextContents()).toEqual([
        expect.stringContaining("Students are refused from November on."),
        expect.stringContaining("Sales calls hand-raisers before noon."),
      ]);
      expect(await page.locator("h2").allTextContents()).toEqual([
        "1. How both sides kept their promises",
        "2. What sales answers",
        "3. What changes in the definition",
      ]);
      expect(await page.locator("main").textContent()).toContain("bbbbbbbbbbbb");
      expect(await page.locator(".proposals li").count()).toBeGreaterThan(2);
      await page.close();
    });
  },
);

/** As much of everything as a year of several teams brings. */
function fullest(pack: Pack): Pack {
  const long =
    "Leads of the webinar on compliance go to the enterprise team, and their second visit counts as intent.";
  const many = <T>(count: number, make: (number: number) => T): readonly T[] =>
    Array.from({ length: count }, (_, number) => make(number));
  const figures = many(12, (number) => ({
    ...pack.now.total,
    key: `some-rather-long-name-of-a-group-${number}`,
  }));
  const [proposal] = pack.proposals;
  const [reason] = pack.trends;
  const [rep] = pack.hygiene;
  const [volume] = pack.marketing.volume;
  if (!proposal || !reason || !rep || !volume) throw new Error("the world is too small");
  return {
    ...pack,
    decided: many(9, () => ({ at: NOW, actor: "mia.marketing@acme.example", body: long })),
    changes: many(6, (number) => ({
      version: `${number}`.repeat(12),
      at: NOW,
      by: "mia@acme.example",
      says: many(9, () => long),
    })),
    due: many(3, () => "Quarterly: definition and routing"),
    now: { ...pack.now, byType: figures, bySource: figures },
    hygiene: many(15, () => ({ ...rep, rep: "bartholomew.longname@acme.example" })),
    trends: many(20, () => ({ ...reason, reason: "no-contact-info" })),
    proposals: many(12, () => ({ ...proposal, evidence: `${proposal.evidence} ${long}` })),
    marketing: { ...pack.marketing, volume: many(10, () => volume) },
    broken: many(6, () =>
      `November 2026: 31 marketing-qualified of 120 promised. ${long} ${long}`.slice(0, 260),
    ),
  };
}
