/**
 * The assertion of the JWT bearer flow: the app says, signed with its key, which user it acts for. Salesforce holds the certificate.
 * Source: https://help.salesforce.com/s/articleView?id=sf.remoteaccess_oauth_jwt_flow.htm
 */
import { createPrivateKey, sign } from "node:crypto";
import { BatonError } from "../../src/errors.ts";
import { MINUTE_MS, SECOND_MS } from "../../src/model/instant.ts";
import type { DurationMs, Instant } from "../../src/model/instant.ts";

/** Salesforce takes none that is good for longer than this. */
const LIFE_MS: DurationMs = 3 * MINUTE_MS;

/** Who asks, for whom, at which login server. `privateKey` is a PEM. */
export interface Assertion {
  readonly clientId: string;
  readonly username: string;
  readonly audience: string;
  readonly privateKey: string;
}

/** The signed assertion. @throws BatonError `config.invalid` for a key that is no RSA key; the message does not repeat it. */
export function signedAssertion(
  { clientId, username, audience, privateKey }: Assertion,
  now: Instant,
): string {
  const claims = {
    iss: clientId,
    sub: username,
    aud: audience,
    exp: Math.floor((now + LIFE_MS) / SECOND_MS),
  };
  const text = `${encoded({ alg: "RS256", typ: "JWT" })}.${encoded(claims)}`;
  return `${text}.${sign("RSA-SHA256", Buffer.from(text), rsaKey(privateKey)).toString("base64url")}`;
}

function rsaKey(pem: string): ReturnType<typeof createPrivateKey> {
  const key = tryKey(pem);
  if (key?.asymmetricKeyType === "rsa") return key;
  throw new BatonError(
    "config.invalid",
    "BATON_SALESFORCE_JWT_KEY is no RSA key in PEM. Give the private key that belongs to the app's certificate.",
  );
}

/** OpenSSL's own message may quote a part of what it could not read. */
function tryKey(pem: string): ReturnType<typeof createPrivateKey> | undefined {
  try {
    return createPrivateKey(pem);
  } catch {
    return undefined;
  }
}

function encoded(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString("base64url");
}
