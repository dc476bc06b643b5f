/** The check-up of an installation's channels: whether their secrets open, whether they let us in, and what waits for a person. */
import type { Instant } from "../model/instant.ts";
import { openDoor } from "../notify/door.ts";
import { openSender } from "../notify/open-sender.ts";
import { type Channel, listChannels, openChannel } from "../store/channels.ts";
import type { Locksmith } from "../store/connections.ts";
import type { Installation } from "../store/installations.ts";
import type { Db } from "../store/schema.ts";
import { countByChannel } from "../store/stuck-notices.ts";
import { attempt, type Check, ok, warning } from "./check.ts";

/** What the check-up needs. */
interface ChannelTools {
  readonly db: Db;
  readonly locksmith: Locksmith;
  readonly sandbox: boolean;
  readonly now: () => Instant;
  /** Whether channels may be called; nothing is sent. */
  readonly isOnline: boolean;
}

/** Checks the channels of one installation. Throws nothing but faults. */
export async function checkChannels(
  { id, crm, tenant }: Installation,
  tools: ChannelTools,
): Promise<readonly Check[]> {
  const area = `${crm} ${tenant}`;
  const channels = await listChannels(tools.db, id);
  if (channels.length === 0) return [ok(area, "no channels: nobody is told outside the CRM")];
  const counts = await countByChannel(tools.db, id);
  const checks: Check[] = [];
  for (const channel of channels) {
    const name = `${channel.kind} channel ${channel.id}`;
    checks.push(...(await probe(area, name, channel, tools)));
    const stuck = counts.get(channel.id)?.stuck ?? 0;
    if (stuck > 0)
      checks.push(
        warning(
          area,
          `${name}: ${stuck} notices wait for a person`,
          `See them: baton parked list --portal ${tenant}`,
        ),
      );
  }
  return checks;
}

async function probe(
  area: string,
  name: string,
  { installation, id }: Channel,
  { db, locksmith, sandbox, now, isOnline }: ChannelTools,
): Promise<readonly Check[]> {
  const fix = `Remove the channel and add it with what is right: baton channels remove ${id}`;
  return await attempt(area, fix, async () => {
    const channel = await openChannel(db, locksmith, installation, id);
    if (channel === undefined || !isOnline)
      return [ok(area, `${name}: its settings open with the keys given`)];
    const door = openDoor({ sandbox });
    try {
      const sender = await openSender(channel.settings, { door, sandbox, now });
      const says = await sender.probe();
      await sender.close();
      return [ok(area, `${name}: ${says}`)];
    } finally {
      await door.close();
    }
  });
}
