/** Many notices at once: a handful of messages for each person, the worst first, and nobody forgotten. */
import { afterEach, beforeEach, expect, test } from "vitest";
import { MINUTE_MS } from "../../src/model/instant.ts";
import { onEveryDatabase } from "../support/databases.ts";
import { aNotice, type Bench, LENA, openBench, slackSettings } from "./kit.ts";
import { openSlackStandIn, type SlackStandIn } from "./slack-stand-in.ts";

const TOM = "tom@acme.example";

onEveryDatabase("a storm", ({ store }) => {
  let slack: SlackStandIn;
  let bench: Bench;
  beforeEach(async () => {
    slack = await openSlackStandIn();
    slack.people.set(LENA, "U1").set(TOM, "U2");
    bench = await openBench(store(), slackSettings(slack.url));
  });
  afterEach(async () => await slack.close());
  const many = (count: number, prefix: string, over = {}) =>
    Array.from({ length: count }, (_, index) => aNotice(`${prefix}${index}`, over));
  const to = (channel: string) => slack.posted.filter((message) => message.channel === channel);

  test("five notices go one by one, six as one", async () => {
    await bench.plan(...many(5, "a"), ...many(6, "b", { to: TOM }));
    await bench.run();
    expect(to("DU1").map(({ text }) => text.slice(0, 4))).toEqual(Array.from({ length: 5 }, () => "Vera"));
    expect(to("DU2").map(({ text }) => text)).toEqual(["6 notices, the most pressing first"]);
  });

  test("ten thousand breaches are one message for each person, the worst first, the rest as a number", async () => {
    await bench.plan(
      ...many(4_999, "a", { kind: "handoff" }),
      ...many(5_000, "b", { to: TOM }),
      aNotice("z", { kind: "stopped", subject: "Baton has stopped" }),
    );
    await bench.run();
    expect(slack.posted.map(({ channel }) => channel).toSorted()).toEqual(["DU1", "DU2"]);
    const [digest] = to("DU1");
    expect(digest?.text).toBe("5,000 notices, the most pressing first");
    const texts = JSON.stringify(digest?.blocks);
    expect(texts).toContain("And 4,990 more.");
    expect(texts.indexOf("Baton has stopped")).toBeLessThan(texts.indexOf("Vera Lang waits"));
    const states = new Set((await bench.states()).map((state) => state.split(" ")[1]));
    expect([...states]).toEqual(["sent"]);
  });

  test("a storm that comes in parts is gathered: after a digest nothing more for five minutes, then one", async () => {
    await bench.plan(...many(3, "a"));
    await bench.run();
    for (let part = 0; part < 10; part += 1) {
      await bench.plan(...many(100, `p${part}-`));
      await bench.run();
      bench.now += 1_000;
    }
    expect(to("DU1")).toHaveLength(4);
    bench.now += 5 * MINUTE_MS;
    await bench.run();
    expect(
      to("DU1")
        .map(({ text }) => text)
        .slice(3),
    ).toEqual(["100 notices, the most pressing first", "900 notices, the most pressing first"]);
  });

  test("a report is never one of many, and offers no digest", async () => {
    await bench.plan(...many(9, "a"), aNotice("r", { kind: "report", subject: "Your week" }));
    await bench.run();
    expect(
      to("DU1")
        .map(({ text }) => text)
        .toSorted(),
    ).toEqual(["9 notices, the most pressing first", "Your week"]);
  });

  test("what one person owns and what they manage are told apart", async () => {
    await bench.plan(...many(6, "a"), ...many(6, "b", { as: "manager" }));
    await bench.run();
    expect(to("DU1")).toHaveLength(1);
    expect(to("CROOM001")).toHaveLength(1);
    expect(JSON.stringify(to("CROOM001")[0]?.blocks)).toContain("For <@U1>");
  });

  test("a digest that certainly did not arrive is gathered anew, with what has come meanwhile", async () => {
    slack.mishaps.set("chat.postMessage", [{ status: 429, retryAfter: 30 }]);
    await bench.plan(...many(6, "a"));
    await bench.run();
    await bench.plan(...many(2, "b"));
    bench.now += 30_000;
    await bench.run();
    expect(slack.posted.map(({ text }) => text)).toEqual(["8 notices, the most pressing first"]);
  });
});
