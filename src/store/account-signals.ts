/**
 * What the people of an account did, of the kinds that conditions on accounts count. It is a copy by account of what the
 * leads' own records and signals say: each decision writes its lead's part anew.
 */
import { sql } from "kysely";
import type { Colleague } from "../model/account.ts";
import type { Instant } from "../model/instant.ts";
import type { Signal } from "../model/signal.ts";
import { inChunks } from "./chunks.ts";
import { ownJson } from "./json.ts";
import type { Db } from "./schema.ts";

/** Deeds of one account that are loaded: past these, more of them say nothing new. */
const MOST_OF_AN_ACCOUNT = 500;

/** One person's part: what they did, and the account they did it for. */
export interface AccountShare {
  readonly lead: string;
  readonly account: string;
  readonly signals: readonly Signal[];
}

/** Writes each lead's part anew; what it did for another account goes with it. */
export async function saveAccountSignals(
  db: Db,
  installation: string,
  shares: readonly AccountShare[],
): Promise<void> {
  await deleteAccountSignals(
    db,
    installation,
    shares.map(({ lead }) => lead),
  );
  const rows = shares.flatMap(({ lead, account, signals }) =>
    signals.map((signal) => ({
      installation,
      lead,
      key: signal.key,
      account,
      at: signal.at,
      body: JSON.stringify(signal),
    })),
  );
  await inChunks(rows, (chunk) => db.insertInto("account_signals").values(chunk).execute());
}

/** These leads are nobody's colleagues any more. */
export async function deleteAccountSignals(
  db: Db,
  installation: string,
  leads: readonly string[],
): Promise<void> {
  await inChunks(leads, (chunk) =>
    db
      .deleteFrom("account_signals")
      .where("installation", "=", installation)
      .where("lead", "in", chunk)
      .execute(),
  );
}

/** Account id to those of its people who did something since `since`, by lead id, with what they did, newest first. */
export async function loadColleagues(
  db: Db,
  installation: string,
  accounts: readonly string[],
  since: Instant,
): Promise<ReadonlyMap<string, readonly Colleague[]>> {
  if (accounts.length === 0) return new Map();
  const ranked = db
    .selectFrom("account_signals")
    .select(["account", "lead", "body", "at", "key"])
    .select(sql<number>`row_number() over (partition by account order by at desc, key)`.as("place"))
    .where("installation", "=", installation)
    .where("account", "in", accounts)
    .where("at", ">=", since);
  const rows = await db
    .selectFrom(ranked.as("ranked"))
    .leftJoin("leads", (join) =>
      join.onRef("leads.lead", "=", "ranked.lead").on("leads.installation", "=", installation),
    )
    .select(["ranked.account", "ranked.lead", "ranked.body", "leads.name", "leads.role"])
    .where("place", "<=", MOST_OF_AN_ACCOUNT)
    .orderBy("ranked.lead")
    .orderBy("ranked.at", "desc")
    .orderBy("ranked.key")
    .execute();
  const byAccount = Map.groupBy(rows, ({ account }) => account);
  return new Map([...byAccount].map(([account, own]) => [account, peopleOf(own)]));
}

function peopleOf(
  rows: readonly { lead: string; body: string; name: string | null; role: string | null }[],
): readonly Colleague[] {
  return [...Map.groupBy(rows, ({ lead }) => lead)].map(([lead, own]) => {
    const { name = null, role = null } = own[0] ?? {};
    return {
      lead,
      ...(name === null ? {} : { name }),
      ...(role === null ? {} : { role }),
      signals: own.map(({ body }) => ownJson<Signal>(body)),
    };
  });
}
