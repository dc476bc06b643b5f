/** What an org does by itself and what people do in it: messages that leave, events that are told, acts. */
import { createRandom } from "../random.ts";
import { performInOrg } from "./acts.ts";
import type { OrgAct, OrgActOutcome } from "./acts.ts";
import { bulkOf } from "./bulk/jobs.ts";
import type { BulkJobs } from "./bulk/jobs.ts";
import { makeId } from "./ids.ts";
import type { OrgChange, OrgState } from "./org.ts";
import { createOutbound } from "./outbound/outbox.ts";
import type { Outbound } from "./outbound/outbox.ts";
import { createStream } from "./streaming/stream.ts";
import type { Stream } from "./streaming/stream.ts";

/** The living parts of an org. */
export interface OrgLife {
  readonly outbound: Outbound;
  readonly stream: Stream;
  /** How Bulk jobs behave. */
  readonly bulk: BulkJobs["rules"];
  /** Performs an act. @throws RangeError for what is not there, Refusal for a conversion that Salesforce refuses. */
  act(act: OrgAct): Promise<OrgActOutcome>;
}

/** Brings an org to life. `hear` is to be called with each change, `close` at the end. */
export function bringToLife(
  state: OrgState,
  { seed, url }: { readonly seed: number; readonly url: () => string },
): OrgLife & { hear(change: OrgChange): void; close(): void } {
  const counts = new Map<string, number>();
  const newId = (prefix: string): string => {
    const count = (counts.get(prefix) ?? 0) + 1;
    counts.set(prefix, count);
    return makeId(prefix, count);
  };
  const outbound = createOutbound({
    orgId: state.id,
    random: createRandom(seed, `outbound ${state.id}`),
    newId,
    instanceUrl: () => state.rules.instanceUrl ?? url(),
    row: (id) => state.row(id),
  });
  const stream = createStream({
    random: createRandom(seed, `stream ${state.id}`),
    now: () => state.hooks.now(),
  });
  return {
    outbound,
    stream,
    bulk: bulkOf(state).rules,
    async act(act) {
      return await Promise.resolve(performInOrg(state, act, { outbound, stream }));
    },
    hear(change) {
      outbound.announce(change);
      stream.capture(change);
    },
    close() {
      outbound.close();
      stream.close();
    },
  };
}
