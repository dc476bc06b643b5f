/** A real Baton installed into the sandbox whose lanes stand still, so that a test takes the turns itself. */
import type { DemoClock } from "../../src/cli/demo/clock.ts";
import type { Stage } from "../../src/cli/demo/stage.ts";
import type { Lane } from "../../src/lanes/lane.ts";
import type { CrmEvent, EventBody, Urgency } from "../../src/model/event.ts";
import { MINUTE_MS } from "../../src/model/instant.ts";
import { takeTurn } from "../../src/pipeline.ts";
import { insertOwnEvents } from "../../src/store/inbox.ts";
import { type Installation, listInstallations } from "../../src/store/installations.ts";
import { holdLane } from "../../src/store/lanes.ts";
import type { Db } from "../../src/store/schema.ts";
import { addReadyLead, raiseHand } from "../support/leads.ts";
import { openTestStage } from "../support/stage.ts";

export interface Standstill {
  readonly stage: Stage;
  readonly clock: DemoClock;
  readonly db: Db;
  readonly lane: Lane;
  /** Puts an event into the inbox as if the CRM had sent it. */
  tell(body: EventBody & { readonly urgency?: Urgency }, key?: string): Promise<void>;
  /** A complete lead who has asked for a demo; its webhooks are in the inbox. */
  handRaiser(): Promise<{ id: string; email: string }>;
  /** Takes turns until there is nothing left to do. @returns How many, at most 50. */
  work(lane?: Lane): Promise<number>;
  /** Works and lets a minute pass, so often. */
  workFor(minutes: number): Promise<void>;
  /** Forgets what waits in the inbox: what follows is told by the test. */
  emptyInbox(): Promise<void>;
  close(): Promise<void>;
}

let leads = 0;

export async function openStandstill(databaseUrl: string): Promise<Standstill> {
  const { stage, clock } = await openTestStage(databaseUrl);
  await stage.quiet();
  await stage.baton.lanes.stop();
  const { store } = stage.baton;
  const installation = await only(store.db);
  const hold = await holdLane(store.db, store.dialect, installation.id, "test");
  if (hold === undefined) throw new Error("the lane was let go");
  const connector = stage.baton.connect(installation);
  const owners = await connector.owners();
  const lane: Lane = {
    ...stage.baton,
    installation,
    hold,
    connector,
    owners: () => Promise.resolve(owners),
    reconnect: () => undefined,
  };
  let told = 0;
  const work = async (by = lane): Promise<number> => {
    let turns = 0;
    while (turns < 50 && (await takeTurn(by))) turns += 1;
    return turns;
  };

  return {
    stage,
    clock,
    db: store.db,
    lane,
    async tell(body, key) {
      told += 1;
      const head = { key: key ?? `told-${told}`, tenant: installation.tenant, occurredAt: clock.now() };
      const event: CrmEvent = { ...head, urgency: "live", ...body };
      await insertOwnEvents(store.db, installation.id, [event], clock.now());
    },
    async handRaiser() {
      leads += 1;
      const lead = await addReadyLead(stage.portal, 1_000 + leads);
      await raiseHand(stage.portal, lead.email);
      await stage.sandbox.drained();
      return lead;
    },
    work,
    async workFor(minutes) {
      for (let minute = 0; minute < minutes; minute += 1) {
        await work();
        clock.moveTo(clock.now() + MINUTE_MS);
      }
    },
    async emptyInbox() {
      await stage.sandbox.drained();
      await store.db.deleteFrom("events").where("state", "=", "pending").execute();
    },
    async close() {
      await connector.close();
      await stage.close();
    },
  };
}

export async function only(db: Db): Promise<Installation> {
  const [installation] = await listInstallations(db);
  if (installation === undefined) throw new Error("the stage installs into one portal");
  return installation;
}

/** Lead ids to how many open handoffs they have. */
export async function openHandoffs(db: Db): Promise<ReadonlyMap<string, number>> {
  const rows = await db.selectFrom("handoffs").select("lead").where("closed_at", "is", null).execute();
  return new Map([...Map.groupBy(rows, ({ lead }) => lead)].map(([lead, own]) => [lead, own.length]));
}

/** Reps whose count of open handoffs is not the number of their open handoffs. */
export async function wrongCounts(
  db: Db,
): Promise<readonly { rep: string; counted: number; open: number }[]> {
  const standings = await db.selectFrom("standings").select(["rep", "open"]).execute();
  const handoffs = await db.selectFrom("handoffs").select("rep").where("closed_at", "is", null).execute();
  return standings
    .map(({ rep, open }) => ({
      rep,
      counted: open,
      open: handoffs.filter((one) => one.rep === rep).length,
    }))
    .filter(({ counted, open }) => counted !== open);
}
