/** Whom a provider is asked about: what is sent of a lead, and the name under which the answer is found again. */
import type { FactValue, Snapshot } from "../model/lead.ts";
import type { Enrichment } from "../playbook/enrichment.ts";
import { canAsk } from "../qualify/wants.ts";
import { isSupplied } from "../resolve/supplied.ts";
import { keyedDigests } from "../store/seal.ts";
import type { Lane } from "./lane.ts";

export interface Subject {
  readonly lead: string;
  /** The body of the request. */
  readonly question: Readonly<Record<string, FactValue>>;
  /** Keyed digests of the question and of how its answer is read, newest key first. */
  readonly digests: readonly [string, ...string[]];
}

/**
 * Undefined when too little is known to ask. What a provider supplied is never sent: the subject is the same before and after
 * an answer. A change of `read` makes another subject, because the answers stored are facts already. Throws nothing.
 */
export function subjectOf(lane: Lane, enrichment: Enrichment, snapshot: Snapshot): Subject | undefined {
  const own = Object.fromEntries(Object.entries(snapshot.facts).filter(([, fact]) => !isSupplied(fact)));
  if (!canAsk(enrichment, own)) return undefined;
  const question = Object.fromEntries(
    enrichment.send.flatMap(({ key, fact }) => {
      const value = own[fact]?.value;
      return value === undefined ? [] : [[key, value] as const];
    }),
  );
  const reads = enrichment.reads.map(({ map, ...reading }) => ({ ...reading, map: [...(map ?? [])] }));
  const text = JSON.stringify([lane.installation.id, question, reads]);
  return { lead: snapshot.lead.id, question, digests: keyedDigests(lane.keys, text) };
}
