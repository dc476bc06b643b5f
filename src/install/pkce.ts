/** Proof Key for Code Exchange, and the random values of an OAuth flow. Source: RFC 7636, RFC 6749 section 10.12. */
import { createHash, randomBytes } from "node:crypto";

const SECRET_BYTES = 32;

/** 256 bits as 43 URL-safe characters: also a valid PKCE verifier. */
export function newSecret(): string {
  return randomBytes(SECRET_BYTES).toString("base64url");
}

/** Whether a text has the shape of `newSecret`. Everything else is refused before it is looked up. */
export function isSecret(text: string | undefined): text is string {
  return text !== undefined && /^[\w-]{43}$/.test(text);
}

/** The S256 challenge of a verifier. */
export function challengeOf(verifier: string): string {
  return digestOf(verifier);
}

/** SHA-256 in base64url: names a secret without telling it. */
export function digestOf(secret: string): string {
  return createHash("sha256").update(secret, "ascii").digest("base64url");
}
