/** A piece of cable with a pair of scissors: TCP, passed on as it comes, until it is cut. */
import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { cutOff } from "../../sandbox/transmission.ts";

export interface Wire {
  readonly port: number;
  /** Cuts every connection there is, in the middle of whatever it carries. */
  cut(): void;
  close(): Promise<void>;
}

/** @param target  The port the next connection goes to; undefined cuts it at once. Throws nothing once it listens. */
export async function openWire(target: () => number | undefined): Promise<Wire> {
  const ends = new Set<Socket>();
  const server = createServer((near) => {
    const port = target();
    if (port === undefined) {
      cutOff(near.on("error", () => undefined));
      return;
    }
    const far = connect(port, "127.0.0.1");
    join(near, far, ends);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    port: portOf(server.address()),
    cut: () => {
      for (const end of ends) cutOff(end);
    },
    async close() {
      for (const end of ends) end.destroy();
      server.close();
      await once(server, "close");
    },
  };
}

/** What one end says the other hears; when one is gone, so is the other. */
function join(near: Socket, far: Socket, ends: Set<Socket>): void {
  for (const [one, other] of [
    [near, far],
    [far, near],
  ] as const) {
    ends.add(one);
    one.setNoDelay(true);
    one.on("error", () => undefined);
    one.once("close", () => {
      ends.delete(one);
      other.destroy();
    });
    one.pipe(other);
  }
}

function portOf(address: AddressInfo | string | null): number {
  if (typeof address !== "object" || address === null) throw new Error("the wire has no port");
  return address.port;
}
