/** The Accounts of an org, some hundred at a time, in the order of their ids, which never changes. */
import { BatonError } from "../../src/errors.ts";
import type { AccountPage, CrmAccount, Wanted } from "../../src/model/record.ts";
import type { Gateway } from "../http/gateway.ts";
import type { Schema } from "./describe.ts";
import { toIdOf } from "./ids.ts";
import { withKnownNames } from "./known-names.ts";
import { fieldsUnder } from "./person.ts";
import { findRecords } from "./queries.ts";
import type { SfRecord } from "./queries.ts";
import { valuesOf } from "./records.ts";
import { soql } from "./soql.ts";
import { idIn, textOf } from "./values.ts";

/** Few enough to be matched in one turn of a lane, many enough that an org of fifty thousand costs a hundred calls. */
const PAGE_SIZE = 500;
/** Read with every account, whatever the playbook wants: what tells accounts apart. */
const ALWAYS = ["Name", "Website", "Phone", "OwnerId"];

/**
 * Reads one page. A row that makes no sense is left out; it costs the others nothing.
 *
 * @param after  The `next` of the page before; left out, the list begins.
 * @throws BatonError `crm.*`; `crm.bad-answer` when no row of a full page says where the next one begins.
 */
export async function readAccounts(
  { gateway, schema }: { readonly gateway: Gateway; readonly schema: Schema },
  wanted: Wanted,
  after?: string,
): Promise<AccountPage> {
  const fields = fieldsUnder("account", wanted.properties);
  const records = await withKnownNames(schema, async () => {
    const select = ["Id", ...(await schema.visible("Account", [...ALWAYS, ...fields]))];
    const start = toIdOf("Account", after ?? "");
    const where = start === undefined ? [] : [{ field: "Id", after: { text: start } }];
    const text = soql({ select, from: "Account", where, orderBy: ["Id"], limit: PAGE_SIZE });
    return findRecords(gateway, text);
  });
  const accounts = records.flatMap((record) => describe(record, fields));
  if (records.length < PAGE_SIZE) return { accounts };
  const last = accounts.at(-1)?.id;
  if (last === undefined || last === after)
    throw new BatonError("crm.bad-answer", "Salesforce's list of accounts does not lead on.");
  return { accounts, next: last };
}

function describe(record: SfRecord, fields: readonly string[]): CrmAccount[] {
  const id = idIn(record, "Id");
  if (id === undefined) return [];
  const [name, domain, phone] = ["Name", "Website", "Phone"].map((field) => textOf(record[field]));
  const ownerId = idIn(record, "OwnerId");
  return [
    {
      id,
      ...(name === undefined ? {} : { name }),
      ...(domain === undefined ? {} : { domain }),
      ...(phone === undefined ? {} : { phone }),
      ...(ownerId === undefined ? {} : { ownerId }),
      values: valuesOf("account", record, fields),
    },
  ];
}
