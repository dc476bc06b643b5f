/** What an OAuth flow must remember between redirect and callback: single use, short-lived. */
import { createHash } from "node:crypto";
import type { Instant } from "../model/instant.ts";
import type { Crm } from "../model/lead.ts";
import type { Db } from "./schema.ts";
import { seal, type SecretKeys, unseal } from "./seal.ts";

export async function putOAuthState(
  db: Db,
  keys: SecretKeys,
  flow: { state: string; crm: Crm; remember: string; expiresAt: Instant },
  now: Instant,
): Promise<void> {
  await db.deleteFrom("oauth_states").where("expires_at", "<=", now).execute();
  const digest = digestOf(flow.state);
  await db
    .insertInto("oauth_states")
    .values({
      digest,
      crm: flow.crm,
      sealed: seal(keys, `oauth_states/${digest}`, flow.remember),
      expires_at: flow.expiresAt,
    })
    .execute();
}

/** Takes the state out: a second call with it finds nothing. @returns What was remembered, if it was still valid. */
export async function takeOAuthState(
  db: Db,
  keys: SecretKeys,
  crm: Crm,
  state: string,
  now: Instant,
): Promise<string | undefined> {
  const digest = digestOf(state);
  const row = await db
    .deleteFrom("oauth_states")
    .where("digest", "=", digest)
    .where("crm", "=", crm)
    .returningAll()
    .executeTakeFirst();
  if (row === undefined || row.expires_at <= now) return undefined;
  return unseal(keys, `oauth_states/${digest}`, row.sealed);
}

function digestOf(state: string): string {
  return createHash("sha256").update(state).digest("hex");
}
