/**
 * An erased lead in what is stored of others. Decisions about colleagues and duplicates name it: their snapshots lose the
 * mention, and their texts the name. Such a decision can still be explained, but no longer repeated to the letter.
 */
import type { AccountActivity, Duplicate } from "../model/account.ts";
import { escapeHtml } from "../model/html.ts";
import type { Snapshot } from "../model/lead.ts";
import { SOMEBODY } from "./erased-names.ts";
import { ownJson } from "./json.ts";
import type { Db } from "./schema.ts";

/** Takes the records `ids`, which are one person, out of other leads' decisions and effects. @returns How many rows changed. */
export async function redactMentions(db: Db, installation: string, ids: readonly string[]): Promise<number> {
  let rows = 0;
  for (const id of ids) {
    const mentioning = await db
      .selectFrom("decisions")
      .select(["id", "snapshot", "decision"])
      .where("installation", "=", installation)
      .where("lead", "not in", ids)
      .where("snapshot", "like", `%"lead":${JSON.stringify(id)}%`)
      .execute();
    for (const row of mentioning) {
      const snapshot = ownJson<Snapshot>(row.snapshot);
      const clear = withoutNames(namesOf(snapshot, id));
      const without = withoutMention(snapshot, id);
      await db
        .updateTable("decisions")
        .set({
          snapshot: JSON.stringify(mapTexts(without, clear)),
          decision: JSON.stringify(mapTexts(ownJson<unknown>(row.decision), clear)),
        })
        .where("installation", "=", installation)
        .where("id", "=", row.id)
        .execute();
      rows += 1 + (await redactEffects(db, installation, row.id, clear));
    }
  }
  return rows;
}

async function redactEffects(
  db: Db,
  installation: string,
  decision: string,
  clear: (text: string) => string,
): Promise<number> {
  const effects = await db
    .selectFrom("effects")
    .select(["key", "body"])
    .where("installation", "=", installation)
    .where("decision", "=", decision)
    .execute();
  for (const { key, body } of effects) {
    await db
      .updateTable("effects")
      .set({ body: JSON.stringify(mapTexts(ownJson<unknown>(body), clear)) })
      .where("installation", "=", installation)
      .where("key", "=", key)
      .execute();
  }
  return effects.length;
}

function namesOf({ account }: Snapshot, id: string): readonly string[] {
  return (account?.colleagues ?? []).flatMap(({ lead, name }) =>
    lead === id && name !== undefined ? [name] : [],
  );
}

function withoutMention(snapshot: Snapshot, id: string): Snapshot {
  const isOther = ({ lead }: { readonly lead: string }): boolean => lead !== id;
  const account: AccountActivity | undefined = snapshot.account && {
    colleagues: snapshot.account.colleagues.filter(isOther),
    handoffs: snapshot.account.handoffs.filter(isOther),
  };
  const duplicates: readonly Duplicate[] | undefined = snapshot.duplicates?.filter(isOther);
  return { ...snapshot, ...(account && { account }), ...(duplicates && { duplicates }) };
}

/** Names stand in notes as HTML and elsewhere as they are. */
function withoutNames(names: readonly string[]): (text: string) => string {
  const written = names
    .flatMap((name) => [...new Set([name, escapeHtml(name)])])
    .filter((name) => name.trim() !== "");
  return (text) => written.reduce((result, name) => result.replaceAll(name, SOMEBODY), text);
}

function mapTexts(value: unknown, clear: (text: string) => string): unknown {
  if (typeof value === "string") return clear(value);
  if (Array.isArray(value)) return value.map((item) => mapTexts(item, clear));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, mapTexts(inner, clear)]));
}
