import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";
import { expect, test } from "vitest";
import { cutOff } from "../../sandbox/transmission.ts";

async function acceptedSocket(): Promise<{
  readonly near: Socket;
  readonly far: Socket;
  readonly close: () => void;
}> {
  const server = createServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const accepted = once(server, "connection");
  const far = connect(typeof address === "object" ? (address?.port ?? 0) : 0, "127.0.0.1");
  far.on("error", () => undefined);
  const [near]: Socket[] = await accepted;
  if (near === undefined) throw new Error("nobody came");
  near.on("error", () => undefined);
  return { near, far, close: () => void server.close() };
}

test("whoever is cut off sees a reset", async () => {
  const { near, far, close } = await acceptedSocket();
  const seen = once(far, "error").catch((cause: unknown) => [cause]);
  far.resume();
  cutOff(near);
  expect(await seen).toMatchObject([{ code: "ECONNRESET" }]);
  close();
});

test("a connection that is being ended closes when it is cut off and closed on top of it", async () => {
  const { near, far, close } = await acceptedSocket();
  const closed = once(near, "close", { signal: AbortSignal.timeout(5_000) });
  near.end();
  cutOff(near);
  near.destroy();
  await expect(closed).resolves.toBeDefined();
  far.destroy();
  close();
});
