/** What somebody who watches the demo sees before and after the day. Everybody in it is invented. */
import { printLines, tableLines, wrapped } from "../print.ts";
import type { Screen } from "../shell.ts";
import { counted } from "../words.ts";
import type { AnyStage } from "./stage.ts";
import type { Measured, Story } from "./story.ts";

export async function printWelcome(
  screen: Screen,
  stage: AnyStage,
  acts: number,
  seed: number,
): Promise<void> {
  const { bold, dim } = screen.paint;
  const { places, telling } = wordsFor(stage);
  await printLines(screen, [
    ...wrapped(
      screen,
      "",
      bold("Baton: one day of leads at Acme, Tuesday 17 November 2026") +
        dim(` (seed ${seed}; everybody here is invented)`),
    ),
    ...wrapped(
      screen,
      "",
      dim(`Installed over OAuth into ${places} at ${stage.sandbox.url}. ${acts} things happen today.`),
    ),
    ...wrapped(screen, "", dim(`${telling} Times are UTC.`)),
    "",
  ]);
}

/** Where Baton is installed, how that tells it what happens, and what it then counts. */
function wordsFor({ portal, org }: Pick<AnyStage, "portal" | "org">): {
  readonly places: string;
  readonly telling: string;
  readonly news: string;
} {
  if (org === undefined)
    return {
      places: "a sandbox HubSpot portal",
      telling: "Webhooks are signed, and one in five arrives twice, late or out of order.",
      news: "webhook events",
    };
  if (portal === undefined)
    return {
      places: "a sandbox Salesforce org",
      telling:
        "Outbound messages come to an address only the org knows, and one in five arrives twice or out of order.",
      news: "outbound messages",
    };
  return {
    places:
      "a sandbox HubSpot portal, where marketing has its leads, and a sandbox Salesforce org, where sales works,",
    telling:
      "The portal's webhooks are signed, the org's outbound messages come to an address only it knows; one in five arrives twice or out of order.",
    news: "webhook events and outbound messages",
  };
}

export async function printStory(
  screen: Screen,
  stage: Pick<AnyStage, "portal" | "org">,
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
    ...ledgerLines(screen, story, `${measured.webhookEvents} ${wordsFor(stage).news}`),
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

/** @param came  How much was told to Baton. */
function ledgerLines(screen: Screen, { ledger }: Story, came: string): readonly string[] {
  const { paint } = screen;
  const isExact = ledger.exact === ledger.handoffs && ledger.repeated === 0;
  const [owners, tasks, notes] = ledger.others;
  const judgement =
    `The sandbox's own ledger: of ${ledger.handoffs} owned handoffs, ${ledger.exact} have their ` +
    `owner, task and note written exactly once; ${ledger.doubled} doubled, ${ledger.missing} missing.`;
  const besides = `Besides, for a partner's lead and for people forgotten since: ${counted(owners, "owner write")}, ${counted(tasks, "task")}, ${counted(notes, "note")}.`;
  return [
    ...wrapped(screen, `${isExact ? paint.green("✓") : paint.red("✗")} `, judgement),
    ...wrapped(screen, "  ", paint.dim(besides)),
    ...wrapped(screen, "  ", paint.dim(`${came} came in, repeats and echoes included.`)),
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
    ...(handoff === undefined ? [] : askingWhy(screen, database, handoff)),
    ...(pack === undefined ? [] : [`${dim("Bring it to the meeting:")} ${cyan(pack)}`]),
  ]);
}

/** A command to copy: where it is wider than the terminal it goes on in a second line, as a shell takes it. */
function askingWhy(
  { paint, columns = Infinity }: Screen,
  database: string,
  handoff: string,
): readonly string[] {
  const [lead, setting, command] = [
    "Ask why:",
    `BATON_DATABASE_URL=${database}`,
    `npx baton explain ${handoff}`,
  ];
  const { dim, cyan } = paint;
  if ([lead, setting, command].join(" ").length <= columns)
    return [`${dim(lead)} ${cyan(`${setting} ${command}`)}`];
  return [dim(lead), cyan(`  ${setting} \\`), cyan(`    ${command}`)];
}
