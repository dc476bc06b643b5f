/** HTTP, passed on call by call, with a note of whose call it was and when it began and ended. */
import { once } from "node:events";
import { createServer, type IncomingMessage, request, type ServerResponse } from "node:http";

/** One call of one process, by the machine's clock in milliseconds. It has ended when the answer stood ready to be passed back. */
export interface RelayedCall {
  readonly member: string;
  readonly path: string;
  readonly fromMs: number;
  untilMs: number | undefined;
}

export interface Relay {
  /** Where this member finds the CRM. */
  readonly urlOf: (member: string) => string;
  readonly calls: readonly RelayedCall[];
  close(): Promise<void>;
}

/** A relay with a door for each member. @param target  The CRM's address. */
export async function openRelay(members: readonly string[], target: () => string): Promise<Relay> {
  const calls: RelayedCall[] = [];
  const doors: ReturnType<typeof createServer>[] = [];
  const urls = new Map<string, string>();
  for (const member of members) {
    const door = createServer((asked, answer) => {
      const path = asked.url?.split("?")[0] ?? "";
      const call: RelayedCall = { member, path, fromMs: Date.now(), untilMs: undefined };
      calls.push(call);
      passOn(asked, answer, target(), call);
    });
    door.listen(0, "127.0.0.1");
    await once(door, "listening");
    doors.push(door);
    const address = door.address();
    if (typeof address === "object") urls.set(member, `http://127.0.0.1:${address?.port ?? 0}`);
  }
  return {
    calls,
    urlOf: (member) => urls.get(member) ?? "",
    async close() {
      for (const door of doors) {
        door.closeAllConnections();
        door.close();
      }
      await Promise.all(doors.map((door) => once(door, "close")));
    },
  };
}

function passOn(asked: IncomingMessage, answer: ServerResponse, target: string, call: RelayedCall): void {
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
  asked.pipe(onward);
}
