import { describe, expect, test } from "vitest";
import type { FactValue } from "../../src/model/lead.ts";
import { salesStageRaise, stageRaise } from "../../src/plan/properties.ts";
import { unwritten } from "../../src/plan/unwritten.ts";
import { aLead, aPlaybook, shippedFiles } from "../playbook/kit.ts";
import { TUESDAY } from "../route/acme.ts";
import { ana, planned, playbook, writeOf } from "./ready.ts";

const both = aPlaybook(shippedFiles("both"));
const WORKING = { "lead.Status": "Working - Contacted" };

describe("the stage in sales' CRM", () => {
  test.each<[string, Readonly<Record<string, FactValue>>, object]>([
    ["at an earlier one", { "lead.sales_stage": "marketing-qualified" }, WORKING],
    ["at the same one", { "lead.sales_stage": "sales-accepted" }, {}],
    ["at a later one", { "lead.sales_stage": "not-converted" }, {}],
    ["of a contact, which has none", { "lead.stage": "lead" }, {}],
    ["at one that has no name here", { "lead.sales_stage_value": "Nurturing" }, {}],
  ])("of a lead %s is raised only forwards", (_which, facts, written) => {
    expect(salesStageRaise("sales-accepted", aLead(facts), both)).toEqual(written);
  });

  test("is left alone where sales' CRM does not name the stage, or nothing is to be raised", () => {
    const lead = aLead({ "lead.sales_stage": "marketing-qualified" });
    expect(salesStageRaise("sales-qualified", lead, both)).toEqual({});
    expect(salesStageRaise(undefined, lead, both)).toEqual({});
  });

  test("is nothing where one CRM does all", () => {
    const lead = aLead({ "lead.sales_stage": "marketing-qualified" });
    expect(salesStageRaise("sales-accepted", lead, aPlaybook())).toEqual({});
    expect(salesStageRaise("working", lead, aPlaybook(shippedFiles("salesforce")))).toEqual({});
  });

  test("does not change which stage is raised in the leading one", () => {
    const lead = aLead({ "lead.stage": "lead", "lead.stage_value": "lead", "lead.sales_stage": "customer" });
    expect(stageRaise("sales-accepted", lead, both)).toEqual({ to: "164392217", seen: "lead" });
  });
});

describe("a handoff of a lead in both", () => {
  const inBoth = {
    ...playbook,
    agreement: { ...playbook.agreement, atHandoff: { ...both.agreement.atHandoff, stage: "sales-accepted" } },
    fields: both.fields,
  };
  const lead = ana({ "lead.sales_stage": "marketing-qualified" });
  const plan = planned({ snapshot: lead, playbook: inBoth });

  test("writes status and reason to both, and raises the lead in both", () => {
    const { stage, properties } = writeOf(plan, "update-lead");
    expect(stage).toEqual({ to: "164392217", seen: "lead" });
    expect(properties).toMatchObject({
      ...WORKING,
      "contact.baton_handoff_status": "assigned",
      "lead.Baton_Handoff_Status__c": "assigned",
    });
    expect(properties["lead.Baton_Why_Now__c"]).toBe(properties["contact.baton_why_now"]);
  });

  test("leaves both stages alone after a restore", () => {
    const left = writeOf(unwritten(plan, ana({}, { lost: { at: TUESDAY } })), "update-lead");
    expect(left).not.toHaveProperty("stage");
    expect(left.properties).not.toHaveProperty(["lead.Status"]);
    expect(left.properties).toHaveProperty(["lead.Baton_Handoff_Status__c"]);
  });
});
