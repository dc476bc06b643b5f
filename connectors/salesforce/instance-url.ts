/**
 * Where an org's API may be. The address comes with the tokens and gets the access token with every call, so it is held against the
 * hosts that are Salesforce's own; it can change from one token to the next.
 */
import { BatonError } from "../../src/errors.ts";

/** Salesforce's hosts: My Domain, sandboxes and scratch orgs, older instances, the government cloud. */
const HOSTS = /(?:^|\.)(?:salesforce\.com|force\.com|salesforce\.mil)$/;

/**
 * The origin of an instance.
 * @throws BatonError `config.sandbox-guard` unless it is https on one of Salesforce's hosts; on this machine only where the login is
 *         there as well, and then nowhere else.
 */
export function trustedInstance(instanceUrl: string, loginUrl: string): string {
  const url = URL.parse(instanceUrl);
  const isLocal = isLoopback(URL.parse(loginUrl)?.hostname ?? "");
  if (url !== null && url.username === "" && url.password === "") {
    const isSalesforce = url.protocol === "https:" && url.port === "" && HOSTS.test(url.hostname);
    if (isLocal ? isLoopback(url.hostname) : isSalesforce) return url.origin;
  }
  throw new BatonError(
    "config.sandbox-guard",
    `The org's API is said to be at ${url?.hostname ?? "no address"}, which is not Salesforce's: no token is sent there. ` +
      "Check BATON_SALESFORCE_LOGIN_URL.",
  );
}

function isLoopback(host: string): boolean {
  return host === "localhost" || host === "[::1]" || /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(host);
}
