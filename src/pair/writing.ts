/**
 * Writing a pair: each part of a write goes where it belongs, and one receipt says how the whole went.
 *
 * Owner, task and note go to sales' CRM; stage, lists, sequences and answers to marketing's; properties to the CRM that has
 * them. Every part can be repeated, so a write of which one part is not applied is made again as a whole.
 */
import { BatonError } from "../errors.ts";
import type { Receipt, Write } from "../model/effect.ts";
import type { LeadRef } from "../model/lead.ts";
import type { Colleagues } from "./owners.ts";
import type { PairParts } from "./parts.ts";
import { split } from "./parts.ts";
import { place, type Placed, type Placing } from "./placing.ts";

/** The two parts of one write; a part there is nothing to do for is absent. */
interface Parted {
  readonly marketing?: Write;
  readonly sales?: Write;
  /** As what its lead was made in sales' CRM, and why, where that is worth a word. */
  readonly told?: string;
}
type Shortfall = Exclude<Receipt, { outcome: "applied" }>;

/** @see Connector.apply */
export async function applyToPairs(
  parts: PairParts,
  colleagues: Colleagues,
  writes: readonly Write[],
  mayWrite?: () => boolean,
): Promise<readonly Receipt[]> {
  if (writes.length === 0) return [];
  const parted = await partedWrites(parts, colleagues, writes, mayWrite);
  const sent = writes.flatMap(({ key }) => {
    const one = parted.get(key);
    return one === undefined || "outcome" in one ? [] : [one];
  });
  const [here, there] = await Promise.all([
    parts.marketing.apply(
      sent.flatMap(({ marketing }) => marketing ?? []),
      mayWrite,
    ),
    parts.sales.apply(
      sent.flatMap(({ sales }) => sales ?? []),
      mayWrite,
    ),
  ]);
  const receipts = Map.groupBy([...here, ...there], ({ key }) => key);
  return writes.map((write) => {
    const one = parted.get(write.key);
    if (one !== undefined && "outcome" in one) return { ...one, key: write.key };
    const receipt = combined(write, receipts.get(write.key) ?? []);
    return receipt.outcome === "applied" && one?.told !== undefined
      ? { ...receipt, reason: one.told }
      : receipt;
  });
}

/**
 * The parts of each write, by key, once its lead is where it has to be. Where a CRM could not be asked what they are, nothing was sent but
 * perhaps a new lead, and that is made once however often it is asked.
 */
async function partedWrites(
  parts: PairParts,
  colleagues: Colleagues,
  writes: readonly Write[],
  mayWrite?: () => boolean,
): Promise<ReadonlyMap<string, Parted | Shortfall>> {
  try {
    const refs = await counterparts(parts, writes);
    const ours = await Promise.all(writes.map((write) => ownedInSales(colleagues, write)));
    const unplaced = ours.flatMap((write): readonly Placing[] =>
      write.kind === "update-lead" && write.owner !== undefined && !refs.has(write.lead.id)
        ? [{ key: write.key, lead: write.lead, owner: write.owner }]
        : [],
    );
    const placed = await place(parts, unplaced, mayWrite);
    const where: Placed = new Map([...refs, ...placed.where]);
    const parted = new Map<string, Parted | Shortfall>();
    for (const write of ours) {
      const one = await partsOf(parts, colleagues, write, where);
      // The write that gave it its owner is what made it.
      const told = write.kind === "update-lead" ? placed.told.get(write.lead.id) : undefined;
      parted.set(write.key, told === undefined || "outcome" in one ? one : { ...one, told });
    }
    return parted;
  } catch (cause) {
    if (!(cause instanceof BatonError)) throw cause;
    const { code, retryAfterMs } = cause;
    const again = retryAfterMs === undefined ? {} : { retryAfterMs };
    return new Map(writes.map(({ key }) => [key, { key, outcome: "not-applied", code, ...again }]));
  }
}

async function counterparts(
  { links, sales }: PairParts,
  writes: readonly Write[],
): Promise<ReadonlyMap<string, LeadRef>> {
  const known = await links.of([...new Set(writes.map(({ lead }) => lead.id))]);
  return new Map(
    [...known].map(([lead, { counterpart }]) => [lead, { crm: sales.crm, id: counterpart }] as const),
  );
}

/** What was planned before the two were a pair names an owner as marketing's CRM does. */
async function ownedInSales(colleagues: Colleagues, write: Write): Promise<Write> {
  switch (write.kind) {
    case "update-lead": {
      const to = write.owner && (await colleagues.toSales(write.owner.to));
      return to === undefined ? write : { ...write, owner: { ...write.owner, to } };
    }
    case "create-task":
    case "create-note": {
      const ownerId = write.ownerId === undefined ? undefined : await colleagues.toSales(write.ownerId);
      return ownerId === undefined ? write : { ...write, ownerId };
    }
    case "sync-fields":
    case "start-sequence":
    case "add-to-list":
    case "answer-request":
      return write;
  }
}

/** What each CRM gets of a write, or why none gets anything. Throws `crm.*` when owners cannot be read. */
export async function partsOf(
  parts: PairParts,
  colleagues: Colleagues,
  write: Write,
  where: Placed,
): Promise<Parted | Shortfall> {
  const there = where.get(write.lead.id);
  if (there !== undefined && "outcome" in there && write.kind === "update-lead") return there;
  const lead = there !== undefined && "id" in there ? there : undefined;
  switch (write.kind) {
    case "update-lead":
      // Whoever cannot be placed now, as marketing's CRM does not show them, has no owner in sales yet either.
      if (lead === undefined && write.owner !== undefined) return waits(write);
      return await partsOfUpdate(parts, colleagues, write, lead);
    case "create-note":
      // Nobody in sales has a lead without an owner: what is noted of it is noted where it is.
      if (lead === undefined && write.ownerId === undefined) return { marketing: write };
      return lead === undefined ? waits(write) : { sales: { ...write, lead } };
    case "create-task":
      return lead === undefined ? waits(write) : { sales: { ...write, lead } };
    case "sync-fields":
      if (write.side === "marketing") return { marketing: write };
      return lead === undefined ? waits(write) : { sales: { ...write, lead, counterpart: write.lead } };
    case "start-sequence":
    case "add-to-list":
    case "answer-request":
      return { marketing: write };
  }
}

/** The lead is not in sales' CRM yet: what hangs on it comes after it. That marketing's CRM has denied it is not said by that. */
function waits({ key }: Write): Shortfall {
  return { key, outcome: "not-applied", code: "crm.not-placed" };
}

async function partsOfUpdate(
  parts: PairParts,
  colleagues: Colleagues,
  write: Extract<Write, { kind: "update-lead" }>,
  lead: LeadRef | undefined,
): Promise<Parted> {
  const { owner, stage, properties, ...head } = write;
  const paths = split(Object.keys(properties), parts);
  const some = (names: readonly string[]): Record<string, string> =>
    Object.fromEntries(names.map((name) => [name, properties[name] ?? ""]));
  const marketingOwner = owner === undefined ? undefined : await colleagues.toMarketing(owner.to);
  const marketing: Write = {
    ...head,
    properties: some(paths.marketing),
    ...(stage === undefined ? {} : { stage }),
    ...(marketingOwner === undefined ? {} : { owner: { to: marketingOwner } }),
  };
  const isForMarketing = paths.marketing.length > 0 || stage !== undefined || marketingOwner !== undefined;
  const isForSales = lead !== undefined && (owner !== undefined || paths.sales.length > 0);
  return {
    ...(isForMarketing ? { marketing } : {}),
    ...(isForSales
      ? {
          sales: {
            ...head,
            lead,
            counterpart: write.lead,
            properties: some(paths.sales),
            ...(owner === undefined ? {} : { owner }),
          } satisfies Write,
        }
      : {}),
  };
}

/** How bad an outcome is for the whole: what nobody knows comes before what can be repeated, and that before what cannot. */
const GRAVITY: Readonly<Record<Receipt["outcome"], number>> = {
  unknown: 3,
  "not-applied": 2,
  refused: 1,
  applied: 0,
};

/** One receipt of the parts'. A write that had nothing to say to either CRM has said it. */
export function combined({ key, lead }: Write, receipts: readonly Receipt[]): Receipt {
  const [worst, ...others] = receipts.toSorted((a, b) => GRAVITY[b.outcome] - GRAVITY[a.outcome]);
  if (worst === undefined) return { key, outcome: "applied", id: lead.id };
  if (worst.outcome !== "applied") return worst;
  const dropped = receipts.flatMap((receipt) =>
    receipt.outcome === "applied" ? (receipt.dropped ?? []) : [],
  );
  // Sales' record is the one people open; an update is of the lead itself.
  const last = others.at(-1);
  const id = last?.outcome === "applied" ? last.id : worst.id;
  return { key, outcome: "applied", id, ...(dropped.length === 0 ? {} : { dropped }) };
}
