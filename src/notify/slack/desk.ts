/**
 * The desk where answers from Slack arrive: believed by signature, stored through the inbox, and only then confirmed in the message.
 * Nobody is told whether a channel exists: an unknown one and a wrong signature get one answer, after the same work.
 */
import { isLoopback } from "../../config/loopback.ts";
import { BatonError } from "../../errors.ts";
import type { Log } from "../../log.ts";
import type { CrmEvent } from "../../model/event.ts";
import { type DurationMs, type Instant, SECOND_MS } from "../../model/instant.ts";
import type { Crm } from "../../model/lead.ts";
import { inTime } from "../../receive/in-time.ts";
import type { Inbox } from "../../receive/receive.ts";
import type { ChannelSettings, OpenChannel } from "../../store/channels.ts";
import { within } from "../../within.ts";
import type { Door } from "../door.ts";
import { context, escapeSlack } from "./blocks.ts";
import { slackClient } from "./client.ts";
import { type Click, readClick } from "./interaction.ts";
import { isSignedBySlack, type SignedRequest } from "./signature.ts";

/** A channel as the desk finds it by the id in the address. */
type DeskChannel = OpenChannel & { readonly tenant: string; readonly crm: Crm };

export interface DeskTools {
  readonly channelOf: (id: string) => Promise<DeskChannel | undefined>;
  /** The lead of a handoff of this installation; undefined when it has none of this id. */
  readonly leadOf: (installation: string, handoff: string) => Promise<string | undefined>;
  readonly inbox: Inbox;
  readonly door: Door;
  readonly sandbox: boolean;
  readonly now: () => Instant;
  readonly log: Log;
}

/** What became of a request: `note` is said in the message once the request is answered. */
export interface Taken {
  readonly outcome: "stored" | "duplicate" | "ignored";
  readonly confirm?: () => Promise<void>;
}

/** Slack waits three seconds in all: for lead and name, looked up together, for the store, and for the way back. */
const LOOK_WITHIN_MS: DurationMs = SECOND_MS;
const STORE_WITHIN_MS: DurationMs = 1_500;
/** Compared with when there is no channel. */
const NO_SECRET = "no channel has this secret";

/**
 * Takes in one interaction. Throws `receive.bad-signature` for what Slack did not sign just now, or for a channel that is none;
 * `receive.bad-body` for what cannot be read; `receive.not-stored`, after which the person may click again.
 */
export async function takeInteraction(id: string, request: SignedRequest, tools: DeskTools): Promise<Taken> {
  const channel = /^[0-9a-f]{12}$/.test(id) ? await tools.channelOf(id) : undefined;
  const settings = channel?.settings.kind === "slack" ? channel.settings : undefined;
  const isSigned = isSignedBySlack(request, settings?.signingSecret ?? NO_SECRET, tools.now());
  if (channel === undefined || settings === undefined || !isSigned) {
    throw new BatonError(
      "receive.bad-signature",
      "Slack did not sign this, or not in the last five minutes. Check the channel's signing_secret and the address.",
    );
  }
  const click = readClick(request.body);
  if (click === undefined) return { outcome: "ignored" };
  const [lead, by] = await Promise.all([
    inTime(
      "Looking up whom the answer is about",
      () => tools.leadOf(channel.installation, click.handoff),
      LOOK_WITHIN_MS,
    ),
    nameOf(settings, click.user, tools.door),
  ]);
  if (lead === undefined)
    return { outcome: "ignored", confirm: () => confirm(click, "This lead is not known any more.", tools) };
  const event = eventOf(click, channel, lead, by);
  const kept = await inTime(
    "Storing the answer",
    () => tools.inbox.store([{ installation: channel.installation, events: [event] }], tools.now()),
    STORE_WITHIN_MS,
  );
  const says = `Recorded: ${click.answer}${click.reason === undefined ? "" : ` (${click.reason})`}, by`;
  return {
    outcome: kept.stored > 0 ? "stored" : "duplicate",
    confirm: () => confirm(click, `${escapeSlack(says)} <@${click.user}>`, tools),
  };
}

function eventOf(
  { key, at, handoff, answer, reason }: Click,
  { id, tenant, crm }: DeskChannel,
  lead: string,
  by: string,
): CrmEvent {
  return {
    kind: "disposition-given",
    key: `${key}:${id}`,
    tenant,
    occurredAt: at,
    urgency: "live",
    lead: { crm, id: lead },
    handoff,
    given: { answer, via: "slack", by, ...(reason === undefined ? {} : { reason }) },
  };
}

/** The person's e-mail address, or their id in Slack where it cannot be had in time. */
async function nameOf(
  settings: Extract<ChannelSettings, { kind: "slack" }>,
  user: string,
  door: Door,
): Promise<string> {
  const ask = async (): Promise<string> => {
    const client = await slackClient(settings, door);
    const { user: found } = await client.users.info({ user });
    return found?.profile?.email?.toLowerCase() ?? user;
  };
  return await within(ask(), LOOK_WITHIN_MS, () => user).catch(() => user);
}

/** Where Slack takes changes to a message. */
const RESPONSES = /^https:\/\/hooks\.slack(?:-gov)?\.com\//;

/** Puts what was recorded in the place of the buttons. The answer is safe by now: a failure is logged, and nothing more. */
async function confirm(
  { responseUrl = "", blocks }: Click,
  mrkdwn: string,
  { door, sandbox, log }: DeskTools,
): Promise<void> {
  const isSlacks = sandbox ? isLoopback(URL.parse(responseUrl)?.hostname ?? "") : RESPONSES.test(responseUrl);
  if (!isSlacks) return;
  const kept = blocks.filter((block) => !("type" in block) || block.type !== "actions");
  const body = { replace_original: true, text: mrkdwn, blocks: [...kept, context(mrkdwn)] };
  try {
    await door.post(responseUrl, { "content-type": "application/json" }, JSON.stringify(body));
  } catch (cause) {
    log.warn({ code: "notify.unreachable", err: cause }, "a message could not be changed after an answer");
  }
}
