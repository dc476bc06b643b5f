/** HubSpot passes the connector contract, with unique keys and with marks in the text. */
import type { Fault } from "../../../sandbox/faults.ts";
import type { Capabilities } from "../../../src/model/capabilities.ts";
import { describeConnector } from "../../contract/connector.ts";
import type { ConnectorHarness, Deed, Held, RecordKind, Trouble } from "../../contract/harness.ts";
import { storeConnection } from "../../contract/stored.ts";
import type { Portal } from "../../../sandbox/index.ts";
import type { ActivityRef } from "../../../src/model/touch.ts";
import type { Store } from "../../../src/store/open.ts";
import { onEveryDatabase } from "../../support/databases.ts";
import { create, EVERYTHING, MARKERS, startStand } from "./kit.ts";

const PATHS: Readonly<Record<RecordKind, string>> = {
  "update-lead": "/crm/objects/*/contacts/batch/update",
  "sync-fields": "/crm/objects/*/contacts/batch/update",
  "create-task": "/crm/objects/*/tasks/batch/create",
  "create-note": "/crm/objects/*/notes/batch/create",
  "start-sequence": "/automation/sequences/*/enrollments",
  "add-to-list": "/crm/lists/*/*/memberships/add",
};
const FAULTS: Readonly<Record<Trouble, Fault>> = {
  "lost-after": { do: "reset", commit: true },
  "lost-before": { do: "reset", early: true },
  "not-now": { do: "locked" },
};

onEveryDatabase("tokens", ({ store }) => {
  describeConnector("HubSpot with unique keys", EVERYTHING, () => openHarness(store(), EVERYTHING));
  describeConnector("HubSpot with marks", MARKERS, () => openHarness(store(), MARKERS));
});

async function openHarness(store: Store, capabilities: Capabilities): Promise<ConnectorHarness> {
  const uniqueActivityProperties = capabilities.taskKey === "unique-property";
  const stand = await startStand({ capabilities, rules: { uniqueActivityProperties } });
  const { portal, sandbox } = stand;
  const again = await storeConnection(store, {
    app: stand.crmApp,
    tenant: String(portal.id),
    capabilities,
    tokens: stand.vault.stored,
    now: stand.config.now,
  });
  const connector = again();
  const [one, other, gone] = ["lena", "maya", "gone"].map((name) =>
    portal.addOwner({ email: `${name}@acme.example`, archived: name === "gone" }),
  );
  if (!one || !other || !gone) throw new Error("three owners are needed");
  const held = (leadId: string, type: "task" | "note", text: readonly string[]): Held[] =>
    portal.linked("contact", leadId, type).map((id) => {
      const properties = portal.find(type, id)?.properties ?? {};
      const ownerId = properties["hubspot_owner_id"];
      return { id, text: text.map((name) => properties[name]).join(" "), ...(ownerId ? { ownerId } : {}) };
    });
  return {
    connector,
    again,
    endToken: () => sandbox.tokens.expireAccess(stand.app.id, portal.id),
    renewals: () => sandbox.ledger.calls.filter(({ path }) => path.endsWith("/token")).length,
    paths: { role: "contact.jobtitle", accountName: "company.name", ownText: "contact.baton_why_now" },
    hasOwnFields: true,
    unsayable: [],
    stages: { earlier: "marketingqualifiedlead", later: "salesqualifiedlead" },
    owners: { one: one.id, other: other.id, gone: gone.id },
    addAccount: (name) => create(stand, "company", { name }),
    async addLead({ email, role, stage, ownerId, accountId }) {
      const id = await create(stand, "contact", {
        email,
        ...(role === undefined ? {} : { jobtitle: role }),
        ...(stage === undefined ? {} : { lifecyclestage: stage }),
        ...(ownerId === undefined ? {} : { hubspot_owner_id: ownerId }),
        ...(accountId === undefined ? {} : { associatedcompanyid: accountId }),
      });
      return { crm: "hubspot", id };
    },
    addList: async (name, leads) =>
      portal.addList(
        name,
        leads.map(({ id }) => id),
      ).id,
    addSequence: async (name) => portal.addSequence(name).id,
    act: (lead, deed) => act(portal, lead.id, deed),
    sequenceOf: ({ id }) => portal.state.enrollments.get(id)?.sequenceId,
    listed: (list) => [...(portal.state.lists.find(({ id }) => id === list)?.members ?? [])],
    complete: async (task) => {
      await portal.act({ do: "complete-task", task });
    },
    async addDeal({ id }, { name, amount, state }) {
      const dealstage = state === undefined ? "qualifiedtobuy" : `closed${state}`;
      const deal = await create(stand, "deal", { dealname: name, amount, dealstage });
      portal.link({ type: "contact", id }, { type: "deal", id: deal });
      return deal;
    },
    async deleteLead({ id }) {
      await portal.act({ do: "archive", who: id });
    },
    async mergeLeads(kept, merged) {
      const { id = "" } = await portal.act({ do: "merge", primary: kept.id, other: merged.id });
      return { crm: "hubspot", id };
    },
    async giveTo({ id }, ownerId) {
      await portal.act({ do: "change", who: id, properties: { hubspot_owner_id: ownerId } });
    },
    holds({ id }) {
      const {
        hubspot_owner_id: ownerId,
        lifecyclestage: stage,
        baton_why_now: ownText,
      } = portal.find("contact", id)?.properties ?? {};
      return {
        ...(ownerId ? { ownerId } : {}),
        ...(stage ? { stage } : {}),
        ...(ownText ? { ownText } : {}),
      };
    },
    tasks: ({ id }) => held(id, "task", ["hs_task_subject", "hs_task_body"]),
    notes: ({ id }) => held(id, "note", ["hs_note_body"]),
    trouble(kind, trouble) {
      sandbox.faults.add({ path: PATHS[kind], fault: FAULTS[trouble], times: 1 });
    },
    async close() {
      await connector.close();
      await stand.close();
    },
  };
}

/** A person acts, in HubSpot's words. */
async function act(portal: Portal, who: string, { does, at }: Deed): Promise<ActivityRef> {
  const made = async (
    kind: ActivityRef["kind"],
    doing: Parameters<Portal["act"]>[0],
  ): Promise<ActivityRef> => {
    const { id = "" } = await portal.act(doing);
    return { kind, id };
  };
  switch (does) {
    case "call-reached":
      return made("call", { do: "call", who, at, outcome: "connected" });
    case "call-tried":
      return made("call", { do: "call", who, at, outcome: "no-answer" });
    case "call-planned":
      return made("call", { do: "call", who, at, outcome: "planned" });
    case "email":
      return made("email", { do: "email", who, at });
    case "sequence-email":
      return made("email", { do: "email", who, at, via: "sequence" });
    case "reply":
      return made("email", { do: "email", who, at, direction: "in" });
    case "task": {
      const hs_timestamp = new Date(at).toISOString();
      const task = await create({ portal }, "task", { hs_timestamp, hs_task_subject: "Their own" });
      portal.link({ type: "task", id: task }, { type: "contact", id: who });
      return made("task", { do: "complete-task", task });
    }
    case "meeting-planned":
    case "meeting-held":
    case "meeting-missed":
    case "meeting-cancelled": {
      const meeting = await made("meeting", { do: "meeting", who, startsAt: at });
      const outcome = MEETING_ENDS[does];
      if (outcome !== undefined) await portal.act({ do: "end-meeting", meeting: meeting.id, outcome });
      return meeting;
    }
  }
}
const MEETING_ENDS = {
  "meeting-planned": undefined,
  "meeting-held": "held",
  "meeting-missed": "no-show",
  "meeting-cancelled": "cancelled",
} as const;
