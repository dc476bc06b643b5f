/** Work that is in no hurry: once at the start, then every hour. What fails is tried again an hour later. */
import { codeOf } from "./errors.ts";
import { wipeDeparted } from "./install/departed.ts";
import type { Nightly } from "./install/nightly.ts";
import { forgetAnswers } from "./lanes/enrichment.ts";
import type { Log } from "./log.ts";
import { DAY_MS, type DurationMs, HOUR_MS, type Instant } from "./model/instant.ts";
import type { Playbook } from "./playbook/playbook.ts";
import { announceBreaks } from "./present/breaks.ts";
import { announceReviews } from "./present/reviews.ts";
import { type Repeating, repeating } from "./repeating.ts";
import { expireNotices, KEEP_NOTICES_DAYS } from "./store/notices.ts";
import type { Locksmith } from "./store/connections.ts";
import type { Store } from "./store/open.ts";
import { sealAnew } from "./store/reseal.ts";
import { expireSignals } from "./store/signals.ts";

/** What the chores need. */
export interface ChoreTools {
  readonly store: Store;
  readonly log: Log;
  readonly now: () => Instant;
  readonly locksmith: Locksmith;
  /** How long signals are kept. */
  readonly keepMs: DurationMs;
  readonly nightly: Nightly;
  readonly playbook: () => Playbook;
}

interface Chore {
  /** Names the chore, and its count, in the log. */
  readonly name: string;
  /** What the log says when there was something to do; absent where the work says so itself. */
  readonly says?: string;
  /** @returns How much was done. */
  readonly work: (tools: ChoreTools) => Promise<number>;
}

/** Each stands alone: one that fails, or lasts long, is no reason to leave out the others. */
const CHORES: readonly Chore[] = [
  {
    name: "wiped",
    says: "portals that left were wiped",
    work: ({ store, log, now }) => wipeDeparted(store, log, now()),
  },
  {
    name: "expired",
    says: "old signals were forgotten",
    work: ({ store, now, keepMs }) => expireSignals(store.db, now() - keepMs),
  },
  { name: "forgotten", says: "old answers of providers were forgotten", work: forgetAnswers },
  {
    name: "notices",
    says: "old notices were forgotten",
    work: ({ store, now }) => expireNotices(store.db, now() - KEEP_NOTICES_DAYS * DAY_MS),
  },
  {
    name: "resealed",
    says: "secrets were sealed anew with the newest key",
    work: ({ store, locksmith }) => sealAnew(store.db, locksmith),
  },
  { name: "announced", says: "reviews are due, and people were told", work: announceReviews },
  { name: "broken", says: "promises of marketing are broken, and people were told", work: announceBreaks },
  { name: "checked", work: ({ nightly }) => nightly.run() },
];

/** Begins the chores. @returns What ends them: the nightly check that is under way breaks off, the rest is waited for. */
export function startChores(tools: ChoreTools): Repeating {
  const chores = CHORES.map((chore) => everyHour(chore, tools));
  return {
    async stop() {
      const ended = chores.map((chore) => chore.stop());
      await tools.nightly.stop();
      await Promise.all(ended);
    },
  };
}

function everyHour({ name, says, work }: Chore, tools: ChoreTools): Repeating {
  const { log } = tools;
  const round = async (): Promise<void> => {
    const count = await work(tools);
    if (count > 0 && says !== undefined) log.info({ [name]: count }, says);
  };
  const onError = (cause: unknown): void =>
    log.error({ chore: name, code: codeOf(cause, "chores.failed"), err: cause }, "hourly work failed");
  return repeating(HOUR_MS, round, onError, { atOnce: true });
}
