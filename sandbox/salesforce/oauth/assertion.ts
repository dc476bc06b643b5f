/** The JWT bearer flow: an assertion signed with the key of a certificate that the client has registered. */
import { createPublicKey, verify } from "node:crypto";
import { isRecord } from "../../json.ts";
import type { OrgState } from "../org.ts";
import type { OrgClient } from "./clients.ts";
import type { OrgOauthParts } from "./parts.ts";
import { oauthRefusal } from "./refusal.ts";

/** How far ahead an assertion may end, and how far clocks may differ. */
const longestMs = 3 * 60_000;
const skewMs = 60_000;
/** Login hosts that every assertion may be meant for, beside the sandbox itself. */
const loginHosts = ["https://login.salesforce.com", "https://test.salesforce.com"] as const;

/** Whom an assertion speaks for. */
interface Asserted {
  readonly client: OrgClient;
  readonly org: OrgState;
  readonly userId: string;
}

/** @throws Problem 400 `invalid_grant` or `invalid_client` with what is wrong with the assertion. */
export function assertedUser(assertion: string, parts: OrgOauthParts): Asserted {
  const [head = "", claims = "", signature = ""] = assertion.split(".");
  const { iss, sub, aud, exp } = parseJson(claims);
  const client = parts.clients.get(String(iss));
  if (!client) throw oauthRefusal("invalid_client_id", "client identifier invalid");
  if (client.publicKey === undefined || parseJson(head)["alg"] !== "RS256")
    throw oauthRefusal("invalid_grant", "invalid assertion");
  const isSigned = verify(
    "RSA-SHA256",
    Buffer.from(`${head}.${claims}`),
    createPublicKey(client.publicKey),
    Buffer.from(signature, "base64url"),
  );
  if (!isSigned) throw oauthRefusal("invalid_grant", "invalid assertion");
  if (![parts.url(), ...loginHosts].includes(String(aud).replace(/\/$/, "")))
    throw oauthRefusal("invalid_grant", "audience is invalid");
  const leftMs = Number(exp) * 1000 - parts.now();
  if (!(leftMs > -skewMs && leftMs <= longestMs + skewMs))
    throw oauthRefusal("invalid_grant", "expired authorization code");
  return { client, ...userNamed(String(sub), client, parts) };
}

function userNamed(username: string, client: OrgClient, { orgs }: OrgOauthParts): Omit<Asserted, "client"> {
  for (const org of orgs.values()) {
    const user = [...org.table("User").rows.values()].find(({ values }) => values["Username"] === username);
    if (!user) continue;
    if (user.values["IsActive"] !== true) throw oauthRefusal("invalid_grant", "authentication failure");
    const install = client.installs.get(org.id);
    if (!install) throw oauthRefusal("invalid_client", "app must be installed into org");
    if (install.preauthorized.includes(user.id)) return { org, userId: user.id };
    throw oauthRefusal("invalid_grant", "user hasn't approved this consumer");
  }
  throw oauthRefusal("invalid_grant", "user hasn't approved this consumer");
}

function parseJson(part: string): Readonly<Record<string, unknown>> {
  try {
    const parsed: unknown = JSON.parse(Buffer.from(part, "base64url").toString("utf8"));
    return isRecord(parsed) ? parsed : {};
  } catch {
    throw oauthRefusal("invalid_grant", "invalid assertion");
  }
}
