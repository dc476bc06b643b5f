/** What Salesforce computes: names, closed states, an activity's account, histories and last activities. */
import type { OrgState } from "./org.ts";
import { dateOf, stamp } from "./stamp.ts";
import { textOf } from "./table.ts";
import type { Row, Value, Values } from "./table.ts";

type Derive = (state: OrgState, values: Values, before: Values) => Values;

const derivations: Readonly<Record<string, Derive>> = {
  Lead: lead,
  Contact: (_state, values) => ({ Name: fullName(values) }),
  User: (_state, values) => ({ Name: fullName(values) }),
  Task: task,
  Event: (state, values) => activity(state, values),
  Opportunity: opportunity,
  CampaignMember: (_state, values) => ({
    LeadOrContactId: values["LeadId"] ?? values["ContactId"] ?? null,
    HasResponded: values["Status"] === "Responded",
  }),
};

/** Values that follow from the row's others. `before` is empty for a new row. Throws nothing. */
export function derived(state: OrgState, { type, values }: Row, before: Values): Values {
  return derivations[type]?.(state, values, before) ?? {};
}

/** What else a write brings about. */
interface Consequences {
  /** Rows of history objects. */
  readonly histories: readonly { readonly object: string; readonly values: Values }[];
  /** Values that others get without a trace. */
  readonly touched: readonly { readonly id: string; readonly patch: Values }[];
}

/** Histories of tracked fields, and the last activity of whom a task or event is about. Throws nothing. */
export function consequences(state: OrgState, row: Row, before: Values): Consequences {
  const isActivity = row.type === "Task" || row.type === "Event";
  return {
    histories: "Id" in before ? histories(state, row, before) : [],
    touched: isActivity ? touched(state, row) : [],
  };
}

function fullName(values: Values): string {
  return [values["FirstName"], values["LastName"]]
    .map(textOf)
    .filter((part) => part !== "")
    .join(" ");
}

function lead(state: OrgState, values: Values, before: Values): Values {
  const moved = before["OwnerId"] !== undefined && before["OwnerId"] !== values["OwnerId"];
  return {
    Name: fullName(values),
    Status: values["Status"] ?? defaultOf(state, "LeadStatus"),
    ...(moved ? { IsUnreadByOwner: true, LastTransferDate: dateOf(state.hooks.now()) } : {}),
  };
}

function task(state: OrgState, values: Values, before: Values): Values {
  const status = values["Status"] ?? defaultOf(state, "TaskStatus");
  const priority = values["Priority"] ?? defaultOf(state, "TaskPriority");
  const isClosed = wordOf(state, "TaskStatus", status)?.values["IsClosed"] === true;
  const wasClosed = before["IsClosed"] === true;
  return {
    ...activity(state, values),
    Status: status,
    Priority: priority,
    IsHighPriority: wordOf(state, "TaskPriority", priority)?.values["IsHighPriority"] === true,
    IsClosed: isClosed,
    CompletedDateTime: isClosed
      ? wasClosed
        ? (values["CompletedDateTime"] ?? null)
        : stamp(state.hooks.now())
      : null,
    TaskSubtype: values["TaskSubtype"] ?? "Task",
    WhoCount: values["WhoId"] === null ? 0 : 1,
    WhatCount: values["WhatId"] === null ? 0 : 1,
  };
}

function activity(state: OrgState, values: Values): Values {
  const about = [values["WhatId"], values["WhoId"]].map((id) =>
    typeof id === "string" ? state.row(id) : undefined,
  );
  const account = about.map((row) =>
    row?.type === "Account" ? row.id : (row?.values["AccountId"] ?? undefined),
  );
  return { AccountId: account.find((id) => id !== undefined) ?? null };
}

function opportunity(state: OrgState, values: Values, before: Values): Values {
  const stage = wordOf(state, "OpportunityStage", values["StageName"] ?? null)?.values;
  const moved = before["StageName"] !== values["StageName"];
  const probability =
    moved || values["Probability"] === null
      ? (stage?.["DefaultProbability"] ?? null)
      : (values["Probability"] ?? null);
  const amount = values["Amount"];
  return {
    IsClosed: stage?.["IsClosed"] === true,
    IsWon: stage?.["IsWon"] === true,
    Probability: probability,
    ExpectedRevenue:
      typeof amount === "number" && typeof probability === "number" ? (amount * probability) / 100 : null,
    ...(moved && "Id" in before ? { LastStageChangeDate: stamp(state.hooks.now()) } : {}),
  };
}

/** The default among an admin's words: `Open - Not Contacted` of LeadStatus. */
function defaultOf(state: OrgState, object: string): Value {
  const row = [...state.table(object).rows.values()].find((one) => one.values["IsDefault"] === true);
  return row?.values["ApiName"] ?? null;
}

function wordOf(state: OrgState, object: string, word: Value): Row | undefined {
  if (word === null) return undefined;
  return [...state.table(object).rows.values()].find((one) => one.values["ApiName"] === word);
}

const historyOf: Readonly<Record<string, string>> = { Lead: "LeadHistory", Contact: "ContactHistory" };

function histories(state: OrgState, { id, type, values }: Row, before: Values): Consequences["histories"] {
  const object = historyOf[type];
  if (object === undefined) return [];
  const { fields } = state.table(type).definition;
  return (state.rules.tracked[type] ?? []).flatMap((name) => {
    const [OldValue, NewValue] = [before[name] ?? null, values[name] ?? null];
    if (OldValue === NewValue) return [];
    const DataType = fields.get(name.toLowerCase())?.type === "reference" ? "EntityId" : "Text";
    const Field = name.replace(/Id$/, "");
    return [{ object, values: { [`${type}Id`]: id, Field, DataType, OldValue, NewValue } }];
  });
}

/** A task or event moves the last activity of the person it is about, Baton's own too. */
function touched(state: OrgState, { values }: Row): Consequences["touched"] {
  const date = textOf(values["ActivityDate"]) || dateOf(state.hooks.now());
  return [values["WhoId"], values["AccountId"]].flatMap((id) => {
    const about = typeof id === "string" ? state.row(id) : undefined;
    const isLater = about && textOf(about.values["LastActivityDate"]) < date;
    return isLater ? [{ id: about.id, patch: { LastActivityDate: date } }] : [];
  });
}
