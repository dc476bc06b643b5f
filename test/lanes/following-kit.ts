/** What a handoff came to, read from the store and the sandbox, and a lane that dies when it is told to. */
import type { Lane } from "../../src/lanes/lane.ts";
import type { NoticeKind } from "../../src/model/notice.ts";
import { clocksOfHandoff } from "../../src/store/clocks.ts";
import type { HandoffRow } from "../../src/store/schema-decisions.ts";
import type { Tx } from "../../src/store/schema.ts";
import { loadStandings } from "../../src/store/standings.ts";
import { decisionsOfLead } from "../../src/store/turns.ts";
import type { Standstill } from "./kit.ts";

export const ref = (id: string) => ({ crm: "hubspot" as const, id });

/** Looks at what became of leads. */
export function seen(at: () => Standstill) {
  const handoffs = async (lead: string): Promise<readonly HandoffRow[]> =>
    await at().db.selectFrom("handoffs").selectAll().where("lead", "=", lead).orderBy("decided_at").execute();
  const handoffOf = async (lead: string): Promise<HandoffRow> => {
    const row = (await handoffs(lead)).at(-1);
    if (row === undefined) throw new Error(`lead ${lead} was never handed off`);
    return row;
  };
  return {
    handoffs,
    handoffOf,
    /** Every notice that was planned about a lead, oldest first. */
    noticesOf: async (
      lead: string,
    ): Promise<readonly { kind: NoticeKind; to: string; subject: string }[]> => {
      const decisions = await decisionsOfLead(at().db, at().lane.installation.id, lead, 1_000);
      return decisions
        .toReversed()
        .flatMap(({ decision }) =>
          decision.plan.notices.map(({ kind, to, subject }) => ({ kind, to, subject })),
        );
    },
    lookAt: async (lead: string): Promise<number> => {
      const { id } = await handoffOf(lead);
      const clocks = await clocksOfHandoff(at().db, at().lane.installation.id, id);
      const next = clocks.find(({ kind }) => kind === "first-attempt")?.lookAt;
      if (next === undefined) throw new Error(`nobody looks at lead ${lead} any more`);
      return next;
    },
    ownerOf: (lead: string) => at().stage.portal.find("contact", lead)?.properties["hubspot_owner_id"] ?? "",
    /** How often the app wrote an owner. */
    ownerWrites: (lead: string) =>
      at()
        .stage.sandbox.ledger.find({ portalId: at().stage.portal.id, kind: "contact.update", by: "app" })
        .filter(
          ({ objectId, properties }) => objectId === lead && (properties["hubspot_owner_id"] ?? "") !== "",
        ).length,
    notes: (lead: string) => at().stage.portal.linked("contact", lead, "note").length,
    tasks: (lead: string) => at().stage.portal.linked("contact", lead, "task").length,
    creditsByRep: async (): Promise<Readonly<Record<string, number>>> => {
      const standings = await loadStandings(at().db, at().lane.installation.id);
      return Object.fromEntries([...standings].map(([rep, { credits }]) => [rep, credits]));
    },
  };
}

/** Thrown by a lane that has died. */
class Death extends Error {}

/** A lane whose process dies at its `steps`-th step: before a call of the CRM, and before, in and after a transaction. */
function dying(lane: Lane, steps: number): Lane {
  let left = steps;
  const step = (): void => {
    if (left <= 0) throw new Death();
    left -= 1;
  };
  const { db } = lane.store;
  const transaction = (): { execute: (work: (tx: Tx) => Promise<unknown>) => Promise<unknown> } => ({
    execute: async (work) => {
      step();
      const result = await db.transaction().execute(async (tx) => {
        const done = await work(tx);
        step();
        return done;
      });
      step();
      return result;
    },
  });
  return {
    ...lane,
    connector: new Proxy(lane.connector, {
      get: (target, name) => {
        const value: unknown = Reflect.get(target, name, target);
        if (typeof value !== "function" || name === "leadUrl" || name === "asBulk") return value;
        return (...args: readonly unknown[]): unknown => {
          step();
          return Reflect.apply(value, target, args);
        };
      },
    }),
    store: {
      ...lane.store,
      db: new Proxy(db, {
        get: (target, name) => {
          if (name === "transaction") return transaction;
          const value: unknown = Reflect.get(target, name, target);
          return typeof value === "function"
            ? (...args: readonly unknown[]) => Reflect.apply(value, target, args)
            : value;
        },
      }),
    },
  };
}

/** Works with a lane that dies ever later, until one lives to the end. @returns How often it died. */
export async function workDying(at: Standstill): Promise<number> {
  for (let deaths = 0; deaths < 100; deaths += 1) {
    try {
      await at.work(dying(at.lane, deaths));
      return deaths;
    } catch (cause) {
      if (!(cause instanceof Death)) throw cause;
      // An event over which the process dies ever again waits for a person: see claim.ts.
      await at.db.updateTable("events").set({ attempts: 0 }).where("state", "=", "pending").execute();
    }
  }
  throw new Error("it never got to the end");
}
