/**
 * A thousand leads ready at once where sales works in Salesforce: in an org alone, and in a portal with an org beside it. All ask for
 * a demo while events are held back; then these leave, in messages of a hundred. Counted by the sandbox's ledger, from that moment
 * until nobody works any more, each CRM's calls apart: a call of an org counts once, whatever it holds. The org is set up as Baton
 * asks for: what Baton writes there sets off no messages. In the last row it does; a portal always tells of everything.
 *
 * Then, in the pair, a field of one lead changes in one CRM, one lead after the other: the calls from that moment until it stands in the
 * other CRM, and how many of them waited for one another.
 */
import { setTimeout as pause } from "node:timers/promises";
import type { Sandbox } from "../sandbox/index.ts";
import { type AnyStage, openStageIn, type Topology } from "../src/cli/demo/stage.ts";
import { createLog } from "../src/log.ts";
import { type EndedCall, kindsOf, roundTrips } from "./calls.ts";
import { percent, shown } from "./figures.ts";
import { addLead, askForDemo } from "./leads.ts";
import { addOrgLead, answerForm, handedOff, type InOrg } from "./org-leads.ts";
import { playbookWithoutCaps } from "./portal.ts";
import type { Report } from "./table.ts";

export interface SalesforceBurstOptions {
  readonly seed: number;
  readonly leads: number;
}

type Call = Sandbox["ledger"]["calls"][number];

interface Sample {
  readonly topology: Topology;
  /** Whether the org tells Baton of its own writes. */
  readonly echoes: boolean;
  readonly leads: number;
  readonly orgCalls: number;
  readonly portalCalls: number;
  /** Answers that are not 2xx, those to parts of a call among them. */
  readonly errors: number;
  /** Until the last write was answered. */
  readonly seconds: number;
  /** Leads with one person as owner, one task and one note. */
  readonly once: number;
  readonly kinds: readonly (readonly [what: string, count: number])[];
}

/** A field that changed in one CRM, until it stood in the other. */
interface Step {
  readonly from: "hubspot" | "salesforce";
  readonly calls: number;
  readonly trips: number;
}

const TARGET_CALLS = 0.05;
const TARGET_ERRORS = 0.005;
const TARGET_TRIPS = 2;
/** Roughly what a CRM is away, and far more than the sandbox takes: round trips can be told apart. */
const LATENCY_MS = 50;
const STEPS = 5;
/** Changes each way that are not counted: what was not asked for since the burst is asked for anew beside them. */
const WARM_UP = 1;
const STEP_WITHIN_MS = 10_000;
const PATIENCE_MS = 600_000;
const LOOK_EVERY_MS = 50;

/** Runs the bench. */
export async function salesforceBurst(options: SalesforceBurstOptions): Promise<Report> {
  const { leads } = options;
  const alone = await inStage("salesforce", options, (stage) => burstIn(stage, leads, false));
  const [paired, steps] = await inStage("both", options, async (stage) => [
    await burstIn(stage, leads, false),
    await stepsIn(stage),
  ]);
  const echoed = await inStage("both", options, (stage) => burstIn(stage, leads, true));
  const samples = [alone, paired, echoed];
  return {
    bench: "salesforce-burst",
    tried: {
      leads: options.leads,
      seed: options.seed,
      "latency ms": LATENCY_MS,
      steps: STEPS * 2,
    },
    head: [
      "CRMs",
      "leads",
      "org calls",
      "a handoff",
      "portal calls",
      "a handoff",
      "seconds",
      "errors",
      "written once",
    ],
    rows: samples.map(rowOf),
    notes: [...samples.flatMap(notesOf), ...stepNotes(steps)],
    figures: { samples, steps },
  };
}

async function inStage<T>(
  topology: Topology,
  { seed }: SalesforceBurstOptions,
  act: (stage: AnyStage) => Promise<T>,
): Promise<T> {
  const stage = await openStageIn(topology, {
    seed,
    now: Date.now,
    databaseUrl: "sqlite::memory:",
    playbook: playbookWithoutCaps(topology),
    log: createLog({ level: "silent" }),
    port: 0,
  });
  try {
    return await act(stage);
  } finally {
    await stage.close();
  }
}

async function burstIn(stage: AnyStage, leads: number, echoes: boolean): Promise<Sample> {
  const { sandbox, portal, org } = stage;
  if (org === undefined) throw new Error("this bench is about orgs");
  Object.assign(sandbox.webhooks.mood, { duplicateShare: 0, reorderShare: 0 });
  Object.assign(org.outbound.mood, { duplicateShare: 0, reorderShare: 0, echoApiWrites: echoes });
  const emails: string[] = [];
  for (let number = 1; number <= leads; number += 1)
    emails.push(portal === undefined ? await addOrgLead(org, number) : (await addLead(portal, number)).email);
  await stage.quiet();

  sandbox.pace.latencyMs = LATENCY_MS;
  for (const { mood } of [sandbox.webhooks, org.outbound]) mood.paused = true;
  for (const email of emails)
    await (portal === undefined ? answerForm(org, email) : askForDemo(portal, email));
  const from = sandbox.ledger.calls.length;
  const beganMs = performance.now();
  for (const outbox of [sandbox.webhooks, org.outbound]) {
    outbox.mood.paused = false;
    outbox.wake();
  }
  await untilHandedOff(stage, { org, emails }, beganMs);
  await stage.quiet();

  const calls = sandbox.ledger.calls.slice(from);
  const inOrg = calls.filter(({ orgId }) => orgId !== undefined);
  const writes = inOrg.filter(({ subrequests = [] }) => subrequests.some(({ method }) => method !== "GET"));
  return {
    topology: portal === undefined ? "salesforce" : "both",
    echoes,
    leads,
    orgCalls: inOrg.length,
    portalCalls: calls.length - inOrg.length,
    errors: calls.reduce((sum, call) => sum + errorsIn(call), 0),
    seconds: (Math.max(...writes.map(({ endMs }) => endMs ?? 0)) - beganMs) / 1_000,
    once: handedOff({ org, emails }),
    kinds: kindsOf(ended(calls)),
  };
}

async function untilHandedOff({ sandbox }: AnyStage, leads: InOrg, beganMs: number): Promise<void> {
  while (handedOff(leads) < leads.emails.length && performance.now() - beganMs < PATIENCE_MS) {
    await pause(LOOK_EVERY_MS * 10);
    await sandbox.drained();
  }
}

function errorsIn({ status, subrequests = [] }: Call): number {
  const isError = (one: number): boolean => one < 200 || one > 299;
  return Number(isError(status)) + subrequests.filter((part) => isError(part.status)).length;
}

/** One lead after the other changes, first in one CRM, then in the other. */
async function stepsIn(stage: AnyStage): Promise<readonly Step[]> {
  const { portal, org, sandbox } = stage;
  if (portal === undefined || org === undefined) return [];
  // A change leaves at once, as it does where nothing gathers.
  sandbox.webhooks.mood.batchDelayMs = 0;
  org.outbound.mood.batchDelayMs = 0;
  const steps: Step[] = [];
  for (let step = 1; step <= WARM_UP + STEPS; step += 1) {
    const email = `lead-${step}@company-${step}.example`;
    const phone = (country: number): string => `+${country} 30 5550 2${String(step).padStart(2, "0")}`;
    const contact = portal.all("contact").find(({ properties }) => properties["email"] === email);
    const lead = org.find(email);
    if (contact === undefined || lead === undefined) throw new Error(`nobody is ${email} in both CRMs`);
    await stage.quiet();
    const here = await followed(
      stage,
      () => portal.act({ do: "change", who: contact.id, properties: { phone: phone(49) } }),
      () => org.find(email)?.values["Phone"] === phone(49),
    );
    steps.push({ from: "hubspot", ...here });
    await stage.quiet();
    const there = await followed(
      stage,
      () => org.act({ do: "change", who: lead.id, values: { Phone: phone(43) } }),
      () =>
        portal
          .all("contact")
          .some(({ id, properties }) => id === contact.id && properties["phone"] === phone(43)),
    );
    steps.push({ from: "salesforce", ...there });
  }
  return steps.slice(WARM_UP * 2);
}

async function followed(
  { sandbox }: AnyStage,
  act: () => Promise<unknown>,
  isThere: () => boolean,
): Promise<{ readonly calls: number; readonly trips: number }> {
  const from = sandbox.ledger.calls.length;
  const untilMs = performance.now() + STEP_WITHIN_MS;
  await act();
  while (!isThere() && performance.now() < untilMs) await pause(2);
  // The call that wrote is the last: its answer is still on the way.
  await pause(LATENCY_MS * 2);
  const calls = sandbox.ledger.calls.slice(from);
  const last = calls.findLast(isWrite);
  const until = ended(calls.filter(({ number }) => number <= (last?.number ?? 0)));
  return { calls: until.length, trips: isThere() ? roundTrips(until) : Number.POSITIVE_INFINITY };
}

function isWrite({ path, subrequests = [] }: Call): boolean {
  return path.endsWith("/batch/update") || subrequests.some(({ method }) => method !== "GET");
}

function ended(calls: readonly Call[]): readonly EndedCall[] {
  return calls.flatMap(({ startMs, endMs, status, inputs, method, route, orgId, subrequests = [] }) => {
    const verb = subrequests.some((part) => part.method !== "GET") ? "writing " : "";
    const what = `${orgId === undefined ? "portal" : "org"}: ${verb}${method} ${route}`;
    return endMs === undefined ? [] : [{ startMs, endMs, status, inputs, what }];
  });
}

function rowOf({
  topology,
  echoes,
  leads,
  orgCalls,
  portalCalls,
  seconds,
  errors,
  once,
}: Sample): readonly string[] {
  return [
    nameOf({ topology, echoes }),
    shown(leads, 0),
    shown(orgCalls, 0),
    shown(orgCalls / leads, 3),
    shown(portalCalls, 0),
    shown(portalCalls / leads, 3),
    shown(seconds, 1),
    String(errors),
    once === leads ? "yes" : `NO: ${once} of ${leads}`,
  ];
}

function nameOf({ topology, echoes }: Pick<Sample, "topology" | "echoes">): string {
  const crms = topology === "both" ? "HubSpot and Salesforce" : "Salesforce";
  return echoes ? `${crms}, with echoes` : crms;
}

function notesOf(sample: Sample): readonly string[] {
  const { leads, orgCalls, portalCalls, errors, kinds } = sample;
  const perHandoff = orgCalls / leads;
  const share = errors / Math.max(orgCalls + portalCalls, 1);
  const name = nameOf(sample);
  return [
    `${name}: ${shown(perHandoff, 3)} calls a handoff to the org; the target of ≤ ${TARGET_CALLS} is ${perHandoff <= TARGET_CALLS ? "met" : "MISSED"}`,
    `${name}: ${percent(share, 2)} errors; the target of ≤ ${percent(TARGET_ERRORS, 1)} is ${share <= TARGET_ERRORS ? "met" : "MISSED"}`,
    `${name}, calls: ${kinds.map(([what, count]) => `${count} × ${what}`).join(", ")}`,
  ];
}

function stepNotes(steps: readonly Step[]): readonly string[] {
  const most = Math.max(...steps.map(({ trips }) => trips));
  const said = (["hubspot", "salesforce"] as const).map((from) => {
    const some = steps.filter((step) => step.from === from);
    return `from ${from}: ${some.map(({ calls, trips }) => `${calls} calls in ${trips}`).join(", ")}`;
  });
  return [
    `a field that changed stood in the other CRM after at most ${most} round trips; the target of ≤ ${TARGET_TRIPS} is ${most <= TARGET_TRIPS ? "met" : "MISSED"} (${said.join("; ")})`,
  ];
}
