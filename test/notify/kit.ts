/** Notices, channels and a loop that sends, over a real store and receivers on this machine. */
import { randomBytes } from "node:crypto";
import { createLog } from "../../src/log.ts";
import type { Notice } from "../../src/model/notice.ts";
import { type Sending, type SendingTools, startSending } from "../../src/notify/sending.ts";
import { addChannel, type ChannelSettings } from "../../src/store/channels.ts";
import type { Locksmith } from "../../src/store/connections.ts";
import { planNotices } from "../../src/store/notices.ts";
import type { Store } from "../../src/store/open.ts";

export const NOW = Date.UTC(2026, 10, 17, 9);
export const LENA = "lena@acme.example";
export const LOCKSMITH: Locksmith = { keys: [Buffer.alloc(32, "notice test key1")], audience: "sandbox" };
export const WEBHOOK_SECRET = `whsec_${Buffer.alloc(32, 7).toString("base64")}`;
export const SIGNING_SECRET = "8f742231b10e8888abcd99yyyzzz85a5";

export function aNotice(key: string, over: Partial<Notice> = {}): Notice {
  return {
    key,
    kind: "escalation",
    to: LENA,
    as: "owner",
    subject: `Vera Lang waits (${key})`,
    lines: ["The first attempt is due in 3 minutes."],
    links: [{ says: "Vera Lang in HubSpot", url: "https://app.hubspot.com/contacts/1/record/0-1/10001" }],
    notBefore: NOW,
    at: NOW,
    lead: "10001",
    handoff: "h1",
    ...over,
  };
}

export function slackSettings(url: string): ChannelSettings {
  return {
    kind: "slack",
    token: "xoxb-test-token-0000",
    signingSecret: SIGNING_SECRET,
    room: "CROOM001",
    apiUrl: `${url}/api/`,
  };
}

/** One installation with a channel, and time that stands still until it is moved. */
export interface Bench {
  readonly installation: string;
  readonly channel: string;
  now: number;
  readonly log: string[];
  plan(...notices: Notice[]): Promise<void>;
  /** Begins to send. Whoever begins stops it. */
  start(over?: Partial<SendingTools>): Sending;
  /** Begins, sends what is due now, and stops. */
  run(over?: Partial<SendingTools>): Promise<void>;
  /** Each delivery as `notice state code`, in order. */
  states(): Promise<readonly string[]>;
  /** Lets the claims of whoever died run out. */
  expireClaims(): Promise<void>;
}

export async function openBench(store: Store, settings: ChannelSettings): Promise<Bench> {
  const installation = `i-${randomBytes(6).toString("hex")}`;
  const channel = await addChannel(store.db, LOCKSMITH, installation, { settings }, NOW);
  const log: string[] = [];
  const tools = (): SendingTools => ({
    store,
    log: createLog({ level: "debug", destination: { write: (line) => void log.push(line) } }),
    now: () => bench.now,
    newId: () => randomBytes(12).toString("hex"),
    locksmith: LOCKSMITH,
    sandbox: true,
    count: () => undefined,
  });
  const bench: Bench = {
    installation,
    channel,
    now: NOW,
    log,
    plan: async (...notices) =>
      await store.db.transaction().execute((tx) => planNotices(tx, installation, notices, bench.now)),
    start: (over = {}) => startSending({ ...tools(), ...over }),
    async run(over = {}) {
      const sending = bench.start(over);
      await sending.idle();
      await sending.stop();
    },
    async states() {
      const rows = await store.db
        .selectFrom("deliveries")
        .select(["notice", "state", "code"])
        .where("installation", "=", installation)
        .orderBy("notice")
        .execute();
      return rows.map(({ notice, state, code }) =>
        [notice, state, ...(code === null ? [] : [code])].join(" "),
      );
    },
    async expireClaims() {
      await store.db
        .updateTable("deliveries")
        .set({ claimed_until: 0 })
        .where("installation", "=", installation)
        .where("claimed_until", "is not", null)
        .execute();
    },
  };
  return bench;
}
