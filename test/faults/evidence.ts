/** Gathers what the checker compares: from the sandbox what it sent and kept, from the store what `baton export` gives. */
import { createWriteStream } from "node:fs";
import { once } from "node:events";
import { exportRecords } from "../../src/store/export.ts";
import { listInstallations } from "../../src/store/installations.ts";
import {
  type AnsweredEvent,
  type AskingLead,
  check,
  type ExportLine,
  type Findings,
  type Observed,
  troubledLeads,
} from "./checker.ts";
import { acknowledged, orgLeadsOf, writesOf } from "./org-evidence.ts";
import type { Crms } from "./crms.ts";
import type { Rig } from "./rig.ts";
import { storyOf } from "./story.ts";

/** Leads whose stories are told; one is mostly enough to see what went wrong. */
const MOST_STORIES = 3;

/** What the judge found, and what explains it. */
export interface Judged {
  readonly findings: Findings;
  /** The stories of the first leads with something lost or doubled, line by line. */
  readonly stories: readonly string[];
  /** Effects, and those that were attempted more than once. */
  readonly effects: number;
  readonly repeated: number;
}

/** Gathers and judges. @param keepAs  A file for what was gathered, one JSON line for each part and each exported row. */
export async function judge(rig: Rig, asking: readonly AskingLead[], keepAs?: string): Promise<Judged> {
  const observed = await gather(rig, asking);
  const findings = check(observed);
  if (keepAs !== undefined) await keep(observed, keepAs);
  const stories = troubledLeads(observed)
    .slice(0, MOST_STORIES)
    .flatMap((lead) => [`the story of lead ${lead}:`, ...storyOf(lead, observed.exported)]);
  const effects = observed.exported.filter(({ record }) => record === "effect");
  const repeated = effects.filter(({ attempts }) => Number(attempts) > 1).length;
  return { findings, stories, effects: effects.length, repeated };
}

async function keep({ exported, leadsOf, ...others }: Observed, path: string): Promise<void> {
  const file = createWriteStream(path);
  const lines = [{ ...others, leadsOf: [...leadsOf] }, ...exported];
  for (const line of lines) if (!file.write(`${JSON.stringify(line)}\n`)) await once(file, "drain");
  file.end();
  await once(file, "close");
}

/** Everything as it stands now. */
export async function gather(rig: Rig, asking: readonly AskingLead[]): Promise<Observed> {
  const { sandbox, crms } = rig;
  return {
    answered: [...answeredEvents(rig), ...acknowledged(crms)],
    asking,
    writes: writesOf(sandbox, crms),
    leadsOf: new Map([...portalLeadsOf(crms), ...orgLeadsOf(crms)]),
    exported: await exportLines(rig),
  };
}

function portalLeadsOf({ portal }: Crms): ReadonlyMap<string, readonly string[]> {
  const leadsOf = new Map<string, string[]>();
  for (const { id } of portal?.all("contact") ?? [])
    for (const type of ["task", "note"] as const)
      for (const made of portal?.linked("contact", id, type) ?? [])
        leadsOf.set(made, [...(leadsOf.get(made) ?? []), id]);
  return leadsOf;
}

/** Events in a request that was answered 2xx, as far as they concern Baton. Its own echoes do not. */
function answeredEvents({ sandbox, crms }: Rig): readonly AnsweredEvent[] {
  const seen = new Map<string, AnsweredEvent>();
  for (const { status, events } of sandbox.webhooks.deliveries) {
    if (status < 200 || status > 299) continue;
    for (const event of events) {
      const { eventId, occurredAt, subscriptionType, associationType, changeSource, sourceId } = event;
      const isOwn = changeSource === "INTEGRATION" && String(sourceId) === String(crms.registered.app?.id);
      const isLink = subscriptionType.endsWith(".associationChange");
      const isOurs = !isLink || /^(CONTACT_TO_COMPANY|COMPANY_TO_CONTACT)$/.test(String(associationType));
      if (isOwn || !isOurs) continue;
      const key = `webhook:${Number(occurredAt)}:${eventId}`;
      seen.set(key, { key, what: `${subscriptionType} of ${event.objectId}` });
    }
  }
  return [...seen.values()];
}

async function exportLines({ watch }: Rig): Promise<readonly ExportLine[]> {
  const lines: ExportLine[] = [];
  for (const { id } of await listInstallations(watch.db))
    for await (const line of exportRecords(watch.db, id, 0)) lines.push(line);
  return lines;
}
