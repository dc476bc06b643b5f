/**
 * Resolving a name and judging what it resolves to, in one step of the connection itself. What is judged is what is connected
 * to: a name that says one address when it is checked and another when it is called gains nothing.
 */
import { lookup, type LookupAddress } from "node:dns";
import { isIP, type LookupFunction } from "node:net";
import { BatonError } from "../errors.ts";

/** Finds all addresses of a name, in the manner of `node:dns`. */
export type Resolve = (
  hostname: string,
  answer: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void;

/** The system's own way of finding them. */
export const systemResolve: Resolve = (hostname, answer) => lookup(hostname, { all: true }, answer);

/**
 * A lookup for sockets that fails as soon as one of a name's addresses is not allowed: a name that means both the world and this
 * network means no good.
 * @param forbidden  Makes the error it fails with: `enrich.forbidden-address` unless somebody else is called than a provider.
 */
export function checkedLookup(
  resolve: Resolve,
  isAllowed: (address: string) => boolean,
  forbidden: () => BatonError = forbiddenAddress,
): LookupFunction {
  return (hostname, options, callback) => {
    resolve(hostname, (error, addresses) => {
      if (error !== null) {
        callback(error, "");
        return;
      }
      const [first] = addresses;
      if (first === undefined || !addresses.every(({ address }) => isAllowed(address))) {
        callback(forbidden(), "");
      } else if (options.all === true) callback(null, addresses);
      else callback(null, first.address, first.family);
    });
  };
}

/** The error for a provider that is not where a provider may be. It names no address: those are the network's own. */
export function forbiddenAddress(): BatonError {
  return new BatonError(
    "enrich.forbidden-address",
    "The enrichment provider's name leads to an address that is not public, or to none. Baton does not call it: check BATON_ENRICH_URL and the DNS.",
  );
}

/** Sockets look no name up that is an address already, so such a URL is judged by this. Throws nothing. */
export function isForbiddenLiteral(url: string, isAllowed: (address: string) => boolean): boolean {
  const host = (URL.parse(url)?.hostname ?? "").replace(/^\[|\]$/g, "");
  return isIP(host) !== 0 && !isAllowed(host);
}
