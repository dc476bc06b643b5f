/** Teams and webhooks: what they are sent, and where Baton does not go. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { openDoor } from "../../src/notify/door.ts";
import { openTeams } from "../../src/notify/teams.ts";
import { openWebhook } from "../../src/notify/webhook.ts";
import { ownJson } from "../../src/store/json.ts";
import { aNotice, NOW, WEBHOOK_SECRET } from "./kit.ts";
import { openPostReceiver, type PostReceiver } from "./post-receiver.ts";

let receiver: PostReceiver;
beforeEach(async () => {
  receiver = await openPostReceiver();
});
afterEach(async () => await receiver.close());
const now = (): number => NOW;
const message = (count = 1) => {
  const notices = Array.from({ length: count }, (_, index) => aNotice(`n${index}`));
  return { key: "k1", to: "*", as: "named" as const, count, notices, firstAt: NOW };
};

describe("Teams", () => {
  test("gets a card that says whom it is for, in which no Markdown is read", async () => {
    const door = openDoor({ sandbox: true });
    const teams = openTeams({ kind: "teams", url: receiver.url }, door, now);
    const bad = "[click](https://evil.example) **now**";
    const notices = [aNotice("n1", { lines: [bad] })];
    expect(await teams.send({ ...message(), notices })).toEqual({ fate: "sent" });
    const { attachments } = ownJson<{ attachments: { content: object }[] }>(
      receiver.received[0]?.body ?? "{}",
    );
    const card = JSON.stringify(attachments[0]?.content);
    expect(card).toContain('"type":"AdaptiveCard"');
    expect(card).not.toContain(`"type":"TextBlock"`);
    expect(card).toContain("For lena@acme.example");
    expect(card).toContain(JSON.stringify(bad));
    expect(card).toContain('"type":"Action.OpenUrl"');
    await door.close();
  });

  test.each([
    ["a 500 or a silence may have been shown", { status: 502 }, { fate: "unknown" }],
    ["a refusal was not", { status: 400 }, { fate: "not-sent", code: "notify.refused" }],
    ["nor was what was sent elsewhere", { status: 302 }, { fate: "not-sent", code: "notify.redirected" }],
    ["a lost answer says nothing", "lost", { fate: "unknown" }],
  ] as const)("%s", async (_what, answer, fate) => {
    const door = openDoor({ sandbox: true });
    receiver.answers.push(answer);
    const teams = openTeams({ kind: "teams", url: receiver.url }, door, now);
    expect(await teams.send(message())).toMatchObject(fate);
    expect(receiver.received).toHaveLength(1);
    await door.close();
  });
});

describe("where Baton does not go", () => {
  const settings = (url: string) => ({ kind: "webhook" as const, url, secret: WEBHOOK_SECRET });

  test.each(["https://127.0.0.1/x", "https://169.254.169.254/latest", "https://[::1]/", "https://10.0.0.8/"])(
    "%s, for a server that works for real people",
    async (url) => {
      const door = openDoor({ sandbox: false });
      expect(await openWebhook(settings(url), door, now).send(message())).toEqual({
        fate: "not-sent",
        code: "notify.forbidden-address",
        everybody: true,
      });
      await door.close();
    },
  );

  test("a name that leads to a private address, or to both worlds", async () => {
    for (const address of ["192.168.1.4", "127.0.0.1"]) {
      const resolve = (
        _name: string,
        answer: (error: null, all: { address: string; family: number }[]) => void,
      ) =>
        answer(null, [
          { address: "93.184.215.14", family: 4 },
          { address, family: 4 },
        ]);
      const door = openDoor({ sandbox: false, resolve });
      const fate = await openWebhook(settings("https://hook.example"), door, now).send(message());
      expect(fate).toMatchObject({ fate: "not-sent", code: "notify.forbidden-address" });
      await door.close();
    }
  });

  test("elsewhere than this machine, for a sandbox", async () => {
    const door = openDoor({ sandbox: true });
    const fate = await openWebhook(settings("https://93.184.215.14/"), door, now).send(message());
    expect(fate).toMatchObject({ fate: "not-sent", code: "notify.forbidden-address" });
    await door.close();
  });
});

test("a webhook that answers with too much is not read to its end", async () => {
  const door = openDoor({ sandbox: true });
  receiver.answers.push({ status: 200, body: "x".repeat(2_000_000) });
  const fate = await openWebhook(
    { kind: "webhook", url: receiver.url, secret: WEBHOOK_SECRET },
    door,
    now,
  ).send(message());
  expect(fate).toMatchObject({ fate: "unknown" });
  await door.close();
});
