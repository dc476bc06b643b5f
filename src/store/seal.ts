/**
 * Secrets at rest: AES-256-GCM, bound to the row they belong to, so that a sealed value copied to another row does not
 * open. Keys rotate: the newest seals, every listed one opens. Source: Node.js crypto documentation, "AEAD mode".
 */
import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createHmac,
  createSecretKey,
  type KeyObject,
  randomBytes,
} from "node:crypto";
import { BatonError } from "../errors.ts";

/** 32-byte keys, newest first; never empty. */
export type SecretKeys = readonly [Buffer, ...Buffer[]];

const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** @returns `<key fingerprint>.<base64url of nonce, tag and ciphertext>`. */
export function seal(keys: SecretKeys, boundTo: string, text: string): string {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv("aes-256-gcm", keys[0], nonce);
  cipher.setAAD(Buffer.from(boundTo, "utf8"));
  const ciphertext = Buffer.concat([cipher.update(text, "utf8"), cipher.final()]);
  return `${sealMark(keys)}${Buffer.concat([nonce, cipher.getAuthTag(), ciphertext]).toString("base64url")}`;
}

/** Throws `store.sealed` when no listed key opens it, or it belongs to another row. */
export function unseal(keys: SecretKeys, boundTo: string, sealed: string): string {
  const [mark = "", encoded = ""] = sealed.split(".");
  const key = keys.find((candidate) => fingerprint(candidate) === mark);
  if (key === undefined) {
    throw new BatonError(
      "store.sealed",
      `A stored secret was sealed with key ${mark}, which BATON_SECRET_KEYS does not list. Add that key back (after the newest).`,
    );
  }
  const bytes = Buffer.from(encoded, "base64url");
  try {
    const decipher = createDecipheriv("aes-256-gcm", key, bytes.subarray(0, NONCE_BYTES), {
      authTagLength: TAG_BYTES,
    });
    decipher.setAAD(Buffer.from(boundTo, "utf8"));
    decipher.setAuthTag(bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
    return Buffer.concat([
      decipher.update(bytes.subarray(NONCE_BYTES + TAG_BYTES)),
      decipher.final(),
    ]).toString("utf8");
  } catch (cause) {
    throw new BatonError(
      "store.sealed",
      `A stored secret of ${boundTo} does not open: the row was altered.`,
      { cause },
    );
  }
}

/** What everything that is sealed with the newest key begins with: letters, digits and a dot. */
export function sealMark(keys: SecretKeys): string {
  return `${fingerprint(keys[0])}.`;
}

/** The same secret under the newest key; undefined where no listed key opens it. Throws nothing. */
export function sealedAnew(keys: SecretKeys, boundTo: string, sealed: string): string | undefined {
  try {
    return seal(keys, boundTo, unseal(keys, boundTo, sealed));
  } catch {
    return undefined;
  }
}

/**
 * Keyed digests of one text, newest key first: they name something without telling what it was, so that an erased
 * address cannot be guessed from the table. Write the first, look for any.
 */
export function keyedDigests(keys: SecretKeys, text: string): readonly [string, ...string[]] {
  const [newest, ...older] = keys;
  const digest = (key: Buffer): string =>
    createHmac("sha256", preparedOf(key)).update(text, "utf8").digest("base64url");
  return [digest(newest), ...older.map(digest)];
}

/** A key given as bytes is made ready anew for each digest, which costs four times as much as the digest. */
const prepared = new WeakMap<Buffer, KeyObject>();

function preparedOf(key: Buffer): KeyObject {
  const known = prepared.get(key) ?? createSecretKey(key);
  prepared.set(key, known);
  return known;
}

function fingerprint(key: Buffer): string {
  return createHash("sha256").update("baton-key").update(key).digest("hex").slice(0, 8);
}
