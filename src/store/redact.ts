/**
 * An erased lead in what is stored of others. Decisions about colleagues and duplicates name it: their snapshots lose the
 * mention, and their texts the name. Such a decision can still be explained, but no longer repeated to the letter.
 */
import type { AccountActivity, Duplicate } from "../model/account.ts";
import type { Snapshot } from "../model/lead.ts";
import { ownJson } from "./json.ts";
import type { Db } from "./schema.ts";
import { type ClearText, withoutNames } from "./without-names.ts";

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
      await db
        .updateTable("decisions")
        .set({
          snapshot: JSON.stringify(withoutMention(snapshot, id, clear)),
          decision: JSON.stringify(clearEach(ownJson<object>(row.decision), clear)),
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
  clear: ClearText,
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
      .set({ body: JSON.stringify(clearEach(ownJson<object>(body), clear)) })
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

/** What others of the account are called stays as it is, also where a part of it is the erased name. */
function withoutMention(snapshot: Snapshot, id: string, clear: ClearText): unknown {
  const isOther = ({ lead }: { readonly lead: string }): boolean => lead !== id;
  const { account: around, duplicates: alike, ...own } = snapshot;
  const account: AccountActivity | undefined = around && {
    colleagues: around.colleagues.filter(isOther),
    handoffs: around.handoffs.filter(isOther),
  };
  const duplicates: readonly Duplicate[] | undefined = alike?.filter(isOther);
  return { ...clearEach(own, clear), ...(account && { account }), ...(duplicates && { duplicates }) };
}

/** HTML that Baton wrote. */
const MARKUP: ReadonlySet<string> = new Set(["html", "noteHtml", "taskHtml"]);
/** Sentences, also where one is no more than a name. */
const SENTENCES: ReadonlySet<string> = new Set(["subject", "taskSubject", "whyNow", "lines"]);
/** What is compared with a CRM's values or written into it as it is, and what the lead itself and its account are called. */
const VALUES: ReadonlySet<string> = new Set([
  "owner",
  "stage",
  "values",
  "agreed",
  "picked",
  "lead.name",
  "account.name",
]);

/**
 * Takes names out of prose and leaves structure alone, whatever a person calls themselves: a kind, an outcome, an id, an address and a
 * word of the playbook have no space in them, and prose that is no known sentence has.
 */
function clearTexts(value: unknown, key: string, clear: ClearText): unknown {
  if (VALUES.has(key)) return value;
  if (typeof value === "string") {
    if (MARKUP.has(key)) return clear(value, "html");
    return SENTENCES.has(key) || /\s/.test(value) ? clear(value) : value;
  }
  if (Array.isArray(value)) return value.map((item) => clearTexts(item, key, clear));
  return typeof value === "object" && value !== null ? clearEach(value, clear) : value;
}

function clearEach(value: object, clear: ClearText): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key, clearTexts(inner, key, clear)]),
  );
}
