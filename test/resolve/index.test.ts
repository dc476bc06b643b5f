import { expect, test } from "vitest";
import { resolve } from "../../src/resolve/index.ts";
import { aPlaybook, NOW } from "../playbook/kit.ts";
import { aRecord } from "./kit.ts";

const playbook = aPlaybook();
const handoff = { id: "h-1", state: "queued", type: "partner", startedAt: NOW } as const;
const request = { via: "workflow-action", callback: "cb-1" } as const;
const asked = { decisionId: "d-7", leadUrl: "https://crm.example/9", activities: new Map() };

test("a snapshot names the record that survived a merge, its account, and what was asked", () => {
  const lead = { crm: "hubspot", id: "9" } as const;
  const record = aRecord({}, { lead, accountId: "77" });
  expect(resolve({ record, signals: [], handoff, request, ...asked }, playbook)).toMatchObject({
    decisionId: "d-7",
    lead,
    leadUrl: "https://crm.example/9",
    accountId: "77",
    handoff,
    request,
    readAt: NOW,
  });
});

test("what does not exist is absent", () => {
  const snapshot = resolve({ record: aRecord(), signals: [], ...asked }, playbook);
  expect(Object.keys(snapshot)).not.toEqual(expect.arrayContaining(["accountId"]));
  expect("handoff" in snapshot || "request" in snapshot).toBe(false);
});

test("the same record gives the same snapshot", () => {
  const input = { record: aRecord({ "contact.jobtitle": "VP" }), signals: [], ...asked };
  expect(resolve(input, playbook)).toEqual(resolve(input, playbook));
});
