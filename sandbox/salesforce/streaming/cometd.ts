/**
 * The CometD server of one org: answers the messages of its clients.
 * Source: https://developer.salesforce.com/docs/atlas.en-us.242.0.api_streaming.meta/api_streaming/streaming_handling_errors.htm,
 * https://developer.salesforce.com/docs/atlas.en-us.api_streaming.meta/api_streaming/using_streaming_api_client_connection.htm
 */
import { failure, refusals, success } from "./bayeux.ts";
import type { ClientMessage, ServerMessage } from "./bayeux.ts";
import type { Retained } from "./retained.ts";
import type { StreamRules } from "./rules.ts";
import type { StreamSession, StreamSessions } from "./sessions.ts";

/** What a caller showed: its token's standing and its cookie. */
export interface StreamCaller {
  readonly hasToken: boolean;
  readonly cookie: string | undefined;
  isAuthenticated(): boolean;
}

/** The answer to one message. `cut` ends the connection without a word; `cookie` is to be set. */
export type StreamAnswer = { readonly messages: readonly ServerMessage[]; readonly cookie?: string } | "cut";

/** What the server works with. */
export interface CometdParts {
  readonly rules: StreamRules;
  readonly retained: Retained;
  readonly sessions: StreamSessions;
}

/** Answers one message of a client; a connect hangs until there is something to tell. Throws nothing. */
export async function answerMessage(
  parts: CometdParts,
  message: ClientMessage,
  caller: StreamCaller,
): Promise<StreamAnswer> {
  if (message.channel === "/meta/handshake") return handshake(parts, message, caller);
  const session = parts.sessions.all.get(message.clientId);
  if (session === undefined) return one(failure(message, refusals.unknownClient, "handshake"));
  const { clientId } = session;
  if (!caller.isAuthenticated()) return one(failure(message, refusals.unauthenticated, "none", { clientId }));
  if (parts.rules.cookies && caller.cookie !== session.cookie)
    return one(failure(message, refusals.noCookie, "none"));
  switch (message.channel) {
    case "/meta/connect":
      return await connect(parts, message, session, caller);
    case "/meta/subscribe":
      return { messages: message.subscriptions.map((name) => subscribe(parts, message, session, name)) };
    case "/meta/unsubscribe":
      for (const name of message.subscriptions) session.subscriptions.delete(name);
      return one(success(message, { clientId, subscription: message.subscriptions[0] }));
    case "/meta/disconnect":
      parts.sessions.close(session);
      return one(success(message, { clientId }));
    default:
      return one(failure(message, refusals.noChannel(message.channel), "none", { clientId }));
  }
}

function one(message: ServerMessage): StreamAnswer {
  return { messages: [message] };
}

function handshake({ sessions }: CometdParts, message: ClientMessage, caller: StreamCaller): StreamAnswer {
  if (!caller.isAuthenticated()) {
    const failureReason = caller.hasToken ? refusals.unauthenticated : refusals.noToken;
    return one(failure(message, refusals.denied, "none", { ext: { sfdc: { failureReason } } }));
  }
  const { clientId, cookie } = sessions.open();
  const offered = {
    clientId,
    version: "1.0",
    minimumVersion: "1.0",
    supportedConnectionTypes: ["long-polling"],
    ext: { replay: true, "payload.format": true },
  };
  return { messages: [success(message, offered)], cookie };
}

function subscribe(
  { retained }: CometdParts,
  message: ClientMessage,
  session: StreamSession,
  subscription: string,
): ServerMessage {
  const about = { clientId: session.clientId, subscription };
  if (!/^\/(?:data|event)\/\w+$/.test(subscription))
    return failure(message, refusals.noChannel(subscription), "none", about);
  const from = message.replay[subscription] ?? -1;
  const missed = retained.since(subscription, Number(from));
  if (missed === undefined) return failure(message, refusals.oldReplayId(from), "none", about);
  session.subscriptions.add(subscription);
  session.queue.push(...missed.map((event) => ({ channel: subscription, event })));
  if (missed.length > 0 && !session.mute) session.answer?.("events");
  return success(message, about);
}

async function connect(
  { rules, sessions }: CometdParts,
  message: ClientMessage,
  session: StreamSession,
  caller: StreamCaller,
): Promise<StreamAnswer> {
  const { clientId } = session;
  // The first poll is answered at once: it only tells how long the next ones may hang.
  const timeoutMs = session.hasPolled ? rules.connectTimeoutMs : 0;
  session.hasPolled = true;
  const how = await sessions.poll(session, timeoutMs, () => caller.isAuthenticated());
  if (how === "cut") return "cut";
  if (how === "unauthenticated") return one(failure(message, refusals.unauthenticated, "none", { clientId }));
  const told = session.queue.splice(0).map(({ channel, event: { schema, payload, replayId, uuid } }) => ({
    channel,
    clientId,
    data: { schema, payload, event: { replayId, ...(uuid === undefined ? {} : { EventUuid: uuid }) } },
  }));
  const advice = { interval: 0, timeout: rules.connectTimeoutMs, reconnect: "retry" };
  return { messages: [...told, success(message, { clientId, advice })] };
}
