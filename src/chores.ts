/** Work that is in no hurry: once at the start, then every hour. */
import { wipeDeparted } from "./install/departed.ts";
import type { Nightly } from "./install/nightly.ts";
import { forgetAnswers } from "./lanes/enrichment.ts";
import type { Log } from "./log.ts";
import { DAY_MS, type DurationMs, HOUR_MS, type Instant } from "./model/instant.ts";
import type { Playbook } from "./playbook/playbook.ts";
import { announceBreaks } from "./present/breaks.ts";
import { announceReviews } from "./present/reviews.ts";
import { expireNotices, KEEP_NOTICES_DAYS } from "./store/notices.ts";
import type { Store } from "./store/open.ts";
import { expireSignals } from "./store/signals.ts";

/** What the chores need. */
export interface ChoreTools {
  readonly store: Store;
  readonly log: Log;
  readonly now: () => Instant;
  /** How long signals are kept. */
  readonly keepMs: DurationMs;
  readonly nightly: Nightly;
  readonly playbook: () => Playbook;
  /** Where people reach this server. */
  readonly publicUrl: string;
}

/** Work that comes back until it is stopped. */
interface Chores {
  stop(): Promise<void>;
}

/** Begins the chores. @returns What ends them: the nightly check that is under way breaks off, the rest is waited for. */
export function startChores(tools: ChoreTools): Chores {
  const chores = [
    everyHour(() => clean(tools), tools.log),
    everyHour(() => announce(tools), tools.log),
    everyHour(async () => void (await tools.nightly.run()), tools.log),
  ];
  return {
    async stop() {
      const ended = chores.map((chore) => chore.stop());
      await tools.nightly.stop();
      await Promise.all(ended);
    },
  };
}

async function clean({ store, log, now, keepMs, playbook }: ChoreTools): Promise<void> {
  const wiped = await wipeDeparted(store, now());
  if (wiped > 0) log.info({ wiped }, "portals that left were wiped");
  const expired = await expireSignals(store.db, now() - keepMs);
  if (expired > 0) log.info({ expired }, "old signals were forgotten");
  const forgotten = await forgetAnswers({ store, now, playbook });
  if (forgotten > 0) log.info({ forgotten }, "old answers of providers were forgotten");
  const notices = await expireNotices(store.db, now() - KEEP_NOTICES_DAYS * DAY_MS);
  if (notices > 0) log.info({ notices }, "old notices were forgotten");
}

async function announce(tools: ChoreTools): Promise<void> {
  const announced = await announceReviews(tools);
  if (announced > 0) tools.log.info({ announced }, "reviews are due, and people were told");
  const broken = await announceBreaks(tools);
  if (broken > 0) tools.log.info({ broken }, "promises of marketing are broken, and people were told");
}

/** A failure is logged and tried again in an hour. To stop it waits for what is under way: it needs the store. */
function everyHour(work: () => Promise<void>, log: Log): Chores {
  let running = Promise.resolve();
  const run = (): void => {
    running = running
      .then(work)
      .catch((cause: unknown) => log.error({ code: "store.unavailable", err: cause }, "hourly work failed"));
  };
  run();
  const timer = setInterval(run, HOUR_MS).unref();
  return {
    async stop() {
      clearInterval(timer);
      await running;
    },
  };
}
