/** What somebody who watches the demo sees. Everybody in it is invented. */
import type { Instant } from "../../model/instant.ts";
import { decisionsOfLead, type StoredDecision } from "../../store/turns.ts";
import { printLines, tableLines, wrapped } from "../print.ts";
import type { Screen } from "../shell.ts";
import { counted } from "../words.ts";
import { type AnyStage, leadInstallation } from "./stage.ts";
import { describeAct } from "./acts.ts";
import type { Aftermath } from "./afterwards.ts";
import { clockTime, fact, type Measured, nameOf, type Story } from "./story.ts";

export async function printWelcome(
  screen: Screen,
  stage: AnyStage,
  acts: number,
  seed: number,
): Promise<void> {
  const { bold, dim } = screen.paint;
  await printLines(screen, [
    bold("Baton: one day of leads at Acme, Tuesday 17 November 2026") +
      dim(` (seed ${seed}; everybody here is invented)`),
    dim(`Installed over OAuth into ${placesOf(stage)} at ${stage.sandbox.url}. ${acts} things happen today.`),
    dim("Webhooks are signed, and one in five arrives twice, late or out of order. Times are UTC."),
    "",
  ]);
}

function placesOf({ portal, org }: AnyStage): string {
  if (org === undefined) return "a sandbox HubSpot portal";
  return portal === undefined
    ? "a sandbox Salesforce org"
    : "a sandbox HubSpot portal, where marketing has its leads, and a sandbox Salesforce org, where sales works,";
}

/** An act of the day as it is told. */
export interface ToldAct {
  readonly at: Instant;
  readonly who: string;
  readonly what: string;
  readonly lead?: string;
}

/** One line for each act, and one for what Baton made of it; page views that change nothing are passed over. */
export async function printOutcome(screen: Screen, stage: AnyStage, act: ToldAct): Promise<void> {
  const { db } = stage.baton.store;
  const { id } = await leadInstallation(stage);
  const decisions = act.lead === undefined ? [] : await decisionsOfLead(db, id, act.lead, 10);
  const fresh = decisions.filter(({ decision }) => decision.decidedAt >= act.at);
  // Of several webhooks of one act, the first handed the lead off and the others found it there.
  const told = fresh.find(({ decision }) => decision.verdict.outcome === "ready") ?? fresh[0];
  if (told?.decision.verdict.reason === "no-type-matches") return;
  if (told === undefined && act.what.startsWith("looks at")) return;

  const known = told ?? decisions[0];
  const who =
    known === undefined
      ? act.who
      : [nameOf(known.snapshot), fact(known.snapshot, "account.name")].filter(Boolean).join(", ");
  await printLines(screen, [
    `${screen.paint.dim(clockTime(act.at))}  ${who} ${screen.paint.dim(act.what)}`,
    ...(told === undefined ? [] : wrapped(screen, "       ", outcomeOf(screen, told))),
  ]);
}

/** What a rep did, or that a clock rang, and what Baton made of it. */
export async function printAftermath(
  screen: Screen,
  stage: AnyStage,
  { at, lead, act }: Aftermath,
): Promise<void> {
  const { db } = stage.baton.store;
  const { id } = await leadInstallation(stage);
  const [latest] = await decisionsOfLead(db, id, lead, 1);
  if (latest === undefined) return;
  const { dim } = screen.paint;
  const who = [nameOf(latest.snapshot), fact(latest.snapshot, "account.name")].filter(Boolean).join(", ");
  const what =
    act === undefined
      ? "a clock rings"
      : `${firstNameOf(stage, latest.snapshot.handoff?.ownerId) ?? "sales"}: ${describeAct(act)}`;
  const isNews = latest.decision.decidedAt >= at && latest.decision.progress !== undefined;
  await printLines(screen, [
    `${dim(clockTime(at))}  ${who} ${dim(what)}`,
    ...(isNews ? wrapped(screen, "       ", progressOf(screen, latest)) : []),
  ]);
}

/** The owner's first name, as the CRM has it in which sales works. */
function firstNameOf({ portal, org }: AnyStage, ownerId: string | undefined): string | undefined {
  if (ownerId === undefined) return undefined;
  if (org === undefined) return portal?.state.owners.find(({ id }) => id === ownerId)?.firstName;
  const name = org.find(ownerId)?.values["FirstName"];
  return typeof name === "string" ? name : undefined;
}

function progressOf({ paint }: Screen, { decision, snapshot }: StoredDecision): string {
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
  const due = snapshot.handoff?.story?.clocks.find(({ kind }) => kind === "first-attempt")?.dueAt;
  const isLate = progress.firstAttemptAt !== undefined && due !== undefined && progress.firstAttemptAt > due;
  return `${paint.green("=")} ${standing.replace("-", " ")}${isLate ? paint.yellow(", too late") : ""}`;
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

export async function printStory(
  screen: Screen,
  { story, measured }: { story: Story; measured: Measured },
): Promise<void> {
  const { bold } = screen.paint;
  await printLines(screen, [
    "",
    bold(`${story.handoffs.length} leads handed off`),
    ...handoffLines(screen, story, measured),
    "",
    bold(`${story.notHandedOff.length} leads not handed off, each with its reason in the CRM`),
    ...tableLines(screen, {
      head: ["lead", "outcome", "reason", "because"],
      rows: story.notHandedOff.map(({ lead, company, outcome, reason, because }) => [
        [lead, company].filter(Boolean).join(", "),
        outcome,
        reason,
        because,
      ]),
    }),
    "",
    ...ledgerLines(screen, story, measured),
  ]);
}

/** The last column is how long the lead spent in each seam, in real time: until Baton heard of it, decided, and had written. */
function handoffLines(screen: Screen, { handoffs }: Story, { seams }: Measured): readonly string[] {
  return tableLines(screen, {
    head: [
      "at",
      "lead",
      "type",
      "owner",
      "rule",
      "first attempt by",
      "sales says",
      "heard + decided + written",
    ],
    rows: handoffs.map((one, index) => [
      one.at,
      [one.lead, one.company].filter(Boolean).join(", "),
      one.type,
      one.state === "with-sales" ? one.owner : screen.paint.yellow(`${one.owner} ${one.state}`.trim()),
      one.rule,
      one.firstAttemptBy,
      one.standing,
      inSeams(seams[index]),
    ]),
  });
}

function inSeams(seams: Measured["seams"][number] | undefined): string {
  if (seams === undefined) return "";
  const { occurredToReceived, receivedToDecided, decidedToWritten } = seams;
  const spans = [
    occurredToReceived,
    receivedToDecided,
    ...(decidedToWritten === undefined ? [] : [decidedToWritten]),
  ];
  return `${spans.join("+")} ms`;
}

function ledgerLines(
  screen: Screen,
  { ledger }: Story,
  { webhookEvents, crmCalls }: Measured,
): readonly string[] {
  const { paint } = screen;
  const isExact = ledger.exact === ledger.handoffs && ledger.repeated === 0;
  const [owners, tasks, notes] = ledger.others;
  const judgement =
    `${isExact ? paint.green("✓") : paint.red("✗")} The sandbox's own ledger: of ${ledger.handoffs} owned handoffs, ${ledger.exact} have their ` +
    `owner, task and note written exactly once; ${ledger.doubled} doubled, ${ledger.missing} missing.`;
  return [
    ...wrapped(screen, "", judgement),
    paint.dim(
      `  Besides, for a partner's lead and for people forgotten since: ${counted(owners, "owner write")}, ${counted(tasks, "task")}, ${counted(notes, "note")}.`,
    ),
    paint.dim(
      `  ${webhookEvents} webhook events came in, repeats and echoes included; ${crmCalls} calls of the CRM in all.`,
    ),
  ];
}

/** How to go on from here. */
export async function printFarewell(
  screen: Screen,
  {
    database,
    handoff,
    pack,
  }: { readonly database: string; readonly handoff: string | undefined; readonly pack: string | undefined },
): Promise<void> {
  const { dim, cyan } = screen.paint;
  await printLines(screen, [
    "",
    ...(handoff === undefined
      ? []
      : [`${dim("Ask why:")} ${cyan(`BATON_DATABASE_URL=${database} npx baton explain ${handoff}`)}`]),
    ...(pack === undefined ? [] : [`${dim("Bring it to the meeting:")} ${cyan(pack)}`]),
  ]);
}
