/** A handoff that sales has, and what happened to it, in a few words: what following is tried on. */
import type { Disposition } from "../../src/model/disposition.ts";
import type { OpenHandoff, Story } from "../../src/model/handoff.ts";
import type { Instant } from "../../src/model/instant.ts";
import { MINUTE_MS } from "../../src/model/instant.ts";
import type { FactValue, Snapshot } from "../../src/model/lead.ts";
import type { Progress } from "../../src/model/progress.ts";
import type { Touch } from "../../src/model/touch.ts";
import type { Playbook } from "../../src/playbook/playbook.ts";
import { formRoster } from "../../src/route/index.ts";
import { track } from "../../src/track/index.ts";
import { aLead, aPlaybook, OWNERS, TUESDAY } from "../route/acme.ts";

export const playbook = aPlaybook();

export const minutes = (count: number): Instant => TUESDAY + count * MINUTE_MS;

/** A call by a rep that reached the lead, `after` minutes into the handoff. */
export function aTouch(after: number, more: Partial<Touch> = {}): Touch {
  const { kind = "call" } = more;
  return { key: `${kind}:${after}`, kind, result: "reached", at: minutes(after), byPerson: true, ...more };
}

/** An answer, `after` minutes into the handoff. */
export function anAnswer(
  after: number,
  answer: string,
  reason?: string,
  more: Partial<Disposition> = {},
): Disposition {
  const given = { key: `crm:${after}`, at: minutes(after), answer, via: "crm" } as const;
  return { ...given, ...(reason === undefined ? {} : { reason }), ...more };
}

/** A hand-raiser that Lena has had since Tuesday, 09:00 in Berlin, by a turn of the EMEA pool. */
export function aStory(more: Partial<Story> = {}): Story {
  return {
    ownedAt: TUESDAY,
    rule: "EMEA",
    turn: "lena@acme.example",
    formerOwners: [],
    isMoving: false,
    standing: "untouched",
    touches: [],
    answers: [],
    clocks: [],
    pauses: [],
    flips: [],
    ...more,
  };
}

export function aHandoff(story: Partial<Story> = {}, more: Partial<OpenHandoff> = {}): OpenHandoff {
  return {
    id: "h-1",
    state: "with-sales",
    type: "hand-raiser",
    ownerId: "lena",
    startedAt: TUESDAY,
    story: aStory(story),
    ...more,
  };
}

/** The lead of that handoff, with the owner the CRM shows. */
export function held(
  story: Partial<Story> = {},
  facts: Readonly<Record<string, FactValue>> = {},
  more: Partial<Snapshot> = {},
): Snapshot {
  return aLead({ "lead.owner": "lena", ...facts }, { handoff: aHandoff(story), ...more });
}

export function rosterAt(now: Instant, agreed: Playbook = playbook): ReturnType<typeof formRoster> {
  return formRoster(agreed.team, OWNERS, new Map(), now);
}

/** How it stands, `after` minutes into the handoff. Throws when it is not followed. */
export function tracked(snapshot: Snapshot, after: number, agreed: Playbook = playbook): Progress {
  const now = minutes(after);
  const progress = track(snapshot, agreed, rosterAt(now, agreed), now);
  if (progress === undefined) throw new Error("nobody follows this handoff");
  return progress;
}
