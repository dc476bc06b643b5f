/** The messages of Bayeux, CometD's protocol, as Salesforce speaks it: what a client may ask, and the answers. */
import { isRecord } from "../../json.ts";

/** A message of a client, reduced to what matters. */
export interface ClientMessage {
  readonly channel: string;
  readonly id: string | undefined;
  readonly clientId: string;
  /** The channels of a subscription. */
  readonly subscriptions: readonly string[];
  /** By channel the id to begin after: -1 new events only, -2 all that is kept. */
  readonly replay: Readonly<Record<string, unknown>>;
}

/** A message of the server. */
export type ServerMessage = Readonly<Record<string, unknown>>;

/** Reads a body: one message or a list. Whatever is no message is left out. Throws nothing. */
export function readMessages(body: unknown): ClientMessage[] {
  return (Array.isArray(body) ? body : [body]).flatMap((each: unknown) => {
    if (!isRecord(each) || typeof each["channel"] !== "string") return [];
    const { channel, id, clientId, subscription, ext } = each;
    const replay = isRecord(ext) && isRecord(ext["replay"]) ? ext["replay"] : {};
    return [
      {
        channel,
        id: typeof id === "string" || typeof id === "number" ? String(id) : undefined,
        clientId: typeof clientId === "string" ? clientId : "",
        subscriptions: [subscription].flat().filter((one) => typeof one === "string"),
        replay,
      },
    ];
  });
}

/** A good answer to a message. */
export function success(to: ClientMessage, more: ServerMessage = {}): ServerMessage {
  return { ...idOf(to), channel: to.channel, successful: true, ...more };
}

/** A refusal. `reconnect` is the advice: what the client is to do next. */
export function failure(
  to: ClientMessage,
  error: string,
  reconnect: "retry" | "handshake" | "none",
  more: ServerMessage = {},
): ServerMessage {
  const advice = { interval: 0, reconnect };
  return { ...idOf(to), channel: to.channel, error, successful: false, advice, ...more };
}

/** The texts of refusals that clients act upon. */
export const refusals = {
  unknownClient: "403::Unknown client",
  unauthenticated: "401::Authentication invalid",
  noToken: "401::Request requires authentication",
  denied: "403::Handshake denied",
  noCookie: "400::Client has established a session, but no BAYEUX_BROWSER cookie present",
  noChannel: (name: string) => `400::The channel you requested to subscribe to does not exist {${name}}`,
  oldReplayId: (id: unknown) =>
    `400::The replayId {${String(id)}} you provided was invalid.  Please provide a valid ID, -2 to replay all events, or -1 to replay only new events.`,
} as const;

function idOf({ id }: ClientMessage): ServerMessage {
  return id === undefined ? {} : { id };
}
