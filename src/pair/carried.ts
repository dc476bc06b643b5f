/** Records of sales' CRM that say whose they are: they are nobody else's, whoever has their address by now. */
import type { ErrorCode } from "../errors.ts";
import type { LeadRef } from "../model/lead.ts";
import type { CrmRecord } from "../model/record.ts";
import { NOTHING, type PairParts } from "./parts.ts";

const UNTOLD: ErrorCode = "crm.bad-answer";

/** Somebody of marketing's who was met by an address, and the id that the record met carries. */
interface Met {
  readonly lead: string;
  readonly carried: string;
}

/** Why somebody is not who was met: the record is another's, or nobody can say now whose it is. */
export type NotMet = "another" | { readonly code: string };

/**
 * Those who met the record of somebody else: marketing's CRM still has whom it names, under another id than theirs. Whoever was merged into
 * them, or is gone, does not count. One call, and none where every record names who met it. Throws `crm.*`.
 */
export async function meetingOthers(
  { marketing }: Pick<PairParts, "marketing">,
  met: readonly Met[],
): Promise<ReadonlyMap<string, NotMet>> {
  const strange = met.filter(({ lead, carried }) => carried !== lead);
  if (strange.length === 0) return new Map();
  const named = await whomTheyName(
    { marketing },
    strange.map(({ carried }) => carried),
  );
  return new Map(
    strange.flatMap(({ lead }, index): readonly (readonly [string, NotMet])[] => {
      const record = named[index];
      if (record === undefined || record.found === "unsure")
        return [[lead, { code: record?.code ?? UNTOLD }]];
      return record.found && record.lead.id !== lead ? [[lead, "another"]] : [];
    }),
  );
}

/** Who of marketing's these ids are that records carry, in order; nobody asked about, no call. Throws `crm.*`. */
export async function whomTheyName(
  { marketing }: Pick<PairParts, "marketing">,
  carried: readonly string[],
): Promise<readonly CrmRecord[]> {
  if (carried.length === 0) return [];
  const refs = carried.map((id): LeadRef => ({ crm: marketing.crm, id }));
  return await marketing.read(refs, NOTHING);
}
