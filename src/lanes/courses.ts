/** What a turn's decisions make of handoffs: those that begin, those that go on, and those that end. */
import type { Decision } from "../model/decision.ts";
import type { Snapshot } from "../model/lead.ts";
import type { Instant } from "../model/instant.ts";
import type { Ending } from "../model/progress.ts";
import type { Roster } from "../model/rep.ts";
import type { Playbook } from "../playbook/playbook.ts";
import { setClocks } from "../store/clocks.ts";
import { endHandoff } from "../store/erase.ts";
import { saveCourses, saveHandoffs } from "../store/handoffs.ts";
import type { Tx } from "../store/schema.ts";
import { releaseOpen, takeOpen } from "../store/standings.ts";
import { saveDispositions, saveTouches } from "../store/stories.ts";
import { beginningRow, courseOf, type DecidedLead, type Followed } from "./course-rows.ts";
import type { Lane } from "./lane.ts";
import { giveTurnBack } from "./turn-back.ts";

/** The handoff a decision belongs to: the open one, or the one that begins with it and bears its id. */
export function handoffIdOf(snapshot: Snapshot, decision: Decision): string | undefined {
  if (snapshot.handoff !== undefined) return snapshot.handoff.id;
  return decision.verdict.outcome === "ready" ? snapshot.decisionId : undefined;
}

/** Stores what became of every handoff these decisions are about, with its clocks. */
export async function saveHandoffsOf(
  lane: Lane,
  tx: Tx,
  decided: readonly DecidedLead[],
  { playbook, roster }: { readonly playbook: Playbook; readonly roster: Roster },
): Promise<void> {
  const { id } = lane.installation;
  await saveHandoffs(
    tx,
    decided.flatMap((one) => beginningRow(id, one, playbook)),
  );
  const followed = decided.flatMap(({ snapshot, decision }) => followedOf(snapshot, decision));
  await saveCourses(
    tx,
    id,
    followed.map((one) => courseOf(one)),
  );
  await saveNews(tx, id, followed);
  for (const one of followed) await settleOwners(lane, tx, one, roster);
  for (const one of followed) {
    const { handoff, progress, decision, story } = one;
    if (progress.ending !== undefined && decision.assignment === undefined)
      await endAnswered(lane, tx, handoff.id, { ...progress.ending, at: decision.decidedAt });
    await giveTurnBack(lane, tx, story.turn, reasonOf(one));
  }
  // After the endings: what ends a handoff stops its clocks, and a recycled lead's goes on.
  await setClocks(
    tx,
    id,
    decided.flatMap(({ snapshot, decision }) => {
      const handoff = handoffIdOf(snapshot, decision);
      const isSet = decision.progress !== undefined || decision.plan.clocks.length > 0;
      return handoff === undefined || !isSet
        ? []
        : [{ handoff, lead: snapshot.lead.id, clocks: decision.plan.clocks }];
    }),
  );
}

/** Why the owner no longer has the lead, as they said it; undefined while they have it. */
function reasonOf({ progress, story }: Followed): string | undefined {
  if (progress.newOwner === undefined || progress.ending !== undefined) return progress.ending?.reason;
  return story.answers.findLast(({ at }) => at > story.ownedAt)?.reason;
}

function followedOf(snapshot: Snapshot, decision: Decision): readonly Followed[] {
  const { handoff } = snapshot;
  const { progress } = decision;
  if (handoff?.story === undefined || progress === undefined) return [];
  return [{ snapshot, decision, handoff, story: handoff.story, progress }];
}

async function saveNews(tx: Tx, installation: string, followed: readonly Followed[]): Promise<void> {
  await saveTouches(
    tx,
    installation,
    followed.flatMap(({ snapshot, handoff, story }) =>
      story.touches.map((touch) => ({ lead: snapshot.lead.id, handoff: handoff.id, touch })),
    ),
  );
  await saveDispositions(
    tx,
    installation,
    followed.flatMap(({ snapshot, handoff, story }) =>
      story.answers.map((disposition) => ({ lead: snapshot.lead.id, handoff: handoff.id, disposition })),
    ),
  );
}

/** The fairness ledger's open leads follow the owner; a turn that was passed on is counted by `credit` for whoever got it. */
async function settleOwners(
  lane: Lane,
  tx: Tx,
  { handoff, progress, decision }: Followed,
  { reps, owners }: Roster,
): Promise<void> {
  const { id } = lane.installation;
  const repOf = (owner: string | undefined): string | undefined =>
    reps.find(({ ownerId }) => ownerId !== undefined && ownerId === owner)?.id;
  const { newOwner } = progress;
  const isPassedOn = decision.assignment?.outcome === "assigned";
  if (!isPassedOn && newOwner === undefined) return;
  const before = repOf(handoff.ownerId);
  if (before !== undefined) await releaseOpen(tx, id, before);
  if (isPassedOn || newOwner === undefined) return;
  const rep = repOf(newOwner);
  if (rep !== undefined) await takeOpen(tx, id, rep);
  await saveCourses(tx, id, [
    {
      id: handoff.id,
      owner: newOwner,
      owner_name: owners.find((owner) => owner.id === newOwner)?.name ?? newOwner,
      rep: rep ?? null,
      // A person's choice is nobody's turn.
      pool: null,
      owned_at: decision.decidedAt,
    },
  ]);
}

/** @param at  When it was decided, and not a moment later: what that decision writes would count as overtaken by the end it goes with. */
async function endAnswered(
  lane: Lane,
  tx: Tx,
  handoff: string,
  { answer, reason, wakeAt, isForGood, at }: Ending & { readonly at: Instant },
): Promise<void> {
  const { id } = lane.installation;
  await endHandoff(tx, id, handoff, reason === undefined ? answer : `${answer}: ${reason}`, at);
  await saveCourses(tx, id, [
    { id: handoff, ended_as: answer, wake_at: wakeAt ?? null, for_good: isForGood ? 1 : 0 },
  ]);
}
