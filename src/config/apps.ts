/**
 * Which CRMs this Baton speaks to: those whose app is set up. Every app may be left out, one there must be, and one that is begun
 * must be complete.
 */
import { SALESFORCE_LOGIN_URL } from "./salesforce.ts";
import type { Settings } from "./settings.ts";

/** What an app's registration with HubSpot brings: the environment's share of the connector's configuration. */
export interface HubSpotSettings {
  readonly appId: string;
  readonly clientId: string;
  /** Newest first; never empty. */
  readonly clientSecrets: readonly string[];
  readonly apiUrl: string;
  readonly authorizeUrl: string;
}

/** What an external client app of Salesforce's brings. */
export interface SalesforceSettings {
  readonly clientId: string;
  /** Newest first; never empty. */
  readonly clientSecrets: readonly string[];
  readonly loginUrl: string;
  /** How Baton gets its tokens: an admin signs in, or Baton has a key of its own. */
  readonly grant:
    | { readonly kind: "web" }
    | { readonly kind: "jwt"; readonly username: string; readonly privateKey: string }
    | { readonly kind: "client-credentials" };
}

/** What each app cannot be without, and where to find it. */
const NEEDED = {
  HubSpot: {
    BATON_HUBSPOT_APP_ID: "the app's id, as its page in HubSpot's developer account shows it",
    BATON_HUBSPOT_CLIENT_ID: "the app's client id, from its page in HubSpot's developer account",
    BATON_HUBSPOT_CLIENT_SECRETS:
      "the app's client secret, or several separated by commas (newest first) while one is being replaced",
  },
  Salesforce: {
    BATON_SALESFORCE_CLIENT_ID: "the consumer key, from the external client app's page in Salesforce",
    BATON_SALESFORCE_CLIENT_SECRETS:
      "the consumer secret, or several separated by commas (newest first) while one is being replaced",
  },
} as const;

const JWT_NAMES = ["BATON_SALESFORCE_JWT_USERNAME", "BATON_SALESFORCE_JWT_KEY"] as const;
/** Login pages that serve all orgs: they know no user an app runs as. */
const SHARED_LOGINS: ReadonlySet<string> = new Set([SALESFORCE_LOGIN_URL, "https://test.salesforce.com"]);

type Values = Readonly<Record<string, string>>;

/** @returns One line a problem: no app at all, or one that is not complete. Throws nothing. */
export function appProblems(values: Values): readonly string[] {
  const begun = Object.values(NEEDED).filter((needed) => namesOf(needed).some((name) => name in values));
  if (begun.length === 0) return [noApp()];
  const missing = begun.flatMap((needed) =>
    Object.entries(needed)
      .filter(([name]) => !(name in values))
      .map(([name, what]) => `${name}: is not set. Give ${what}.`),
  );
  return "BATON_SALESFORCE_CLIENT_ID" in values ? [...missing, ...grantProblems(values)] : missing;
}

/** HubSpot's app, where it is set up. */
export function hubspotOf(settings: Settings): { readonly hubspot?: HubSpotSettings } {
  const {
    BATON_HUBSPOT_APP_ID: appId,
    BATON_HUBSPOT_CLIENT_ID: clientId,
    BATON_HUBSPOT_CLIENT_SECRETS: clientSecrets,
    BATON_HUBSPOT_API_URL: apiUrl,
    BATON_HUBSPOT_AUTHORIZE_URL: authorizeUrl,
  } = settings;
  if (appId === undefined || clientId === undefined || clientSecrets === undefined) return {};
  return { hubspot: { appId, clientId, clientSecrets, apiUrl, authorizeUrl } };
}

/** Salesforce's app, where it is set up. */
export function salesforceOf(settings: Settings): { readonly salesforce?: SalesforceSettings } {
  const { BATON_SALESFORCE_CLIENT_ID: clientId, BATON_SALESFORCE_CLIENT_SECRETS: clientSecrets } = settings;
  const grant = grantOf(settings);
  if (clientId === undefined || clientSecrets === undefined || grant === undefined) return {};
  return { salesforce: { clientId, clientSecrets, loginUrl: settings.BATON_SALESFORCE_LOGIN_URL, grant } };
}

function noApp(): string {
  const names = Object.values(NEEDED).map((needed) => namesOf(needed).join(", "));
  return `No CRM's app is set up. Give ${names.join("; or ")}; or both.`;
}

function grantProblems(values: Values): readonly string[] {
  const grant = values["BATON_SALESFORCE_GRANT"] ?? "web";
  if (grant === "jwt") {
    return JWT_NAMES.filter((name) => !(name in values)).map(
      (name) => `${name}: is not set, and BATON_SALESFORCE_GRANT=jwt needs it.`,
    );
  }
  const idle = JWT_NAMES.filter((name) => name in values).map(
    (name) => `${name}: is set, and only BATON_SALESFORCE_GRANT=jwt uses it.`,
  );
  const login = values["BATON_SALESFORCE_LOGIN_URL"] ?? SALESFORCE_LOGIN_URL;
  if (grant !== "client-credentials" || !SHARED_LOGINS.has(login.replace(/\/$/, ""))) return idle;
  return [
    ...idle,
    "BATON_SALESFORCE_LOGIN_URL: must be the org's My Domain (https://acme.my.salesforce.com) for client-credentials.",
  ];
}

function grantOf(settings: Settings): SalesforceSettings["grant"] | undefined {
  const kind = settings.BATON_SALESFORCE_GRANT;
  if (kind !== "jwt") return { kind };
  const { BATON_SALESFORCE_JWT_USERNAME: username, BATON_SALESFORCE_JWT_KEY: privateKey } = settings;
  return username === undefined || privateKey === undefined ? undefined : { kind, username, privateKey };
}

function namesOf(needed: Readonly<Record<string, string>>): readonly string[] {
  return Object.keys(needed);
}
