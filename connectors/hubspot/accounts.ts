/** The companies of an account, page by page, in HubSpot's own order, which is by age. */
import { z } from "zod";
import { BatonError } from "../../src/errors.ts";
import type { AccountPage, CrmAccount, Wanted } from "../../src/model/record.ts";
import type { Gateway } from "../http/gateway.ts";
import { crmObject, paging, parseAnswer } from "./answer.ts";
import type { CrmObject } from "./answer.ts";
import { isRecordId } from "./batch-read.ts";
import { namesOf, valuesOf } from "./contact.ts";
import { OBJECTS_VERSION } from "./version.ts";

/** HubSpot's most records on one page. */
const PAGE_SIZE = 100;

/** Read with every company, whatever the playbook wants: what tells accounts apart. */
const ALWAYS = ["name", "domain", "phone", "hubspot_owner_id", "lifecyclestage"];

const page = z.object({ results: z.array(z.unknown()), paging });
const company = crmObject.extend({ archived: z.boolean().optional().catch(undefined) });

/**
 * Reads one page. A row that makes no sense is left out; it costs the others nothing.
 *
 * @param after  The `next` of the page before; left out, the list begins.
 * @throws BatonError `crm.*`; `crm.bad-answer` when the page after this one would be this one.
 */
export async function readAccounts(gateway: Gateway, wanted: Wanted, after?: string): Promise<AccountPage> {
  const properties = new Set([...ALWAYS, ...namesOf(wanted.properties, "company")]);
  const query = {
    limit: String(PAGE_SIZE),
    archived: "false",
    properties: [...properties].join(","),
    ...(after === undefined ? {} : { after }),
  };
  const path = `/crm/objects/${OBJECTS_VERSION}/companies`;
  const answer = parseAnswer(page, await gateway.read({ method: "GET", path, query }), "a list of companies");
  const next = answer.paging?.next?.after;
  if (next !== undefined && next === after) {
    throw new BatonError("crm.bad-answer", "HubSpot's paging of companies does not end.");
  }
  return { accounts: answer.results.flatMap(readRow), ...(next === undefined ? {} : { next }) };
}

function readRow(row: unknown): CrmAccount[] {
  const { data } = company.safeParse(row);
  return data === undefined || data.archived === true || !isRecordId(data.id) ? [] : [describe(data)];
}

function describe(record: CrmObject): CrmAccount {
  const { name, domain, phone, hubspot_owner_id: ownerId } = record.properties;
  return {
    id: record.id,
    ...(name ? { name } : {}),
    ...(domain ? { domain } : {}),
    ...(phone ? { phone } : {}),
    ...(ownerId ? { ownerId } : {}),
    values: valuesOf(record, "company"),
  };
}
