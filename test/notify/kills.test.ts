/**
 * Dying while sending, at each point where it makes a difference, on each kind of channel: what the receiver shows is counted by the
 * message's key, and nothing is missing or shown twice. Where nobody can tell, people are asked.
 */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { MINUTE_MS } from "../../src/model/instant.ts";
import type { ChannelSettings } from "../../src/store/channels.ts";
import { claimBound, type ClaimedMessage, holdChannels, settleMessage } from "../../src/store/deliveries.ts";
import { claimNext } from "../../src/store/gather.ts";
import type { ChannelKind } from "../../src/store/schema-notices.ts";
import { releaseMessage, stuckMessages } from "../../src/store/stuck-notices.ts";
import { onEveryDatabase } from "../support/databases.ts";
import { aNotice, type Bench, LENA, openBench, slackSettings, WEBHOOK_SECRET } from "./kit.ts";
import { openPostReceiver } from "./post-receiver.ts";
import { openSlackStandIn } from "./slack-stand-in.ts";
import { openSmtpReceiver } from "./smtp-receiver.ts";

/** A receiver of one kind of channel, as these tests need it. */
interface Receiver {
  readonly settings: ChannelSettings;
  /** The keys of the messages it took, repeats among them. */
  taken(): readonly string[];
  /** It takes the next message, and never answers. */
  hang(): void;
  close(): Promise<void>;
}

const RECEIVERS: Readonly<Record<ChannelKind, () => Promise<Receiver>>> = {
  async slack() {
    const slack = await openSlackStandIn();
    slack.people.set(LENA, "U1");
    return {
      settings: slackSettings(slack.url),
      taken: () => slack.keys(),
      hang: () => void slack.mishaps.set("chat.postMessage", ["hang-after"]),
      close: () => slack.close(),
    };
  },
  async mail() {
    const smtp = await openSmtpReceiver();
    return {
      settings: { kind: "mail", url: smtp.url, from: "Baton <baton@acme.example>" },
      taken: () => smtp.mails.map(({ id }) => id),
      hang: () => void smtp.mishaps.push("hang"),
      close: () => smtp.close(),
    };
  },
  async teams() {
    const teams = await openPostReceiver();
    return {
      settings: { kind: "teams", url: teams.url },
      taken: () => teams.received.map(({ body }) => body),
      hang: () => void teams.answers.push("hang"),
      close: () => teams.close(),
    };
  },
  async webhook() {
    const hook = await openPostReceiver();
    return {
      settings: { kind: "webhook", url: hook.url, secret: WEBHOOK_SECRET },
      taken: () => hook.received.map(({ headers }) => headers["webhook-id"] ?? ""),
      hang: () => void hook.answers.push("hang"),
      close: () => hook.close(),
    };
  },
};
const KINDS = ["slack", "mail", "teams", "webhook"] as const;
const SURE = ["slack", "mail", "webhook"] as const;

onEveryDatabase("dying while sending", ({ store }) => {
  let receiver: Receiver;
  let bench: Bench;
  const open = async (kind: ChannelKind): Promise<void> => {
    receiver = await RECEIVERS[kind]();
    bench = await openBench(store(), receiver.settings);
    await bench.plan(aNotice("n1"));
  };
  /** Claims as a process does that is never heard of again, unless a test lets it speak. */
  const claimAs = async (claim: string): Promise<ClaimedMessage | undefined> => {
    const { db, dialect } = store();
    const at = { installation: bench.installation, channel: bench.channel };
    const means = { claim, digestKey: "d", leaseMs: MINUTE_MS };
    const gathering = { fewCount: 5, windowMs: 0, mostCount: 9 };
    return await db.transaction().execute(async (tx) => {
      await holdChannels(tx, bench.installation, bench.channel);
      return (
        (await claimBound(tx, dialect, at, means, bench.now)) ??
        (await claimNext(tx, dialect, at, gathering, means, bench.now))
      );
    });
  };
  afterEach(async () => await receiver.close());

  describe.each(KINDS)("over %s", (kind) => {
    beforeEach(async () => await open(kind));

    test("before the claim is stored, nothing has happened", async () => {
      await bench.run({
        newId: () => {
          throw new Error("killed");
        },
      });
      expect(await bench.states()).toEqual(["n1 planned"]);
      await bench.run();
      expect(receiver.taken()).toHaveLength(1);
    });

    test("as long as the claim may be alive, nobody else sends", async () => {
      await claimAs("of the dead");
      await bench.run();
      expect(receiver.taken()).toEqual([]);
      expect(await bench.states()).toEqual(["n1 attempting"]);
    });
  });

  test.each(SURE)("over %s, between the claim and the message: it is sent", async (kind) => {
    await open(kind);
    await claimAs("of the dead");
    await bench.expireClaims();
    await bench.run();
    expect(receiver.taken()).toHaveLength(1);
    expect(await bench.states()).toEqual(["n1 sent"]);
  });

  test.each(SURE)("over %s, between the message and its answer: it is shown once", async (kind) => {
    await open(kind);
    receiver.hang();
    const dead = bench.start();
    const died = dead.idle();
    await expect.poll(() => receiver.taken().length, { timeout: 10_000 }).toBe(1);
    await bench.expireClaims();
    await bench.run();
    expect(new Set(receiver.taken()).size).toBe(1);
    expect(receiver.taken().length).toBe(kind === "slack" ? 1 : 2);
    expect(await bench.states()).toEqual(["n1 sent"]);
    // What the dead have to say at last, that nothing is known of it, does not count any more.
    await receiver.close();
    await died;
    await dead.stop();
    expect(await bench.states()).toEqual(["n1 sent"]);
  });

  test("over Teams nobody can tell: people are asked, and it is sent again only if they say so", async () => {
    await open("teams");
    await claimAs("of the dead");
    await bench.expireClaims();
    await bench.run();
    expect(receiver.taken()).toEqual([]);
    expect(await bench.states()).toEqual(["n1 parked notify.unsure"]);
    const [stuck] = await stuckMessages(store().db, bench.installation);
    const ref = { installation: bench.installation, channel: bench.channel, sentAs: stuck?.sentAs ?? "" };
    expect(await releaseMessage(store().db, ref, "retry", bench.now)).toBe(1);
    await bench.run();
    expect(receiver.taken()).toHaveLength(1);
    expect(await bench.states()).toEqual(["n1 sent"]);
  });

  test("a digest keeps its key and its notices over a death", async () => {
    await open("webhook");
    await bench.plan(...Array.from({ length: 9 }, (_, index) => aNotice(`m${index}`)));
    receiver.hang();
    const dead = bench.start();
    const died = dead.idle();
    await expect.poll(() => receiver.taken().length, { timeout: 10_000 }).toBe(1);
    await bench.plan(aNotice("late"));
    await bench.expireClaims();
    await bench.run();
    const [first = "", ...others] = receiver.taken();
    expect(first).toMatch(/^digest-/);
    expect(others.toSorted()).toEqual([first, `late.${bench.channel}`].toSorted());
    expect((await bench.states()).filter((state) => !state.endsWith(" sent"))).toEqual([]);
    await receiver.close();
    await died;
    await dead.stop();
  });

  test("whoever wakes up after their claim ran out is believed only if they say that it was sent", async () => {
    await open("webhook");
    const first = await claimAs("first");
    expect(await claimAs("too early")).toBeUndefined();
    await bench.expireClaims();
    const second = await claimAs("second");
    if (first === undefined || second === undefined) throw new Error("both of them had their turn");
    expect([first.mayBeThere, second.mayBeThere, second.attempts]).toEqual([false, true, 2]);
    const { db } = store();
    const later = { nextAt: bench.now, code: "notify.timeout" };
    expect(await settleMessage(db, first, { state: "planned", ...later }, bench.now)).toBe(false);
    expect(await settleMessage(db, first, { state: "unknown", ...later }, bench.now)).toBe(false);
    expect(await settleMessage(db, first, { state: "refused", code: "notify.refused" }, bench.now)).toBe(
      false,
    );
    expect(await bench.states()).toEqual(["n1 attempting"]);
    expect(await settleMessage(db, first, { state: "sent" }, bench.now)).toBe(true);
    expect(await settleMessage(db, second, { state: "unknown", ...later }, bench.now)).toBe(false);
    expect(await bench.states()).toEqual(["n1 sent"]);
  });
});
