/** The outbox and the loop, against a webhook receiver: what is due goes out once, and nothing in between is lost. */
import { afterEach, beforeEach, expect, test } from "vitest";
import type { KyselyPlugin } from "kysely";
import { Webhook } from "standardwebhooks";
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from "../../src/model/instant.ts";
import { removeChannel } from "../../src/store/channels.ts";
import { releaseMessage, stuckMessages } from "../../src/store/stuck-notices.ts";
import { onEveryDatabase } from "../support/databases.ts";
import { aNotice, type Bench, NOW, openBench, WEBHOOK_SECRET } from "./kit.ts";
import { noticeKeysIn, openPostReceiver, type PostReceiver } from "./post-receiver.ts";

onEveryDatabase("sending", ({ store }) => {
  let receiver: PostReceiver;
  let bench: Bench;
  beforeEach(async () => {
    receiver = await openPostReceiver();
    bench = await openBench(store(), { kind: "webhook", url: receiver.url, secret: WEBHOOK_SECRET });
  });
  afterEach(async () => await receiver.close());
  const ids = (): readonly string[] => receiver.received.map(({ headers }) => headers["webhook-id"] ?? "");

  test("a notice goes out once, signed as the specification says", async () => {
    await bench.plan(aNotice("n1"));
    await bench.plan(aNotice("n1", { subject: "planned twice" }));
    await bench.run({ now: Date.now });
    await bench.run();
    expect(ids()).toEqual([`n1.${bench.channel}`]);
    const [{ headers, body } = { headers: {}, body: "" }] = receiver.received;
    expect(new Webhook(WEBHOOK_SECRET).verify(body, headers)).toMatchObject({
      type: "notice",
      data: { key: "n1", kind: "escalation", subject: "Vera Lang waits (n1)" },
    });
    expect(() => new Webhook(WEBHOOK_SECRET).verify(`${body} `, headers)).toThrow("No matching signature");
    expect(await bench.states()).toEqual(["n1 sent"]);
  });

  test("nobody is told before the time that was agreed", async () => {
    await bench.plan(aNotice("n1", { notBefore: NOW + HOUR_MS }));
    await bench.run();
    expect(receiver.received).toEqual([]);
    bench.now += HOUR_MS;
    await bench.run();
    expect(receiver.received).toHaveLength(1);
  });

  test("a channel gets only the kinds it wants, and no channel means no row", async () => {
    await store()
      .db.updateTable("channels")
      .set({ kinds: '["report"]' })
      .where("id", "=", bench.channel)
      .execute();
    await bench.plan(aNotice("n1"), aNotice("n2", { kind: "report" }));
    await bench.run();
    expect(await bench.states()).toEqual(["n2 sent"]);
    await removeChannel(store().db, bench.installation, bench.channel, NOW);
    await bench.plan(aNotice("n3"));
    expect(await bench.states()).toEqual(["n2 sent"]);
  });

  test("a failure that may have been delivered is repeated under the same id, later each time", async () => {
    receiver.answers.push({ status: 500 }, "lost");
    await bench.plan(aNotice("n1"));
    await bench.run();
    expect(await bench.states()).toEqual(["n1 unknown notify.server-error"]);
    bench.now += 9 * SECOND_MS;
    await bench.run();
    expect(receiver.received).toHaveLength(1);
    bench.now += SECOND_MS;
    await bench.run();
    bench.now += 20 * SECOND_MS;
    await bench.run();
    expect(new Set(ids())).toEqual(new Set([`n1.${bench.channel}`]));
    expect(ids()).toHaveLength(3);
    expect(await bench.states()).toEqual(["n1 sent"]);
  });

  test("a receiver that says when to come back is believed", async () => {
    receiver.answers.push({ status: 429, headers: { "retry-after": "600" } });
    await bench.plan(aNotice("n1"));
    await bench.run();
    bench.now += 599 * SECOND_MS;
    await bench.run();
    expect(receiver.received).toHaveLength(1);
    bench.now += SECOND_MS;
    await bench.run();
    expect(await bench.states()).toEqual(["n1 sent"]);
  });

  test("a channel that lets nobody in rests: not every notice finds out for itself, and none is lost", async () => {
    receiver.answers.push(...Array.from({ length: 20 }, () => ({ status: 401 })));
    await bench.plan(...["a", "b", "c", "d", "e"].map((key) => aNotice(key)));
    const sending = bench.start();
    await sending.idle();
    const asked = receiver.received.length;
    // As many as are on their way at the same moment.
    expect(asked).toBeLessThanOrEqual(2);
    await sending.idle();
    expect(receiver.received).toHaveLength(asked);
    receiver.answers.length = 0;
    bench.now += MINUTE_MS;
    await sending.idle();
    await sending.stop();
    expect(new Set(await bench.states())).toEqual(
      new Set(["a", "b", "c", "d", "e"].map((key) => `${key} sent`)),
    );
  });

  test("a receiver that is gone for good gets nothing again", async () => {
    receiver.answers.push({ status: 410 });
    await bench.plan(aNotice("n1"));
    await bench.run();
    bench.now += DAY_MS;
    await bench.run();
    expect(receiver.received).toHaveLength(1);
    expect(await bench.states()).toEqual(["n1 refused notify.refused"]);
  });

  test("after a day of trying a message waits for a person, who may send it again or drop it", async () => {
    await receiver.close();
    await bench.plan(aNotice("n1"), aNotice("n2"));
    for (let tries = 0; tries < 40; tries += 1) {
      await bench.run();
      bench.now += HOUR_MS;
    }
    expect(await bench.states()).toEqual(["n1 parked notify.unreachable", "n2 parked notify.unreachable"]);
    const [first, second] = await stuckMessages(store().db, bench.installation);
    expect(first).toMatchObject({ kind: "webhook", count: 1, code: "notify.unreachable" });
    const ref = (sentAs = "") => ({ installation: bench.installation, channel: bench.channel, sentAs });
    expect(await releaseMessage(store().db, ref(first?.sentAs), "retry", bench.now)).toBe(1);
    expect(await releaseMessage(store().db, ref(second?.sentAs), "drop", bench.now)).toBe(1);
    expect((await bench.states()).map((state) => state.split(" ")[1])).toEqual(["planned", "dropped"]);
  });

  test("what is claimed by one process is not sent by another", async () => {
    await bench.plan(...Array.from({ length: 5 }, (_, index) => aNotice(`n${index}`)));
    await Promise.all([bench.run(), bench.run(), bench.run()]);
    expect(ids().toSorted()).toEqual([0, 1, 2, 3, 4].map((index) => `n${index}.${bench.channel}`));
  });

  test("ten thousand notices at once are a few requests, and none is missing", async () => {
    await bench.plan(...Array.from({ length: 10_000 }, (_, index) => aNotice(`n${index}`)));
    await bench.run();
    expect(receiver.received).toHaveLength(20);
    const keys = receiver.received.flatMap(({ body }) => noticeKeysIn(body));
    expect(new Set(keys).size).toBe(10_000);
    expect(keys).toHaveLength(10_000);
    bench.now += MINUTE_MS;
    await bench.run();
    expect(receiver.received).toHaveLength(20);
  });

  test("to stop waits for the look under way: the store is closed next", async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    let asking = 0;
    const slow: KyselyPlugin = {
      transformQuery: ({ node }) => node,
      async transformResult({ result }) {
        asking += 1;
        await promise;
        asking -= 1;
        return result;
      },
    };
    const sending = bench.start({ store: { ...store(), db: store().db.withPlugin(slow) } });
    await expect.poll(() => asking, { timeout: 5_000 }).toBe(1);
    const stopped = sending.stop();
    setTimeout(resolve, 50);
    await stopped;
    expect(asking).toBe(0);
  });
});
