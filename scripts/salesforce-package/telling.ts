/**
 * How an org tells Baton what happens: the platform event that asks for a handoff, with an example of a flow that publishes it; outbound
 * messages with the flows that send them; the selection of change events; and what the Apex class needs.
 */
import { CHANNELS } from "../../connectors/salesforce/change-event.ts";
import { OWN_CHANGES, REQUEST_EVENT } from "./access.ts";
import { component, METADATA_VERSION } from "./xml.ts";
import type { Content, PackageFile } from "./xml.ts";

/** Records whose changes an outbound message tells of. */
const TOLD_OBJECTS = ["Lead", "Contact", "Task"] as const;

/** What differs from org to org, as it stands in the files, and the variable that replaces it when they are deployed. */
export const PLACEHOLDERS = [
  {
    text: "https://baton.example.com/salesforce/outbound/token",
    variable: "ORG_OUTBOUND_URL",
    folder: "outbound",
  },
  { text: "baton@example.com", variable: "ORG_BATON_USER", folder: "outbound" },
  { text: "https://baton.example.com", variable: "ORG_BATON_URL", folder: "apex" },
] as const;
const [OUTBOUND_URL, USER, URL] = PLACEHOLDERS;

/** The platform event, and a flow that publishes it, to be copied and turned on. Under `folder`. Throws nothing. */
export function requestFiles(folder: string): readonly PackageFile[] {
  const event = `${folder}/objects/${REQUEST_EVENT}`;
  return [
    component(`${event}/${REQUEST_EVENT}.object-meta.xml`, "CustomObject", {
      deploymentStatus: "Deployed",
      description: "Asks Baton to look whether a lead is ready to be handed off.",
      eventType: "HighVolume",
      label: "Baton request",
      pluralLabel: "Baton requests",
      publishBehavior: "PublishAfterCommit",
    }),
    textField(`${event}/fields`, "Record_Id__c", "Record id", "The Lead or Contact, by its id.", 18, true),
    textField(`${event}/fields`, "Policy__c", "Policy", "A few words for the explanation.", 200, false),
    component(`${folder}/flows/Baton_Ask_For_Handoff.flow-meta.xml`, "Flow", {
      apiVersion: METADATA_VERSION,
      description:
        "An example: a Lead that becomes hot asks Baton for a handoff. Change the condition, then turn it on.",
      interviewLabel: "Baton: ask for a handoff {!$Flow.CurrentDateTime}",
      label: "Baton: ask for a handoff",
      processMetadataValues: builtInFlowBuilder(),
      processType: "AutoLaunchedFlow",
      recordCreates: {
        name: "Publish",
        label: "Publish",
        locationX: 176,
        locationY: 323,
        inputAssignments: [
          { field: "Policy__c", value: { stringValue: "Rating became hot" } },
          { field: "Record_Id__c", value: { elementReference: "$Record.Id" } },
        ],
        object: REQUEST_EVENT,
      },
      start: {
        locationX: 50,
        locationY: 0,
        connector: { targetReference: "Publish" },
        doesRequireRecordChangedToMeetCriteria: true,
        filterLogic: "and",
        filters: [{ field: "Rating", operator: "EqualTo", value: { stringValue: "Hot" } }],
        object: "Lead",
        recordTriggerType: "CreateAndUpdate",
        triggerType: "RecordAfterSave",
      },
      status: "Draft",
    }),
  ];
}

/** One message and one flow for each object that is told of, under `folder`. Throws nothing. */
export function outboundFiles(folder: string): readonly PackageFile[] {
  return TOLD_OBJECTS.flatMap((object) => [
    component(`${folder}/workflows/${object}.workflow-meta.xml`, "Workflow", {
      outboundMessages: {
        fullName: messageOf(object),
        apiVersion: METADATA_VERSION,
        description: "Tells Baton that a record changed. Its address holds a key: nobody else may have it.",
        endpointUrl: OUTBOUND_URL.text,
        fields: ["Id", "SystemModstamp"],
        includeSessionId: false,
        integrationUser: USER.text,
        name: `Baton: ${object} changed`,
        protected: false,
        useDeadLetterQueue: false,
      },
    }),
    component(`${folder}/flows/${messageOf(object)}.flow-meta.xml`, "Flow", outboundFlow(object)),
  ]);
}

function messageOf(object: string): string {
  return `Baton_${object}_Changed`;
}

/** What Baton's own user changed is no news. */
function outboundFlow(object: string): Readonly<Record<string, Content>> {
  return {
    actionCalls: {
      name: "Tell_Baton",
      label: "Tell Baton",
      locationX: 314,
      locationY: 431,
      actionName: `${object}.${messageOf(object)}`,
      actionType: "outboundMessage",
      flowTransactionModel: "CurrentTransaction",
      nameSegment: `${object}.${messageOf(object)}`,
    },
    apiVersion: METADATA_VERSION,
    decisions: {
      name: "Whose_Change",
      label: "Whose change?",
      locationX: 182,
      locationY: 323,
      defaultConnector: { targetReference: "Tell_Baton" },
      defaultConnectorLabel: "Somebody else's",
      rules: {
        name: "Batons_Own",
        conditionLogic: "and",
        conditions: {
          leftValueReference: `$Permission.${OWN_CHANGES}`,
          operator: "EqualTo",
          rightValue: { booleanValue: true },
        },
        label: "Baton's own",
      },
    },
    description: `Sends an outbound message to Baton when a ${object} is made or changed by anybody else.`,
    interviewLabel: `Baton: ${object} changed {!$Flow.CurrentDateTime}`,
    label: `Baton: ${object} changed`,
    processMetadataValues: builtInFlowBuilder(),
    processType: "AutoLaunchedFlow",
    start: {
      locationX: 56,
      locationY: 0,
      connector: { targetReference: "Whose_Change" },
      object,
      recordTriggerType: "CreateAndUpdate",
      triggerType: "RecordAfterSave",
    },
    status: "Active",
  };
}

/** The channels Baton listens to, as a selection of change events: five, which is what an org may have without an add-on. */
export function changeEventFiles(folder: string): readonly PackageFile[] {
  return CHANNELS.filter((channel) => channel.startsWith("/data/")).map((channel) => {
    const entity = channel.slice("/data/".length);
    return component(
      `${folder}/platformEventChannelMembers/ChangeEvents_${entity}.platformEventChannelMember-meta.xml`,
      "PlatformEventChannelMember",
      { eventChannel: "ChangeEvents", selectedEntity: entity },
    );
  });
}

/** What the Apex class needs: where Baton is, the org's token, and leave to call. The values are an admin's to enter, in no file. */
export function apexFiles(folder: string): readonly PackageFile[] {
  const settings = `${folder}/objects/Baton_Settings__c`;
  return [
    component(`${settings}/Baton_Settings__c.object-meta.xml`, "CustomObject", {
      customSettingsType: "Hierarchy",
      description: "Where Baton is, and the token of this org. The class BatonEvents reads it.",
      enableFeeds: false,
      label: "Baton settings",
      visibility: "Protected",
    }),
    textField(`${settings}/fields`, "Address__c", "Address", "Such as https://baton.example.com", 255, false),
    textField(
      `${settings}/fields`,
      "Token__c",
      "Token",
      "From the page that ends the installation.",
      100,
      false,
    ),
    component(`${folder}/remoteSiteSettings/Baton.remoteSite-meta.xml`, "RemoteSiteSetting", {
      description: "The Baton server.",
      disableProtocolSecurity: false,
      isActive: true,
      url: URL.text,
    }),
    ...["BatonEvents", "BatonEventsTest"].map((name) =>
      component(`${folder}/classes/${name}.cls-meta.xml`, "ApexClass", {
        apiVersion: METADATA_VERSION,
        status: "Active",
      }),
    ),
  ];
}

function textField(
  folder: string,
  name: string,
  label: string,
  description: string,
  length: number,
  required: boolean,
): PackageFile {
  return component(`${folder}/${name}.field-meta.xml`, "CustomField", {
    fullName: name,
    description,
    externalId: false,
    label,
    length,
    required,
    type: "Text",
    unique: false,
  });
}

/** Lets the flow be opened in Flow Builder. */
function builtInFlowBuilder(): Content {
  return [
    { name: "BuilderType", value: { stringValue: "LightningFlowBuilder" } },
    { name: "CanvasMode", value: { stringValue: "AUTO_LAYOUT_CANVAS" } },
  ];
}
