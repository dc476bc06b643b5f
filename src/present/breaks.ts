/**
 * Broken promises of marketing announce themselves, where the agreement names somebody: looked at once a day, told once each. What was
 * told is remembered in the transaction that plans the notices, and a notice is named by its break and day, so that two processes that
 * look at the same time tell people once.
 */
import { eachInstallation } from "../install/each.ts";
import { DAY_MS, NEVER } from "../model/instant.ts";
import type { Notice } from "../model/notice.ts";
import type { Agreement } from "../playbook/agreement.ts";
import { type Break, type BreakMemory, breaksOf, followsOf, lookAtBreaks } from "../report/breaks.ts";
import { dayOf, lastDays } from "../report/days.ts";
import { loadCursor, saveCursor } from "../store/cursors.ts";
import { type Installation, listInstallations } from "../store/installations.ts";
import { ownJson } from "../store/json.ts";
import { planNotices } from "../store/notices.ts";
import { makePack } from "./pack.ts";
import { howToRead, type ReviewTools } from "./reviews.ts";

/** The cursor that remembers what was told; its instant is when it was looked at last. */
const BREAKS = "breaks";
/** For which nothing is measured: told again after so long. */
const USUAL_AGAIN_MS = 30 * DAY_MS;

/** Tells what is broken in every active installation. @returns How many breaks. Rejects when installations cannot be looked up. */
export async function announceBreaks(tools: ReviewTools): Promise<number> {
  const { whenBroken } = tools.playbook().agreement.marketing;
  if (whenBroken === undefined || whenBroken.notify.length === 0) return 0;
  const active = (await listInstallations(tools.store.db)).filter(({ state }) => state === "active");
  return await eachInstallation(active, tools.log, "broken promises could not be told", (installation) =>
    announce(tools, installation),
  );
}

async function announce(tools: ReviewTools, installation: Installation): Promise<number> {
  const { store, now, playbook } = tools;
  const { id } = installation;
  const at = now();
  const kept = await loadCursor(store.db, id, BREAKS);
  if (kept !== undefined && dayOf(kept.at) === dayOf(at)) return 0;
  const { agreement } = playbook();
  const { marketing } = await makePack(store, installation, playbook(), lastDays(1, at), at);
  const memory = kept?.page === undefined ? undefined : ownJson<BreakMemory>(kept.page);
  const againMs = agreement.marketing.quality?.overMs ?? USUAL_AGAIN_MS;
  const look = lookAtBreaks(breaksOf(marketing), memory, againMs, at);
  const notices = look.news.flatMap((one) => noticesOf(tools, installation, one, agreement));
  await store.db.transaction().execute(async (tx) => {
    await saveCursor(tx, id, BREAKS, at, NEVER, JSON.stringify(look.memory));
    await planNotices(tx, id, notices, at);
  });
  return look.news.length;
}

function noticesOf(
  { now }: ReviewTools,
  installation: Installation,
  { name, says }: Break,
  agreement: Agreement,
): readonly Notice[] {
  return (agreement.marketing.whenBroken?.notify ?? []).map((to) => ({
    kind: "broken",
    key: `broken.${name.replaceAll(" ", "-")}.${dayOf(now())}.${to}`,
    to,
    as: "named",
    subject: "Marketing's half of the agreement is broken",
    lines: [says, `What was agreed for this: ${followsOf(agreement)}`, howToRead(installation)],
    links: [],
    at: now(),
    notBefore: now(),
  }));
}
