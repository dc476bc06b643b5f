/**
 * One org's events: changes that transactions commit and platform events that are published, kept for 72 hours, told over
 * long polls, and cut, silenced, repeated or lost on command.
 */
import type { Random } from "../../random.ts";
import type { OrgChange } from "../org.ts";
import type { ClientMessage } from "./bayeux.ts";
import { captureChange, changeEventsOf, changeHeader, channelOf } from "./change-event.ts";
import type { CapturedChange } from "./change-event.ts";
import { answerMessage } from "./cometd.ts";
import type { StreamAnswer, StreamCaller } from "./cometd.ts";
import { createRetained } from "./retained.ts";
import type { StreamEvent } from "./retained.ts";
import { publishedStreamRules } from "./rules.ts";
import type { StreamRules } from "./rules.ts";
import { createSessions } from "./sessions.ts";

/** An object's records changed, and the event that would have said how is missing. */
export type Gap = "GAP_CREATE" | "GAP_UPDATE" | "GAP_DELETE" | "GAP_UNDELETE";

/** The stream of one org. None of its functions throws. */
export interface Stream {
  /** Change them at any time. */
  readonly rules: StreamRules;
  /** Takes in a change. A transaction's events are told once the present turn of the event loop is over. */
  capture(change: OrgChange): void;
  /** Publishes a platform event on `/event/<name>`. */
  publish(name: string, fields: Readonly<Record<string, unknown>>): StreamEvent;
  gap(kind: Gap, object: string, ids: readonly string[]): void;
  /** As after more than 100,000 changes in one transaction: one event for the object, without ids. */
  overflow(object: string): void;
  /** Tells the newest events once more, whoever has heard them. */
  repeat(count: number): void;
  /** Ends the connections that hang; their clients stay known. */
  cut(): void;
  /** From now on the present clients are told nothing, and their polls hang until they leave. */
  silence(): void;
  /** Forgets all clients, as a server does that begins anew. */
  forget(): void;
  /** The newest events, oldest first. */
  newest(count: number): readonly StreamEvent[];
  clientCount(): number;
  knows(clientId: string): boolean;
  /** The client's connection is gone: what waits for it stays for its next poll. */
  hangUp(clientId: string): void;
  answer(message: ClientMessage, caller: StreamCaller): Promise<StreamAnswer>;
  close(): void;
}

/** The first commit number; an org's numbers grow with gaps. */
const firstCommit = 11_657_372_702_432;

/** Makes a stream without events and clients. `now` is business time. */
export function createStream({
  random,
  now,
}: {
  readonly random: Random;
  readonly now: () => number;
}): Stream {
  const rules: StreamRules = { ...publishedStreamRules };
  const retained = createRetained(random, now, () => rules.retentionMs);
  const sessions = createSessions(rules, () => random.hex(26));
  let open: CapturedChange[] = [];
  let lastCommit = firstCommit;

  const nextCommit = (): number => (lastCommit += random.between(3, 4_000));
  const tell = (channel: string, payload: StreamEvent["payload"]): StreamEvent => {
    const event = retained.add(channel, payload);
    sessions.deliver(event);
    if (random.chance(rules.duplicateShare)) sessions.deliver(event);
    return event;
  };
  const commit = (): void => {
    const transactions = Map.groupBy(open, ({ change }) => change.transaction);
    open = [];
    for (const captured of transactions.values()) {
      for (const { channel, payload } of changeEventsOf(captured, nextCommit())) tell(channel, payload);
    }
  };
  const tellGap = (changeType: string, entityName: string, recordIds: readonly string[]): void => {
    const ChangeEventHeader = changeHeader({
      entityName,
      recordIds,
      changeType,
      changeOrigin: "",
      transactionKey: [8, 4, 4, 4, 12].map((length) => random.hex(length)).join("-"),
      sequenceNumber: 1,
      commitTimestamp: now(),
      commitNumber: nextCommit(),
      commitUser: "",
      changedFields: [],
      nulledFields: [],
    });
    tell(channelOf(entityName), { ChangeEventHeader });
  };
  const forget = (): void => {
    for (const session of sessions.all.values()) sessions.close(session);
  };

  return {
    rules,
    forget,
    close: forget,
    gap: tellGap,
    overflow: (object) => tellGap("GAP_OVERFLOW", object, []),
    newest: (count) => retained.newest(count),
    clientCount: () => sessions.all.size,
    knows: (clientId) => sessions.all.has(clientId),
    hangUp: (clientId) => sessions.all.get(clientId)?.answer?.("cut"),
    answer: (message, caller) => answerMessage({ rules, retained, sessions }, message, caller),
    capture(change) {
      if (!rules.entities.includes(change.object)) return;
      if (open.length === 0) queueMicrotask(commit);
      open.push(captureChange(change));
    },
    publish: (name, fields) =>
      tell(`/event/${name}`, { CreatedDate: new Date(now()).toISOString(), ...fields }),
    repeat(count) {
      for (const event of retained.newest(count)) sessions.deliver(event);
    },
    cut() {
      for (const session of sessions.all.values()) session.answer?.("cut");
    },
    silence() {
      for (const session of sessions.all.values()) session.mute = true;
    },
  };
}
