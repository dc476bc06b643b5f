/**
 * What people do in an org, as data: reps, admins, visitors of the website and flows, each leaving what it leaves in
 * Salesforce. `org.act({ do: "change-owner", who: "ana@example.com", to: "maya@acme.example" })`.
 */
import { isRepAct } from "../rep-acts.ts";
import type { RepAct } from "../rep-acts.ts";
import { convertLead, convertedStatus } from "./conversion.ts";
import { mergeRows } from "./merging.ts";
import type { OrgState } from "./org.ts";
import type { Outbound } from "./outbound/outbox.ts";
import { actorOf, namedRow, personOf, rowOf, userOf } from "./people/finding.ts";
import { logEmail } from "./people/activities.ts";
import { performRepAct } from "./people/rep-acts.ts";
import { answerForm, joinCampaign, membership, noteReply, viewPage } from "./people/visitors.ts";
import type { AnsweredForm } from "./people/visitors.ts";
import { binRow, insertRow, patchRow, unbinRow } from "./rows.ts";
import { textOf } from "./table.ts";
import type { Stream } from "./streaming/stream.ts";
import type { Row, Values } from "./table.ts";

/** `by` is a user's address; without it the record's owner acts, or whoever is there. */
type Who = { readonly who: string; readonly by?: string };

/**
 * One act. People are named by address or id (`who`), users and queues by address or name, campaigns by name or id, other
 * records by id. Values are by the fields' API names.
 */
export type OrgAct =
  | RepAct
  | { readonly do: "create"; readonly object: string; readonly values: Values; readonly by?: string }
  | ({ readonly do: "change"; readonly values: Values } & Who)
  | ({ readonly do: "change-owner"; readonly to: string } & Who)
  /** With `opportunity` its name; without it none is made. */
  | ({
      readonly do: "convert";
      readonly account?: string;
      readonly contact?: string;
      readonly opportunity?: string;
    } & Who)
  | {
      readonly do: "merge";
      readonly primary: string;
      readonly others: readonly string[];
      readonly by?: string;
    }
  /** `erase` also empties it from the recycle bin. */
  | ({ readonly do: "delete" | "undelete" | "erase" } & Who)
  | ({ readonly do: "answer-form" } & AnsweredForm)
  | { readonly do: "view-page"; readonly who: string; readonly url: string }
  | { readonly do: "reply" | "opt-out"; readonly who: string }
  | ({ readonly do: "put-on-campaign"; readonly campaign: string; readonly status?: string } & Who)
  | ({ readonly do: "take-off-campaign"; readonly campaign: string } & Who)
  | { readonly do: "deactivate-user"; readonly email: string }
  /** A flow publishes a platform event. */
  | { readonly do: "publish"; readonly event: string; readonly fields: Readonly<Record<string, unknown>> }
  | { readonly do: "repeat-messages"; readonly count: number };

/** What an act came to: the record it was about or made. */
export interface OrgActOutcome {
  readonly id: string | undefined;
}

/** What acts work with besides the org. */
export interface OrgActParts {
  readonly outbound: Outbound;
  readonly stream: Stream;
}

/**
 * Performs one act at the org's present instant.
 * @throws RangeError for what is not there, Refusal for a conversion that Salesforce refuses.
 */
export function performInOrg(state: OrgState, act: OrgAct, { outbound, stream }: OrgActParts): OrgActOutcome {
  if (isRepAct(act)) return { id: performRepAct(state, act).id };
  switch (act.do) {
    case "create":
      return { id: insertRow(state, act.object, act.values, actorOf(state, act.by)).id };
    case "convert":
      return { id: convert(state, act) };
    case "merge":
      return { id: merge(state, act).id };
    case "undelete":
      return change(rowOf(state, act.who), (row) => unbinRow(state, row, actorOf(state, act.by, row)));
    case "delete":
      return change(anyRow(state, act.who), (row) => binRow(state, row, actorOf(state, act.by, row)));
    case "erase":
      return change(anyRow(state, act.who), (row) => erase(state, row, act.by));
    case "answer-form":
      return { id: answerForm(state, act).id };
    case "deactivate-user":
      return change(userOf(state, act.email), (user) =>
        patchRow(state, user, { IsActive: false }, actorOf(state, undefined)),
      );
    case "publish":
      stream.publish(act.event, act.fields);
      return { id: undefined };
    case "repeat-messages":
      outbound.repeat(act.count);
      return { id: undefined };
    case "change":
    case "change-owner":
    case "view-page":
    case "reply":
    case "opt-out":
    case "put-on-campaign":
    case "take-off-campaign":
      return withRecord(state, act, anyRow(state, act.who));
  }
}

type RecordAct = Extract<
  OrgAct,
  {
    readonly do:
      | "change"
      | "change-owner"
      | "view-page"
      | "reply"
      | "opt-out"
      | "put-on-campaign"
      | "take-off-campaign";
  }
>;

function withRecord(state: OrgState, act: RecordAct, row: Row): OrgActOutcome {
  const context = actorOf(state, "by" in act ? act.by : undefined, row);
  switch (act.do) {
    case "change":
      return change(row, () => patchRow(state, row, act.values, context));
    case "change-owner":
      return change(row, () => patchRow(state, row, { OwnerId: ownerNamed(state, act.to) }, context));
    case "view-page":
      return change(row, () => viewPage(state, row, act.url));
    case "reply":
      return change(row, () => {
        noteReply(state, row);
        logEmail(state, row, { direction: "in" }, context.userId, context);
      });
    case "opt-out":
      return change(row, () => patchRow(state, row, { HasOptedOutOfEmail: true }, context));
    case "put-on-campaign":
      return { id: joinCampaign(state, row, act.campaign, act.status ?? "Sent", context).id };
    case "take-off-campaign": {
      const member = membership(state, namedRow(state, "Campaign", act.campaign), row);
      if (member) binRow(state, member, context);
      return { id: row.id };
    }
  }
}

function change(row: Row, act: (row: Row) => void): OrgActOutcome {
  act(row);
  return { id: row.id };
}

/** A person by address or id, any other record by id. */
function anyRow(state: OrgState, who: string): Row {
  return /^(?:00Q|003)/.test(who) || who.includes("@") ? personOf(state, who) : rowOf(state, who);
}

function ownerNamed(state: OrgState, name: string): string {
  return name.includes("@") ? userOf(state, name).id : namedRow(state, "Group", name).id;
}

function convert(state: OrgState, act: Extract<OrgAct, { readonly do: "convert" }>): string {
  const lead = anyRow(state, act.who);
  const context = actorOf(state, act.by, lead);
  const owner = textOf(lead.values["OwnerId"]);
  const { contactId } = convertLead(
    state,
    {
      leadId: lead.id,
      convertedStatus: convertedStatus(state),
      ownerId: owner.startsWith("005") ? owner : context.userId,
      doNotCreateOpportunity: act.opportunity === undefined,
      ...(act.opportunity === undefined ? {} : { opportunityName: act.opportunity }),
      ...(act.account === undefined ? {} : { accountId: act.account }),
      ...(act.contact === undefined ? {} : { contactId: act.contact }),
    },
    context,
  );
  return contactId;
}

function merge(state: OrgState, act: Extract<OrgAct, { readonly do: "merge" }>): Row {
  const winner = anyRow(state, act.primary);
  const losers = act.others.map((other) => anyRow(state, other));
  return mergeRows(state, winner, losers, actorOf(state, act.by, winner));
}

/** Gone for good, with what hung on it. */
function erase(state: OrgState, row: Row, by: string | undefined): void {
  const hanging = [
    ["Task", "WhoId"],
    ["Event", "WhoId"],
    ["Note", "ParentId"],
    ["CampaignMember", "LeadOrContactId"],
  ] as const;
  for (const [object, field] of hanging) {
    const table = state.table(object);
    for (const each of table.having(field, row.id) ?? []) table.remove(each);
  }
  binRow(state, row, actorOf(state, by, row));
  state.table(row.type).remove(row);
}
