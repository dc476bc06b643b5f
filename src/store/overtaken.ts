/** Effects that have to be written late, and need not be written any more. */
import { sql } from "kysely";
import { loadInChunks } from "./chunks.ts";
import type { Db } from "./schema.ts";

/**
 * Those of these effects that came too late: their handoff ended after they were planned, or a newer decision has written to
 * the lead's record since. Fields that are kept in step are compared all at once, so what a newer comparison writes stands for all of
 * them. An answer is never too late, because somebody waits for it.
 */
export async function overtaken(
  db: Db,
  installation: string,
  keys: readonly string[],
): Promise<ReadonlySet<string>> {
  const found = await loadInChunks(keys, async (chunk) => {
    const { rows } = await sql<{ key: string }>`
      select e.key from effects e
        left join handoffs h on h.installation = e.installation and h.id = e.handoff
      where e.installation = ${installation} and e.key in (${sql.join(chunk)}) and e.kind <> 'answer-request' and (
        h.closed_at > e.planned_at
        or (e.kind in ('update-lead', 'sync-fields') and exists (
          select 1 from effects n left join handoffs m on m.installation = n.installation and m.id = n.handoff
          where n.installation = e.installation and n.lead = e.lead and n.kind = e.kind
            and n.planned_at > e.planned_at and n.state <> 'dropped'
            and (m.closed_at is null or m.closed_at <= n.planned_at)))
      )`.execute(db);
    return rows;
  });
  return new Set(found.map(({ key }) => key));
}
