/** The check-up of enrichment: whether the playbook and the settings agree on it, and whether the provider may be called. */
import { lookup } from "node:dns/promises";
import { isPublicAddress } from "../call/public-address.ts";
import type { Config } from "../config.ts";
import { isLoopback } from "../config/loopback.ts";
import type { Playbook } from "../playbook/playbook.ts";
import { type Check, ok, problem, warning } from "./check.ts";

/** Finds the addresses of a name; throws when it has none. */
type FindAddresses = (hostname: string) => Promise<readonly string[]>;

const AREA = "enrichment";

/**
 * @param isOnline  Whether names may be looked up.
 * @returns         Nothing when neither the playbook nor the settings know of a provider. Shows the provider's host and never the
 *                  rest of its address, which may hold a key. Throws nothing.
 */
export async function checkEnrichment(
  { enrich, sandbox }: Pick<Config, "enrich" | "sandbox">,
  playbook: Pick<Playbook, "fields"> | undefined,
  isOnline: boolean,
  find: FindAddresses = findAddresses,
): Promise<readonly Check[]> {
  const isAsked = playbook?.fields.enrich !== undefined;
  if (enrich === undefined) return isAsked ? [notSet()] : [];
  const { hostname } = new URL(enrich.url);
  if (playbook !== undefined && !isAsked) {
    const fix = "Add enrich to fields.yaml, or unset BATON_ENRICH_URL.";
    return [warning(AREA, `${hostname} is set up, and the playbook asks nobody`, fix)];
  }
  const authorization = enrich.authorization === undefined ? "without" : "with";
  const says = ok(AREA, `${hostname} is asked, ${authorization} BATON_ENRICH_AUTHORIZATION`);
  return isOnline ? [says, await addressesOf(hostname, sandbox, find)] : [says];
}

function notSet(): Check {
  return problem(
    AREA,
    "enrich.not-set",
    "the playbook asks a provider, and BATON_ENRICH_URL is not set: leads are decided without it",
    "Set BATON_ENRICH_URL, or take enrich out of fields.yaml.",
  );
}

async function addressesOf(hostname: string, sandbox: boolean, find: FindAddresses): Promise<Check> {
  const isAllowed = sandbox ? isLoopback : isPublicAddress;
  try {
    const addresses = await find(hostname.replace(/^\[|\]$/g, ""));
    if (addresses.length > 0 && addresses.every(isAllowed)) {
      return ok(AREA, `${hostname} has ${addresses.length} addresses, all of which may be called`);
    }
    return problem(
      AREA,
      "enrich.forbidden-address",
      `${hostname} has an address that may not be called: only public ones may`,
      "Check BATON_ENRICH_URL, and what this machine's DNS makes of the name.",
    );
  } catch {
    return problem(
      AREA,
      "enrich.unreachable",
      `${hostname} has no address`,
      "Look at BATON_ENRICH_URL and DNS.",
    );
  }
}

const findAddresses: FindAddresses = async (hostname) =>
  (await lookup(hostname, { all: true })).map(({ address }) => address);
