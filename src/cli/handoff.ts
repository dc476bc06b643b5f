/** `baton handoff`: an answer given for sales, and clocks stopped and started. All of it reaches the lane as an event. */
import { randomUUID } from "node:crypto";
import { BatonError } from "../errors.ts";
import type { EventBody } from "../model/event.ts";
import type { OpenHandoff, Pause } from "../model/handoff.ts";
import type { AnswerRules } from "../playbook/agreement.ts";
import { parsePlaybook } from "../playbook/index.ts";
import type { Playbook } from "../playbook/playbook.ts";
import { didYouMean } from "../playbook/words.ts";
import { loadLive } from "../publish/proposal.ts";
import { record } from "../store/audit.ts";
import { loadOpenHandoffs } from "../store/handoffs.ts";
import { insertOwnEvents } from "../store/inbox.ts";
import type { Installation } from "../store/installations.ts";
import type { Store } from "../store/open.ts";
import { loadPauses, savePauses } from "../store/pauses.ts";
import type { Tx } from "../store/schema.ts";
import { withStore } from "./existing-store.ts";
import { NOTHING_LIVE } from "./playbook/texts.ts";
import { findSubject } from "./explain/find.ts";
import { printLines } from "./print.ts";
import type { Shell } from "./shell.ts";

interface Asked {
  readonly portal?: string;
}

/** An open handoff that somebody of sales has. */
interface Held {
  readonly installation: Installation;
  readonly lead: string;
  readonly handoff: OpenHandoff;
}

/**
 * Gives an answer for sales. Throws `cli.usage` for an answer or a reason that the agreement does not know, and `cli.not-found` for a
 * lead that sales does not have.
 */
export async function answerHandoff(
  shell: Shell,
  what: string,
  {
    answer,
    reason,
    by,
    portal,
  }: Asked & { readonly answer: string; readonly reason?: string; readonly by?: string },
): Promise<void> {
  await withStore(shell, async (store) => {
    checkAnswer(await livePlaybook(store), answer, reason);
    const held = await heldBy(store, what, portal);
    const given = {
      answer,
      ...(reason && { reason }),
      ...(by && { by: by.toLowerCase() }),
      via: "command" as const,
    };
    await store.db.transaction().execute(async (tx) => {
      await tell(tx, shell, held, {
        kind: "disposition-given",
        lead: { crm: held.installation.crm, id: held.lead },
        handoff: held.handoff.id,
        given,
      });
      await note(
        tx,
        shell,
        held,
        "handoff-answered",
        `${answer}${reason === undefined ? "" : ` (${reason})`}`,
      );
    });
  });
  await printLines(shell.out, [
    `Noted: ${answer}${reason === undefined ? "" : ` (${reason})`}. The CRM shows it within a second where a server runs.`,
  ]);
}

/** Stops the clocks of a handoff. Throws `cli.usage` when they stand still already, and `cli.not-found`. */
export async function pauseHandoff(
  shell: Shell,
  what: string,
  { reason, portal }: Asked & { readonly reason: string },
): Promise<void> {
  await changePauses(shell, what, portal, "handoff-paused", (pauses, now) => {
    const open = pauses.find(({ toAt }) => toAt === undefined);
    if (open !== undefined)
      throw new BatonError(
        "cli.usage",
        `Its clocks stand still already ("${open.reason}"). Resume it first.`,
      );
    return [...pauses, { fromAt: now, reason }];
  });
  await printLines(shell.out, ["Its clocks stand still until: baton handoff resume"]);
}

/** Lets the clocks of a handoff run on. Throws `cli.usage` when they do already, and `cli.not-found`. */
export async function resumeHandoff(shell: Shell, what: string, { portal }: Asked): Promise<void> {
  await changePauses(shell, what, portal, "handoff-resumed", (pauses, now) => {
    if (pauses.every(({ toAt }) => toAt !== undefined))
      throw new BatonError("cli.usage", "Its clocks run: there is nothing to resume.");
    return pauses.map((pause) => (pause.toAt === undefined ? { ...pause, toAt: now } : pause));
  });
  await printLines(shell.out, [
    "Its clocks run on; deadlines that had not passed are put off by the time they stood.",
  ]);
}

async function changePauses(
  shell: Shell,
  what: string,
  portal: string | undefined,
  action: string,
  change: (pauses: readonly Pause[], now: number) => readonly Pause[],
): Promise<void> {
  await withStore(shell, async (store) => {
    const held = await heldBy(store, what, portal);
    const { installation, lead, handoff } = held;
    await store.db.transaction().execute(async (tx) => {
      const pauses = change(await loadPauses(tx, installation.id, handoff.id), shell.now());
      await savePauses(tx, installation.id, handoff.id, pauses);
      // The lane counts the deadlines anew.
      await tell(tx, shell, held, { kind: "clock-due", lead: { crm: installation.crm, id: lead } });
      await note(tx, shell, held, action, "");
    });
  });
}

async function heldBy(store: Store, what: string, portal: string | undefined): Promise<Held> {
  const { installation, lead } = await findSubject(store, what, portal);
  const handoff = (await loadOpenHandoffs(store.db, installation.id, [lead])).get(lead);
  if (handoff?.state === "with-sales") return { installation, lead, handoff };
  const state = handoff === undefined ? "is in no handoff" : "waits for somebody to take it";
  throw new BatonError(
    "cli.not-found",
    `Lead ${lead} ${state}: there is nobody whose clocks or answer it could be.`,
  );
}

async function livePlaybook(store: Store): Promise<Playbook> {
  const live = await loadLive(store.db);
  if (live === undefined) throw new BatonError("cli.not-found", NOTHING_LIVE);
  const { playbook } = parsePlaybook(live.files);
  if (playbook === undefined)
    throw new BatonError("playbook.invalid", "This release cannot read the live version. Run: baton doctor");
  return playbook;
}

function checkAnswer(
  { agreement: { dispositions } }: Playbook,
  answer: string,
  reason: string | undefined,
): void {
  const ruled: Readonly<Record<string, AnswerRules>> = {
    accepted: dispositions.accepted,
    rejected: dispositions.rejected,
    recycled: dispositions.recycled,
  };
  const known = [...Object.keys(ruled), ...dispositions.outcomes];
  if (!known.includes(answer)) {
    const hint = didYouMean(answer, known) || `: ${known.join(", ")}`;
    throw new BatonError("cli.usage", `"${answer}" is no answer of agreement.yaml${hint}`);
  }
  const reasons = ruled[answer]?.reasons ?? [];
  if (reasons.length === 0) return;
  if (reason === undefined)
    throw new BatonError(
      "cli.usage",
      `"${answer}" needs a reason. Give --reason with one of: ${reasons.join(", ")}`,
    );
  if (!reasons.includes(reason)) {
    const hint = didYouMean(reason, reasons) || `: ${reasons.join(", ")}`;
    throw new BatonError("cli.usage", `"${reason}" is no reason for "${answer}"${hint}`);
  }
}

async function tell(tx: Tx, shell: Shell, { installation }: Held, body: EventBody): Promise<void> {
  const now = shell.now();
  const head = {
    key: `command:${randomUUID()}`,
    tenant: installation.tenant,
    occurredAt: now,
    urgency: "live",
  } as const;
  await insertOwnEvents(tx, installation.id, [{ ...head, ...body }], now);
}

async function note(
  tx: Tx,
  shell: Shell,
  { installation, handoff }: Held,
  action: string,
  said: string,
): Promise<void> {
  const detail = said === "" ? handoff.id : `${handoff.id}: ${said}`;
  await record(tx, { installation: installation.id, actor: "cli", action, detail }, shell.now());
}
