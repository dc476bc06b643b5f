/** What somebody who is being erased was called, and what stands in those places afterwards. */
import type { Db } from "./schema.ts";

/** What stands where a name stood. */
export const SOMEBODY = "somebody who was erased";

/** Names and addresses of a lead and the records merged into it. Only before their own rows are deleted: those say the names. */
export async function namesOfErased(
  db: Db,
  installation: string,
  leads: readonly string[],
  emails: readonly string[],
): Promise<readonly string[]> {
  const seen = await db
    .selectFrom("leads")
    .select("name")
    .where("installation", "=", installation)
    .where("lead", "in", leads)
    .execute();
  return [...seen.flatMap(({ name }) => name ?? []), ...emails].filter((name) => name.trim() !== "");
}

/** A text for a `like … escape '\'` in which it stands for itself. */
export function literally(text: string): string {
  return text.replaceAll(/[\\%_]/g, String.raw`\$&`);
}
