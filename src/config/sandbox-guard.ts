/**
 * Keeps real credentials and the sandbox apart.
 *
 * Two worlds, told apart by one mark: a sandbox's client secret begins with `sandbox-`, a real one never does.
 * - Without BATON_SANDBOX=1 every address must be the CRM's own over https, and no secret may carry the mark.
 * - With it, every address of an app that is set up must be given and be on this machine, and every secret must carry the mark.
 * The enrichment provider is on this machine exactly when the CRM is: invented people are nobody's business, and real ones are
 * not a stand-in's.
 * So no typing error sends a real secret, code or token to a stand-in, or a stand-in's to a CRM.
 */
import { isLoopback } from "./loopback.ts";
import { splitList } from "./rule.ts";
import { SALESFORCE_LOGIN_URL } from "./salesforce.ts";
import { HUBSPOT_URLS } from "./settings.ts";

/** What every client secret of a sandbox begins with. */
const SANDBOX_MARK = "sandbox-";

type Values = Readonly<Record<string, string>>;

/** One CRM's app: where it may be, and what is sent there. */
interface App {
  readonly crm: string;
  readonly prefix: string;
  readonly secrets: string;
  /** Addresses by name, each with what it is when it is not set. */
  readonly urls: Readonly<Record<string, string>>;
  /** The CRM's own hosts. */
  readonly hosts: RegExp;
}

const HUBSPOT: App = {
  crm: "HubSpot",
  prefix: "BATON_HUBSPOT_",
  secrets: "BATON_HUBSPOT_CLIENT_SECRETS",
  urls: HUBSPOT_URLS,
  // Also those of its data centres: api-eu1.hubapi.com, app-eu1.hubspot.com.
  hosts: /(^|\.)(hubapi|hubspot)\.com$/,
};
const SALESFORCE: App = {
  crm: "Salesforce",
  prefix: "BATON_SALESFORCE_",
  secrets: "BATON_SALESFORCE_CLIENT_SECRETS",
  urls: { BATON_SALESFORCE_LOGIN_URL: SALESFORCE_LOGIN_URL },
  // My Domain too, of sandboxes as well (acme--dev.sandbox.my.salesforce.com), and the government cloud.
  hosts: /(^|\.)salesforce\.(com|mil)$/,
};

/**
 * @param values  The settings as text, before any other check: the guard holds whatever else is wrong.
 * @returns       One line a problem, without secrets. Throws nothing.
 */
export function guardProblems(values: Values): readonly string[] {
  const isSandbox = values["BATON_SANDBOX"] === "1" || values["BATON_SANDBOX"] === "true";
  return [
    ...appsOf(values).flatMap((app) =>
      isSandbox ? sandboxProblems(app, values) : liveProblems(app, values),
    ),
    ...providerProblems(values["BATON_ENRICH_URL"], isSandbox),
  ];
}

/** Those that are set up, if only in part: HubSpot's where none is. */
function appsOf(values: Values): readonly App[] {
  const begun = [HUBSPOT, SALESFORCE].filter(({ prefix }) =>
    Object.keys(values).some((name) => name.startsWith(prefix)),
  );
  return begun.length === 0 ? [HUBSPOT] : begun;
}

function sandboxProblems({ crm, urls, secrets }: App, values: Values): readonly string[] {
  const problems: string[] = Object.keys(urls)
    .filter((name) => !isLoopback(hostOf(values[name])))
    .map((name) => `${name}: must be on this machine (http://127.0.0.1:<port>…) while BATON_SANDBOX=1.`);
  if (splitList(values[secrets] ?? "").some((secret) => !secret.startsWith(SANDBOX_MARK))) {
    problems.push(
      `${secrets}: holds a secret that does not begin with "${SANDBOX_MARK}" while BATON_SANDBOX=1. ` +
        `It may be ${crm}'s: Baton will not send it to a stand-in. Use the sandbox's, or unset BATON_SANDBOX.`,
    );
  }
  return problems;
}

function liveProblems({ crm, urls, secrets, hosts }: App, values: Values): readonly string[] {
  const problems: string[] = Object.entries(urls)
    .filter(([name, usual]) => !isAt(hosts, values[name] ?? usual))
    .map(
      ([name]) =>
        `${name}: points away from ${crm}. Unset it, or set BATON_SANDBOX=1 to use a sandbox on this machine.`,
    );
  if (splitList(values[secrets] ?? "").some((secret) => secret.startsWith(SANDBOX_MARK))) {
    problems.push(
      `${secrets}: holds a sandbox's secret (it begins with "${SANDBOX_MARK}") without BATON_SANDBOX=1. ` +
        "Use the app's own, or set BATON_SANDBOX=1.",
    );
  }
  return problems;
}

function providerProblems(url: string | undefined, isSandbox: boolean): readonly string[] {
  if (url === undefined || isLoopback(hostOf(url)) === isSandbox) return [];
  return [
    isSandbox
      ? "BATON_ENRICH_URL: must be on this machine (http://127.0.0.1:<port>…) while BATON_SANDBOX=1. Or unset it."
      : "BATON_ENRICH_URL: points to this machine. Give the provider's https:// address, or set BATON_SANDBOX=1.",
  ];
}

function isAt(hosts: RegExp, value: string): boolean {
  const url = URL.parse(value);
  if (url === null || url.protocol !== "https:" || url.port !== "" || url.username !== "") return false;
  return hosts.test(url.hostname);
}

function hostOf(value: string | undefined): string {
  return URL.parse(value ?? "")?.hostname ?? "";
}
