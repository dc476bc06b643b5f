/**
 * Keeps real credentials and the sandbox apart.
 *
 * Two worlds, told apart by one mark: a sandbox's client secret begins with `sandbox-`, a real one never does.
 * - Without BATON_SANDBOX=1 both HubSpot addresses must be HubSpot's own over https, and no secret may carry the mark.
 * - With it, both must be given and be on this machine, and every secret must carry the mark.
 * The enrichment provider is on this machine exactly when the CRM is: invented people are nobody's business, and real ones are
 * not a stand-in's.
 * So no typing error sends a real secret, code or token to a stand-in, or a stand-in's to HubSpot.
 */
import { isLoopback } from "./loopback.ts";
import { HUBSPOT_URLS } from "./settings.ts";

/** What every client secret of a sandbox begins with. */
const SANDBOX_MARK = "sandbox-";

const URL_NAMES = ["BATON_HUBSPOT_API_URL", "BATON_HUBSPOT_AUTHORIZE_URL"] as const;

/**
 * @param values  The settings as text, before any other check: the guard holds whatever else is wrong.
 * @returns       One line a problem, without secrets. Throws nothing.
 */
export function guardProblems(values: Readonly<Record<string, string>>): readonly string[] {
  const isSandbox = values["BATON_SANDBOX"] === "1" || values["BATON_SANDBOX"] === "true";
  const secrets = (values["BATON_HUBSPOT_CLIENT_SECRETS"] ?? "").split(",").map((secret) => secret.trim());
  return [
    ...(isSandbox ? sandboxProblems(values, secrets) : liveProblems(values, secrets)),
    ...providerProblems(values["BATON_ENRICH_URL"], isSandbox),
  ];
}

function sandboxProblems(
  values: Readonly<Record<string, string>>,
  secrets: readonly string[],
): readonly string[] {
  const problems: string[] = URL_NAMES.filter((name) => !isLoopback(hostOf(values[name]))).map(
    (name) => `${name}: must be on this machine (http://127.0.0.1:<port>…) while BATON_SANDBOX=1.`,
  );
  if (secrets.some((secret) => secret !== "" && !secret.startsWith(SANDBOX_MARK))) {
    problems.push(
      `BATON_HUBSPOT_CLIENT_SECRETS: holds a secret that does not begin with "${SANDBOX_MARK}" while BATON_SANDBOX=1. ` +
        "It may be real: Baton will not send it to a stand-in. Use the sandbox's, or unset BATON_SANDBOX.",
    );
  }
  return problems;
}

function liveProblems(
  values: Readonly<Record<string, string>>,
  secrets: readonly string[],
): readonly string[] {
  const problems: string[] = URL_NAMES.filter((name) => !isHubSpot(values[name] ?? HUBSPOT_URLS[name])).map(
    (name) =>
      `${name}: points away from HubSpot. Unset it, or set BATON_SANDBOX=1 to use a sandbox on this machine.`,
  );
  if (secrets.some((secret) => secret.startsWith(SANDBOX_MARK))) {
    problems.push(
      `BATON_HUBSPOT_CLIENT_SECRETS: holds a sandbox's secret (it begins with "${SANDBOX_MARK}") without BATON_SANDBOX=1. ` +
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

/** HubSpot's own hosts, also those of its data centres (`api-eu1.hubapi.com`, `app-eu1.hubspot.com`). */
function isHubSpot(value: string): boolean {
  const url = URL.parse(value);
  if (url === null || url.protocol !== "https:" || url.port !== "" || url.username !== "") return false;
  return /(^|\.)(hubapi|hubspot)\.com$/.test(url.hostname);
}

function hostOf(value: string | undefined): string {
  return URL.parse(value ?? "")?.hostname ?? "";
}
