/** Resyncs as the server's API asks for them: out of its store. */
import { BatonError } from "../errors.ts";
import { type Asking, askForResync, continueResyncs, endResyncs } from "../lanes/resync-asking.ts";
import type { Instant } from "../model/instant.ts";
import type { Resyncs } from "../server/routes/resync.ts";
import { type Installation, listInstallations } from "../store/installations.ts";
import type { Store } from "../store/open.ts";
import { resyncStandings } from "./resyncs.ts";

/** What the route asks. */
export function storedResyncs(tools: {
  readonly store: Store;
  readonly now: () => Instant;
  readonly newId: () => string;
}): Resyncs {
  const { db } = tools.store;
  const asking = (): Asking => ({ db, actor: "api", now: tools.now(), newId: tools.newId });
  return {
    standings: async (portal) => await resyncStandings(db, await chosen(tools.store, portal)),
    ask: async (portal, wish) => await askForResync(asking(), await chosen(tools.store, portal), wish),
    stop: async (portal) => await endResyncs(asking(), await chosen(tools.store, portal)),
    resume: async (portal, mostCalls) =>
      await continueResyncs(asking(), await chosen(tools.store, portal), mostCalls),
  };
}

/** The portal or org that is named, or all. */
async function chosen({ db }: Store, portal: string | undefined): Promise<readonly Installation[]> {
  const all = await listInstallations(db);
  const some = portal === undefined ? all : all.filter(({ tenant }) => tenant === portal);
  if (some.length > 0) return some;
  throw new BatonError(
    "resync.bad-question",
    portal === undefined
      ? "Baton is installed nowhere yet. See: baton doctor"
      : "Baton is not installed in the portal or org asked for. See: baton doctor",
  );
}
