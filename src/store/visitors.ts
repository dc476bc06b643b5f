/** Who visitors are: links that senders have stated, from an anonymous id to a user's id to an e-mail address. */
import type { Instant } from "../model/instant.ts";
import { emailOf, type Visitor } from "../model/visitor.ts";
import { inChunks, loadInChunks } from "./chunks.ts";
import type { Db } from "./schema.ts";

/** What a visitor was last said to be, and when. */
export interface KnownLink {
  readonly is: Visitor;
  readonly at: Instant;
}

/** From an anonymous id over a user's id to an address: no way is longer. */
const LONGEST_WAY = 2;

/** The links from these visitors on, to the end of each way. Visitors without a link are absent. */
export async function loadLinks(
  db: Db,
  installation: string,
  visitors: Iterable<Visitor>,
): Promise<Map<Visitor, KnownLink>> {
  const links = new Map<Visitor, KnownLink>();
  let asked = [...new Set(visitors)].filter((visitor) => emailOf(visitor) === undefined);
  for (let step = 0; step < LONGEST_WAY && asked.length > 0; step += 1) {
    const rows = await loadInChunks(asked, (chunk) =>
      db
        .selectFrom("visitors")
        .select(["visitor", "leads_to", "at"])
        .where("installation", "=", installation)
        .where("visitor", "in", chunk)
        .execute(),
    );
    const found: Visitor[] = [];
    for (const { visitor, leads_to, at } of rows) {
      links.set(visitor, { is: leads_to, at });
      if (emailOf(leads_to) === undefined && !links.has(leads_to)) found.push(leads_to);
    }
    asked = [...new Set(found)];
  }
  return links;
}

/** The end of the way from a visitor: the best name there is. Throws nothing. */
export function bestName(links: ReadonlyMap<Visitor, KnownLink>, visitor: Visitor): Visitor {
  let name = visitor;
  for (let step = 0; step < LONGEST_WAY; step += 1) name = links.get(name)?.is ?? name;
  return name;
}

/** Stores links over what was said before of the same visitors. */
export async function saveLinks(
  db: Db,
  installation: string,
  links: readonly (readonly [Visitor, KnownLink])[],
): Promise<void> {
  await inChunks(links, (chunk) =>
    db
      .insertInto("visitors")
      .values(chunk.map(([visitor, { is, at }]) => ({ installation, visitor, leads_to: is, at })))
      .onConflict((oc) =>
        oc.columns(["installation", "visitor"]).doUpdateSet((eb) => ({
          leads_to: eb.ref("excluded.leads_to"),
          at: eb.ref("excluded.at"),
        })),
      )
      .execute(),
  );
}

/** Whether any visitor is known to have this address, or signals wait under it. */
export async function isVisitor(db: Db, installation: string, email: string): Promise<boolean> {
  const name: Visitor = `email:${email.toLowerCase()}`;
  const link = await db
    .selectFrom("visitors")
    .select("visitor")
    .where("installation", "=", installation)
    .where("leads_to", "=", name)
    .limit(1)
    .executeTakeFirst();
  if (link !== undefined) return true;
  const signal = await db
    .selectFrom("waiting_signals")
    .select("key")
    .where("installation", "=", installation)
    .where("visitor", "=", name)
    .limit(1)
    .executeTakeFirst();
  return signal !== undefined;
}

/** Forgets who had these addresses, with what waits under them. @returns How many rows went. */
export async function forgetVisitors(
  db: Db,
  installation: string,
  emails: readonly string[],
): Promise<number> {
  let rows = 0;
  let names: readonly Visitor[] = emails.map((email): Visitor => `email:${email.toLowerCase()}`);
  for (let step = 0; step <= LONGEST_WAY && names.length > 0; step += 1) {
    const signals = await db
      .deleteFrom("waiting_signals")
      .where("installation", "=", installation)
      .where("visitor", "in", names)
      .executeTakeFirst();
    const links = await db
      .deleteFrom("visitors")
      .where("installation", "=", installation)
      .where("leads_to", "in", names)
      .returning("visitor")
      .execute();
    rows += Number(signals.numDeletedRows) + links.length;
    names = links.map(({ visitor }) => visitor);
  }
  return rows;
}
