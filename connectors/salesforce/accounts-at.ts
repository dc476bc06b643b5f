/**
 * Accounts by where their web site is. Website is free text: `acme.com`, `www.acme.com`, `https://shop.acme.com/de`. So it is asked for
 * what an address at the domain can look like, and whoever asked reads the registered domain of what came; what merely looks alike
 * (`acme.com.br`) is told apart there.
 *
 * Website has no index, and a pattern that begins with `%` would make no use of one: Salesforce walks all Accounts, which an org with
 * millions may break off (`QUERY_TIMEOUT`). A hundred domains are asked for in one call.
 * Source: https://developer.salesforce.com/docs/atlas.en-us.soql_sosl.meta/soql_sosl/sforce_api_calls_soql_select_comparisonoperators.htm
 */
import { domainToUnicode } from "node:url";
import type { CrmAccount } from "../../src/model/record.ts";
import { chunks } from "../http/chunks.ts";
import type { Gateway } from "../http/gateway.ts";
import type { Schema } from "./describe.ts";
import { toIdOf } from "./ids.ts";
import { withKnownNames } from "./known-names.ts";
import { findAll, recordsOf } from "./queries.ts";
import type { Ask, SfRecord } from "./queries.ts";
import { soql } from "./soql.ts";
import type { Condition } from "./soql.ts";
import { textOf } from "./values.ts";

/** Domains of one query: with the longest ones it is still below the 16,384 bytes that the address of a request may hold. */
const DOMAINS_A_QUERY = 20;
/** A registered domain as DNS writes it: none is longer, and none holds a sign that means something in a pattern. */
const DOMAIN = /^[a-z0-9.-]{3,120}$/;

/**
 * Reads them, each once. Nobody where Baton's user may not see Accounts or their web sites. Accounts that are persons are no company's.
 * @throws BatonError `crm.*`.
 */
export async function readAccountsAt(
  { gateway, schema }: { readonly gateway: Gateway; readonly schema: Schema },
  domains: readonly string[],
): Promise<readonly CrmAccount[]> {
  const wanted = [...new Set(domains)].filter((domain) => DOMAIN.test(domain));
  return wanted.length === 0 ? [] : await withKnownNames(schema, () => readThem(gateway, schema, wanted));
}

async function readThem(
  gateway: Gateway,
  schema: Schema,
  wanted: readonly string[],
): Promise<readonly CrmAccount[]> {
  const visible = await schema.visible("Account", ["Website", "Name", "IsPersonAccount"]);
  if (!visible.includes("Website")) return [];
  const companies: readonly Condition[] = visible.includes("IsPersonAccount")
    ? [{ field: "IsPersonAccount", is: false }]
    : [];
  const asks = chunks(wanted, DOMAINS_A_QUERY).map((some, index): Ask => {
    const where = [{ any: some.flatMap(sites) }, ...companies];
    return { ref: `at${index}`, text: soql({ select: ["Id", ...visible], from: "Account", where }) };
  });
  // Somebody is to get an owner, and waits for it.
  const found = await findAll(gateway, asks, true);
  const accounts = asks.flatMap(({ ref }) => recordsOf(found, ref).flatMap((record) => describe(record)));
  return [...new Map(accounts.map((account) => [account.id, account])).values()];
}

/** What a web site at the domain looks like: bare, on a host below it, or behind a scheme. Admins write umlauts as they are. */
function sites(domain: string): readonly Condition[] {
  return [...new Set([domain, domainToUnicode(domain)])].flatMap((spelling) =>
    spelling === ""
      ? []
      : [
          { field: "Website", startsWith: spelling },
          { field: "Website", contains: `.${spelling}` },
          { field: "Website", contains: `//${spelling}` },
        ],
  );
}

function describe(record: SfRecord): CrmAccount[] {
  const id = toIdOf("Account", textOf(record["Id"]) ?? "");
  const [name, domain] = [textOf(record["Name"]), textOf(record["Website"])];
  if (id === undefined || domain === undefined) return [];
  return [{ id, domain, ...(name === undefined ? {} : { name }), values: {} }];
}
