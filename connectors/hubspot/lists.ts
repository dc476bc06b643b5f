/** What the lists of contacts ("segments") of an account are called. */
import { z } from "zod";
import { BatonError } from "../../src/errors.ts";
import type { CrmOption } from "../../src/model/vocabulary.ts";
import type { Gateway } from "../http/gateway.ts";
import { parseAnswer } from "./answer.ts";
import { CONTACT_TYPE_ID } from "./memberships.ts";
import { LISTS_VERSION } from "./version.ts";

/** Lists a call of the search; HubSpot gives 20 unless told. */
const LISTS_A_PAGE = 100;
/** More pages than any account has lists for; beyond it paging is taken for endless. */
const MOST_PAGES = 500;

const found = z.object({
  lists: z.array(z.unknown()),
  hasMore: z.boolean().catch(false).default(false),
  offset: z.number().int().optional().catch(undefined),
});
const list = z.object({
  listId: z.union([z.string().min(1), z.number()]).transform(String),
  name: z.string().catch(""),
  objectTypeId: z.string().catch(CONTACT_TYPE_ID).default(CONTACT_TYPE_ID),
  deletedAt: z.string().nullish().catch(undefined),
});

/**
 * Reads all lists of contacts, by id. Deleted ones, and what makes no sense, are left out.
 * Source: https://developers.hubspot.com/docs/api-reference/latest/crm/lists/search/search-lists
 * @throws BatonError `crm.*`; `crm.bad-answer` when pages do not end.
 */
export async function readListNames(gateway: Gateway): Promise<readonly CrmOption[]> {
  const path = `/crm/lists/${LISTS_VERSION}/search`;
  const all = new Map<string, CrmOption>();
  let offset = 0;
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const body = { objectTypeId: CONTACT_TYPE_ID, query: "", count: LISTS_A_PAGE, offset };
    const answer = parseAnswer(
      found,
      await gateway.read({ method: "POST", path, body }),
      "a search of lists",
    );
    for (const each of answer.lists) {
      const { data } = list.safeParse(each);
      if (data?.objectTypeId !== CONTACT_TYPE_ID || data.deletedAt) continue;
      all.set(data.listId, { value: data.listId, label: data.name });
    }
    if (!answer.hasMore) return [...all.values()];
    const next = answer.offset ?? offset + answer.lists.length;
    if (next <= offset) break;
    offset = next;
  }
  throw new BatonError("crm.bad-answer", "HubSpot's paging of lists does not end.");
}
