/** The settings of Salesforce's app, each with its rule. Where Salesforce may be: sandbox-guard.ts. */
import { createPrivateKey } from "node:crypto";
import { type Context, refuse, text, toSecrets } from "./rule.ts";

/** Where people of production orgs sign in. Source: Salesforce's OAuth endpoints. */
export const SALESFORCE_LOGIN_URL = "https://login.salesforce.com";

const GRANTS = ["web", "jwt", "client-credentials"] as const;
/** Salesforce takes no certificate of a shorter key. */
const LEAST_KEY_BITS = 2_048;

/** By name, for the schema of all settings. */
export const salesforceSettings = {
  BATON_SALESFORCE_CLIENT_ID: text("the consumer key of the external client app")
    .transform(toClientId)
    .optional(),
  BATON_SALESFORCE_CLIENT_SECRETS: text("the consumer secret of the external client app")
    .transform(toSecrets)
    .optional(),
  BATON_SALESFORCE_LOGIN_URL: text("Salesforce's login page")
    .default(SALESFORCE_LOGIN_URL)
    .transform(toLoginUrl),
  BATON_SALESFORCE_GRANT: text("how Baton gets its tokens").default("web").transform(toGrant),
  BATON_SALESFORCE_JWT_USERNAME: text("the name of the user Baton acts as").transform(toUsername).optional(),
  BATON_SALESFORCE_JWT_KEY: text("the private key of the app's certificate")
    .transform(toPrivateKey)
    .optional(),
};

function toClientId(value: string, context: Context): string {
  if (/^[\x21-\x7e]{8,256}$/.test(value)) return value;
  return refuse(context, "is no consumer key. Copy it as the external client app shows it.");
}

function toLoginUrl(value: string, context: Context): string {
  const url = URL.parse(value);
  const isOrigin = url !== null && url.pathname === "/" && url.search === "" && url.hash === "";
  if (isOrigin && /^https?:$/.test(url.protocol) && url.username === "" && url.password === "") {
    return url.origin;
  }
  return refuse(
    context,
    "is not an origin such as https://acme.my.salesforce.com. Give the org's My Domain, or leave it unset.",
  );
}

function toGrant(value: string, context: Context): (typeof GRANTS)[number] {
  const grant = GRANTS.find((name) => name === value);
  return grant ?? refuse(context, `"${value}" is none of ${GRANTS.join(", ")}.`);
}

function toUsername(value: string, context: Context): string {
  if (/^[^\s@]{1,80}@[^\s@]{1,80}$/.test(value)) return value;
  return refuse(context, "is no user name of Salesforce's. It looks like an e-mail address.");
}

/** PEM, with its lines or with `\n` for them, or the base64 of it: not every place for secrets keeps lines. */
function toPrivateKey(value: string, context: Context): string {
  const pem = value.includes("-----BEGIN")
    ? value.replaceAll(String.raw`\n`, "\n")
    : Buffer.from(value, "base64").toString("utf8");
  const key = rsaKey(pem);
  if (key !== undefined && key >= LEAST_KEY_BITS) return pem;
  return refuse(
    context,
    `is no RSA key of ${LEAST_KEY_BITS} bits or more in PEM, nor the base64 of one. ` +
      "Give the private key of the certificate that the external client app holds.",
  );
}

/** The bits of an RSA key; undefined for what is none. OpenSSL's own message may quote what it could not read. */
function rsaKey(pem: string): number | undefined {
  try {
    const key = createPrivateKey(pem);
    return key.asymmetricKeyType === "rsa" ? key.asymmetricKeyDetails?.modulusLength : undefined;
  } catch {
    return undefined;
  }
}
