/**
 * Resolving a name and judging what it resolves to, in one step of the connection itself. What is judged is what is connected
 * to: a name that says one address when it is checked and another when it is called gains nothing.
 */
import { lookup, type LookupAddress } from "node:dns";
import { isIP, type LookupFunction } from "node:net";
import type { BatonError } from "../errors.ts";

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
 * @param forbidden  Makes the error it fails with: it says who is called, and names no address.
 */
export function checkedLookup(
  resolve: Resolve,
  isAllowed: (address: string) => boolean,
  forbidden: () => BatonError,
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

/** Sockets look no name up that is an address already, so such a URL is judged by this. Throws nothing. */
export function isForbiddenLiteral(url: string, isAllowed: (address: string) => boolean): boolean {
  const host = (URL.parse(url)?.hostname ?? "").replace(/^\[|\]$/g, "");
  return isIP(host) !== 0 && !isAllowed(host);
}
