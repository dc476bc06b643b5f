/** The check-up of a pair: how far its two CRMs were apart when somebody compared them last. */
import { HOUR_MS, type Instant } from "../model/instant.ts";
import type { Installation } from "../store/installations.ts";
import { driftOf, loadResync, type Resync } from "../store/resyncs.ts";
import type { Db } from "../store/schema.ts";
import { type Check, ok, warning } from "./check.ts";

/** Nothing of an installation that is not paired. Throws what the database throws. */
export async function checkDrift(
  area: string,
  { id, tenant, sales }: Installation,
  { db, now }: { readonly db: Db; readonly now: Instant },
): Promise<readonly Check[]> {
  if (sales === undefined) return [];
  const last = await loadResync(db, id);
  if (last === undefined || last.subject !== "fields" || last.startedAt === undefined)
    return [
      ok(
        area,
        `its fields were not compared with ${sales.tenant}'s lately: baton resync --only fields --dry-run`,
      ),
    ];
  const drift = driftOf(last);
  const says = `${told(last, now)}: ${last.looked} leads looked at, ${last.differing} differed`;
  if (drift === 0) return [ok(area, says)];
  return [
    last.isDry
      ? warning(
          area,
          `${says}, nothing was written`,
          `See them: baton resync --status --portal ${tenant}. To make both equal: baton resync --only fields --portal ${tenant}`,
        )
      : warning(
          area,
          `${says}, values of ${drift} or more were held back`,
          `See why: baton resync --status --portal ${tenant}`,
        ),
  ];
}

function told({ endedAt }: Resync, now: Instant): string {
  if (endedAt === undefined) return "the fields of both CRMs are being compared";
  return `the fields of both CRMs were compared ${Math.round((now - endedAt) / HOUR_MS)} h ago`;
}
