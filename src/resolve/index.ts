/** Stage 2: what the CRM holds about a lead, as facts and signals. Pure: the same record gives the same snapshot. */
import type { HandoffRequest } from "../model/event.ts";
import type { OpenHandoff } from "../model/handoff.ts";
import type { Snapshot } from "../model/lead.ts";
import type { Signal } from "../model/signal.ts";
import type { Playbook } from "../playbook/playbook.ts";
import { readFacts } from "./facts.ts";
import type { FoundRecord } from "./record.ts";
import { gatherSignals } from "./signals.ts";

/** Everything a snapshot is made of. `signals` are the stored ones; the record's own are added to them. */
interface ResolveInput {
  readonly record: FoundRecord;
  readonly signals: readonly Signal[];
  readonly handoff?: OpenHandoff;
  readonly request?: HandoffRequest;
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
  const { record, signals, handoff, request, decisionId, leadUrl } = input;
  const { facts, unmapped } = readFacts(record, fields);
  return {
    decisionId,
    lead: record.lead,
    leadUrl,
    ...(record.accountId === undefined ? {} : { accountId: record.accountId }),
    facts,
    unmapped,
    signals: gatherSignals(record, signals, fields),
    ...(handoff === undefined ? {} : { handoff }),
    ...(request === undefined ? {} : { request }),
    readAt: record.readAt,
  };
}
