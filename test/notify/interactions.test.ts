/** Answers from Slack over the real server: believed by signature, stored once, confirmed in the message. */
import { createHmac } from "node:crypto";
import { sql } from "kysely";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createLog } from "../../src/log.ts";
import type { CrmEvent } from "../../src/model/event.ts";
import type { DeskTools } from "../../src/notify/slack/desk.ts";
import { storedDesk } from "../../src/notify/slack/stored.ts";
import { saveInstallation } from "../../src/store/installations.ts";
import { openInbox } from "../../src/store/inbox.ts";
import { ownJson } from "../../src/store/json.ts";
import { CAPABILITIES } from "../cli/kit.ts";
import { startServer, type TestServer } from "../server/kit.ts";
import { onEveryDatabase } from "../support/databases.ts";
import { type Bench, LENA, LOCKSMITH, NOW, openBench, SIGNING_SECRET, slackSettings } from "./kit.ts";
import { openSlackStandIn, type SlackStandIn } from "./slack-stand-in.ts";

onEveryDatabase("answers from Slack", ({ store }) => {
  let slack: SlackStandIn;
  let bench: Bench;
  let server: TestServer;
  let now = NOW;
  let handoff = "";
  /** What of the desk does not do what it should. */
  let broken: Partial<DeskTools>;
  beforeEach(async () => {
    [now, broken] = [NOW, {}];
    slack = await openSlackStandIn();
    slack.people.set(LENA, "U1");
    bench = await openBench(store(), slackSettings(slack.url));
    handoff = `h-${bench.installation}`;
    const tenant = `t-${bench.installation}`;
    await saveInstallation(
      store().db,
      { id: bench.installation, crm: "hubspot", tenant, capabilities: CAPABILITIES },
      NOW,
    );
    await sql`insert into handoffs (installation, id, lead, scope, state, type, playbook, occurred_at, received_at, read_at, decided_at)
      values (${bench.installation}, ${handoff}, '10001', 'lead', 'with-sales', 'hand-raiser', 'p', 1, 1, 1, 1)`.execute(
      store().db,
    );
    const inbox = openInbox(store());
    const log = createLog({ level: "silent" });
    const desk = storedDesk(
      { store: store(), locksmith: LOCKSMITH, sandbox: true, now: () => now, log },
      inbox,
    );
    server = await startServer({
      slack: {
        ...desk,
        leadOf: (...asked) => (broken.leadOf ?? desk.leadOf)(...asked),
        inbox: { ...desk.inbox, store: (...kept) => (broken.inbox ?? desk.inbox).store(...kept) },
      },
    });
  });
  afterEach(async () => {
    await server.app.close();
    await slack.close();
  });

  const payload = (over: object = {}): object => ({
    type: "block_actions",
    user: { id: "U1", username: "lena" },
    message: {
      ts: "1794906000.000100",
      blocks: [
        { type: "header", block_id: "n1.c", text: {} },
        { type: "actions", elements: [] },
      ],
    },
    response_url: `${slack.url}/api/response`,
    actions: [
      {
        type: "static_select",
        action_id: "answer.rejected",
        action_ts: "1794906030.250000",
        selected_option: { value: `${handoff} not-fit` },
      },
    ],
    ...over,
  });
  const send = async (
    body: object | string,
    { id = bench.channel, secret = SIGNING_SECRET, at = NOW, signed = "" } = {},
  ): Promise<Response> => {
    const text =
      typeof body === "string" ? body : new URLSearchParams({ payload: JSON.stringify(body) }).toString();
    const timestamp = String(Math.floor(at / 1_000));
    const digest = createHmac("sha256", secret)
      .update(`v0:${timestamp}:${signed || text}`)
      .digest("hex");
    return await fetch(`${server.origin}/slack/interactions/${id}`, {
      method: "POST",
      headers: {
        "content-type": "application/x-www-form-urlencoded",
        "x-slack-request-timestamp": timestamp,
        "x-slack-signature": `v0=${digest}`,
      },
      body: text,
    });
  };
  const events = async (): Promise<readonly CrmEvent[]> => {
    const rows = await store()
      .db.selectFrom("events")
      .select("body")
      .where("installation", "=", bench.installation)
      .execute();
    return rows.map(({ body }) => ownJson<CrmEvent>(body));
  };

  test("a rejection with its reason is stored as the lead's, and the message says so instead of its buttons", async () => {
    expect((await send(payload())).status).toBe(200);
    expect(await events()).toEqual([
      {
        kind: "disposition-given",
        key: `slack:1794906000.000100:U1:1794906030.250000:${bench.channel}`,
        tenant: `t-${bench.installation}`,
        occurredAt: 1_794_906_030_250,
        urgency: "live",
        lead: { crm: "hubspot", id: "10001" },
        handoff,
        given: { answer: "rejected", reason: "not-fit", via: "slack", by: LENA },
      },
    ]);
    await expect.poll(() => slack.responses).toHaveLength(1);
    expect(slack.responses[0]).toMatchObject({
      replace_original: true,
      text: "Recorded: rejected (not-fit), by <@U1>",
      blocks: [{ type: "header", block_id: "n1.c" }, { type: "context" }],
    });
  });

  test("the same click is one answer, however often it is sent; another click is another", async () => {
    await send(payload());
    await send(payload());
    expect(await events()).toHaveLength(1);
    const actions = [{ action_id: "answer.accepted", action_ts: "1794906099.1", value: handoff }];
    await send(payload({ actions }));
    expect((await events()).map((event) => "given" in event && event.given.answer)).toEqual([
      "rejected",
      "accepted",
    ]);
  });

  test("somebody whose address Slack does not tell is named by their id", async () => {
    await send(payload({ user: { id: "U7" } }));
    expect(await events()).toMatchObject([{ given: { by: "U7" } }]);
  });

  test("what opens a link gives no answer", async () => {
    const actions = [{ action_id: "open", action_ts: "1794906099.1" }];
    expect((await send(payload({ actions }))).status).toBe(200);
    expect((await send(payload({ type: "view_submission" }))).status).toBe(200);
    expect(await events()).toEqual([]);
  });

  describe("nothing is stored, and nobody is told why, for", () => {
    const cases: readonly [string, Parameters<typeof send>[1]][] = [
      ["another secret", { secret: "x".repeat(32) }],
      ["another body", { signed: "payload=%7B%7D" }],
      ["a signature of six minutes ago", { at: NOW - 360_000 }],
      ["one of six minutes ahead", { at: NOW + 360_000 }],
      ["a channel nobody has", { id: "0123456789ab" }],
      ["an id that is none", { id: "..%2f..%2fetc" }],
    ];
    test.each(cases)("%s", async (_what, options) => {
      const answer = await send(payload(), options);
      expect(answer.status).toBe(401);
      expect(await answer.json()).toMatchObject({ error: { code: "receive.bad-signature" } });
      expect(await events()).toEqual([]);
    });
  });

  test("a replay of a good request six minutes later is refused", async () => {
    now += 360_000;
    expect((await send(payload())).status).toBe(401);
    expect(await events()).toEqual([]);
  });

  test("a handoff of another portal is not known", async () => {
    const other = await openBench(store(), slackSettings(slack.url));
    await saveInstallation(
      store().db,
      {
        id: other.installation,
        crm: "hubspot",
        tenant: `t-${other.installation}`,
        capabilities: CAPABILITIES,
      },
      NOW,
    );
    expect((await send(payload(), { id: other.channel })).status).toBe(200);
    expect(await events()).toEqual([]);
    await expect.poll(() => slack.responses).toMatchObject([{ text: "This lead is not known any more." }]);
  });

  test.each([["payload=nonsense"], ["payload=%7B%22type%22%3A1%7D"], [""]])(
    "a signed body that makes no sense (%s) is refused",
    async (body) => {
      expect((await send(body)).status).toBe(400);
    },
  );

  test("what the store did not do in time is said in its own words, and may be clicked again", async () => {
    const refusal = async () => {
      const answer = await send(payload());
      expect(answer.status).toBe(503);
      return await answer.json();
    };
    broken = { leadOf: () => new Promise(() => undefined) };
    expect(await refusal()).toMatchObject({
      error: {
        code: "receive.not-stored",
        message: "Looking up whom the answer is about took longer than 1000 ms. Send again later.",
      },
    });
    broken = { inbox: { store: () => Promise.reject(new Error("full")) } };
    expect(await refusal()).toMatchObject({
      error: { code: "receive.not-stored", message: "Storing the answer failed. Send again later." },
    });
    expect(await events()).toEqual([]);
  });

  test("the message is changed nowhere but where Slack says on this machine, in a sandbox", async () => {
    await send(payload({ response_url: "https://evil.example/x" }));
    expect(await events()).toHaveLength(1);
    expect(slack.responses).toEqual([]);
  });
});
