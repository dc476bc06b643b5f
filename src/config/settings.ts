/**
 * Every setting by name, with its rule. Values arrive as text, whether from the environment or the file.
 *
 * A message says what was wrong with the value and how to mend it. Values of settings that may be secret (`SECRET_NAMES`,
 * and addresses that may hold a password) are never repeated in a message.
 */
import { isIP } from "node:net";
import { z } from "zod";
import { isLoopback } from "./loopback.ts";
import { type Context, refuse, splitList, text, toSecrets } from "./rule.ts";
import { salesforceSettings } from "./salesforce.ts";

/** Settings whose values must never be shown or logged. */
export const SECRET_NAMES: ReadonlySet<string> = new Set([
  "BATON_DATABASE_URL",
  "BATON_SECRET_KEYS",
  "BATON_HUBSPOT_CLIENT_SECRETS",
  "BATON_SALESFORCE_CLIENT_SECRETS",
  "BATON_SALESFORCE_JWT_KEY",
  "BATON_METRICS_TOKEN",
  "BATON_API_TOKEN",
  // Some providers want their key in the address.
  "BATON_ENRICH_URL",
  "BATON_ENRICH_AUTHORIZATION",
]);

/** Where HubSpot really is. Source: HubSpot's OAuth guide. */
export const HUBSPOT_URLS = {
  BATON_HUBSPOT_API_URL: "https://api.hubapi.com",
  BATON_HUBSPOT_AUTHORIZE_URL: "https://app.hubspot.com/oauth/authorize",
} as const;

const KEY_BYTES = 32;
/** Works where Baton works: needs nothing but Node. */
const MAKE_A_KEY = `node -e 'console.log(require("node:crypto").randomBytes(32).toString("base64"))'`;
const LOG_LEVELS = ["fatal", "error", "warn", "info", "debug", "trace", "silent"] as const;
const LEAST_TOKEN_LENGTH = 16;
/** Ten years. */
const MOST_DAYS = 3_650;

/** The checked settings, by name. Nothing here looks at two settings at once: apps.ts and sandbox-guard.ts do. */
export const settingsSchema = z.object({
  BATON_URL: text("the https:// address under which the world reaches Baton")
    .transform(toPublicUrl)
    .optional(),
  BATON_PORT: text("a port").default("3000").transform(toPort),
  BATON_HOST: text("an address to listen on").default("127.0.0.1").transform(toHost),
  BATON_DATABASE_URL: text("a database").default("sqlite:.baton/baton.sqlite").transform(toDatabaseUrl),
  BATON_SECRET_KEYS: text(
    `the keys that seal tokens at rest, newest first. Make one with: ${MAKE_A_KEY}`,
  ).transform(toSecretKeys),
  BATON_PLAYBOOK: text("the folder of the playbook").default("mappings/default"),
  BATON_HUBSPOT_APP_ID: text("the app's id").transform(toAppId).optional(),
  BATON_HUBSPOT_CLIENT_ID: text("the app's client id").optional(),
  BATON_HUBSPOT_CLIENT_SECRETS: text("the app's client secret").transform(toSecrets).optional(),
  BATON_HUBSPOT_API_URL: text("HubSpot's API").default(HUBSPOT_URLS.BATON_HUBSPOT_API_URL).transform(toUrl),
  BATON_HUBSPOT_AUTHORIZE_URL: text("HubSpot's authorisation page")
    .default(HUBSPOT_URLS.BATON_HUBSPOT_AUTHORIZE_URL)
    .transform(toUrl),
  ...salesforceSettings,
  BATON_SANDBOX: text("1 or 0").default("0").transform(toSwitch),
  BATON_LOG_LEVEL: text("a log level").default("info").transform(toLogLevel),
  BATON_TRUST_PROXY: text("the proxies in front of Baton").default("0").transform(toTrustProxy),
  BATON_SIGNALS_DAYS: text("a number of days").default("400").transform(toDays),
  BATON_METRICS_TOKEN: text("a token for /metrics").transform(toBearerToken).optional(),
  BATON_API_TOKEN: text("a token for reports and resyncs").transform(toBearerToken).optional(),
  BATON_ENRICH_URL: text("the https:// address of an enrichment provider")
    .transform(toProviderUrl)
    .optional(),
  BATON_ENRICH_AUTHORIZATION: text("the value of the Authorization header")
    .transform(toAuthorization)
    .optional(),
});
export type Settings = z.output<typeof settingsSchema>;

/** Names a file or an environment may set, besides `BATON_CONFIG` itself. */
export const SETTING_NAMES: readonly string[] = Object.keys(settingsSchema.shape);

function toPublicUrl(value: string, context: Context): string {
  const url = URL.parse(value);
  if (url === null || !/^https?:$/.test(url.protocol)) {
    return refuse(context, "is not a web address. Give one such as https://baton.example.com.");
  }
  if (url.username !== "" || url.password !== "") {
    return refuse(context, "holds a user name or password, which the world would see. Remove it.");
  }
  if (url.pathname !== "/" || url.search !== "" || url.hash !== "") {
    return refuse(
      context,
      `"${value}" holds more than an origin. Give ${url.origin}; Baton answers at its root.`,
    );
  }
  if (url.protocol === "http:" && !isLoopback(url.hostname)) {
    return refuse(context, `"${value}" is not encrypted. Use https://; plain http is for this machine only.`);
  }
  return url.origin;
}

function toPort(value: string, context: Context): number {
  const port = /^\d{1,5}$/.test(value) ? Number(value) : Number.NaN;
  if (port <= 65_535) return port;
  // Kubernetes sets <SERVICE>_PORT=tcp://… in every pod beside a service of that name.
  const links = value.startsWith("tcp://")
    ? " Kubernetes set it for a service named baton: set enableServiceLinks: false."
    : "";
  return refuse(context, `"${value}" is not a port. Give a number from 0 (any free one) to 65535.${links}`);
}

function toHost(value: string, context: Context): string {
  if (isIP(value) !== 0 || /^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/i.test(value)) return value;
  return refuse(context, `"${value}" is not an address. Give 127.0.0.1, or 0.0.0.0 for every interface.`);
}

function toDatabaseUrl(value: string, context: Context): string {
  if (value.startsWith("sqlite:") && value.length > "sqlite:".length) return value;
  if (/^postgres(ql)?:\/\//.test(value) && URL.canParse(value)) return value;
  return refuse(context, "is neither sqlite:<path> nor postgres://<user>:<password>@<host>/<database>.");
}

function toSecretKeys(value: string, context: Context): [Buffer, ...Buffer[]] {
  const keys = splitList(value).map((item) => Buffer.from(item, "base64"));
  splitList(value).forEach((item, index) => {
    const key = keys[index];
    const isBase64 = /^[A-Za-z0-9+/]+={0,2}$/.test(item) || /^[A-Za-z0-9_-]+$/.test(item);
    if (!isBase64 || key?.length !== KEY_BYTES) {
      refuse(context, `item ${index + 1} is not ${KEY_BYTES} bytes in base64. Make one with: ${MAKE_A_KEY}`);
    } else if (new Set(key).size === 1) {
      refuse(context, `item ${index + 1} is one byte repeated, not a key. Make one with: ${MAKE_A_KEY}`);
    }
  });
  if (new Set(keys.map((key) => key.toString("hex"))).size < keys.length) {
    refuse(context, "lists the same key twice. Remove one.");
  }
  const [newest, ...older] = keys;
  return newest === undefined
    ? refuse(context, `is empty. Make a key with: ${MAKE_A_KEY}`)
    : [newest, ...older];
}

function toAppId(value: string, context: Context): string {
  if (/^[1-9]\d{0,18}$/.test(value)) return value;
  return refuse(
    context,
    `"${value}" is not an app id. Give the number on the app's page in HubSpot's developer account.`,
  );
}

function toUrl(value: string, context: Context): string {
  const url = URL.parse(value);
  if (
    url === null ||
    !/^https?:$/.test(url.protocol) ||
    url.search !== "" ||
    url.hash !== "" ||
    url.username !== ""
  ) {
    return refuse(context, "is not a plain web address. Leave it unset to use HubSpot's.");
  }
  return url.href.replace(/\/$/, "");
}

function toSwitch(value: string, context: Context): boolean {
  if (value === "1" || value === "true") return true;
  if (value === "0" || value === "false") return false;
  return refuse(context, `"${value}" is neither 1 nor 0.`);
}

function toLogLevel(value: string, context: Context): (typeof LOG_LEVELS)[number] {
  const level = LOG_LEVELS.find((name) => name === value);
  return level ?? refuse(context, `"${value}" is not a log level. Give one of ${LOG_LEVELS.join(", ")}.`);
}

function toTrustProxy(value: string, context: Context): false | number | readonly string[] {
  if (value === "0" || value === "false") return false;
  if (/^[1-9]$/.test(value)) return Number(value);
  const items = splitList(value);
  if (items.length > 0 && items.every(isProxyAddress)) return items;
  return refuse(
    context,
    `"${value}" would let callers choose their own address, or is no address. ` +
      "Give the number of proxies in front of Baton (1 to 9), or their addresses: 10.0.0.0/8, loopback.",
  );
}

/** An address, a block of them, or a name the `proxy-addr` library knows. A block of all addresses is no answer. */
function isProxyAddress(item: string): boolean {
  if (/^(loopback|linklocal|uniquelocal)$/.test(item)) return true;
  const [address = "", bits, more] = item.split("/");
  const version = isIP(address);
  if (version === 0 || more !== undefined) return false;
  return bits === undefined || (/^[1-9]\d{0,2}$/.test(bits) && Number(bits) <= (version === 4 ? 32 : 128));
}

function toDays(value: string, context: Context): number {
  const days = /^\d{1,4}$/.test(value) ? Number(value) : 0;
  if (days >= 1 && days <= MOST_DAYS) return days;
  return refuse(context, `"${value}" is not a number of days from 1 to ${MOST_DAYS}.`);
}

function toBearerToken(value: string, context: Context): string {
  if (value.length >= LEAST_TOKEN_LENGTH && /^[\x21-\x7e]+$/.test(value)) return value;
  return refuse(
    context,
    `is too easy to guess. Give at least ${LEAST_TOKEN_LENGTH} characters without blanks.`,
  );
}

/** Which addresses are public is judged when they are called: a name may mean another one by then. */
function toProviderUrl(value: string, context: Context): string {
  const url = URL.parse(value);
  if (url === null || !/^https?:$/.test(url.protocol)) {
    return refuse(
      context,
      "is not a web address. Give the provider's, such as https://api.example.com/find.",
    );
  }
  if (url.username !== "" || url.password !== "" || url.hash !== "") {
    return refuse(context, "holds a user name, a password or a #. Give BATON_ENRICH_AUTHORIZATION instead.");
  }
  if (url.protocol === "http:" && !isLoopback(url.hostname)) {
    return refuse(
      context,
      "is not encrypted. Use https://; plain http is for a sandbox on this machine only.",
    );
  }
  return url.href;
}

/** One or more words of printable characters, as a header takes them: `Bearer …`, `Basic …`, or a key alone. */
function toAuthorization(value: string, context: Context): string {
  if (value.length >= 8 && /^[\x21-\x7e]+( [\x21-\x7e]+)*$/.test(value)) return value;
  return refuse(
    context,
    'is shorter than 8 characters or holds what no header may. Give the whole value, such as "Bearer <key>".',
  );
}
