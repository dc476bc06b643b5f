import { afterAll, beforeAll, expect, test } from "vitest";
import type { Lane } from "../../src/lanes/lane.ts";
import type { Decision } from "../../src/model/decision.ts";
import type { WriteKind } from "../../src/model/effect.ts";
import { MINUTE_MS } from "../../src/model/instant.ts";
import type { CrmRecord } from "../../src/model/record.ts";
import { takeTurn } from "../../src/pipeline.ts";
import { setClocks } from "../../src/store/clocks.ts";
import { saveHandoffs } from "../../src/store/handoffs.ts";
import { ownJson } from "../../src/store/json.ts";
import { aHandoffRow } from "../store/handoff-kit.ts";
import { onEveryDatabase } from "../support/databases.ts";
import { openStandstill, type Standstill } from "./kit.ts";

/** Tuesday, 09:00 in Berlin: when everybody got their lead. */
const NINE = Date.UTC(2026, 10, 17, 8);

onEveryDatabase("clocks that come due while Baton is down", ({ url, dialect }) => {
  const COUNT = dialect === "sqlite" ? 2_000 : 500;
  let at: Standstill;
  beforeAll(async () => {
    at = await openStandstill(url());
    await at.emptyInbox();
  });
  afterAll(async () => await at.close());

  /** The lane with a CRM that has all these leads, and writes everything at once. */
  function withCrm(asked: string[][], written: Map<WriteKind, number>): Lane {
    const { connector } = at.lane;
    return {
      ...at.lane,
      connector: {
        ...connector,
        capabilities: { ...connector.capabilities, touches: false, submissions: false },
        read: (leads) => {
          asked.push(leads.map(({ id }) => id));
          const values = { "contact.email": "lead@example.com", "contact.hubspot_owner_id": "101" };
          return Promise.resolve(
            leads.map((lead): CrmRecord => ({
              found: true,
              asked: lead,
              lead,
              ownerId: "101",
              values,
              history: {},
              deals: [],
              readAt: at.clock.now(),
            })),
          );
        },
        apply: (writes) => {
          for (const { kind } of writes) written.set(kind, (written.get(kind) ?? 0) + 1);
          return Promise.resolve(
            writes.map(({ key }) => ({ key, outcome: "applied" as const, id: `crm-${key}` })),
          );
        },
      },
    };
  }

  test(
    `${COUNT} at once are worked off by the hundred: each is told once, and nothing repeats`,
    { timeout: 300_000 },
    async () => {
      const { id } = at.lane.installation;
      const leads = Array.from({ length: COUNT }, (_, index) => `9${String(index).padStart(6, "0")}`);
      const clock = {
        kind: "first-attempt",
        dueAt: NINE + 15 * MINUTE_MS,
        lookAt: NINE + 12 * MINUTE_MS,
      } as const;
      const row = { owner: "101", owned_at: NINE, decided_at: NINE };
      await saveHandoffs(
        at.db,
        leads.map((lead) => aHandoffRow(id, `h-${lead}`, { ...row, lead })),
      );
      await setClocks(
        at.db,
        id,
        leads.map((lead) => ({ handoff: `h-${lead}`, lead, clocks: [clock] })),
      );
      at.clock.moveTo(NINE + 16 * MINUTE_MS);

      const [asked, written] = [[] as string[][], new Map<WriteKind, number>()];
      const lane = withCrm(asked, written);
      const still = { ...lane, now: () => NINE + 16 * MINUTE_MS };
      while (await takeTurn(still));
      expect(Math.max(...asked.map((some) => some.length))).toBe(100);
      // A turn that took long looks again before it writes.
      expect(new Set(asked.flat()).size).toBe(COUNT);
      expect(written).toEqual(new Map([["create-note", COUNT]]));
      const decisions = await at.db
        .selectFrom("decisions")
        .select(["lead", "decision"])
        .where("installation", "=", id)
        .where("lead", "in", leads.slice(0, 500))
        .execute();
      const told = decisions.flatMap(({ lead, decision }) => {
        const { plan } = ownJson<Decision>(decision);
        return plan.notices.map(({ kind, to }) => `${lead} ${kind} ${to}`);
      });
      expect(told.toSorted()).toEqual(
        leads
          .slice(0, 500)
          .flatMap((lead) => [
            `${lead} escalation lena@acme.example`,
            `${lead} escalation sdr-lead@acme.example`,
          ]),
      );
      // A second look finds nothing to do: the next step is six minutes away.
      while (await takeTurn(still));
      expect(written.get("create-note")).toBe(COUNT);
      const { due } = await at.db
        .selectFrom("clocks")
        .select((eb) => eb.fn.countAll().as("due"))
        .where("look_at", "<=", still.now())
        .executeTakeFirstOrThrow();
      expect(Number(due)).toBe(0);
    },
  );
});
