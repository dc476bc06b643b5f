/** `baton channels test`: one notice, at once, past the outbox, to see a channel work. */
import { randomBytes } from "node:crypto";
import { loadConfig } from "../config.ts";
import { BatonError } from "../errors.ts";
import { openDoor } from "../notify/door.ts";
import { openSender } from "../notify/open-sender.ts";
import type { Fate, Outgoing } from "../notify/sender.ts";
import { openChannel } from "../store/channels.ts";
import { locksmithOf } from "./crm.ts";
import { withStore } from "./existing-store.ts";
import { findChannelRow } from "./find-channel.ts";
import { printLines } from "./print.ts";
import type { Shell } from "./shell.ts";

/** Sends it. Throws `cli.not-found`, `store.sealed`, and the code by which the channel failed. */
export async function testChannel(shell: Shell, id: string, to: string): Promise<void> {
  const config = loadConfig(shell.env);
  const { sandbox } = config;
  await withStore(shell, async (store) => {
    const { installation, kind } = await findChannelRow(store, id);
    const channel = await openChannel(store.db, locksmithOf(config), installation, id);
    if (channel === undefined) throw new BatonError("cli.not-found", `Channel ${id} was just removed.`);
    const door = openDoor({ sandbox });
    try {
      const sender = await openSender(channel.settings, { door, sandbox, now: shell.now });
      await printLines(shell.err, [await sender.probe()]);
      refuseFailure(await sender.send(testMessage(to, shell.now())));
      await sender.close();
    } finally {
      await door.close();
    }
    await printLines(shell.out, [`A test notice went out on channel ${id} (${kind}).`]);
  });
}

function testMessage(to: string, now: number): Outgoing {
  const key = `test-${randomBytes(8).toString("hex")}`;
  const notice = {
    key,
    kind: "report" as const,
    to: to.toLowerCase(),
    as: "owner" as const,
    subject: "Baton can reach you here",
    lines: ["This is a test, sent by baton channels test. There is nothing to do."],
    links: [],
    notBefore: now,
    at: now,
  };
  return { key, to: notice.to, as: notice.as, count: 1, notices: [notice], firstAt: now };
}

function refuseFailure(fate: Fate): void {
  if (fate.fate === "sent") return;
  const what =
    fate.fate === "unknown" ? "Nobody can tell whether the test notice arrived" : "It was not delivered";
  throw new BatonError(fate.code, `${what} (${fate.code}). docs/errors.md says what the code asks for.`);
}
