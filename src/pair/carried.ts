/** Records of sales' CRM that say whose they are: they are nobody else's, whoever has their address by now. */
import type { LeadRef } from "../model/lead.ts";
import type { PairParts } from "./parts.ts";

/** Somebody of marketing's who was met by an address, and the id that the record met carries. */
interface Met {
  readonly lead: string;
  readonly carried: string;
}

/**
 * Those who met the record of somebody else: marketing's CRM still has whom it names, under another id than theirs. Whoever was merged into
 * them, or is gone, does not count. One call, and none where every record names who met it. Throws `crm.*`.
 */
export async function meetingOthers(
  { marketing }: Pick<PairParts, "marketing">,
  met: readonly Met[],
): Promise<ReadonlySet<string>> {
  const strange = met.filter(({ lead, carried }) => carried !== lead);
  if (strange.length === 0) return new Set();
  const refs = strange.map(({ carried }): LeadRef => ({ crm: marketing.crm, id: carried }));
  const named = await marketing.read(refs, { properties: [], history: [], deals: false, lists: false });
  return new Set(
    strange.flatMap(({ lead }, index) => {
      const record = named[index];
      const isTheirs = record?.found === false || (record?.found === true && record.lead.id === lead);
      return isTheirs ? [] : [lead];
    }),
  );
}
