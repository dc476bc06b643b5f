/** A receiver of posts on this machine, for webhooks and Teams: it keeps what came, and answers as a test says. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { ownJson } from "../../src/store/json.ts";

interface Received {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** `lost`: it is kept, and nobody hears of it. */
type Answer =
  | {
      readonly status: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly body?: string;
    }
  | "lost"
  | "hang";

export interface PostReceiver {
  readonly url: string;
  readonly received: Received[];
  /** How the next posts are answered, one after the other; then 202. */
  readonly answers: Answer[];
  /** What is posted is taken at once, and answered after so long: time to be killed in. */
  answersAfterMs: number;
  close(): Promise<void>;
}

export async function openPostReceiver(): Promise<PostReceiver> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const headers = Object.fromEntries(
        Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
      );
      const answer = receiver.answers.shift() ?? { status: 202 };
      receiver.received.push({ headers, body: Buffer.concat(chunks).toString("utf8") });
      if (answer === "hang") return;
      if (answer === "lost") response.destroy();
      else
        setTimeout(
          () => response.writeHead(answer.status, answer.headers ?? {}).end(answer.body ?? ""),
          receiver.answersAfterMs,
        );
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a TCP server's address is one
  const { port } = server.address() as AddressInfo;
  const receiver: PostReceiver = {
    url: `http://127.0.0.1:${port}/hook`,
    received: [],
    answers: [],
    answersAfterMs: 0,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return receiver;
}

/** The keys of the notices in the body of a webhook. */
export function noticeKeysIn(body: string): readonly string[] {
  const { data } = ownJson<{ data: { key: string } | { notices: readonly { key: string }[] } }>(body);
  return "notices" in data ? data.notices.map(({ key }) => key) : [data.key];
}
