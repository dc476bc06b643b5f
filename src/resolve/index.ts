/** Stage 2: what the CRM holds about a lead, as facts and signals. Pure: the same record gives the same snapshot. */
import type { Disposition } from "../model/disposition.ts";
import type { HandoffRequest } from "../model/event.ts";
import type { FormerHandoff, OpenHandoff } from "../model/handoff.ts";
import type { Facts, Snapshot } from "../model/lead.ts";
import type { Signal } from "../model/signal.ts";
import type { Touch } from "../model/touch.ts";
import type { Playbook } from "../playbook/playbook.ts";
import { answersIn, pickedIn } from "./answers.ts";
import { dealsIn } from "./deals.ts";
import { readFacts } from "./facts.ts";
import { activityAround, type Activities, workingOwner } from "./activity.ts";
import { asLinked, duplicateFacts, type Identity, markMatched } from "./identity.ts";
import type { FoundRecord } from "./record.ts";
import { gatherSignals } from "./signals.ts";
import { formerFacts, type News, withNews } from "./story.ts";

/** Everything a snapshot is made of. `signals` are the stored ones; the record's own are added to them. */
interface ResolveInput {
  readonly record: FoundRecord;
  readonly signals: readonly Signal[];
  readonly handoff?: OpenHandoff;
  /** The last handoff of this lead that is over. */
  readonly former?: FormerHandoff;
  /** What passed between sales and the lead, as far as it was read now. */
  readonly touches?: readonly Touch[];
  /** Answers that sales gave outside the CRM and that are not stored yet. */
  readonly given?: readonly Disposition[];
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
  const { signals, handoff, former, activities, identity, request, decisionId, leadUrl } = input;
  const record = asLinked(input.record, identity);
  const { facts: read, unmapped } = readFacts(record, fields, input.supplied);
  const facts = {
    ...(record === input.record ? read : markMatched(read)),
    ...duplicateFacts(identity?.duplicates ?? []),
    ...formerFacts(former, record.readAt),
  };
  const picked = pickedIn(record, fields);
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
    signals: sinceFormer(gatherSignals(record, signals, fields), former),
    ...(record.deals.length === 0 ? {} : { deals: dealsIn(record) }),
    ...(Object.keys(picked).length === 0 ? {} : { picked }),
    ...(record.lists === undefined ? {} : { lists: record.lists }),
    ...(account === undefined ? {} : { account }),
    ...(identity?.match === undefined ? {} : { match: identity.match }),
    ...(identity === undefined || identity.duplicates.length === 0
      ? {}
      : { duplicates: identity.duplicates }),
    ...(handoff === undefined ? {} : { handoff: withNews(handoff, newsOf(input, record, fields, handoff)) }),
    ...(former === undefined ? {} : { former }),
    ...(request === undefined ? {} : { request }),
    readAt: record.readAt,
    ...(record.surroundedAt === undefined ? {} : { surroundedAt: record.surroundedAt }),
  };
}

function newsOf(
  { touches = [], given = [] }: ResolveInput,
  record: FoundRecord,
  fields: Playbook["fields"],
  { startedAt }: OpenHandoff,
): News {
  return { touches, answers: [...given, ...answersIn(record, fields, startedAt)] };
}

/** What sales has answered never counts twice: a lead that came back is judged by what it did since. */
function sinceFormer(signals: readonly Signal[], former: FormerHandoff | undefined): readonly Signal[] {
  return former === undefined ? signals : signals.filter(({ at }) => at > former.endedAt);
}
