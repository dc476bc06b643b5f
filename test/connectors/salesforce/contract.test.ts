/** Salesforce passes the connector contract, with Baton's package, without it, and with Contacts instead of Leads. */
import type { Fault } from "../../../sandbox/faults.ts";
import type { Org } from "../../../sandbox/index.ts";
import type { Capabilities } from "../../../src/model/capabilities.ts";
import type { LeadRef } from "../../../src/model/lead.ts";
import type { ActivityRef } from "../../../src/model/touch.ts";
import { describeConnector } from "../../contract/connector.ts";
import type { ConnectorHarness, Deed, Held, RecordKind, Trouble } from "../../contract/harness.ts";
import { storeConnection } from "../../contract/stored.ts";
import type { Store } from "../../../src/store/open.ts";
import { onEveryDatabase } from "../../support/databases.ts";
import { BARE, EVERYTHING, lead, startStand } from "./kit.ts";
import { NOW } from "./server.ts";

const ROWS = "/services/data/*/composite/sobjects";
const PARTS: Readonly<Record<RecordKind, string>> = {
  "update-lead": ROWS,
  "sync-fields": ROWS,
  "create-task": `${ROWS}/Task/*`,
  "create-note": ROWS,
  "add-to-list": ROWS,
  "start-sequence": "nowhere",
};
const FAULTS: Readonly<Record<Trouble, Fault>> = {
  "lost-after": { do: "server-error", status: 503, commit: true },
  "lost-before": { do: "server-error", status: 503 },
  "not-now": { do: "locked" },
};

onEveryDatabase("tokens", ({ store }) => {
  describeConnector("Salesforce with the package", EVERYTHING, () => openHarness(store(), EVERYTHING));
  describeConnector("Salesforce without the package", BARE, () => openHarness(store(), BARE));
});

async function openHarness(store: Store, capabilities: Capabilities): Promise<ConnectorHarness> {
  const hasPackage = capabilities.taskKey === "unique-property";
  const stand = await startStand({ capabilities, package: hasPackage });
  const { org, sandbox } = stand;
  const again = await storeConnection(store, {
    app: stand.crmApp,
    tenant: org.id,
    capabilities,
    tokens: stand.vault.stored,
    now: () => stand.clock.now,
  });
  const connector = again();
  const [one, other, gone] = ["lena", "maya", "gone"].map(
    (name) => org.addUser({ email: `${name}@acme.example`, IsActive: name !== "gone" }).id,
  );
  if (!one || !other || !gone) throw new Error("three users are needed");
  const ownField = hasPackage ? "Baton_Why_Now__c" : "Description";
  // Learns the zones of owners, so that the first call of a turn is the one that writes.
  await connector.owners();
  return {
    connector,
    again,
    endToken: () => sandbox.sessions.expireSessions(org.id),
    renewals: () => sandbox.ledger.calls.filter(({ path }) => path.endsWith("/token")).length,
    paths: { role: "lead.Title", accountName: "account.Name", ownText: `lead.${ownField}` },
    hasOwnFields: hasPackage,
    stages: { earlier: "Open - Not Contacted", later: "Working - Contacted" },
    owners: { one, other, gone },
    addAccount: async (Name) => org.addAccount({ Name }).id,
    addLead: async ({ email, role, stage, ownerId, accountId }) => {
      const values = {
        Email: email,
        LastName: "Ruiz",
        ...(role === undefined ? {} : { Title: role }),
        ...(ownerId === undefined ? {} : { OwnerId: ownerId }),
      };
      const status = stage === undefined ? {} : { Status: stage };
      return lead(
        accountId === undefined
          ? org.addLead({ ...values, ...status }).id
          : org.addContact({ ...values, AccountId: accountId }).id,
      );
    },
    addList: async (name, leads) =>
      org.addCampaign(
        name,
        leads.map(({ id }) => id),
      ).id,
    addDeal: async (of, deal) => addDeal(org, of, deal),
    addSequence: () => Promise.reject(new Error("Salesforce has no sequences")),
    sequenceOf: () => undefined,
    unsayable: [],
    act: (who, deed) => act(org, who.id, deed),
    listed: (list) =>
      org
        .all("CampaignMember")
        .filter(({ values, deleted }) => values["CampaignId"] === list && !deleted)
        .map(({ values }) => String(values["LeadId"] ?? values["ContactId"])),
    deleteLead: async ({ id }) => void (await org.act({ do: "delete", who: id })),
    async mergeLeads(kept, merged) {
      await org.act({ do: "merge", primary: kept.id, others: [merged.id] });
      return kept;
    },
    convertLead: async ({ id }) => lead(await converted(org, id)),
    giveTo: async ({ id }, OwnerId) => void org.change(id, { OwnerId }),
    holds({ id }) {
      const { OwnerId: ownerId, Status: stage, [ownField]: ownText } = org.find(id)?.values ?? {};
      return {
        ...(ownerId ? { ownerId: String(ownerId) } : {}),
        ...(stage ? { stage: String(stage) } : {}),
        ...(ownText ? { ownText: String(ownText) } : {}),
      };
    },
    tasks: ({ id }) => held(org, "Task", "WhoId", id, ["Subject", "Description"]),
    notes: ({ id }) => held(org, "Note", "ParentId", id, ["Title", "Body"]),
    complete: async (task) => void (await org.act({ do: "complete-task", task })),
    trouble(kind, trouble) {
      const subrequest = hasPackage ? PARTS[kind] : ROWS;
      sandbox.faults.add({ subrequest, fault: FAULTS[trouble], times: 1 });
    },
    newcomers: {
      email: "lead.Email",
      required: { "lead.LastName": "Ruiz", "lead.Company": "Northwind" },
      count: (email) => org.all("Lead").filter(({ values }) => values["Email"] === email).length,
      trouble: (trouble) => void sandbox.faults.add({ subrequest: ROWS, fault: FAULTS[trouble], times: 1 }),
    },
    async close() {
      await connector.close();
      await stand.close();
    },
  };
}

function held(
  org: Org,
  object: "Task" | "Note",
  field: string,
  id: string,
  text: readonly string[],
): readonly Held[] {
  return org
    .all(object)
    .filter(({ values, deleted }) => values[field] === id && !deleted)
    .map((row) => ({
      id: row.id,
      text: text.map((name) => String(row.values[name] ?? "")).join(" "),
      ...(row.values["OwnerId"] ? { ownerId: String(row.values["OwnerId"]) } : {}),
    }));
}

/** Only a Contact has deals: a Lead is converted for it, without one of its own. */
async function addDeal(
  org: Org,
  { id }: LeadRef,
  { name, amount, state }: { name: string; amount: string; state?: "won" | "lost" },
): Promise<string> {
  const StageName = state === undefined ? "Prospecting" : { won: "Closed Won", lost: "Closed Lost" }[state];
  const contact = String(org.find(id)?.values["ConvertedContactId"] ?? (await converted(org, id)));
  return org.addOpportunity({ Name: name, Amount: Number(amount), StageName }, [contact]).id;
}

async function converted(org: Org, id: string): Promise<string> {
  if (id.startsWith("003")) return id;
  const { id: contact = "" } = await org.act({ do: "convert", who: id });
  return contact;
}

/** A person acts, in Salesforce's words. */
async function act(org: Org, who: string, { does, at }: Deed): Promise<ActivityRef> {
  const made = async (kind: ActivityRef["kind"], doing: Parameters<Org["act"]>[0]): Promise<ActivityRef> => {
    const { id = "" } = await org.act(doing);
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
      const { id } = org.add("Task", { Subject: "Their own", WhoId: who, ActivityDate: dayOf(at) });
      return made("task", { do: "complete-task", task: id });
    }
    case "meeting-planned":
    case "meeting-held":
    case "meeting-missed":
    case "meeting-cancelled": {
      const meeting = await made("meeting", { do: "meeting", who, startsAt: at });
      const outcome = MEETING_ENDS[does];
      if (outcome !== undefined) await org.act({ do: "end-meeting", meeting: meeting.id, outcome });
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

function dayOf(at: number): string {
  return new Date(Math.min(at, NOW + 86_400_000)).toISOString().slice(0, 10);
}
