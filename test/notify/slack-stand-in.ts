/** A stand-in for Slack's Web API on this machine: it keeps what was posted, and misbehaves as a test says. */
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** A message as it stands in a conversation. */
interface Posted {
  readonly ts: string;
  readonly channel: string;
  readonly text: string;
  readonly blocks: readonly { readonly type: string; readonly block_id?: string }[];
  readonly metadata: { readonly event_payload: { readonly key: string } };
}

/** What is done to the next call of a method. `lost`: it happens, and nobody hears of it. */
type Mishap =
  | { readonly status: number; readonly retryAfter?: number }
  | { readonly error: string }
  | "lost"
  | "hang-after"
  | "hang-before";

export interface SlackStandIn {
  readonly url: string;
  readonly posted: Posted[];
  /** Method names as they were called. */
  readonly calls: string[];
  /** E-mail address to user id. */
  readonly people: Map<string, string>;
  /** What to do to the next calls of a method, one after the other. */
  readonly mishaps: Map<string, Mishap[]>;
  /** Bodies sent to response URLs. */
  readonly responses: unknown[];
  /** What is asked is done at once, and answered after so long: time to be killed in. */
  answersAfterMs: number;
  /** Keys of everything posted. */
  keys(): readonly string[];
  close(): Promise<void>;
}

export async function openSlackStandIn(): Promise<SlackStandIn> {
  let clock = Date.now() / 1_000;
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const body = Buffer.concat(chunks).toString("utf8");
      const method = (request.url ?? "").replace("/api/", "");
      if (method === "response") {
        slack.responses.push(JSON.parse(body));
        response.end("ok");
        return;
      }
      slack.calls.push(method);
      const mishap = slack.mishaps.get(method)?.shift();
      handle(method, new URLSearchParams(body), mishap, response);
    });
  });
  const handle = (
    method: string,
    args: URLSearchParams,
    mishap: Mishap | undefined,
    response: ServerResponse,
  ): void => {
    if (mishap === "hang-before") return;
    if (typeof mishap === "object" && "status" in mishap) {
      const headers = mishap.retryAfter === undefined ? {} : { "retry-after": String(mishap.retryAfter) };
      response.writeHead(mishap.status, headers).end("<html>");
      return;
    }
    const isRefused = typeof mishap === "object" && "error" in mishap;
    const answer = isRefused ? { ok: false, error: mishap.error } : answerTo(method, args);
    if (mishap === "hang-after") return;
    if (mishap === "lost") {
      response.destroy();
      return;
    }
    setTimeout(() => {
      response.writeHead(200, { "content-type": "application/json" });
      response.end(JSON.stringify(answer));
    }, slack.answersAfterMs);
  };
  const answerTo = (method: string, args: URLSearchParams): object => {
    switch (method) {
      case "auth.test":
        return { ok: true, team: "Acme" };
      case "users.lookupByEmail": {
        const id = slack.people.get(args.get("email") ?? "");
        return id === undefined ? { ok: false, error: "users_not_found" } : { ok: true, user: { id } };
      }
      case "users.info": {
        const [email] = [...slack.people].find(([, id]) => id === args.get("user")) ?? [];
        return { ok: true, user: { id: args.get("user"), profile: email === undefined ? {} : { email } } };
      }
      case "conversations.open":
        return { ok: true, channel: { id: `D${args.get("users")}` } };
      case "chat.postMessage": {
        clock += 0.001;
        slack.posted.push({
          ts: clock.toFixed(6),
          channel: args.get("channel") ?? "",
          text: args.get("text") ?? "",
          blocks: JSON.parse(args.get("blocks") ?? "[]"),
          metadata: JSON.parse(args.get("metadata") ?? "{}"),
        });
        return { ok: true, ts: clock.toFixed(6) };
      }
      case "conversations.history": {
        const messages = slack.posted.filter(({ channel }) => channel === args.get("channel"));
        return { ok: true, messages: messages.toReversed() };
      }
      default:
        return { ok: false, error: "unknown_method" };
    }
  };
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a TCP server's address is one
  const { port } = server.address() as AddressInfo;
  const slack: SlackStandIn = {
    url: `http://127.0.0.1:${port}`,
    posted: [],
    calls: [],
    people: new Map(),
    mishaps: new Map(),
    responses: [],
    answersAfterMs: 0,
    keys: () => slack.posted.map(({ metadata }) => metadata.event_payload.key),
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return slack;
}
