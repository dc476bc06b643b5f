/** A mail server on this machine, as much of SMTP as a sender needs: it keeps what it took, and misbehaves as a test says. */
import { createServer, type AddressInfo, type Socket } from "node:net";

interface Mail {
  readonly to: string;
  readonly text: string;
  /** `Message-ID`, with its brackets. */
  readonly id: string;
}

/** `lost`: taken, and the connection ends before the answer. Otherwise the answer to a command: `550 no such user`. */
type Mishap = "lost" | "hang" | { readonly on: "RCPT" | "MAIL" | "DATA" | "EHLO"; readonly say: string };

export interface SmtpReceiver {
  readonly url: string;
  readonly mails: Mail[];
  /** What to do to the next connections, one after the other. */
  readonly mishaps: Mishap[];
  close(): Promise<void>;
}

export async function openSmtpReceiver(): Promise<SmtpReceiver> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    socket.on("error", () => undefined);
    talk(socket, receiver);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a TCP server's address is one
  const { port } = server.address() as AddressInfo;
  const receiver: SmtpReceiver = {
    url: `smtp://127.0.0.1:${port}`,
    mails: [],
    mishaps: [],
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return receiver;
}

function talk(socket: Socket, { mails, mishaps }: SmtpReceiver): void {
  const mishap = mishaps.shift();
  let [to, text, isData, rest] = ["", "", false, ""];
  const say = (line: string): void => void socket.write(`${line}\r\n`);
  const end = (): void => {
    mails.push({ to, text, id: /^Message-ID: (.+)$/im.exec(text)?.[1] ?? "" });
    if (mishap === "lost") socket.destroy();
    else if (mishap !== "hang") say("250 taken");
  };
  const command = (line: string): void => {
    const word = line.slice(0, 4).toUpperCase();
    if (typeof mishap === "object" && word === mishap.on) return say(mishap.say);
    if (word === "EHLO") return say("250 here");
    if (word === "RCPT") to = /<(.*)>/.exec(line)?.[1] ?? "";
    if (word === "DATA") {
      isData = true;
      return say("354 go on");
    }
    if (word === "QUIT") {
      say("221 bye");
      return void socket.end();
    }
    return say("250 ok");
  };
  socket.setEncoding("utf8").on("data", (chunk: string) => {
    rest += chunk;
    for (let at = rest.indexOf("\r\n"); at >= 0; at = rest.indexOf("\r\n")) {
      const line = rest.slice(0, at);
      rest = rest.slice(at + 2);
      if (!isData) command(line);
      else if (line === ".") {
        isData = false;
        end();
      } else text += `${line}\n`;
    }
  });
  say("220 stand-in");
}
