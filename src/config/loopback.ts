/** Names and addresses that never leave this machine. */
import { BlockList, isIP } from "node:net";

const loopback = new BlockList();
loopback.addSubnet("127.0.0.0", 8, "ipv4");
loopback.addAddress("::1", "ipv6");

/**
 * @param hostname  As `URL.hostname` gives it (IPv6 in brackets), or as a socket does (`::ffff:127.0.0.1`).
 * `localhost` counts, names below it do not: a resolver may send those elsewhere. Throws nothing.
 */
export function isLoopback(hostname: string): boolean {
  if (hostname === "localhost") return true;
  const address = hostname.replace(/^\[|\]$/g, "");
  const version = isIP(address);
  return version !== 0 && loopback.check(address, version === 4 ? "ipv4" : "ipv6");
}
