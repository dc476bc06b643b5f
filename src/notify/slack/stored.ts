/** The desk over the store: channels remembered for a moment, leads looked up within the channel's own installation. */
import type { Log } from "../../log.ts";
import { type Instant, SECOND_MS } from "../../model/instant.ts";
import type { Inbox } from "../../receive/receive.ts";
import { remembering } from "../../receive/remember.ts";
import { findChannel } from "../../store/channels.ts";
import type { Locksmith } from "../../store/connections.ts";
import { leadOfHandoff } from "../../store/handoff-leads.ts";
import type { Store } from "../../store/open.ts";
import { openDoor } from "../door.ts";
import type { DeskTools } from "./desk.ts";

interface DeskSurroundings {
  readonly store: Store;
  readonly locksmith: Locksmith;
  readonly sandbox: boolean;
  readonly now: () => Instant;
  readonly log: Log;
}

/** Opens the desk; whoever serves it closes its door. Throws nothing. */
export function storedDesk(
  { store, locksmith, sandbox, now, log }: DeskSurroundings,
  inbox: Inbox,
): DeskTools {
  return {
    channelOf: remembering((id) => findChannel(store.db, locksmith, id), SECOND_MS, now),
    leadOf: (installation, handoff) => leadOfHandoff(store.db, installation, handoff),
    inbox,
    door: openDoor({ sandbox }),
    sandbox,
    now,
    log,
  };
}
