/**
 * A process that sends is killed again and again, at any moment, on every kind of channel at once. In the end each notice is shown
 * exactly once by whoever can tell a repeat; where nobody can tell (Teams), none is shown twice and the rest waits for a person.
 */
import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { addChannel, type ChannelSettings } from "../../src/store/channels.ts";
import { childEnvironment } from "../support/child-env.ts";
import { planNotices } from "../../src/store/notices.ts";
import type { Store } from "../../src/store/open.ts";
import { onEveryDatabase } from "../support/databases.ts";
import { aNotice, LOCKSMITH, slackSettings, WEBHOOK_SECRET } from "./kit.ts";
import { noticeKeysIn, openPostReceiver } from "./post-receiver.ts";
import { openSlackStandIn } from "./slack-stand-in.ts";
import { openSmtpReceiver } from "./smtp-receiver.ts";

const CHILD = fileURLToPath(new URL("kill-child.ts", import.meta.url));
const KILLS = 10;
const NOTICES = 50;
/** Longer than any call to a receiver on this machine. */
const LEASE_MS = 1_500;

onEveryDatabase("random kills", (database) => {
  test(`${KILLS} of them lose no notice and show none twice`, { timeout: 180_000 }, async () => {
    const [slack, smtp, teams, hook] = await Promise.all([
      openSlackStandIn(),
      openSmtpReceiver(),
      openPostReceiver(),
      openPostReceiver(),
    ]);
    for (const slow of [slack, teams, hook]) slow.answersAfterMs = 40;
    const { db } = database.store();
    const installation = `i-${randomBytes(4).toString("hex")}`;
    const settings: readonly ChannelSettings[] = [
      slackSettings(slack.url),
      { kind: "mail", url: smtp.url, from: "baton@acme.example" },
      { kind: "teams", url: teams.url },
      { kind: "webhook", url: hook.url, secret: WEBHOOK_SECRET },
    ];
    for (const one of settings) await addChannel(db, LOCKSMITH, installation, { settings: one }, 0);
    // Few for each person, so that they go one by one: more moments to be killed at.
    const notices = Array.from({ length: NOTICES }, (_, index) => {
      const to = `rep${index % 10}@acme.example`;
      slack.people.set(to, `U${index % 10}`);
      return aNotice(`n${index}`, { to, notBefore: 0 });
    });

    await planNotices(db, installation, notices, 0);
    for (let kills = 0; kills < KILLS; kills += 1)
      await runAndKill(database.url(), () => slack.posted.length);
    expect(await waiting(database.store(), installation)).toBeGreaterThan(0);
    await runUntil(database.url(), async () => (await waiting(database.store(), installation)) === 0);

    const keys = notices.map(({ key }) => key).toSorted();
    const slackKeys = slack.keys();
    expect(new Set(slackKeys).size).toBe(slackKeys.length);
    expect(slackKeys.map((key) => key.replace(/\..*/, "")).toSorted()).toEqual(keys);
    expect(new Set(smtp.mails.map(({ id }) => id)).size).toBe(NOTICES);
    const byId = new Map(hook.received.map(({ headers, body }) => [headers["webhook-id"], body]));
    expect([...byId.values()].flatMap(noticeKeysIn).toSorted()).toEqual(keys);
    expect(new Set(teams.received.map(({ body }) => body)).size).toBe(teams.received.length);
    for (const receiver of [slack, smtp, teams, hook]) await receiver.close();
  });
});

async function startChild(url: string) {
  const child = spawn(process.execPath, [CHILD, url, String(LEASE_MS)], {
    env: childEnvironment({}),
    stdio: ["ignore", "pipe", "inherit"],
  });
  await once(child.stdout, "data");
  return child;
}

/** Kills it some time after it was seen at work: its libraries are loaded by then, and messages are on their way. */
async function runAndKill(url: string, done: () => number): Promise<void> {
  const before = done();
  const child = await startChild(url);
  await expect.poll(() => done() > before, { timeout: 30_000, interval: 1 }).toBe(true);
  await new Promise((resolve) => {
    setTimeout(resolve, 150 * Math.random());
  });
  child.kill("SIGKILL");
  await once(child, "exit");
}

async function runUntil(url: string, isDone: () => Promise<boolean>): Promise<void> {
  const child = await startChild(url);
  await expect.poll(isDone, { timeout: 120_000, interval: 200 }).toBe(true);
  child.kill("SIGKILL");
  await once(child, "exit");
}

async function waiting({ db }: Store, installation: string): Promise<number> {
  const row = await db
    .selectFrom("deliveries")
    .select(({ fn }) => fn.countAll<number>().as("count"))
    .where("installation", "=", installation)
    .where("settled_at", "is", null)
    .executeTakeFirst();
  return row?.count ?? 0;
}
