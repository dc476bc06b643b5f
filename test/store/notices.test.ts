import { randomBytes } from "node:crypto";
import { beforeEach, describe, expect, test } from "vitest";
import { DAY_MS } from "../../src/model/instant.ts";
import type { Notice } from "../../src/model/notice.ts";
import { addChannel, findChannel, listChannels, openChannel } from "../../src/store/channels.ts";
import { dueChannels } from "../../src/store/deliveries.ts";
import { eraseLead, wipeInstallation } from "../../src/store/erase.ts";
import { exportRecords } from "../../src/store/export.ts";
import { saveInstallation } from "../../src/store/installations.ts";
import { saveLeads } from "../../src/store/leads.ts";
import { joinLeads } from "../../src/store/merge.ts";
import { expireNotices, planNotices } from "../../src/store/notices.ts";
import { markRestored } from "../../src/store/restored.ts";
import { stuckMessages } from "../../src/store/stuck-notices.ts";
import { CAPABILITIES } from "../cli/kit.ts";
import { aNotice, LOCKSMITH, NOW, slackSettings, WEBHOOK_SECRET } from "../notify/kit.ts";
import { onEveryDatabase } from "../support/databases.ts";

const WEBHOOK = { kind: "webhook", url: "http://127.0.0.1:1/", secret: WEBHOOK_SECRET } as const;

onEveryDatabase("notices", ({ store }) => {
  let installation = "";
  let channel = "";
  beforeEach(async (context) => {
    installation = `i-${context.task.id}`;
    await saveInstallation(
      store().db,
      { id: installation, crm: "hubspot", tenant: installation, capabilities: CAPABILITIES },
      NOW,
    );
    channel = await addChannel(store().db, LOCKSMITH, installation, { settings: WEBHOOK }, NOW);
  });
  const plan = async (...notices: Notice[]) => await planNotices(store().db, installation, notices, NOW);
  const all = async (table: "notices" | "deliveries"): Promise<string> => {
    const rows = await store()
      .db.selectFrom(table)
      .selectAll()
      .where("installation", "=", installation)
      .execute();
    return JSON.stringify(rows);
  };
  const leadsIn = async (table: "notices" | "deliveries"): Promise<readonly (string | null)[]> => {
    const rows = await store()
      .db.selectFrom(table)
      .select("lead")
      .where("installation", "=", installation)
      .orderBy("lead")
      .execute();
    return rows.map(({ lead }) => lead);
  };

  describe("a channel", () => {
    test("opens as it was set up, and its secrets stand nowhere in the clear", async () => {
      const settings = slackSettings("http://127.0.0.1:1");
      const id = await addChannel(
        store().db,
        LOCKSMITH,
        installation,
        { settings, only: ["queued"] },
        NOW + 1,
      );
      expect(await openChannel(store().db, LOCKSMITH, installation, id)).toMatchObject({ settings });
      expect(await listChannels(store().db, installation)).toEqual([
        { installation, id: channel, kind: "webhook", createdAt: NOW },
        { installation, id, kind: "slack", only: ["queued"], createdAt: NOW + 1 },
      ]);
      const rows = await store().db.selectFrom("channels").selectAll().execute();
      expect(JSON.stringify(rows)).not.toMatch(/xoxb-test-token|8f742231/);
    });

    test("of a sandbox does not open for real people, nor in another row", async () => {
      const live = { ...LOCKSMITH, audience: "live" as const };
      await expect(openChannel(store().db, live, installation, channel)).rejects.toMatchObject({
        code: "store.sealed",
      });
      const other = await addChannel(store().db, LOCKSMITH, installation, { settings: WEBHOOK }, NOW);
      const { sealed } = await store()
        .db.selectFrom("channels")
        .select("sealed")
        .where("id", "=", channel)
        .executeTakeFirstOrThrow();
      await store().db.updateTable("channels").set({ sealed }).where("id", "=", other).execute();
      await expect(openChannel(store().db, LOCKSMITH, installation, other)).rejects.toMatchObject({
        code: "store.sealed",
      });
    });

    test("is another tenant's nowhere, and gone with its own", async () => {
      expect(await openChannel(store().db, LOCKSMITH, "somebody else's", channel)).toBeUndefined();
      expect(await findChannel(store().db, LOCKSMITH, channel)).toMatchObject({
        installation,
        tenant: installation,
      });
      await plan(aNotice("n1"));
      await wipeInstallation(store().db, installation, NOW);
      expect(await findChannel(store().db, LOCKSMITH, channel)).toBeUndefined();
      expect([await all("notices"), await all("deliveries")]).toEqual(["[]", "[]"]);
    });
  });

  test("a notice is planned once, and is due from the agreed time on", async () => {
    await plan(aNotice("n1", { notBefore: NOW + 5 }), aNotice("n1"));
    await plan(aNotice("n1"));
    const { db, dialect } = store();
    const due = async (now: number) =>
      (await dueChannels(db, dialect, now)).filter((one) => one.installation === installation);
    expect(await due(NOW + 4)).toEqual([]);
    expect(await due(NOW + 5)).toEqual([{ installation, channel }]);
  });

  test("an erased lead leaves nothing behind, in its own notices or in those of others", async () => {
    await saveLeads(
      store().db,
      installation,
      [
        {
          lead: "1",
          email: "vera@x.example",
          name: 'Vera "V" Lang',
          role: null,
          account: null,
          outcome: null,
          reason: null,
          decision: null,
          surroundings: null,
        },
      ],
      NOW,
    );
    await plan(
      aNotice("n1", { lead: "1" }),
      aNotice("n2", {
        lead: "2",
        subject: 'A colleague of Vera "V" Lang',
        lines: ["Write to vera@x.example or not"],
        links: [
          { says: "Vera", url: "https://app.hubspot.com/contacts/1/record/0-1/1" },
          { says: "Tom", url: "https://app.hubspot.com/contacts/1/record/0-1/11" },
        ],
      }),
    );
    await store()
      .db.transaction()
      .execute((tx) => eraseLead(tx, [randomBytes(32)], installation, "1", ["vera@x.example"], NOW));
    expect(await leadsIn("notices")).toEqual(["2"]);
    expect(await leadsIn("deliveries")).toEqual(["2"]);
    const rest = await all("notices");
    expect(rest).not.toMatch(/Lang|vera@|0-1\/1\b/);
    expect(rest).toContain("A colleague of somebody who was erased");
    expect(rest).toContain("0-1/11");
  });

  test.each([
    [
      "Li",
      "Call Liam Link, a client of LI's, today",
      "Call Liam Link, a client of somebody who was erased's, today",
    ],
    ["Hana  Onez", "3 people, Hana Onez among them", "3 people, somebody who was erased among them"],
    ["Ha\u200Bna\u00A0Onez", "Ha na Onez, Hanna", "somebody who was erased, Hanna"],
    ["Élodie Martin", "ÉLODIE MARTIN came", "somebody who was erased came"],
    ["Hana Maria Onez", "Prices: Hana Maria…", "Prices: somebody who was erased…"],
    ["planned", "A planned call", "A somebody who was erased call"],
  ])("a notice about others loses the name %j and nothing else", async (name, subject, after) => {
    const gone = { lead: "1", email: null, role: null, account: null, outcome: null, reason: null };
    await saveLeads(store().db, installation, [{ ...gone, name, decision: null, surroundings: null }], NOW);
    await plan(aNotice("n2", { lead: "2", subject }));
    const before = JSON.parse(await all("notices"));
    await store()
      .db.transaction()
      .execute((tx) => eraseLead(tx, [randomBytes(32)], installation, "1", [], NOW));
    const [row] = JSON.parse(await all("notices"));
    expect(JSON.parse(row.body)).toEqual({ ...JSON.parse(before[0].body), subject: after });
  });

  test("of merged leads the survivor has the notices", async () => {
    await plan(aNotice("n1", { lead: "1" }), aNotice("n2", { lead: "2" }));
    await joinLeads(store().db, installation, "1", "2", NOW);
    expect(await leadsIn("notices")).toEqual(["2", "2"]);
    expect(await leadsIn("deliveries")).toEqual(["2", "2"]);
  });

  test("old notices are forgotten, but for those that wait", async () => {
    const ended = { state: "sent", settled_at: NOW } as const;
    await plan(aNotice("old"), aNotice("waits"), aNotice("parked"), aNotice("new", { at: NOW + DAY_MS }));
    await store().db.updateTable("deliveries").set(ended).where("notice", "in", ["old", "new"]).execute();
    await store()
      .db.updateTable("deliveries")
      .set({ state: "parked", settled_at: NOW })
      .where("notice", "=", "parked")
      .execute();
    await expireNotices(store().db, NOW + 1);
    const rows = await store()
      .db.selectFrom("notices")
      .innerJoin("deliveries", "deliveries.notice", "notices.key")
      .select("notices.key")
      .where("notices.installation", "=", installation)
      .where("deliveries.installation", "=", installation)
      .orderBy("notices.key")
      .execute();
    expect(rows.map(({ key }) => key)).toEqual(["new", "parked", "waits"]);
  });

  test("are exported once each with what became of them, from the instant asked for", async () => {
    const many = Array.from({ length: 600 }, (_, index) => aNotice(`n${index}`));
    await plan(...many, aNotice("old", { at: NOW - 1 }));
    const found: Record<string, unknown[]> = { notice: [], delivery: [] };
    for await (const row of exportRecords(store().db, installation, NOW)) {
      if (row.record === "notice") found["notice"]?.push(row["key"]);
      if (row.record === "delivery") found["delivery"]?.push(row["notice"]);
    }
    const keys = many.map(({ key }) => key).toSorted();
    expect(found["notice"]?.toSorted()).toEqual(keys);
    expect(found["delivery"]?.toSorted()).toEqual([...keys, "old"].toSorted());
  });

  test("what a restored database takes for waiting waits for a person", async () => {
    await plan(aNotice("n1"));
    await markRestored(store().db, NOW, 0);
    expect(await stuckMessages(store().db, installation)).toMatchObject([
      { sentAs: "n1.restored", state: "parked", code: "notify.interrupted" },
    ]);
    expect(JSON.stringify(await dueChannels(store().db, store().dialect, NOW))).not.toContain(installation);
  });
});
