/**
 * Acts: what people, visitors and the portal's own workflows do, as data. The demo's day is a list of acts, tests
 * perform them in process, and other processes post them to the control surface.
 */
import { logEmail } from "./hubspot/activity.ts";
import type { App } from "./hubspot/app.ts";
import { associate } from "./hubspot/association.ts";
import { forgetContact, mergeRecords } from "./hubspot/merging.ts";
import type { ObjectType } from "./hubspot/object-type.ts";
import type { PortalList, PortalState } from "./hubspot/portal.ts";
import { findRecord } from "./hubspot/reading.ts";
import { human, workflowActor } from "./hubspot/record.ts";
import type { Actor, StoredRecord } from "./hubspot/record.ts";
import { replyToMail, submitForm, viewPage } from "./hubspot/visitor.ts";
import type { SubmittedForm } from "./hubspot/visitor.ts";
import type { Outbox } from "./hubspot/webhooks/outbox.ts";
import { enrol, sendWorkflowWebhook } from "./hubspot/workflow.ts";
import { archiveRecord, changeRecord, createRecord, restoreRecord } from "./hubspot/writing.ts";
import { isRepAct, performAsRep } from "./rep-acts.ts";
import type { RepAct } from "./rep-acts.ts";

/** Who acts, where it may differ. A person may be told apart by a user id. */
type By = "person" | "workflow" | "import" | { readonly userId: number };

type Properties = Readonly<Record<string, string>>;

/**
 * One act. Contacts are named by address or id (`who`), companies also by domain; other objects by id. A form is
 * named by its name or id.
 */
export type Act =
  | RepAct
  | ({ readonly do: "submit-form"; readonly form: string } & SubmittedForm)
  | { readonly do: "view-page"; readonly who: string; readonly url: string }
  | { readonly do: "reply" | "opt-out" | "forget"; readonly who: string }
  | {
      readonly do: "create";
      readonly object: ObjectType;
      readonly properties: Properties;
      readonly by?: By;
      readonly linkTo?: { readonly object: ObjectType; readonly who: string };
    }
  | {
      readonly do: "change";
      readonly object?: ObjectType;
      readonly who: string;
      readonly properties: Properties;
      readonly by?: By;
    }
  | {
      readonly do: "link";
      readonly from: { readonly object: ObjectType; readonly who: string };
      readonly to: { readonly object: ObjectType; readonly who: string };
    }
  | { readonly do: "archive" | "restore"; readonly object?: ObjectType; readonly who: string }
  | { readonly do: "merge"; readonly object?: ObjectType; readonly primary: string; readonly other: string }
  | { readonly do: "enrol"; readonly who: string; readonly inputFields: Properties }
  | { readonly do: "send-webhook"; readonly who: string; readonly url: string }
  | { readonly do: "repeat-webhooks"; readonly count: number }
  | { readonly do: "archive-owner"; readonly email: string }
  /** A list is named by its name or id. */
  | { readonly do: "put-on-list" | "take-off-list"; readonly list: string; readonly who: string };

/** What an act came to: the record it was about, and the state of an enrolment or status of a webhook. */
export interface ActOutcome {
  readonly id: string | undefined;
  readonly state?: string;
}

/** What acts work with. `appOf` finds the app installed in a portal. */
export interface ActParts {
  readonly webhooks: Outbox;
  appOf(portalId: number): App | undefined;
}

/**
 * Performs one act at the portal's present instant.
 * @throws RangeError for a record, form, owner or app that is not there.
 */
export async function perform(portal: PortalState, act: Act, parts: ActParts): Promise<ActOutcome> {
  if (isRepAct(act)) return { id: performAsRep(portal, act, (type, who) => required(portal, type, who)).id };
  switch (act.do) {
    case "submit-form": {
      const form = portal.forms.find((each) => each.name === act.form || each.id === act.form);
      if (!form) throw new RangeError(`no form is called ${act.form}`);
      return { id: submitForm(portal, form, act).contact.id };
    }
    case "view-page":
      return done(required(portal, "contact", act.who), (contact) => viewPage(portal, contact, act.url));
    case "reply":
      return done(required(portal, "contact", act.who), (contact) => {
        replyToMail(portal, contact);
        logEmail(portal, contact, { direction: "in" });
      });
    case "opt-out":
      return done(required(portal, "contact", act.who), (contact) =>
        changeRecord(
          portal,
          contact,
          { hs_email_optout: "true" },
          { actor: { source: "EMAIL", sourceId: "unsubscribe" } },
        ),
      );
    case "forget":
      return done(required(portal, "contact", act.who), (contact) =>
        forgetContact(portal, contact, { actor: actorOf() }),
      );
    case "create":
      return create(portal, act);
    case "change":
      return done(required(portal, act.object ?? "contact", act.who), (record) =>
        changeRecord(portal, record, act.properties, { actor: actorOf(act.by) }),
      );
    case "link":
      return done(required(portal, act.from.object, act.from.who), (from) =>
        associate(portal, from, required(portal, act.to.object, act.to.who), { actor: actorOf() }),
      );
    case "archive":
      return done(required(portal, act.object ?? "contact", act.who), (record) =>
        archiveRecord(portal, record, { actor: actorOf() }),
      );
    case "restore":
      return restore(portal, act.object ?? "contact", act.who);
    case "merge": {
      const type = act.object ?? "contact";
      const [primary, other] = [required(portal, type, act.primary), required(portal, type, act.other)];
      return { id: mergeRecords(portal, primary, other, { actor: actorOf() }).id };
    }
    case "enrol": {
      const contact = required(portal, "contact", act.who);
      const execution = await enrol(portal, installedApp(portal, parts), contact, act.inputFields);
      return { id: contact.id, state: execution.state };
    }
    case "send-webhook": {
      const contact = required(portal, "contact", act.who);
      const status = await sendWorkflowWebhook(portal, installedApp(portal, parts), contact, act.url);
      return { id: contact.id, state: String(status) };
    }
    case "repeat-webhooks":
      parts.webhooks.repeat(act.count);
      return { id: undefined };
    case "archive-owner":
      return archiveOwner(portal, act.email);
    case "put-on-list":
      return done(required(portal, listOf(portal, act.list).of, act.who), ({ id }) =>
        listOf(portal, act.list).members.add(id),
      );
    case "take-off-list":
      return done(required(portal, listOf(portal, act.list).of, act.who), ({ id }) =>
        listOf(portal, act.list).members.delete(id),
      );
  }
}

function done(record: StoredRecord, act: (record: StoredRecord) => void): ActOutcome {
  act(record);
  return { id: record.id };
}

function create(portal: PortalState, act: Extract<Act, { do: "create" }>): ActOutcome {
  const context = { actor: actorOf(act.by) };
  const record = createRecord(portal, act.object, act.properties, context);
  if (act.linkTo) associate(portal, record, required(portal, act.linkTo.object, act.linkTo.who), context);
  return { id: record.id };
}

function restore(portal: PortalState, type: ObjectType, id: string): ActOutcome {
  const record = portal.records[type].get(id);
  if (!record) throw new RangeError(`no ${type} has the id ${id}`);
  return done(record, () => restoreRecord(portal, record, { actor: actorOf() }));
}

function archiveOwner(portal: PortalState, email: string): ActOutcome {
  const owner = portal.owners.find((each) => each.email === email);
  if (!owner) throw new RangeError(`no owner has the address ${email}`);
  owner.archived = true;
  return { id: owner.id };
}

function listOf(portal: PortalState, name: string): PortalList {
  const list = portal.lists.find((each) => each.name === name || each.id === name);
  if (!list) throw new RangeError(`no list is called ${name}`);
  return list;
}

function installedApp(portal: PortalState, parts: ActParts): App {
  const app = parts.appOf(portal.id);
  if (!app) throw new RangeError(`no app is installed in portal ${portal.id}`);
  return app;
}

function required(portal: PortalState, type: ObjectType, who: string): StoredRecord {
  const byEmail = type === "contact" && who.includes("@");
  const found = findRecord(portal, type, who, byEmail ? "email" : undefined) ?? byDomain(portal, type, who);
  if (!found) throw new RangeError(`no ${type} is known as ${who}`);
  return found;
}

function byDomain(portal: PortalState, type: ObjectType, who: string): StoredRecord | undefined {
  return type === "company" ? portal.records.company.get(portal.domains.get(who) ?? "") : undefined;
}

function actorOf(by: By = "person"): Actor {
  if (by === "workflow") return workflowActor(192_814_114);
  if (by === "import") return { source: "IMPORT", sourceId: "import:77" };
  return human(by === "person" ? 123 : by.userId);
}
