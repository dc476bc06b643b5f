/** Listening to an org of the sandbox, over real long polls: what is told, and what becomes of a connection that is not what it seems. */
import { setTimeout as pause } from "node:timers/promises";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { originOf } from "../../../connectors/salesforce/gateway.ts";
import { listenTo } from "../../../connectors/salesforce/stream.ts";
import type { Heard, Listening } from "../../../src/connector.ts";
import { BatonError } from "../../../src/errors.ts";
import type { CrmEvent } from "../../../src/model/event.ts";
import { HOUR_MS } from "../../../src/model/instant.ts";
import { anUpdate, startStand, type Stand } from "./kit.ts";
import { watchSignals } from "../../support/listeners.ts";
import { errorOf, json, openDesk } from "./server.ts";

const LEADS = "/data/LeadChangeEvent";
/** Polls that nobody answers are over soon. */
const SHORT = { connectMs: 2_000, answerMs: 4_000, totalMs: 5_000 };
const WAIT = { timeout: 10_000 };

let stand: Stand;
let open: Listening[];
let places: Map<string, string>;
let parts: Heard[];
let ana: string;
beforeEach(async () => {
  stand = await startStand();
  ana = stand.org.addLead({ LastName: "Ruiz", Email: "ana@example.com", Company: "Ruiz" }).id;
  [open, places, parts] = [[], new Map(), []];
});
afterEach(async () => {
  vi.unstubAllGlobals();
  await Promise.all(open.map((one) => one.close()));
  await stand.close();
});

/** Listens on from where it was left, and keeps what it hears as a store would. */
async function listen(
  hear: (heard: Heard) => Promise<void> = async () => undefined,
  timeouts = SHORT,
): Promise<Listening> {
  const { org, tools, clock, sandbox } = stand;
  const listening = await listenTo(
    {
      session: tools.gateway.session,
      origin: (tokens) => originOf({ loginUrl: sandbox.url }, tokens),
      org: org.id,
      now: () => clock.now,
      timeouts,
    },
    places,
    async (heard) => {
      await hear(heard);
      parts.push(heard);
      places.set(heard.channel, heard.replay);
    },
  );
  open.push(listening);
  return listening;
}

const events = (): CrmEvent[] => parts.flatMap((heard) => heard.events);
const said = (): string[] =>
  events().map((event) => {
    const id = "lead" in event ? event.lead?.id : "activity" in event ? event.activity.id : "";
    return `${event.kind} ${event.kind === "lead-changed" ? event.property : ""} ${id}`;
  });
const gaps = (): string[] => parts.filter(({ isGap }) => isGap).map(({ channel }) => channel);
const change = (Title: string, who = ana) => stand.org.act({ do: "change", who, values: { Title } });
const titles = (): number => said().filter((one) => one.startsWith("lead-changed Title")).length;

test("an org is listened to, and looked through every ten minutes", async () => {
  const { connector } = stand;
  expect(await connector.prepare()).toMatchObject({ streams: true, sweepEveryMs: 600_000 });
  const listening = await connector.listen?.(new Map(), async (heard) => void parts.push(heard));
  await change("a");
  await expect.poll(titles, WAIT).toBe(1);
  await listening?.close();
});

test("a person's change is told once for each field that means something, with what makes echoes known", async () => {
  await listen();
  const maya = stand.org.addUser({ email: "maya@acme.example" }).id;
  await stand.org.act({
    do: "change",
    who: ana,
    values: { OwnerId: maya, Status: "Working - Contacted", Title: "CRO", Phone: "1" },
  });
  await expect.poll(() => events().length, WAIT).toBe(3);
  const heard = parts.find((part) => part.events.length > 0);
  expect(heard).toMatchObject({ channel: LEADS, isGap: false, replay: expect.stringMatching(/^\d+$/) });
  expect(events()).toMatchObject([
    { kind: "lead-changed", field: "stage", value: "Working - Contacted", occurredAt: stand.clock.now },
    { kind: "lead-changed", field: "owner", value: maya, tenant: stand.org.id, urgency: "live" },
    { kind: "lead-changed", field: "other", lead: { crm: "salesforce", id: ana } },
  ]);
  expect(new Set(events().map(({ key }) => key)).size).toBe(3);
});

test("what Baton writes tells nothing, and moves the place on", async () => {
  await listen();
  await stand.connector.apply([anUpdate(ana, { properties: { "lead.Title": "VP" } })]);
  await expect.poll(() => Number(places.get(LEADS)), WAIT).toBeGreaterThan(0);
  expect(events()).toEqual([]);
});

test("creations, ends and returns are told; the end of a record only as news of it, and so is a merge", async () => {
  await listen();
  const { id: bo = "" } = await stand.org.act({
    do: "create",
    object: "Lead",
    values: { LastName: "Bo", Company: "B" },
  });
  await stand.org.act({ do: "delete", who: bo });
  await stand.org.act({ do: "undelete", who: bo });
  await stand.org.act({ do: "merge", primary: ana, others: [bo] });
  await expect.poll(() => said().length, WAIT).toBeGreaterThanOrEqual(4);
  expect(said().slice(0, 4)).toEqual([
    `lead-created  ${bo}`,
    `lead-changed record deleted ${bo}`,
    `lead-restored  ${bo}`,
    `lead-changed record deleted ${bo}`,
  ]);
});

test("a conversion is news of the lead and of its deal", async () => {
  await listen();
  await stand.org.act({ do: "convert", who: ana, opportunity: "New" });
  const deal = stand.org.all("Opportunity")[0]?.id ?? "";
  await expect.poll(said, WAIT).toContain(`activity-changed  ${deal}`);
  await expect.poll(() => said().filter((one) => one.endsWith(ana)), WAIT).not.toEqual([]);
});

test("one change of several records is told of each of them", async () => {
  await listen();
  const { stream } = stand.org;
  const bo = stand.org.addLead({ LastName: "Bo" }).id;
  stream.gap("GAP_UPDATE", "Lead", [ana, bo]);
  await expect
    .poll(() => said().filter((one) => one.startsWith("lead-changed change event")), WAIT)
    .toEqual([`lead-changed change event ${ana}`, `lead-changed change event ${bo}`]);
  expect(gaps()).toEqual([]);
});

test.each([
  ["an overflow", () => stand.org.stream.overflow("Lead")],
  ["a wildcard", () => stand.org.stream.gap("GAP_UPDATE", "Lead", ["00Q*"])],
])("%s names nobody: it is a gap", async (_what, tell) => {
  await listen();
  tell();
  await expect.poll(gaps, WAIT).toEqual([LEADS]);
});

test("a request that was published asks for a handoff; one for no record is nobody's", async () => {
  await listen();
  const publish = (Record_Id__c: string) =>
    stand.org.act({
      do: "publish",
      event: "Baton_Request__e",
      fields: { Record_Id__c, Policy__c: " demo " },
    });
  await publish("../00Q");
  await publish(ana.slice(0, 15));
  await expect.poll(() => events().length, WAIT).toBe(1);
  expect(events()).toMatchObject([
    {
      kind: "handoff-requested",
      lead: { crm: "salesforce", id: ana },
      request: { via: "workflow", policy: "demo" },
    },
  ]);
  expect(gaps()).toEqual([]);
});

test("a first connection hears what happens from then on, and the next one what happened between", async () => {
  await change("before");
  stand.clock.now += HOUR_MS;
  const first = await listen();
  await expect.poll(() => places.get(LEADS), WAIT).toBe(`since:${stand.clock.now}`);
  await first.close();
  await change("between");
  await listen();
  await expect.poll(titles, WAIT).toBe(1);
  expect([titles(), gaps()]).toEqual([1, []]);
});

test("what may have happened on a quiet channel longer ago than anything is kept is a gap, once", async () => {
  places.set(LEADS, `since:${stand.clock.now - 73 * HOUR_MS}`);
  const first = await listen();
  await expect.poll(gaps, WAIT).toEqual([LEADS]);
  await first.close();
  await listen();
  await change("a");
  await expect.poll(titles, WAIT).toBe(1);
  expect(gaps()).toEqual([LEADS]);
});

/** How a connection comes to nothing, and as what it ends. */
const ENDS: readonly (readonly [string, () => void, string])[] = [
  ["a line that breaks", () => stand.org.stream.cut(), "crm.unreachable"],
  ["a server that knows nobody any more", () => stand.org.stream.forget(), "crm."],
  ["a server that falls silent", () => stand.org.stream.silence(), "crm.timeout"],
  ["a token that dies", () => stand.sandbox.sessions.expireSessions(stand.org.id), "crm.unauthorized"],
];

test.each(ENDS)("%s ends the connection, and the next one loses nothing", async (_what, act, code) => {
  stand.org.stream.rules.validateEveryMs = 5;
  const first = await listen();
  await change("a");
  await expect.poll(titles, WAIT).toBe(1);
  act();
  await change("b");
  await expect(first.ended).resolves.toMatchObject({ code: expect.stringContaining(code) });
  await listen();
  await change("c");
  await expect.poll(titles, WAIT).toBe(3);
  expect(new Set(events().map(({ key }) => key)).size).toBe(events().length);
});

test("a token that somebody else has renewed ends the connection, whose client lives by the old one", async () => {
  stand.org.stream.rules.connectTimeoutMs = 300;
  const listening = await listen();
  const { session } = stand.tools.gateway;
  await session.replace(await session.tokens());
  await expect(listening.ended).resolves.toEqual({ code: "crm.unauthorized" });
});

test.each([
  ["that is gone", 73 * HOUR_MS, 0],
  ["the org never gave", 0, 1_000_000],
])("a place %s is a gap, and everything that is kept is told", async (_what, laterMs, beyond) => {
  stand.org.rules.sessionMs = 1_000 * HOUR_MS;
  await change("heard");
  const replay = stand.org.stream.newest(1)[0]?.replayId ?? 0;
  places.set(LEADS, String(replay + beyond));
  await change("a");
  stand.clock.now += laterMs;
  await change("b");
  const { accessToken } = stand.sandbox.installOrg(stand.client, stand.org.id);
  const expiresAt = stand.clock.now + HOUR_MS;
  stand.vault.stored = { ...stand.vault.stored, access: accessToken, expiresAt };
  await listen();
  await expect.poll(titles, WAIT).toBe(laterMs > 0 ? 1 : 3);
  expect(gaps()).toEqual([LEADS]);
});

test("what could not be stored ends the connection and is told again", async () => {
  const first = await listen(async ({ events: told }) => {
    if (told.length > 0) throw new BatonError("deliver.lost-lane", "another process listens");
  });
  await change("a");
  await expect(first.ended).resolves.toEqual({ code: "deliver.lost-lane" });
  expect(titles()).toBe(0);
  await listen();
  await expect.poll(titles, WAIT).toBe(1);
});

test("events that are told twice have the same keys", async () => {
  stand.org.stream.rules.duplicateShare = 1;
  await listen();
  await change("a");
  await expect.poll(titles, WAIT).toBe(2);
  expect(new Set(events().map(({ key }) => key)).size).toBe(1);
});

test.each([
  [
    "allows none of the channels",
    [{ channel: "/meta/subscribe", successful: false, error: "403::no" }],
    "crm.forbidden",
  ],
  ["answers what is no message", { said: "hello" }, "crm.bad-answer"],
])("an org that %s cannot be listened to", async (_what, answer, code) => {
  const desk = await openDesk();
  desk.answer = (response, asked) =>
    (asked.text.includes("/meta/handshake")
      ? json([{ channel: "/meta/handshake", successful: true, clientId: "c" }])
      : json(answer))(response, asked);
  stand.vault.stored = { ...stand.vault.stored, instanceUrl: desk.url };
  expect((await errorOf(listen())).code).toBe(code);
  desk.close();
});

test("waiting between polls leaves nothing behind, however many there are", async () => {
  const mostListeners = watchSignals();
  const desk = await openDesk();
  const polls = () => desk.asked.filter(({ text }) => text.includes("/meta/connect")).length;
  desk.answer = (response, asked) => {
    const [channel] = /\/meta\/\w+/.exec(asked.text) ?? [];
    const advice = { interval: 1 };
    json([{ channel, successful: true, clientId: "c", subscription: LEADS, advice }])(response, asked);
  };
  stand.vault.stored = { ...stand.vault.stored, instanceUrl: desk.url };
  await listen();
  // The first wait is over, the second lasts a second.
  await expect.poll(polls, WAIT).toBe(2);
  await pause(100);
  expect(mostListeners()).toBe(1);
  desk.close();
});
