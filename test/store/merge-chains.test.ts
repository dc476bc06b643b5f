import fc from "fast-check";
import { expect, test } from "vitest";
import { loadOpenHandoffs, saveHandoffs } from "../../src/store/handoffs.ts";
import { loadMerges } from "../../src/store/leads.ts";
import { joinLeads } from "../../src/store/merge.ts";
import type { HandoffRow } from "../../src/store/schema-decisions.ts";
import { saveSignals } from "../../src/store/signals.ts";
import { saveStandings } from "../../src/store/standings.ts";
import { NO_COURSE } from "../../src/store/schema-following.ts";
import { onEveryDatabase } from "../support/databases.ts";

const NOW = Date.UTC(2026, 10, 17, 9);
const LEADS = ["1", "2", "3", "4", "5", "6"] as const;
const REP = "lena@acme.example";

/**
 * A merge tree (each lead but the last is merged into a later one, so that all end as the last), the order in which its merges are
 * heard of, some of them twice, and who is in a handoff: queued or with sales.
 */
const tree = fc
  .tuple(...LEADS.slice(0, -1).map((_lead, index) => fc.integer({ min: index + 1, max: LEADS.length - 1 })))
  .map((survivors) => survivors.map((to, from) => [LEADS[from] ?? "", LEADS[to] ?? ""] as const));
const told = tree.chain((merges) =>
  fc.tuple(
    fc.shuffledSubarray(merges, { minLength: merges.length }),
    fc.shuffledSubarray(merges),
    fc.shuffledSubarray([...LEADS]),
    fc.array(fc.boolean(), { minLength: LEADS.length, maxLength: LEADS.length }),
  ),
);

onEveryDatabase("merges", ({ store }) => {
  let run = 0;
  const aHandoff = (installation: string, lead: string, isQueued: boolean, index: number): HandoffRow => ({
    installation,
    id: `${installation}-${lead}`,
    lead,
    account: null,
    scope: "lead",
    state: isQueued ? "queued" : "with-sales",
    type: "hand-raiser",
    rule: null,
    reason: null,
    rep: isQueued ? null : REP,
    owner: isQueued ? null : "77",
    owner_name: null,
    playbook: "v",
    occurred_at: NOW,
    received_at: NOW,
    read_at: NOW,
    decided_at: NOW + index,
    written_at: null,
    closed_at: null,
    closed_because: null,
    ...NO_COURSE,
  });

  test("in any order, chains and repetitions included, end in one survivor with one handoff and every signal once", async () => {
    await fc.assert(
      fc.asyncProperty(told, async ([merges, again, inHandoff, queued]) => {
        run += 1;
        const installation = `i-${run}`;
        const { db } = store();
        const open = inHandoff.map((lead, index) =>
          aHandoff(installation, lead, queued[index] ?? false, index),
        );
        await saveHandoffs(db, open);
        const standing = {
          credits: 9,
          open: open.filter(({ rep }) => rep !== null).length,
          day: "",
          today: 0,
          lastAt: 0,
        };
        await saveStandings(db, installation, new Map([[REP, standing]]), new Map());
        await saveSignals(
          db,
          installation,
          LEADS.flatMap((id) =>
            ["shared", `own-${id}`].map((key) => ({
              lead: { crm: "hubspot", id },
              signal: { key, kind: "page-viewed", at: NOW, page: "/pricing" },
            })),
          ),
        );
        for (const [lead, survivor] of [...merges, ...again])
          await joinLeads(db, installation, lead, survivor, NOW);

        const [last = ""] = LEADS.slice(-1);
        const merged = await loadMerges(db, installation, LEADS);
        expect([...new Set(merged.values())]).toEqual([last]);
        expect(merged.size).toBe(LEADS.length - 1);
        const left = await loadOpenHandoffs(db, installation, LEADS);
        const isWithSales = open.some(({ rep }) => rep !== null);
        const state = isWithSales ? "with-sales" : "queued";
        const openOnes = [...left].map(([lead, one]) => `${lead} ${one.state}`);
        expect(openOnes).toEqual(open.length === 0 ? [] : [`${last} ${state}`]);
        const row = await db
          .selectFrom("standings")
          .select("open")
          .where("installation", "=", installation)
          .executeTakeFirstOrThrow();
        expect(row.open).toBe(isWithSales ? 1 : 0);
        const signals = await db
          .selectFrom("signals")
          .select(["lead", "key"])
          .where("installation", "=", installation)
          .execute();
        expect(signals.map(({ lead, key }) => `${lead} ${key}`).toSorted()).toEqual(
          ["shared", ...LEADS.map((lead) => `own-${lead}`)].map((key) => `${last} ${key}`).toSorted(),
        );
      }),
      { numRuns: 40 },
    );
  });
});
