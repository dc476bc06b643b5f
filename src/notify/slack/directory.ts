/** Who is who in a Slack workspace: e-mail addresses to people, remembered for a while, also those nobody has. */
import type { WebClient } from "@slack/web-api";
import { type DurationMs, HOUR_MS, type Instant, MINUTE_MS } from "../../model/instant.ts";
import { slackTrouble } from "./trouble.ts";

/** A person of the workspace, and the conversation Baton has with them. */
export interface Person {
  readonly id: string;
  readonly conversation: string;
}

export interface Directory {
  /** Throws what Slack's client throws. @returns undefined when nobody who can be written to has the address. */
  find(email: string): Promise<Person | undefined>;
}

const KNOWN_FOR_MS: DurationMs = 12 * HOUR_MS;
/** Somebody may be invited at any time. */
const UNKNOWN_FOR_MS: DurationMs = 10 * MINUTE_MS;
const MOST_REMEMBERED = 5_000;
/** Slack's words for "there is no such person to write to". */
const NOBODY: ReadonlySet<string> = new Set([
  "users_not_found",
  "user_not_found",
  "user_disabled",
  "cannot_dm_bot",
  "user_not_visible",
]);

/** Opens the directory of a client's workspace. Throws nothing. */
export function openDirectory(client: WebClient, now: () => Instant): Directory {
  const known = new Map<string, { readonly person: Person | undefined; readonly until: Instant }>();
  return {
    async find(email) {
      const hit = known.get(email);
      if (hit !== undefined && hit.until > now()) return hit.person;
      const person = await ask(client, email);
      if (known.size >= MOST_REMEMBERED) known.clear();
      known.set(email, { person, until: now() + (person === undefined ? UNKNOWN_FOR_MS : KNOWN_FOR_MS) });
      return person;
    },
  };
}

async function ask(client: WebClient, email: string): Promise<Person | undefined> {
  try {
    const { user } = await client.users.lookupByEmail({ email });
    if (user?.id === undefined || user.deleted === true) return undefined;
    const { channel } = await client.conversations.open({ users: user.id });
    return channel?.id === undefined ? undefined : { id: user.id, conversation: channel.id };
  } catch (cause) {
    if (NOBODY.has(slackTrouble(cause).slack)) return undefined;
    throw cause;
  }
}
