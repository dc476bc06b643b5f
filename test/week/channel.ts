/** The channel of a week: a webhook by which the portal's people are told, and a receiver that keeps all it ever got. */
import { setTimeout as pause } from "node:timers/promises";
import type { Notice } from "../../src/model/notice.ts";
import { addChannel } from "../../src/store/channels.ts";
import { ownJson } from "../../src/store/json.ts";
import { WEBHOOK_SECRET } from "../notify/kit.ts";
import { openPostReceiver } from "../notify/post-receiver.ts";
import type { House } from "./house.ts";

/** What the receiver got. */
interface Told {
  /** Messages by their `webhook-id`, each once, as the specification has a receiver keep them. */
  readonly notices: readonly Notice[];
  /** Messages that came again under an id that was there: what "at least once" allows. */
  readonly repeats: number;
  /** Ids that came with two different bodies. */
  readonly changed: readonly string[];
  /** Notices that wait for the working hours of whom they are for. */
  readonly waiting: readonly Notice[];
  /** Notices that will not be sent any more, with why. */
  readonly given: readonly string[];
}

export interface Channel {
  /** Settles when everything that may be sent by now has been, and says what was. Throws when it takes too long. */
  told(): Promise<Told>;
  close(): Promise<void>;
}

/** A message is taken at once and answered after so long: time for Baton to be killed in. Milliseconds. */
const ANSWERS_AFTER_MS = 40;
/** A claim of a killed Baton holds for two minutes. */
const PATIENCE_MS = 240_000;
const LOOK_EVERY_MS = 100;

/** Adds the channel to the only installation of the house. */
export async function openWeekChannel(house: House): Promise<Channel> {
  const { store, locksmith } = house;
  const receiver = await openPostReceiver();
  receiver.answersAfterMs = ANSWERS_AFTER_MS;
  const { id } = await store.db.selectFrom("installations").select("id").executeTakeFirstOrThrow();
  const settings = { kind: "webhook", url: receiver.url, secret: WEBHOOK_SECRET } as const;
  await addChannel(store.db, locksmith, id, { settings }, house.now());

  const isAtRest = async (): Promise<boolean> => {
    const { count } = await store.db
      .selectFrom("deliveries")
      .select(({ fn }) => fn.countAll<number>().as("count"))
      .where("settled_at", "is", null)
      .where((eb) => eb.or([eb("claim", "is not", null), eb("next_at", "<=", house.now())]))
      .executeTakeFirstOrThrow();
    return count === 0;
  };
  return {
    async told() {
      const until = performance.now() + PATIENCE_MS;
      while (!(await isAtRest())) {
        if (performance.now() > until) throw new Error("notices are due that are not sent");
        await pause(LOOK_EVERY_MS);
      }
      return { ...keptOf(receiver.received), ...(await unsentOf(store)) };
    },
    close: () => receiver.close(),
  };
}

type Received = Awaited<ReturnType<typeof openPostReceiver>>["received"];

function keptOf(received: Received): Pick<Told, "notices" | "repeats" | "changed"> {
  const byId = new Map<string, readonly Notice[]>();
  const changed: string[] = [];
  for (const { headers, body } of received) {
    const id = headers["webhook-id"] ?? "";
    const { data } = ownJson<{ data: Notice | { notices: readonly Notice[] } }>(body);
    const notices = "notices" in data ? data.notices : [data];
    const before = byId.get(id);
    if (before !== undefined && JSON.stringify(before) !== JSON.stringify(notices)) changed.push(id);
    byId.set(id, before ?? notices);
  }
  return { notices: [...byId.values()].flat(), repeats: received.length - byId.size, changed };
}

async function unsentOf({ db }: House["store"]): Promise<Pick<Told, "waiting" | "given">> {
  const rows = await db
    .selectFrom("deliveries as d")
    .innerJoin("notices as n", (join) =>
      join.onRef("n.installation", "=", "d.installation").onRef("n.key", "=", "d.notice"),
    )
    .select(["n.key", "n.lead", "n.at", "n.body", "d.state", "d.code"])
    .where("d.state", "!=", "sent")
    .execute();
  const notice = ({ key, lead, at, body }: (typeof rows)[number]): Notice => ({
    ...ownJson<Omit<Notice, "key" | "at">>(body),
    key,
    at,
    ...(lead === null ? {} : { lead }),
  });
  return {
    waiting: rows.filter(({ state }) => state === "planned").map(notice),
    given: rows
      .filter(({ state }) => state !== "planned")
      .map(({ key, state, code }) => `${key} is ${state}: ${code}`),
  };
}
