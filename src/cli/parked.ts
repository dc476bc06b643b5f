/** `baton parked`: what waits for a person, and a person's word on it. */
import { BatonError, ERROR_CODES, type ErrorCode, type Remedy } from "../errors.ts";
import type { Instant } from "../model/instant.ts";
import { record } from "../store/audit.ts";
import { releaseEffect, stuckEffects } from "../store/stuck-effects.ts";
import { parkedEvents, releaseEvent } from "../store/events.ts";
import type { Installation } from "../store/installations.ts";
import type { Store } from "../store/open.ts";
import type { Db } from "../store/schema.ts";
import { chooseInstallations, withStore } from "./existing-store.ts";
import { isMessageKey, messagesIn, releaseMessageKey } from "./parked-messages.ts";
import { printJson, printLines, tableLines, type TableShape } from "./print.ts";
import type { Shell } from "./shell.ts";
import { counted, fromNow, printable } from "./words.ts";

/** One thing that waits. */
export interface Parked {
  /** What `retry` and `drop` take: an effect's key, `event:` and the event's number, or `notice:`, channel and message. */
  readonly key: string;
  readonly portal: string;
  readonly lead?: string;
  /** The kind of write or of event, or how many notices by what. */
  readonly what: string;
  readonly state: string;
  readonly since: Instant;
  readonly attempts: number;
  readonly code?: string;
  readonly reason?: string;
  /** What a person can do. */
  readonly remedy: string;
}

const EVENT = "event:";

/** What to do about something parked, by the remedy of its code. */
const NEXT_STEP: Readonly<Record<Remedy, string>> = {
  reject: "drop it",
  reconfigure: "change the setting or value it names, then retry",
  reauthorize: "install the app again, then retry",
  retry: "retry",
  replan: "drop it: the lead's next change decides anew",
  report: "retry; report it if it parks again",
};

/** Prints what waits. Throws what opening the database throws, and `cli.not-found` for an unknown portal. */
export async function listParked(
  shell: Shell,
  options: { readonly portal?: string; readonly json?: boolean },
): Promise<void> {
  const waiting = await withStore(shell, async (store) =>
    (await parkedIn(store, options.portal)).map(({ parked }) => parked),
  );
  if (options.json === true) {
    await printJson(shell.out, waiting);
    return;
  }
  if (waiting.length === 0) {
    await printLines(shell.out, ["Nothing waits for a person."]);
    return;
  }
  await printLines(shell.out, tableLines(shell.out, tableOf(waiting, shell.now())));
}

/** The portal is a column only where there are several. */
function tableOf(waiting: readonly Parked[], now: Instant): TableShape {
  const hasSeveral = new Set(waiting.map(({ portal }) => portal)).size > 1;
  const portal = (text: string): readonly string[] => (hasSeveral ? [text] : []);
  return {
    head: ["key", ...portal("portal"), "lead", "what", "state", "since", "tries", "code", "reason", "remedy"],
    rows: waiting.map((one) => [
      one.key,
      ...portal(one.portal),
      one.lead ?? "",
      one.what,
      one.state,
      fromNow(one.since, now),
      String(one.attempts),
      one.code ?? "",
      printable(one.reason ?? ""),
      one.remedy,
    ]),
  };
}

/**
 * Retries or drops what waits, all or nothing. Throws `cli.usage` when neither keys nor `--all` are given, `cli.not-found`
 * when a key is not among what waits; nothing is changed then.
 */
export async function releaseParked(
  shell: Shell,
  to: "retry" | "drop",
  keys: readonly string[],
  options: { readonly all?: boolean; readonly portal?: string },
): Promise<void> {
  if ((keys.length === 0) !== (options.all === true)) {
    throw new BatonError("cli.usage", `Give the keys to ${to}, as baton parked list prints them, or --all.`);
  }
  const count = await withStore(shell, async (store) => {
    const waiting = await parkedIn(store, options.portal);
    const chosen = options.all === true ? waiting : choose(waiting, keys);
    return await store.db.transaction().execute((tx) => release(tx, chosen, to, shell.now()));
  });
  const what = counted(count, "item");
  await printLines(shell.out, [
    to === "drop" ? `Dropped ${what}.` : `${what} will be tried again: within a second where a server runs.`,
  ]);
}

interface Waiting {
  readonly parked: Parked;
  readonly installation: Installation;
}

async function parkedIn(store: Store, portal: string | undefined): Promise<readonly Waiting[]> {
  const waiting: Waiting[] = [];
  for (const installation of await chooseInstallations(store, portal)) {
    const both = [
      ...(await stuckEffects(store.db, installation.id)).map((effect) => ofEffect(installation, effect)),
      ...(await eventsIn(store.db, installation)),
      ...(await noticesIn(store.db, installation)),
    ];
    waiting.push(...both.map((parked) => ({ parked, installation })));
  }
  return waiting;
}

function ofEffect(
  { tenant }: Installation,
  effect: Awaited<ReturnType<typeof stuckEffects>>[number],
): Parked {
  return {
    key: effect.key,
    portal: tenant,
    lead: effect.lead,
    what: effect.kind,
    state: effect.state,
    since: effect.plannedAt,
    attempts: effect.attempts,
    ...(effect.code === null ? {} : { code: effect.code }),
    ...(effect.reason === null ? {} : { reason: effect.reason }),
    remedy: NEXT_STEP[remedyOf(effect.code)],
  };
}

async function eventsIn(db: Db, { id, tenant }: Installation): Promise<readonly Parked[]> {
  return (await parkedEvents(db, id)).map((event) => ({
    key: `${EVENT}${event.seq}`,
    portal: tenant,
    ...(event.lead === null ? {} : { lead: event.lead }),
    what: event.kind,
    state: "parked",
    since: event.receivedAt,
    attempts: event.attempts,
    ...(event.outcome === null ? {} : { code: event.outcome }),
    remedy: NEXT_STEP[remedyOf(event.outcome)],
  }));
}

async function noticesIn(db: Db, { id, tenant }: Installation): Promise<readonly Parked[]> {
  return (await messagesIn(db, id)).map(({ code, ...message }) => ({
    ...message,
    portal: tenant,
    ...(code === null ? {} : { code }),
    remedy: NEXT_STEP[remedyOf(code)],
  }));
}

/** Codes that only the ledger uses are faults of ours, as an unknown one would be. */
function remedyOf(code: string | null): Remedy {
  return isErrorCode(code) ? ERROR_CODES[code] : "report";
}

function isErrorCode(code: string | null): code is ErrorCode {
  return code !== null && Object.hasOwn(ERROR_CODES, code);
}

function choose(waiting: readonly Waiting[], keys: readonly string[]): readonly Waiting[] {
  const byKey = new Map(waiting.map((one) => [one.parked.key, one]));
  const unknown = keys.filter((key) => !byKey.has(key));
  if (unknown.length > 0) {
    throw new BatonError(
      "cli.not-found",
      `Nothing parked has the key ${unknown.join(" or ")}. See: baton parked list. Nothing was changed.`,
    );
  }
  return [...new Set(keys)].flatMap((key) => byKey.get(key) ?? []);
}

/** @returns How many still waited: a server or another person may have been quicker. */
async function release(
  tx: Db,
  chosen: readonly Waiting[],
  to: "retry" | "drop",
  now: Instant,
): Promise<number> {
  let count = 0;
  for (const [installation, items] of Map.groupBy(chosen, (one) => one.installation.id)) {
    let released = 0;
    for (const { parked } of items) released += await releaseOne(tx, installation, parked.key, to, now);
    const detail = counted(released, "item");
    await record(tx, { installation, actor: "cli", action: `parked-${to}`, detail }, now);
    count += released;
  }
  return count;
}

async function releaseOne(
  tx: Db,
  installation: string,
  key: string,
  to: "retry" | "drop",
  now: Instant,
): Promise<number> {
  if (isMessageKey(key)) return await releaseMessageKey(tx, installation, key, to, now);
  if (!key.startsWith(EVENT)) return await releaseEffect(tx, installation, key, to, now);
  const state = to === "retry" ? "pending" : "done";
  return await releaseEvent(tx, installation, Number(key.slice(EVENT.length)), state, now);
}
