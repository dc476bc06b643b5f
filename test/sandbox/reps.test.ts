/** What reps do in the sandbox, and how it shows through the API. */
import { expect, test } from "vitest";
import { idOf, open } from "./portal-client.ts";
import type { Opened } from "./portal-client.ts";

const objects = "/crm/objects/2026-03";
const NOW = Date.UTC(2026, 10, 17, 9, 30);

async function withRep(): Promise<
  Opened & { readonly id: string; readonly rep: { id: string; email: string } }
> {
  const opened = await open({ now: () => NOW });
  const rep = opened.portal.addOwner({ email: "lena@acme.example" });
  const id = await opened.contact({ email: "ana@example.com", hubspot_owner_id: rep.id });
  opened.sandbox.ledger.clear();
  return { ...opened, id, rep };
}
const propertiesOf = async (
  { api }: Opened,
  type: string,
  id: string | undefined,
  ...names: string[]
): Promise<unknown> => {
  const { body } = await api("GET", `${objects}/${type}/${id}?properties=${names.join(",")}`);
  return typeof body === "object" && body !== null && "properties" in body ? body.properties : undefined;
};

test("a call has its outcome, its owner and the tool that made it, and hangs on the contact", async () => {
  const opened = await withRep();
  const { id } = await opened.portal.act({ do: "call", who: "ana@example.com", outcome: "connected" });
  const names = ["hs_call_disposition", "hubspot_owner_id", "hs_object_source", "hs_timestamp"];
  expect(await propertiesOf(opened, "calls", id, ...names)).toMatchObject({
    hs_call_disposition: "f240bbac-87c9-4f6e-bf70-924b57d47db7",
    hubspot_owner_id: opened.rep.id,
    hs_object_source: "CRM_UI",
    hs_timestamp: new Date(NOW).toISOString(),
  });
  const links = await opened.api("POST", "/crm/associations/2026-03/contacts/calls/batch/read", {
    inputs: [{ id: opened.id }],
  });
  expect(links.body).toMatchObject({
    results: [{ to: [{ toObjectId: id, associationTypes: [{ typeId: 193 }] }] }],
  });
  expect(opened.sandbox.ledger.find({ kind: "call.create", by: "other" })).toHaveLength(1);
});

test.each([
  ["person", "CRM_UI"],
  ["sequence", "SEQUENCES"],
  ["workflow", "AUTOMATION_PLATFORM"],
  ["integration", "INTEGRATION"],
] as const)("an e-mail by a %s says so: %s", async (via, source) => {
  const opened = await withRep();
  const { id } = await opened.portal.act({ do: "email", who: opened.id, via });
  expect(await propertiesOf(opened, "emails", id, "hs_object_source", "hs_email_direction")).toMatchObject({
    hs_object_source: source,
    hs_email_direction: "EMAIL",
  });
});

test("a meeting is booked, held or not, and an activity moves the contact's last contact", async () => {
  const opened = await withRep();
  const startsAt = NOW + 3_600_000;
  const { id: meeting = "" } = await opened.portal.act({ do: "meeting", who: opened.id, startsAt });
  const names = ["hs_meeting_outcome", "hs_meeting_start_time"];
  expect(await propertiesOf(opened, "meetings", meeting, ...names)).toMatchObject({
    hs_meeting_outcome: "SCHEDULED",
    hs_meeting_start_time: new Date(startsAt).toISOString(),
  });
  const at = startsAt + 86_400_000;
  await opened.portal.act({ do: "end-meeting", meeting, outcome: "moved", at });
  await opened.portal.act({ do: "end-meeting", meeting, outcome: "no-show" });
  expect(await propertiesOf(opened, "meetings", meeting, ...names)).toMatchObject({
    hs_meeting_outcome: "NO_SHOW",
    hs_meeting_start_time: new Date(at).toISOString(),
  });
  expect(await propertiesOf(opened, "contacts", opened.id, "notes_last_contacted")).toMatchObject({
    notes_last_contacted: new Date(startsAt).toISOString(),
  });
});

test("a rep completes a task, answers, changes the status and wins a deal", async () => {
  const opened = await withRep();
  const { portal, id, rep } = opened;
  const task = idOf(
    (
      await opened.api("POST", `${objects}/tasks`, {
        properties: { hs_timestamp: new Date(NOW).toISOString() },
      })
    ).body,
  );
  await portal.act({ do: "complete-task", task });
  expect(await propertiesOf(opened, "tasks", task, "hs_task_completion_date")).toMatchObject({
    hs_task_completion_date: new Date(NOW).toISOString(),
  });
  portal.addProperty("contact", "baton_owner_disposition", [["rejected", "Rejected"]]);
  portal.addProperty("contact", "baton_disposition_reason", [["timing", "Timing"]]);
  await portal.act({ do: "dispose", who: id, answer: "rejected", reason: "timing" });
  await portal.act({ do: "lead-status", who: id, status: "CONNECTED" });
  expect(portal.find("contact", id)?.properties).toMatchObject({
    baton_owner_disposition: "rejected",
    baton_disposition_reason: "timing",
    hs_lead_status: "CONNECTED",
  });
  const { id: deal = "" } = await portal.act({ do: "open-deal", who: id, name: "New", amount: "100" });
  expect(portal.find("deal", deal)?.properties).toMatchObject({
    hs_is_closed: "false",
    hubspot_owner_id: rep.id,
  });
  await portal.act({ do: "move-deal", deal, stage: "closedwon" });
  expect(portal.find("deal", deal)?.properties).toMatchObject({
    hs_is_closed: "true",
    hs_is_closed_won: "true",
    closedate: new Date(NOW).toISOString(),
  });
});

test("what is not there cannot be acted upon", async () => {
  const { portal, id } = await withRep();
  await expect(portal.act({ do: "call", who: "9", outcome: "busy" })).rejects.toThrow(RangeError);
  await expect(portal.act({ do: "email", who: id, by: "nobody@acme.example" })).rejects.toThrow(RangeError);
  await expect(portal.act({ do: "move-deal", deal: "9", stage: "closedwon" })).rejects.toThrow(RangeError);
});

test.each([
  ["calls", {}],
  ["emails", { hs_timestamp: "2026-11-17T09:00:00Z" }],
  ["meetings", {}],
])("%s need their required properties", async (type, properties) => {
  const { api } = await withRep();
  expect((await api("POST", `${objects}/${type}`, { properties })).status).toBe(400);
});

test("an outcome of a call that nobody defined is refused", async () => {
  const { api } = await withRep();
  const properties = { hs_timestamp: "2026-11-17T09:00:00Z", hs_call_disposition: "made-up" };
  expect((await api("POST", `${objects}/calls/batch/create`, { inputs: [{ properties }] })).status).toBe(400);
});
