/**
 * Bayeux over long polling, as much of it as Salesforce's streams need: one client, from its handshake on. What is said is posted as a
 * list of messages; the answer holds a reply to each, and whatever there is to tell.
 *
 * A client lives as long as its token. Whoever it is not known to any more, or is refused, is told so by a code and begins anew with
 * another one: nothing here tries again.
 * Source: https://developer.salesforce.com/docs/atlas.en-us.api_streaming.meta/api_streaming/streaming_handling_errors.htm
 */
import { z } from "zod";
import { BatonError } from "../../src/errors.ts";
import type { ErrorCode } from "../../src/errors.ts";
import type { DurationMs } from "../../src/model/instant.ts";
import type { Tokens } from "../../src/tokens.ts";
import type { Answered, Call } from "../http/call.ts";
import type { Transport } from "../http/transport.ts";
import { connectionTrouble, troubleError } from "../http/trouble.ts";
import { ADVICE, answerTrouble } from "./errors.ts";
import { CALL_HEADERS } from "./headers.ts";
import { API_VERSION } from "./version.ts";

/** A reply to one message. `status` is the code of a refusal: 400, 401, 403. */
export interface Reply {
  readonly channel: string;
  readonly isGood: boolean;
  readonly status: number;
  /** Of a subscription. */
  readonly subscription?: string;
  /** How long the server asks to wait before the next poll. */
  readonly intervalMs: DurationMs;
}

/** Something told on a channel, as it came. */
export interface Told {
  readonly channel: string;
  readonly data: unknown;
}

interface Spoken {
  readonly replies: readonly Reply[];
  readonly told: readonly Told[];
}

export interface Bayeux {
  /** Says some messages, in order. @throws BatonError `crm.*` when there is no answer that can be read. */
  say(messages: readonly Readonly<Record<string, unknown>>[]): Promise<Spoken>;
}

const PATH = `/cometd/${API_VERSION.slice(1)}`;
const NO_STATUS = 0;

const reply = z.object({
  channel: z.string(),
  successful: z.boolean().catch(false),
  error: z.string().catch(""),
  clientId: z.string().optional().catch(undefined),
  subscription: z.string().optional().catch(undefined),
  advice: z
    .object({ interval: z.number().nonnegative().catch(0) })
    .catch({ interval: 0 })
    .default({ interval: 0 }),
  ext: z
    .object({ sfdc: z.object({ failureReason: z.string() }) })
    .optional()
    .catch(undefined),
  data: z.unknown().optional(),
});
const replies = z.array(reply);

/**
 * Shakes hands.
 * @throws BatonError `crm.unauthorized` when the token is not taken, `crm.forbidden` when its user may not listen, and `crm.*` as `say`.
 */
export async function shakeHands(transport: Transport, origin: string, tokens: Tokens): Promise<Bayeux> {
  const cookies = new Map<string, string>();
  const known: { clientId?: string } = {};
  let count = 0;
  const post = async (messages: readonly object[]): Promise<z.output<typeof replies>> => {
    const body = messages.map((message) => ({ ...message, ...known, id: String((count += 1)) }));
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const headers = { ...CALL_HEADERS, ...(cookie === "" ? {} : { cookie }) };
    const call = { method: "POST", path: PATH, headers, body } as const;
    const answered = await send(transport, call, { origin, accessToken: tokens.access });
    keepCookies(cookies, answered);
    const read = replies.safeParse(answered.body);
    if (read.success) return read.data;
    throw new BatonError("crm.bad-answer", "Salesforce's stream answered something that is no message.");
  };

  const [hello] = await post([
    {
      channel: "/meta/handshake",
      version: "1.0",
      minimumVersion: "1.0",
      supportedConnectionTypes: ["long-polling"],
      ext: { replay: true },
    },
  ]);
  if (hello?.successful !== true || hello.clientId === undefined)
    throw refusal(statusOf(hello?.ext?.sfdc.failureReason ?? hello?.error ?? ""), "shake hands");
  known.clientId = hello.clientId;
  return {
    async say(messages) {
      const answers = await post(messages);
      return {
        replies: answers.filter(isReply).map((one) => ({
          channel: one.channel,
          isGood: one.successful,
          status: statusOf(one.error),
          intervalMs: one.advice.interval,
          ...(one.subscription === undefined ? {} : { subscription: one.subscription }),
        })),
        told: answers.filter((one) => !isReply(one)).map(({ channel, data }) => ({ channel, data })),
      };
    },
  };
}

/** What a refusal means, by its code. A client that is not known any more (403 outside a handshake) begins anew. Throws nothing. */
export function codeOf(status: number): ErrorCode {
  if (status === 401) return "crm.unauthorized";
  return status === NO_STATUS ? "crm.bad-answer" : "crm.server-error";
}

function refusal(status: number, what: string): BatonError {
  const code = status === 403 ? "crm.forbidden" : codeOf(status);
  const advice =
    code === "crm.forbidden" ? " Its user needs the permission set of docs/install-salesforce.md." : "";
  return new BatonError(code, `Salesforce's stream did not let Baton ${what} (${status}).${advice}`);
}

async function send(
  transport: Transport,
  call: Call,
  to: { readonly origin: string; readonly accessToken: string },
): Promise<Answered> {
  const words = { crm: "Salesforce", advice: ADVICE };
  let answered: Answered;
  try {
    answered = await transport.send(call, to, () => undefined);
  } catch (cause) {
    throw troubleError(words, connectionTrouble(words.crm, cause), call, cause);
  }
  const trouble = answerTrouble(answered);
  if (trouble !== undefined) throw troubleError(words, trouble, call);
  return answered;
}

function keepCookies(cookies: Map<string, string>, { headers }: Answered): void {
  for (const line of [headers["set-cookie"] ?? []].flat()) {
    const [, name, value] = /^([^=;\s]+)=([^;]*)/.exec(line) ?? [];
    if (name !== undefined && value !== undefined) cookies.set(name, value);
  }
}

function isReply({ channel }: { readonly channel: string }): boolean {
  return channel.startsWith("/meta/");
}

/** Errors read `403::Unknown client`: the number is what counts. */
function statusOf(error: string): number {
  return Number(/^\d{3}(?=:)/.exec(error)?.[0] ?? NO_STATUS);
}
