import { expect, test } from "vitest";
import { beganAt } from "../../src/lanes/lead-work.ts";
import type { WaitingEvent } from "../../src/store/events.ts";

const lead = { crm: "hubspot", id: "101" } as const;
const event = (occurredAt: number, urgency: "live" | "bulk"): WaitingEvent => ({
  seq: occurredAt,
  receivedAt: occurredAt + 100,
  attempts: 0,
  outcome: "",
  event: {
    key: `${occurredAt}`,
    tenant: "1",
    occurredAt,
    urgency,
    kind: "lead-changed",
    lead,
    field: "other",
    property: urgency === "live" ? "jobtitle" : "hs_analytics_last_url",
  },
});
const began = (...events: readonly WaitingEvent[]) => beganAt({ lead: lead.id, events }).occurredAt;

test("work began with the earliest event that somebody waits for, not with a page that was viewed before", () => {
  expect(began(event(40, "bulk"), event(200, "live"), event(100, "live"))).toBe(100);
  expect(beganAt({ lead: lead.id, events: [event(100, "live")] }).receivedAt).toBe(200);
});

test("where nobody waits it began with the earliest of all", () => {
  expect(began(event(300, "bulk"), event(200, "bulk"))).toBe(200);
});
