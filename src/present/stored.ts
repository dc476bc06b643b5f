/** Reports of the server: out of its store, by the version that decides now. */
import { BatonError } from "../errors.ts";
import type { Instant } from "../model/instant.ts";
import { accountOf } from "../model/lead.ts";
import type { Playbook } from "../playbook/playbook.ts";
import type { Reports } from "../server/routes/reports.ts";
import { type Installation, listInstallations } from "../store/installations.ts";
import type { Store } from "../store/open.ts";
import { reportOf } from "./figures.ts";
import { makePack } from "./pack.ts";
import { packDays } from "./review-memory.ts";
import { stuckLeads } from "./stuck.ts";

/** Stuck leads named at once, of each kind: more than anybody works off in a morning. */
export const MOST_STUCK = 100;

/** What the routes ask. */
export function storedReports(tools: {
  readonly store: Store;
  readonly playbook: () => Playbook;
  readonly now: () => Instant;
}): Reports {
  const { store, playbook, now } = tools;
  return {
    async figures(portal, span, by) {
      const { id } = await portalOf(store, portal);
      return await reportOf(store, id, { span, by, playbook: playbook() }, now());
    },
    async stuck(portal) {
      const { id } = await portalOf(store, portal);
      return await stuckLeads(store.db, id, MOST_STUCK, now());
    },
    async pack(portal, span) {
      return await makePack(store, await portalOf(store, portal), playbook(), span, now());
    },
    packDays: () => packDays(playbook()),
  };
}

async function portalOf({ db }: Store, portal: string | undefined): Promise<Installation> {
  const all = await listInstallations(db);
  if (all.length === 0)
    throw new BatonError("report.bad-question", "Baton is installed nowhere yet. See: baton doctor");
  const [only, ...others] = portal === undefined ? all : all.filter(({ tenant }) => tenant === portal);
  if (only !== undefined && others.length === 0) return only;
  throw new BatonError(
    "report.bad-question",
    only === undefined
      ? "Baton is not installed in the portal or org asked for. See: baton doctor"
      : `Baton is in ${all.map(accountOf).join(" and ")}. Name one: ?portal=…`,
  );
}
