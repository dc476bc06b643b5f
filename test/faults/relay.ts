/** HTTP, passed on call by call, with a note of whose call it was, whether it wrote, and when it began and ended. */
import { once } from "node:events";
import { createServer, type IncomingMessage, request, type ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import { MEMBER_HEADER } from "./orders.ts";

/** One call of one process, by the machine's clock in milliseconds. It has ended when the answer stood ready to be passed back. */
export interface RelayedCall {
  /** Empty for whoever is no Baton. */
  readonly member: string;
  readonly path: string;
  readonly isWrite: boolean;
  readonly fromMs: number;
  untilMs: number | undefined;
}

export interface Relay {
  readonly url: string;
  readonly calls: readonly RelayedCall[];
  close(): Promise<void>;
}

/** A relay to wherever the CRMs are. @param target  Their address. */
export async function openRelay(target: () => string): Promise<Relay> {
  const calls: RelayedCall[] = [];
  const door = createServer((asked, answer) => void relay(asked, answer, target(), calls));
  door.listen(0, "127.0.0.1");
  await once(door, "listening");
  const address = door.address();
  return {
    url: `http://127.0.0.1:${typeof address === "object" ? (address?.port ?? 0) : 0}`,
    calls,
    async close() {
      door.closeAllConnections();
      door.close();
      await once(door, "close");
    },
  };
}

async function relay(
  asked: IncomingMessage,
  answer: ServerResponse,
  target: string,
  calls: RelayedCall[],
): Promise<void> {
  const fromMs = Date.now();
  const body = await text(asked).catch(() => undefined);
  // Whoever left before saying what it wanted has asked nothing.
  if (body === undefined) return void answer.destroy();
  const call = callOf(asked, body, fromMs);
  calls.push(call);
  passOn({ asked, body, answer }, target, call);
}

function callOf({ url, headers }: IncomingMessage, body: string, fromMs: number): RelayedCall {
  const path = url?.split("?")[0] ?? "";
  const member = String(headers[MEMBER_HEADER] ?? "");
  return { member, path, isWrite: writes(path, body), fromMs, untilMs: undefined };
}

/** A portal's batches say it in their path, an org's calls in their parts. */
function writes(path: string, body: string): boolean {
  if (path.endsWith("/composite")) return /"method":"(?!GET")/.test(body);
  return /^\/crm\/objects\/.*\/batch\/(create|update)$/.test(path);
}

interface Passed {
  readonly asked: IncomingMessage;
  readonly body: string;
  readonly answer: ServerResponse;
}

function passOn({ asked, body, answer }: Passed, target: string, call: RelayedCall): void {
  const { method, headers } = asked;
  const onward = request(`${target}${asked.url ?? ""}`, { method, headers }, (given) => {
    call.untilMs = Date.now();
    answer.writeHead(given.statusCode ?? 502, given.headers);
    given.pipe(answer);
  });
  onward.on("error", () => {
    call.untilMs = Date.now();
    answer.destroy();
  });
  // Whoever waits for news and leaves is waited for no longer; a write is made whether or not its caller still listens.
  answer.once("close", () => {
    if (!call.isWrite && call.untilMs === undefined) onward.destroy();
  });
  onward.end(body);
}
