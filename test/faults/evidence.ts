/** Gathers what the checker compares: from the sandbox what it sent and kept, from the store what `baton export` gives. */
import { exportRecords } from "../../src/store/export.ts";
import { listInstallations } from "../../src/store/installations.ts";
import type { AnsweredEvent, AskingLead, ExportLine, Observed } from "./checker.ts";
import type { Rig } from "./rig.ts";

/** Everything as it stands now. */
export async function gather(rig: Rig, asking: readonly AskingLead[]): Promise<Observed> {
  const { sandbox, portal } = rig;
  const leadsOf = new Map<string, string[]>();
  for (const { id } of portal.all("contact"))
    for (const type of ["task", "note"] as const)
      for (const made of portal.linked("contact", id, type))
        leadsOf.set(made, [...(leadsOf.get(made) ?? []), id]);
  return {
    answered: answeredEvents(rig),
    asking,
    writes: sandbox.ledger.find({ portalId: portal.id, by: "app" }),
    leadsOf,
    exported: await exportLines(rig),
  };
}

/** Events in a request that was answered 2xx, as far as they concern Baton. Its own echoes do not. */
function answeredEvents({ sandbox, app }: Rig): readonly AnsweredEvent[] {
  const seen = new Map<string, AnsweredEvent>();
  for (const { status, events } of sandbox.webhooks.deliveries) {
    if (status < 200 || status > 299) continue;
    for (const event of events) {
      const { eventId, occurredAt, subscriptionType, associationType, changeSource, sourceId } = event;
      const isOwn = changeSource === "INTEGRATION" && String(sourceId) === String(app.id);
      const isLink = subscriptionType.endsWith(".associationChange");
      const isOurs = !isLink || /^(CONTACT_TO_COMPANY|COMPANY_TO_CONTACT)$/.test(String(associationType));
      if (isOwn || !isOurs) continue;
      const one = {
        eventId,
        occurredAt: Number(occurredAt),
        what: `${subscriptionType} of ${event.objectId}`,
      };
      seen.set(`${eventId} ${one.occurredAt}`, one);
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
