/** Sends an answer over the wire, well or badly. */
import { once } from "node:events";
import type { Socket } from "node:net";
import type { FastifyReply } from "fastify";
import type { Answer } from "./answer.ts";

/** How an answer travels. `ms` undefined hangs until the caller leaves. */
export type Manner =
  | { readonly how: "plain" | "cut" | "cut-midway" | "truncated" }
  | { readonly how: "slow"; readonly ms: number }
  | { readonly how: "hang"; readonly ms: number | undefined };

/** Sends and gives the status the caller could see: 0 when the connection was cut or left hanging. Throws nothing. */
export async function transmit(reply: FastifyReply, answer: Answer, manner: Manner): Promise<number> {
  const text = bodyText(answer);
  const headers = {
    ...(text === undefined ? {} : { "content-type": "application/json;charset=utf-8" }),
    ...answer.headers,
  };
  if (manner.how === "plain") {
    reply.code(answer.status).headers(headers);
    await reply.send(text ?? "");
    return answer.status;
  }
  reply.hijack();
  const raw = reply.raw;
  const body = Buffer.from(text ?? "");
  switch (manner.how) {
    case "hang":
      await gone(reply, manner.ms);
      if (raw.socket !== null) cutOff(raw.socket);
      return 0;
    case "cut":
      if (raw.socket !== null) cutOff(raw.socket);
      return 0;
    case "cut-midway":
      raw.writeHead(answer.status, { ...headers, "content-length": String(body.length + 64) });
      await new Promise<void>((resolve) => {
        raw.write(body.subarray(0, Math.ceil(body.length / 2)), () => resolve());
      });
      raw.socket?.destroy();
      return 0;
    case "truncated":
      raw.writeHead(answer.status, headers);
      raw.end(body.subarray(0, Math.floor(body.length / 2)));
      return answer.status;
    case "slow":
      raw.writeHead(answer.status, headers);
      await drip(reply, body, manner.ms);
      raw.end();
      return answer.status;
  }
}

/**
 * Resets a connection. One that is being ended already, because its caller has left, is only closed: Node cannot reset it any more, and
 * once it has tried, its process never exits.
 */
export function cutOff(socket: Socket): void {
  if (socket.writableEnded) socket.destroy();
  else socket.resetAndDestroy();
}

function bodyText(answer: Answer): string | undefined {
  if (answer.body === undefined) return undefined;
  return typeof answer.body === "string" ? answer.body : JSON.stringify(answer.body);
}

/** Waits `ms`, or until the caller closes the connection. */
async function gone(reply: FastifyReply, ms: number | undefined): Promise<void> {
  if (reply.raw.socket?.destroyed !== false) return;
  const left = once(reply.raw, "close");
  if (ms === undefined) await left;
  else await Promise.race([left, new Promise((resolve) => setTimeout(resolve, ms).unref())]);
}

const dripCount = 8;

async function drip(reply: FastifyReply, body: Buffer, ms: number): Promise<void> {
  for (let piece = 0; piece < dripCount && !reply.raw.destroyed; piece += 1) {
    const [from, to] = [piece, piece + 1].map((part) => Math.floor((body.length * part) / dripCount));
    reply.raw.write(body.subarray(from, to));
    await gone(reply, ms / dripCount);
  }
}
