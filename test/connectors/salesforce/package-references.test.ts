/** Nothing in the package leads nowhere: within it, in the connector, and when it is taken out again. */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { CHANNELS, readHeard } from "../../../connectors/salesforce/change-event.ts";
import { PLACEHOLDERS } from "../../../scripts/salesforce-package/telling.ts";
import { COMPONENTS, fieldsOf, FILES, of, texts } from "./package-kit.ts";
import { NOW, ORG } from "./server.ts";

describe("what refers to something", () => {
  test("finds it: fields of actions, lists, rules and flows, and the permission that marks Baton's changes", () => {
    for (const { file, text } of [...of("quickAction"), ...of("listView"), ...of("validationRule")]) {
      const object = /\/(?:objects\/)?(Lead|Contact)[/.]/.exec(file)?.[1] ?? "";
      const used = new Set([...text.matchAll(/Baton_\w+__c/g)].map(([name]) => name));
      expect(used.size).toBeGreaterThan(0);
      expect(fieldsOf(object)).toEqual(expect.arrayContaining([...used]));
    }
    const marks = [...[...FILES.values()].join("\n").matchAll(/\$Permission\.(\w+)/g)].map(
      ([, name]) => name,
    );
    expect(new Set(marks)).toEqual(new Set(["Baton_Own_Changes"]));
    expect(of("customPermission").map(({ name }) => name)).toEqual(["Baton_Own_Changes"]);
  });

  test("finds it: the steps of flows, their messages, and the event they publish", () => {
    for (const { text } of of("flow")) {
      const steps = [...text.matchAll(/<(actionCalls|decisions|recordCreates)>\s*<name>(\w+)</g)].map(
        ([, , name]) => name,
      );
      expect(steps).toEqual(expect.arrayContaining([...texts(text, "targetReference")]));
      for (const action of texts(text, "actionName")) {
        const [object = "", message = ""] = action.split(".");
        const workflow = COMPONENTS.find((one) => one.suffix === "workflow" && one.name === object);
        expect(texts(workflow?.text ?? "", "fullName")).toEqual([message]);
        expect(texts(text, "object")).toEqual([object]);
      }
    }
    const asking = FILES.get("force-app/main/default/flows/Baton_Ask_For_Handoff.flow-meta.xml") ?? "";
    const assigned = [...asking.matchAll(/<inputAssignments>\s*<field>(\w+)</g)].map(([, field]) => field);
    expect(new Set(assigned)).toEqual(new Set(fieldsOf("Baton_Request__e")));
    expect(texts(asking, "status")).toEqual(["Draft"]);
  });

  test("the event's fields are those Baton reads", () => {
    const payload = { Record_Id__c: "00Q5g00000ABCdeEAH", Policy__c: "Rating became hot" };
    expect(Object.keys(payload).toSorted()).toEqual(fieldsOf("Baton_Request__e").toSorted());
    const told = [{ channel: "/event/Baton_Request__e", data: { event: { replayId: 1 }, payload } }];
    expect(readHeard("/event/Baton_Request__e", "0", told, { org: ORG, now: NOW }).events).toMatchObject([
      { kind: "handoff-requested", request: { policy: "Rating became hot" } },
    ]);
  });

  test("the selected change events are the channels Baton listens to, and no more than an org may have", () => {
    const selected = of("platformEventChannelMember").map(
      ({ text }) => `/data/${texts(text, "selectedEntity")[0]}`,
    );
    expect([...selected, "/event/Baton_Request__e"]).toEqual(CHANNELS);
    expect(selected.length).toBeLessThanOrEqual(5);
  });

  test("each placeholder is found where it is replaced", () => {
    for (const { text, folder: within } of PLACEHOLDERS)
      expect(
        [...FILES].some(([file, content]) => file.startsWith(`${within}/`) && content.includes(text)),
      ).toBe(true);
  });
});

describe("taking it out again", () => {
  const removed = FILES.get("uninstall/destructiveChanges.xml") ?? "";

  test("names every component once but flows, which an admin deletes", () => {
    const members = texts(removed, "members");
    expect(new Set(members.map((name, index) => (name.includes(".") ? name : `${index}`))).size).toBe(
      members.length,
    );
    const whole = COMPONENTS.filter(
      ({ file, suffix }) => suffix !== "flow" && !/\/objects\/\w+__[ce]\/fields/.test(file),
    );
    expect(members.length).toBe(whole.length);
    expect(members).toEqual(
      expect.arrayContaining(["Activity.Baton_Key__c", "Task.Baton_Task_Changed", "Baton_Request__e"]),
    );
  });

  test("comes with the empty manifest that a deployment needs", () => {
    expect(texts(FILES.get("uninstall/package.xml") ?? "", "version")).toEqual(texts(removed, "version"));
  });
});

describe("docs/install-salesforce.md", () => {
  const docs = readFileSync("docs/install-salesforce.md", "utf8");

  test("names every folder, variable, permission set and field an admin meets", () => {
    const named = [
      ...new Set(
        [...FILES.keys()].filter((file) => file.includes("/")).map((file) => file.split("/")[0] ?? ""),
      ),
      ...PLACEHOLDERS.map(({ variable }) => variable),
      ...of("permissionset").map(({ name }) => name),
      ...of("customPermission").map(({ name }) => name),
      "Baton_Key__c",
      "Baton_HubSpot_Id__c",
      "Baton_Request__e",
      ...[...of("quickAction"), ...of("listView")].map(({ content }) => String(content["label"])),
    ];
    expect(named.filter((name) => !docs.includes(name))).toEqual([]);
  });
});
