/** Stage 2: what the CRM holds about a lead, as facts and signals. Pure: the same record gives the same snapshot. */
import type { HandoffRequest } from "../model/event.ts";
import type { OpenHandoff } from "../model/handoff.ts";
import type { Facts, Snapshot } from "../model/lead.ts";
import type { Signal } from "../model/signal.ts";
import type { Playbook } from "../playbook/playbook.ts";
import { readFacts } from "./facts.ts";
import { activityAround, type Activities, workingOwner } from "./activity.ts";
import { asLinked, duplicateFacts, type Identity, markMatched } from "./identity.ts";
import type { FoundRecord } from "./record.ts";
import { gatherSignals } from "./signals.ts";

/** Everything a snapshot is made of. `signals` are the stored ones; the record's own are added to them. */
interface ResolveInput {
  readonly record: FoundRecord;
  readonly signals: readonly Signal[];
  readonly handoff?: OpenHandoff;
  readonly activities: Activities;
  /** The matched account, and records that may be the same person. */
  readonly identity?: Identity;
  readonly request?: HandoffRequest;
  /** What a provider knows of the lead; it fills in what is unknown otherwise. */
  readonly supplied?: Facts;
  readonly decisionId: string;
  readonly leadUrl: string;
}

/**
 * Resolves a CRM record into the lead as it stood when it was read.
 *
 * @returns Facts by name, each with where it came from; values no mapping covers, listed and not guessed; signals newest
 *          first, each deed once. Throws nothing.
 */
export function resolve(input: ResolveInput, { fields }: Playbook): Snapshot {
  const { signals, handoff, activities, identity, request, decisionId, leadUrl } = input;
  const record = asLinked(input.record, identity);
  const { facts: read, unmapped } = readFacts(record, fields, input.supplied);
  const facts = {
    ...(record === input.record ? read : markMatched(read)),
    ...duplicateFacts(identity?.duplicates ?? []),
  };
  const { accountId } = record;
  const account = accountId === undefined ? undefined : activityAround(activities, accountId, record.lead.id);
  const working = account && workingOwner(account);
  return {
    decisionId,
    lead: record.lead,
    leadUrl,
    ...(accountId === undefined ? {} : { accountId }),
    facts: working === undefined ? facts : { ...facts, "account.working_owner": working },
    unmapped,
    signals: gatherSignals(record, signals, fields),
    ...(record.lists === undefined ? {} : { lists: record.lists }),
    ...(account === undefined ? {} : { account }),
    ...(identity?.match === undefined ? {} : { match: identity.match }),
    ...(identity === undefined || identity.duplicates.length === 0
      ? {}
      : { duplicates: identity.duplicates }),
    ...(handoff === undefined ? {} : { handoff }),
    ...(request === undefined ? {} : { request }),
    readAt: record.readAt,
  };
}
