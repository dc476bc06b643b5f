/**
 * `baton resync`: asks the server to look for what nobody told, or to compare what both CRMs keep, and tells how it goes. The work is
 * the lanes': lanes/reconcile.ts and lanes/resync.ts.
 */
import { randomBytes } from "node:crypto";
import { BatonError } from "../errors.ts";
import {
  type Asking,
  askForResync,
  continueResyncs,
  endResyncs,
  RESYNC_WISHES,
  type ResyncWish,
} from "../lanes/resync-asking.ts";
import { DAY_MS, type DurationMs } from "../model/instant.ts";
import type { Crm } from "../model/lead.ts";
import { durationSchema } from "../playbook/duration.ts";
import { isOpen, type ResyncStanding, resyncStandings } from "../present/resyncs.ts";
import type { Installation } from "../store/installations.ts";
import type { Store } from "../store/open.ts";
import { chooseInstallations, withStore } from "./existing-store.ts";
import { printJson, printLines } from "./print.ts";
import { diffLines, sentenceOf } from "./resync-words.ts";
import { watch, type Watching } from "./resync-watch.ts";
import type { Shell } from "./shell.ts";
import { inDuration } from "./words.ts";

export interface ResyncOptions {
  readonly crm?: string;
  readonly portal?: string;
  /** A span as the playbook writes it. */
  readonly since?: string;
  readonly only?: string;
  readonly dryRun?: boolean;
  readonly maxCalls?: string;
  readonly resume?: boolean;
  readonly stop?: boolean;
  readonly status?: boolean;
  /** Whether to stay until the end. */
  readonly wait: boolean;
  readonly json?: boolean;
}

const ID_BYTES = 12;

/**
 * Asks, stops, lets go on or looks, and waits for the end as long as a server gets on with it. Throws `cli.usage` for options that make
 * no sense, `cli.not-found` for an unknown portal, `resync.bad-question` for what cannot be asked, and what opening the database throws.
 */
export async function resync(shell: Shell, options: ResyncOptions, watching: Watching): Promise<void> {
  const wish = wishOf(options);
  const act = actOf(options);
  const standings = await withStore(shell, async (store) => {
    const installations = await chosen(store, options);
    const load = () => resyncStandings(store.db, installations);
    const asking = { db: store.db, actor: "cli", now: shell.now(), newId };
    await printLines(shell.err, await perform(act, asking, installations, wish));
    const first = (await load()).filter((one) => isAbout(one, act, wish));
    if (act === "stop" || act === "status" || !options.wait) return first;
    const last = await watch(
      shell,
      async () => (await load()).filter((one) => isAbout(one, act, wish)),
      watching,
    );
    if (watching.isInterrupted() && last.some(isOpen)) await printLines(shell.err, LEFT_ALONE);
    return last;
  });
  if (options.json === true) await printJson(shell.out, standings);
  else await printLines(shell.out, linesOf(shell, standings));
}

const LEFT_ALONE = [
  "Nobody watches any more; the server goes on. To look again: baton resync --status. To stop it: baton resync --stop",
];

type Act = "ask" | "resume" | "stop" | "status";

function actOf({ resume, stop, status, since, only, dryRun, maxCalls }: ResyncOptions): Act {
  const acts: readonly Act[] = [
    ...(resume === true ? (["resume"] as const) : []),
    ...(stop === true ? (["stop"] as const) : []),
    ...(status === true ? (["status"] as const) : []),
  ];
  const [act, ...others] = acts;
  if (act === undefined) return "ask";
  const isMore = [since, only, dryRun, act === "resume" ? undefined : maxCalls].some(
    (one) => one !== undefined,
  );
  if (others.length > 0 || isMore)
    throw new BatonError("cli.usage", `--${act} stands alone: what was asked for stays as it is.`);
  return act;
}

function wishOf({ since, only, dryRun, maxCalls }: ResyncOptions): ResyncWish {
  const wished = RESYNC_WISHES.find((one) => one === only);
  if (only !== undefined && wished === undefined)
    throw new BatonError("cli.usage", `--only ${only}: give one of ${RESYNC_WISHES.join(", ")}.`);
  return {
    isDry: dryRun === true,
    ...(wished === undefined ? {} : { only: wished }),
    ...(since === undefined ? {} : { sinceMs: spanOf(since) }),
    ...(maxCalls === undefined ? {} : { mostCalls: callsOf(maxCalls) }),
  };
}

function spanOf(text: string): DurationMs {
  const span = durationSchema.safeParse(text);
  if (span.success) return span.data;
  throw new BatonError(
    "cli.usage",
    `--since ${text}: ${span.error.issues[0]?.message ?? "no span of time"}.`,
  );
}

function callsOf(text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new BatonError("cli.usage", `--max-calls ${text}: give a whole number from 1.`);
}

async function chosen(store: Store, { crm, portal }: ResyncOptions): Promise<readonly Installation[]> {
  const known: readonly Crm[] = ["hubspot", "salesforce"];
  if (crm !== undefined && !known.some((one) => one === crm))
    throw new BatonError("cli.usage", `--crm ${crm}: give one of ${known.join(", ")}.`);
  const all = (await chooseInstallations(store, portal)).filter(
    (one) => crm === undefined || one.crm === crm,
  );
  if (all.length > 0) return all;
  throw new BatonError("cli.not-found", `Baton is in no account of ${crm ?? "any CRM"} that was asked for.`);
}

/** @returns What to tell before anything is seen of it. */
async function perform(
  act: Act,
  asking: Asking,
  installations: readonly Installation[],
  wish: ResyncWish,
): Promise<readonly string[]> {
  switch (act) {
    case "ask":
      await askForResync(asking, installations, wish);
      return askedOf(
        wish,
        installations.some(({ sales }) => sales !== undefined),
      );
    case "resume":
      await continueResyncs(asking, installations, wish.mostCalls);
      return ["It goes on from the page it had come to."];
    case "stop":
      await endResyncs(asking, installations);
      return ["Stopped. What was planned is still written; nothing more is looked at."];
    case "status":
      return [];
  }
}

function askedOf({ only, sinceMs, isDry }: ResyncWish, isPaired: boolean): readonly string[] {
  const looks = only === "leads" || (only === undefined && !isDry);
  const leads = `Asked for what was modified in the last ${inDuration(sinceMs ?? DAY_MS)}. A running server does it, one page a second.`;
  const what = only === "links" ? "a search for people who are in both CRMs" : "a comparison of both CRMs";
  const some = sinceMs === undefined ? "" : `, of what was modified in the last ${inDuration(sinceMs)}`;
  const how = isDry ? " Nothing is written." : "";
  const pairs = `Asked for ${what}${some}. A running server does it while nothing else waits.${how}`;
  return [...(looks ? [leads] : []), ...(only !== "leads" && (isPaired || !looks) ? [pairs] : [])];
}

/** Whether it is what the command was about: not what was asked for some other day. */
function isAbout({ about }: ResyncStanding, act: Act, { only, isDry }: ResyncWish): boolean {
  if (act === "status") return true;
  if (act !== "ask") return about !== "leads";
  if (only !== undefined) return about === only;
  return isDry ? about !== "leads" : about !== "links";
}

function linesOf(shell: Shell, standings: readonly ResyncStanding[]): readonly string[] {
  if (standings.length === 0) return ["Nothing was asked for yet."];
  return standings.flatMap((one) => [sentenceOf(one, shell.now()), ...diffLines(shell.out, one)]);
}

function newId(): string {
  return randomBytes(ID_BYTES).toString("hex");
}
