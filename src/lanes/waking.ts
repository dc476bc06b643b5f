/** Stored first, then said: a lane is woken only by what is on disk. */
import type { Inbox } from "../store/inbox.ts";
import type { Sightings } from "../store/sightings.ts";
import type { Lanes } from "./pool.ts";

/** The inbox for events, waking the lane of every installation that got some. Throws what storing throws. */
export function wakingInbox(inbox: Inbox, lanes: Lanes): Pick<Inbox, "store"> {
  return {
    async store(deliveries, receivedAt) {
      const stored = await inbox.store(deliveries, receivedAt);
      for (const { installation } of deliveries) lanes.wake(installation);
      return stored;
    },
  };
}

/** The inbox for signals, waking the lane of an installation that knows the lead they belong to. Throws what storing throws. */
export function wakingSightings(sightings: Sightings, lanes: Lanes): Pick<Sightings, "store"> {
  return {
    async store(owner, seen, receivedAt) {
      const stored = await sightings.store(owner, seen, receivedAt);
      if (stored.wakes) lanes.wake(owner.installation);
      return stored;
    },
  };
}
