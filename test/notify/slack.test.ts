import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { DAY_MS, MINUTE_MS } from "../../src/model/instant.ts";
import { useDatabase } from "../support/databases.ts";
import { aNotice, type Bench, LENA, openBench, slackSettings } from "./kit.ts";
import { openSlackStandIn, type SlackStandIn } from "./slack-stand-in.ts";

const { store } = useDatabase("sqlite");
let slack: SlackStandIn;
let bench: Bench;
beforeEach(async () => {
  slack = await openSlackStandIn();
  slack.people.set(LENA, "U1");
  bench = await openBench(store(), slackSettings(slack.url));
});
afterEach(async () => await slack.close());

describe("whom it reaches", () => {
  test("an owner gets a direct message with the answers that may be given", async () => {
    await bench.plan(
      aNotice("n1", {
        answers: [
          { answer: "accepted", reasons: [] },
          { answer: "rejected", reasons: ["not-fit", "duplicate"] },
        ],
      }),
    );
    await bench.run();
    expect(slack.posted).toMatchObject([{ channel: "DU1", text: "Vera Lang waits (n1)" }]);
    const blocks = slack.posted[0]?.blocks ?? [];
    expect(blocks[0]).toMatchObject({ type: "header", block_id: `n1.${bench.channel}` });
    expect(blocks.at(-1)).toMatchObject({
      type: "actions",
      elements: [
        { type: "button", action_id: "answer.accepted", value: "h1" },
        {
          type: "static_select",
          action_id: "answer.rejected",
          options: [{ value: "h1 not-fit" }, { value: "h1 duplicate" }],
        },
      ],
    });
  });

  test("a manager is told in the room, by name", async () => {
    await bench.plan(aNotice("n1", { as: "manager" }));
    await bench.run();
    expect(slack.posted).toMatchObject([{ channel: "CROOM001" }]);
    expect(JSON.stringify(slack.posted[0]?.blocks)).toContain("For <@U1>");
  });

  test("an owner whose address nobody has is told in the room, and is asked for once in a while only", async () => {
    await bench.plan(aNotice("n1", { to: "new@acme.example" }), aNotice("n2", { to: "new@acme.example" }));
    const sending = bench.start();
    await sending.idle();
    expect(slack.posted.map(({ channel }) => channel)).toEqual(["CROOM001", "CROOM001"]);
    expect(JSON.stringify(slack.posted[0]?.blocks)).toContain("For new@acme.example");
    const lookups = (): number => slack.calls.filter((name) => name === "users.lookupByEmail").length;
    expect(lookups()).toBeLessThanOrEqual(2);
    const before = lookups();
    await bench.plan(aNotice("n3", { to: "new@acme.example" }));
    await sending.idle();
    expect(lookups()).toBe(before);
    bench.now += 11 * MINUTE_MS;
    slack.people.set("new@acme.example", "U9");
    await bench.plan(aNotice("n4", { to: "new@acme.example" }));
    await sending.idle();
    await sending.stop();
    expect(slack.posted.at(-1)?.channel).toBe("DU9");
  });
});

test("nothing somebody wrote is a mention, a link or a command in Slack", async () => {
  const bad = "<!channel> <https://evil.example|Vera> *b* & more\n\u202Eabc";
  await bench.plan(
    aNotice("n1", {
      to: "<!here>@acme.example",
      subject: bad,
      lines: [bad],
      links: [
        { says: bad, url: "https://app.hubspot.com/a|b?x=<c>&d=1" },
        { says: "no", url: "javascript:alert(1)" },
      ],
    }),
  );
  await bench.run();
  const [posted] = slack.posted;
  expect(posted?.text).not.toMatch(/<[!@h]/);
  const mrkdwn = JSON.stringify(posted?.blocks).matchAll(/"mrkdwn","text":"([^"]*)"/g);
  const texts = [...mrkdwn].map(([, text = ""]) => text);
  expect(texts).toHaveLength(2);
  expect(texts[0]).toBe("For &lt;!here&gt;@acme.example");
  expect(texts[1]).toMatch(
    /^<https:\/\/app\.hubspot\.com\/a%7Cb\?x=%3Cc%3E&amp;d=1\|&lt;!channel&gt; [^<>]*>$/,
  );
  expect(JSON.stringify(posted?.blocks)).not.toContain("javascript");
});

describe("when Slack misbehaves", () => {
  test.each<[string, Parameters<SlackStandIn["mishaps"]["set"]>[1][number], string, number]>([
    [
      "is limited, it waits as long as Slack says",
      { status: 429, retryAfter: 45 },
      "notify.rate-limited",
      45_000,
    ],
    [
      "has no token any more, it tries again later",
      { error: "token_revoked" },
      "notify.unauthorized",
      10_000,
    ],
    ["is not in the room", { error: "not_in_channel" }, "notify.unauthorized", 10_000],
    ["is down", { error: "service_unavailable" }, "notify.server-error", 10_000],
  ])("and %s, nothing is posted twice", async (_what, mishap, code, waitMs) => {
    slack.mishaps.set("chat.postMessage", [mishap]);
    await bench.plan(aNotice("n1"));
    await bench.run();
    expect(await bench.states()).toEqual([`n1 planned ${code}`]);
    bench.now += waitMs;
    await bench.run();
    expect(slack.posted).toHaveLength(1);
    expect(slack.calls).not.toContain("conversations.history");
  });

  test.each<[string, Parameters<SlackStandIn["mishaps"]["set"]>[1][number], boolean]>([
    ["posts and the answer is lost", "lost", true],
    ["fails with a 500", { status: 500 }, false],
    ["says that part of it may have happened", { error: "fatal_error" }, false],
  ])("and %s, it looks before it posts again", async (_what, mishap, isThere) => {
    slack.mishaps.set("chat.postMessage", [mishap]);
    await bench.plan(aNotice("n1"));
    await bench.run();
    expect((await bench.states())[0]).toMatch(/^n1 unknown/);
    expect(slack.posted).toHaveLength(isThere ? 1 : 0);
    bench.now += 30_000;
    await bench.run();
    expect(slack.calls).toContain("conversations.history");
    expect(slack.keys()).toEqual([`n1.${bench.channel}`]);
    expect(await bench.states()).toEqual(["n1 sent"]);
  });

  test("and the look fails too, it looks again and posts nothing", async () => {
    slack.mishaps.set("chat.postMessage", ["lost"]);
    slack.mishaps.set("conversations.history", [{ status: 500 }, { error: "missing_scope" }]);
    await bench.plan(aNotice("n1"));
    await bench.run();
    for (let tries = 0; tries < 4; tries += 1) {
      bench.now += 10 * MINUTE_MS;
      await bench.run();
    }
    expect(slack.posted).toHaveLength(1);
    expect(await bench.states()).toEqual(["n1 sent"]);
  });

  test("and does not take a message as it is, the message is refused and the next one goes out", async () => {
    slack.mishaps.set("chat.postMessage", [{ error: "invalid_blocks" }]);
    await bench.plan(aNotice("n1"), aNotice("n2"));
    await bench.run();
    expect((await bench.states()).toSorted()).toEqual(
      [
        (await bench.states()).find((state) => state.endsWith("refused notify.refused")) ?? "",
        slack.keys()[0]?.replace(/\..*/, " sent") ?? "",
      ].toSorted(),
    );
    bench.now += DAY_MS;
    await bench.run();
    expect(slack.posted).toHaveLength(1);
  });
});

test("a message that somebody has answered is found by its first block", async () => {
  slack.mishaps.set("chat.postMessage", ["lost"]);
  await bench.plan(aNotice("n1"));
  await bench.run();
  const answered = slack.posted.map((one) => ({ ...one, metadata: { event_payload: { key: "gone" } } }));
  slack.posted.splice(0, 1, ...answered);
  bench.now += 30_000;
  await bench.run();
  expect(slack.posted).toHaveLength(1);
  expect(await bench.states()).toEqual(["n1 sent"]);
});

test("a server that works for real people never shows a token to anybody but Slack", async () => {
  await bench.plan(aNotice("n1"));
  await bench.run({ sandbox: false });
  expect(slack.calls).toEqual([]);
  expect(bench.log.join("")).toContain("notify.forbidden-address");
  expect(bench.log.join("")).not.toContain("xoxb");
});
