/** What reps do in an org: the same acts as in a portal, each leaving what it leaves in Salesforce. */
import type { RepAct } from "../../rep-acts.ts";
import { convertLead, convertedStatus, wordsOf } from "../conversion.ts";
import type { OrgState } from "../org.ts";
import { insertRow, patchRow } from "../rows.ts";
import { textOf } from "../table.ts";
import { dateOf } from "../stamp.ts";
import type { Row, Values } from "../table.ts";
import type { WriteContext } from "../write-context.ts";
import { bookMeeting, completeTask, contextVia, endMeeting, logCall, logEmail } from "./activities.ts";
import { actorOf, personOf, rowOf } from "./finding.ts";

/**
 * Performs one act.
 * @returns The record it made or changed; for `open-deal` the Opportunity, for which a Lead is converted.
 * @throws RangeError for a record or user that is not there, and for sequences, which an org does not have.
 */
export function performRepAct(state: OrgState, act: RepAct): Row {
  if ("who" in act) return withPerson(state, act, personOf(state, act.who));
  switch (act.do) {
    case "end-meeting": {
      const meeting = rowOf(state, act.meeting, "Event");
      return endMeeting(state, meeting, act, actorOf(state, undefined, meeting));
    }
    case "complete-task": {
      const task = rowOf(state, act.task, "Task");
      return completeTask(state, task, contextVia(state, act.via, actorOf(state, act.by, task)));
    }
    case "move-deal": {
      const deal = rowOf(state, act.deal, "Opportunity");
      patchRow(state, deal, { StageName: act.stage }, actorOf(state, undefined, deal));
      return deal;
    }
  }
}

type PersonAct = Extract<RepAct, { readonly who: string }>;

function withPerson(state: OrgState, act: PersonAct, about: Row): Row {
  const own = actorOf(state, act.by, about);
  switch (act.do) {
    case "call":
      return logCall(state, about, act, own.userId, contextVia(state, act.via, own));
    case "email":
      return logEmail(state, about, act, own.userId, contextVia(state, act.via, own));
    case "meeting":
      return bookMeeting(state, about, act.startsAt, own.userId, contextVia(state, act.via, own));
    case "dispose":
      patchRow(state, about, answerIn(state, about, act), own);
      return about;
    case "lead-status":
      if (about.type !== "Lead") throw new RangeError(`a ${about.type} has no status`);
      patchRow(state, about, { Status: act.status }, own);
      return about;
    case "open-deal":
      return openDeal(state, about, act, own);
    case "start-sequence":
    case "end-sequence":
      throw new RangeError("an org has no sequences");
  }
}

/** The answer in Baton's fields; where the package is missing, in the Lead's status. */
function answerIn(
  state: OrgState,
  about: Row,
  { answer, reason }: Extract<RepAct, { readonly do: "dispose" }>,
): Values {
  const { fields } = state.table(about.type).definition;
  if (fields.has("baton_disposition__c")) {
    const why = reason === undefined ? {} : { Baton_Disposition_Reason__c: reason };
    return { ...why, Baton_Disposition__c: answer };
  }
  if (about.type !== "Lead") return {};
  return { Status: answer === "rejected" ? "Closed - Not Converted" : "Working - Contacted" };
}

/** An Opportunity needs an Account: a Lead is converted for it, a Contact gets a part in it. */
function openDeal(
  state: OrgState,
  about: Row,
  { name, amount, stage }: Extract<RepAct, { readonly do: "open-deal" }>,
  context: WriteContext,
): Row {
  const deal =
    about.type === "Lead"
      ? dealByConversion(state, about, name, context)
      : dealOf(state, about, name, context);
  const values: Values = {
    ...(amount === undefined ? {} : { Amount: Number(amount) }),
    ...(stage === undefined ? {} : { StageName: stage }),
  };
  if (Object.keys(values).length > 0) patchRow(state, deal, values, context);
  return deal;
}

function dealByConversion(state: OrgState, lead: Row, name: string, context: WriteContext): Row {
  const owner = textOf(lead.values["OwnerId"]);
  const asked = {
    leadId: lead.id,
    convertedStatus: convertedStatus(state),
    opportunityName: name,
    ownerId: owner.startsWith("005") ? owner : context.userId,
    ...accountNamed(state, textOf(lead.values["Company"])),
  };
  return rowOf(state, convertLead(state, asked, context).opportunityId ?? "", "Opportunity");
}

/** A rep uses the account that has the company's name. */
function accountNamed(state: OrgState, name: string): { readonly accountId?: string } {
  const rows = [...state.table("Account").rows.values()];
  const there = rows.find(({ values }) => values["Name"] === name && values["IsDeleted"] !== true);
  return there === undefined ? {} : { accountId: there.id };
}

const monthMs = 30 * 24 * 3_600_000;

function dealOf(state: OrgState, contact: Row, name: string, context: WriteContext): Row {
  const first = wordsOf(state, "OpportunityStage").find((row) => row.values["IsClosed"] === false);
  const given = {
    Name: name,
    StageName: first?.values["ApiName"] ?? null,
    CloseDate: dateOf(state.hooks.now() + monthMs),
    AccountId: contact.values["AccountId"] ?? null,
    OwnerId: context.userId,
  };
  const deal = insertRow(state, "Opportunity", given, context);
  const role = { OpportunityId: deal.id, ContactId: contact.id, IsPrimary: true };
  insertRow(state, "OpportunityContactRole", role, context);
  return deal;
}
