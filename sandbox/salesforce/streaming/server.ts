/** CometD over HTTP: reads the messages of a request, and answers when there is something to tell. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { runWithFault } from "../../fault-answer.ts";
import type { LedgerCall } from "../../ledger.ts";
import { transmit } from "../../transmission.ts";
import { faultWords } from "../fault-words.ts";
import type { OrgGateParts } from "../gate.ts";
import { apiVersion } from "../version.ts";
import { failure, readMessages, refusals } from "./bayeux.ts";
import type { ClientMessage, ServerMessage } from "./bayeux.ts";
import type { StreamCaller } from "./cometd.ts";
import type { Stream } from "./stream.ts";

/** What serving works with: the gate's parts, and each org's stream. */
export interface StreamServerParts extends OrgGateParts {
  readonly lives: ReadonlyMap<string, { readonly stream: Stream }>;
}

const base = `/cometd/${apiVersion}`;

/** Adds the routes. Clients post to the base, to it with a slash, or to a path below named after the message. */
export function serveStreams(server: FastifyInstance, parts: StreamServerParts): void {
  for (const url of [base, `${base}/*`])
    server.post(url, async (request, reply) => {
      await answer(request, reply, parts);
      return reply;
    });
  server.post("/cometd/*", (_request, reply) =>
    reply.code(400).send(`Unsupported API version. URI format: '${base}'`),
  );
}

async function answer(request: FastifyRequest, reply: FastifyReply, parts: StreamServerParts): Promise<void> {
  const entry = begin(request, parts);
  const messages = readMessages(parseJson(request.body));
  const caller = callerOf(request, parts);
  const orgId = orgOf(messages, caller.orgId, parts);
  if (orgId !== undefined) entry.orgId = orgId;
  const fault = parts.faults.next({ method: request.method, path: entry.path, orgId });
  if (fault) {
    entry.fault = fault.do;
    const { answer: bad, manner } = runWithFault(fault, faultWords, () => ({ status: 200, body: [] }));
    entry.status = await transmit(reply, bad, manner);
  } else {
    const stream = parts.lives.get(orgId ?? "")?.stream;
    const replies = stream ? await repliesOf(stream, messages, caller, reply) : messages.map(strange);
    entry.status = await send(reply, replies);
  }
  entry.endMs = parts.monotonicMs();
}

/** The replies to all messages in their order; undefined when the connection is to end without an answer. */
async function repliesOf(
  stream: Stream,
  messages: readonly ClientMessage[],
  caller: StreamCaller,
  reply: FastifyReply,
): Promise<readonly ServerMessage[] | undefined> {
  const left = (): void => {
    for (const { clientId } of messages) stream.hangUp(clientId);
  };
  reply.raw.once("close", left);
  const replies: ServerMessage[] = [];
  for (const message of messages) {
    const told = await stream.answer(message, caller);
    if (told === "cut") return undefined;
    replies.push(...told.messages);
    if (told.cookie !== undefined)
      reply.header("set-cookie", `${cookieName}=${told.cookie}; Path=/; HttpOnly`);
  }
  reply.raw.removeListener("close", left);
  return replies;
}

async function send(reply: FastifyReply, replies: readonly ServerMessage[] | undefined): Promise<number> {
  return replies
    ? await transmit(reply, { status: 200, body: replies }, { how: "plain" })
    : await transmit(reply, { status: 200 }, { how: "cut" });
}

/** Without a session there is no org to ask: nobody is known. */
function strange(message: ClientMessage): ServerMessage {
  if (message.channel !== "/meta/handshake") return failure(message, refusals.unknownClient, "handshake");
  const ext = { sfdc: { failureReason: refusals.unauthenticated } };
  return failure(message, refusals.denied, "none", { ext });
}

const cookieName = "BAYEUX_BROWSER";

function callerOf(
  request: FastifyRequest,
  { sessions }: StreamServerParts,
): StreamCaller & { readonly orgId: string | undefined } {
  const token = (request.headers.authorization ?? "").replace(/^(?:Bearer|OAuth) /i, "");
  return {
    hasToken: token !== "",
    cookie: new RegExp(`(?:^|;\\s*)${cookieName}=([^;]+)`).exec(request.headers.cookie ?? "")?.[1],
    isAuthenticated: () => sessions.session(token) !== undefined,
    orgId: sessions.session(token)?.orgId,
  };
}

/** The org of the token, or of the client that speaks: a token that has died meanwhile names none. */
function orgOf(
  messages: readonly ClientMessage[],
  orgId: string | undefined,
  { lives }: StreamServerParts,
): string | undefined {
  if (orgId !== undefined) return orgId;
  return [...lives].find(([, { stream }]) => messages.some((each) => stream.knows(each.clientId)))?.[0];
}

function begin(request: FastifyRequest, parts: StreamServerParts): LedgerCall {
  return parts.ledger.begin({
    at: parts.now(),
    startMs: parts.monotonicMs(),
    method: request.method,
    path: request.url,
    route: base,
  });
}

function parseJson(body: unknown): unknown {
  if (typeof body !== "string") return undefined;
  try {
    const parsed: unknown = JSON.parse(body);
    return parsed;
  } catch {
    return undefined;
  }
}
