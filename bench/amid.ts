/**
 * A demo request that comes in the middle of a burst. The burst is an import, which nobody waits for: it gathers for a minute and is
 * then worked off by the hundred. When half of it is read, one more lead asks for a demo, and the time counts from the form to the
 * last of owner, task and note.
 */
import { setTimeout as pause } from "node:timers/promises";
import { callsSince } from "./calls.ts";
import { shown } from "./figures.ts";
import { addLead, askForDemo, writesPerLead } from "./leads.ts";
import { type BenchPortal, openPortal } from "./portal.ts";
import type { Report } from "./table.ts";

export interface AmidOptions {
  readonly seed: number;
  /** Leads of the import. */
  readonly leads: number;
}

const LATENCY_MS = 50;
const QUIET_WITHIN_MS = 60_000;
const WINDOW_OVER_MS = 10_500;
const LOOK_EVERY_MS = 20;
/** An import gathers for a minute; then a hundred leads take a second or so. */
const HALF_WITHIN_MS = 120_000;
const WRITTEN_WITHIN_MS = 60_000;
const TARGET_SECONDS = 5;

export async function amid(options: AmidOptions): Promise<Report> {
  const stage = await openPortal(options.seed);
  try {
    const { sandbox, portal } = stage;
    const imported: string[] = [];
    for (let number = 1; number <= options.leads; number += 1)
      imported.push((await addLead(portal, number)).id);
    const lead = await addLead(portal, options.leads + 1);
    await stage.install();
    await stage.quiet(QUIET_WITHIN_MS);
    await pause(WINDOW_OVER_MS);

    sandbox.pace.latencyMs = LATENCY_MS;
    const beganMs = performance.now();
    for (const who of imported)
      await portal.act({ do: "change", who, properties: { jobtitle: "VP Sales" }, by: "import" });
    await until(HALF_WITHIN_MS + options.leads * 10, () => readSince(stage, beganMs) >= options.leads / 2);
    const left = options.leads - readSince(stage, beganMs);
    const askedMs = performance.now();
    await askForDemo(portal, lead.email);
    await until(WRITTEN_WITHIN_MS, () => isWritten(stage, lead.id));
    const seconds = (performance.now() - askedMs) / 1_000;
    await stage.quiet(QUIET_WITHIN_MS);
    return report(
      options,
      left,
      seconds,
      callsSince(sandbox, beganMs).filter(({ status }) => status === 429).length,
    );
  } finally {
    await stage.close();
  }
}

/** How many contacts were read: a burst that was read is half done. */
function readSince({ sandbox }: BenchPortal, sinceMs: number): number {
  return callsSince(sandbox, sinceMs)
    .filter(({ what, status }) => what.endsWith("/contacts/batch/read") && status < 300)
    .reduce((sum, { inputs }) => sum + inputs, 0);
}

function isWritten({ sandbox, portal }: BenchPortal, lead: string): boolean {
  const owners = sandbox.ledger.find({
    portalId: portal.id,
    kind: "contact.update",
    by: "app",
    objectId: lead,
  });
  return writesPerLead(portal, owners, [lead]).least === 1;
}

async function until(withinMs: number, isSo: () => boolean): Promise<void> {
  const untilMs = performance.now() + withinMs;
  while (!isSo()) {
    if (performance.now() > untilMs) throw new Error(`the burst got nowhere within ${withinMs} ms`);
    await pause(LOOK_EVERY_MS);
  }
}

function report(options: AmidOptions, left: number, seconds: number, rateLimited: number): Report {
  return {
    bench: "amid",
    tried: { ...options, "latency ms": LATENCY_MS },
    head: ["imported leads", "not yet read", "demo request written after s", "429"],
    rows: [[shown(options.leads, 0), shown(left, 0), shown(seconds, 2), String(rateLimited)]],
    notes: [
      `a demo request in the middle was written after ${shown(seconds, 2)} s; the target of ≤ ${TARGET_SECONDS} s is ${seconds <= TARGET_SECONDS ? "met" : "MISSED"}`,
    ],
    figures: { left, seconds, rateLimited },
  };
}
