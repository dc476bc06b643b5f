/**
 * What somebody who watches the demo's day sees go by: who did what, and what Baton made of it. What it made of it is read from the stored
 * decisions, of which one act may cause several: webhooks come twice, and Baton's own writes come back.
 */
import type { Instant } from "../../model/instant.ts";
import { decisionsOfLead, type StoredDecision } from "../../store/turns.ts";
import { printLines, wrapped } from "../print.ts";
import type { Screen } from "../shell.ts";
import { describeRepAct } from "./acts.ts";
import type { Aftermath } from "./afterwards.ts";
import { type AnyStage, leadInstallation } from "./stage.ts";
import { clockTime, fact, nameOf } from "./story.ts";

/** An act of the day as it is told. */
export interface ToldAct {
  readonly at: Instant;
  readonly who: string;
  readonly what: string;
  readonly lead?: string;
  /** Somebody asks to be forgotten: how Baton comes to do it. */
  readonly forgotten?: string;
}

/** As many decisions as one act and its echoes may cause. */
const MOST_DECISIONS = 20;
/** As wide as a time and the gap behind it. */
const MARGIN = "       ";

/** One line for each act, and one for what Baton made of it; page views that change nothing are passed over. */
export async function printOutcome(screen: Screen, stage: AnyStage, act: ToldAct): Promise<void> {
  const decisions = await decisionsOf(stage, act.lead);
  const fresh = decisions.filter(({ decision }) => decision.decidedAt >= act.at);
  // Of several webhooks of one act, the first handed the lead off and the others found it there.
  const told = fresh.find(({ decision }) => decision.verdict.outcome === "ready") ?? fresh[0];
  if (told?.decision.verdict.reason === "no-type-matches") return;
  if (told === undefined && act.what.startsWith("looks at")) return;

  const known = told ?? decisions[0];
  const isGone = act.forgotten !== undefined && decisions.length === 0;
  const gone = isGone
    ? [screen.paint.dim(`= forgotten, ${act.forgotten}: no name, decision or handoff is left`)]
    : [];
  await printHappening(screen, {
    at: act.at,
    who: known === undefined ? act.who : whoIs(known),
    what: act.what,
    outcome: told === undefined ? gone : [outcomeOf(screen, told)],
  });
}

/** What a sweep found that no CRM had told of. */
export async function printFound(screen: Screen, stage: AnyStage, { at, lead }: Aftermath): Promise<void> {
  const [latest] = await decisionsOf(stage, lead);
  if (latest === undefined || latest.decision.verdict.reason === "no-type-matches") return;
  await printHappening(screen, {
    at,
    who: whoIs(latest),
    what: "is found by the sweep for what nobody told",
    outcome: [outcomeOf(screen, latest)],
  });
}

/** What a rep did, or that a clock rang, and what Baton made of it. */
export async function printAftermath(
  screen: Screen,
  stage: AnyStage,
  { at, lead, act }: Aftermath,
): Promise<void> {
  const decisions = await decisionsOf(stage, lead);
  const fresh = decisions.filter(
    ({ decision }) => decision.decidedAt >= at && decision.progress !== undefined,
  );
  const told = mostTelling(fresh);
  const known = told ?? decisions[0];
  if (known === undefined) return;
  const what =
    act === undefined
      ? "a clock rings"
      : `${firstNameOf(stage, known.snapshot.handoff?.ownerId) ?? "sales"}: ${describeRepAct(act)}`;
  const late = fresh.some(isLate) ? screen.paint.yellow(", too late") : "";
  await printHappening(screen, {
    at,
    who: whoIs(known),
    what,
    outcome: told === undefined ? [] : [progressOf(screen, told, late)],
  });
}

async function decisionsOf(stage: AnyStage, lead: string | undefined): Promise<readonly StoredDecision[]> {
  if (lead === undefined) return [];
  const { id } = await leadInstallation(stage);
  return await decisionsOfLead(stage.baton.store.db, id, lead, MOST_DECISIONS);
}

/** Wrapped under its time, so that a narrow terminal breaks no word. */
async function printHappening(
  screen: Screen,
  told: {
    readonly at: Instant;
    readonly who: string;
    readonly what: string;
    readonly outcome: readonly string[];
  },
): Promise<void> {
  const { dim } = screen.paint;
  const what = dim(told.what);
  await printLines(screen, [
    ...wrapped(screen, `${dim(clockTime(told.at))}  `, told.who === "" ? what : `${told.who} ${what}`),
    ...told.outcome.flatMap((one) => wrapped(screen, MARGIN, one)),
  ]);
}

function whoIs({ snapshot }: StoredDecision): string {
  return [nameOf(snapshot), fact(snapshot, "account.name")].filter(Boolean).join(", ");
}

/** The owner's first name, as the CRM has it in which sales works. */
function firstNameOf({ portal, org }: AnyStage, ownerId: string | undefined): string | undefined {
  if (ownerId === undefined) return undefined;
  if (org === undefined) return portal?.state.owners.find(({ id }) => id === ownerId)?.firstName;
  const name = org.find(ownerId)?.values["FirstName"];
  return typeof name === "string" ? name : undefined;
}

/** Of what one happening caused, newest first: the lead was passed on, or somebody is told; else how it stands now. */
function mostTelling(fresh: readonly StoredDecision[]): StoredDecision | undefined {
  return (
    fresh.find(({ decision }) => decision.assignment?.outcome === "assigned") ??
    fresh.find(({ decision }) => decision.progress?.steps.length !== 0) ??
    fresh[0]
  );
}

/** The first attempt has just been seen, and its clock had run out. */
function isLate({ decision, snapshot }: StoredDecision): boolean {
  const due = snapshot.handoff?.story?.clocks.find(({ kind }) => kind === "first-attempt")?.dueAt;
  const at = decision.progress?.firstAttemptAt;
  return at !== undefined && due !== undefined && at > due;
}

function progressOf({ paint }: Screen, { decision }: StoredDecision, late: string): string {
  const { progress, assignment } = decision;
  if (progress === undefined) return "";
  if (assignment?.outcome === "assigned")
    return `${paint.yellow("↻ passed on")} → ${paint.bold(assignment.ownerName)} ${paint.dim(`(${assignment.because})`)}`;
  const [step] = progress.steps;
  if (step !== undefined) {
    const what = step.clock === "answer" ? "an answer is owed" : "nobody has tried yet";
    return `${paint.yellow(`! ${step.atPercent} % of the time`)} ${what} ${paint.dim(`(tells ${step.notify.join(" and ")})`)}`;
  }
  const { answer, unclear, standing } = progress;
  if (unclear !== undefined)
    return paint.yellow(`? "${unclear.answer}" does not count: ${unclear.because.replace("-", " ")}`);
  if (answer !== undefined) {
    const reason = answer.reason === undefined ? "" : `: ${answer.reason}`;
    const sign = progress.ending === undefined ? paint.green("✓") : paint.dim("■");
    return `${sign} ${answer.answer}${reason}`;
  }
  return `${paint.green("=")} ${standing.replace("-", " ")}${late}`;
}

function outcomeOf({ paint }: Screen, { decision }: StoredDecision): string {
  const { verdict, assignment, plan } = decision;
  if (verdict.outcome === "with-sales")
    return paint.dim("= sales has this lead already: nothing is done twice");
  if (verdict.outcome !== "ready") {
    const because = verdict.because === undefined ? "" : paint.dim(`: ${verdict.because}`);
    return `${paint.yellow(`✗ ${verdict.outcome}`)} ${verdict.reason}${because}`;
  }
  const due = plan.clocks.find(({ kind }) => kind === "first-attempt")?.dueAt;
  const by = due === undefined ? "" : paint.dim(`, first attempt by ${clockTime(due)}`);
  if (assignment?.outcome === "assigned") {
    return `${paint.green(`✓ ${verdict.type}`)} → ${paint.bold(assignment.ownerName)} ${paint.dim(`(${assignment.rule})`)}${by}`;
  }
  if (assignment?.outcome === "partner") {
    return `${paint.green(`✓ ${verdict.type}`)} → partner ${paint.bold(assignment.partner)}`;
  }
  return `${paint.yellow(`… ${verdict.type}`)} waits: ${assignment?.because ?? "nobody was looked for"}`;
}
