/** A channel by the id a person typed. */
import { BatonError } from "../errors.ts";
import { type Channel, listChannels } from "../store/channels.ts";
import type { Store } from "../store/open.ts";
import { chooseInstallations } from "./existing-store.ts";

/** Throws `cli.not-found` when no installation has it. */
export async function findChannelRow(store: Store, id: string): Promise<Channel> {
  for (const { id: installation } of await chooseInstallations(store, undefined)) {
    const channel = (await listChannels(store.db, installation)).find((one) => one.id === id);
    if (channel !== undefined) return channel;
  }
  throw new BatonError("cli.not-found", `There is no channel "${id}". See: baton channels list`);
}
