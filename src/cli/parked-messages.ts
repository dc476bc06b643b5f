/** Messages to people that wait for a person, as `baton parked` lists and releases them. */
import type { Instant } from "../model/instant.ts";
import type { Db } from "../store/schema.ts";
import { releaseMessage, type StuckMessage, stuckMessages } from "../store/stuck-notices.ts";
import { counted } from "./words.ts";

/** What begins the key of every message: `notice:<channel>:<key of the message>`. */
const MESSAGE = "notice:";

/** What there is to say of one. */
interface ParkedMessage {
  readonly key: string;
  readonly what: string;
  readonly state: string;
  readonly since: Instant;
  readonly attempts: number;
  readonly code: string | null;
}

/** The messages of an installation that wait, oldest first. */
export async function messagesIn(db: Db, installation: string): Promise<readonly ParkedMessage[]> {
  return (await stuckMessages(db, installation)).map(toParked);
}

function toParked({
  channel,
  sentAs,
  kind,
  count,
  state,
  plannedAt,
  attempts,
  code,
}: StuckMessage): ParkedMessage {
  const what = `${counted(count, "notice")} by ${kind}`;
  return { key: `${MESSAGE}${channel}:${sentAs}`, what, state, since: plannedAt, attempts, code };
}

/** Whether a key is a message's. */
export function isMessageKey(key: string): boolean {
  return key.startsWith(MESSAGE);
}

/** Sends one again, or never. @returns 1, or 0 when it does not wait any more. */
export async function releaseMessageKey(
  db: Db,
  installation: string,
  key: string,
  to: "retry" | "drop",
  now: Instant,
): Promise<number> {
  const [channel = "", ...rest] = key.slice(MESSAGE.length).split(":");
  return await releaseMessage(db, { installation, channel, sentAs: rest.join(":") }, to, now);
}
