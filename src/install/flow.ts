/**
 * Installing into a CRM account: out to the CRM with a state, back with a code, then tokens, then a prepared account.
 *
 * A state is believed once, for ten minutes, and only from the browser it was given to: it is bound to a cookie, so
 * nobody can lead an admin's browser into finishing somebody else's installation. The PKCE verifier never leaves the
 * server. Source: RFC 9700 (OAuth 2.0 security best practice), sections 2.1 and 4.7.
 */
import { z } from "zod";
import type { CrmApp, Grant } from "../crm-app.ts";
import { BatonError } from "../errors.ts";
import type { Capabilities } from "../model/capabilities.ts";
import type { OfferedAnswers } from "../model/disposition.ts";
import { MINUTE_MS, type DurationMs, type Instant } from "../model/instant.ts";
import type { Crm } from "../model/lead.ts";
import { isSameSecret } from "../same-secret.ts";
import type { TokenVault } from "../tokens.ts";
import { challengeOf, digestOf, isSecret, newSecret } from "./pkce.ts";

/** How long an admin may take to say yes. */
export const STATE_LIFE_MS: DurationMs = 10 * MINUTE_MS;

/** What a flow remembers between redirect and callback. `take` removes: a state is good for one call. */
export interface OAuthStates {
  put(flow: {
    readonly crm: Crm;
    readonly state: string;
    readonly remember: string;
    readonly expiresAt: Instant;
  }): Promise<void>;
  /** @returns What was remembered, unless it is unknown, taken, expired or of another CRM. */
  take(crm: Crm, state: string): Promise<string | undefined>;
}

/** Where installations and their tokens are kept. */
export interface Connections {
  /** Saves the tokens; a tenant that was here before keeps its installation. */
  save(
    crm: Crm,
    grant: Grant,
    capabilities: Capabilities,
    at: Instant,
  ): Promise<{ readonly installation: string; readonly vault: TokenVault }>;
  /** Says what the tenant can do: from now on it may be worked on. */
  saveCapabilities(installation: string, capabilities: Capabilities, at: Instant): Promise<void>;
}

export interface InstallContext {
  readonly states: OAuthStates;
  readonly connections: Connections;
  /** What sales may answer, as the version that decides now says. */
  readonly offered: () => OfferedAnswers;
}

/** What is assumed of an account before it was looked at: nothing. */
export const UNPROBED: Capabilities = {
  taskKey: "marker",
  noteKey: "marker",
  deals: false,
  workingHours: false,
  submissions: false,
  callbacks: false,
  lists: false,
  touches: false,
  sequences: false,
};

/** @returns Where to send the browser, and the secret to leave in it. */
export async function beginInstall(
  app: CrmApp,
  context: InstallContext,
  now: Instant,
): Promise<{ readonly location: string; readonly browser: string }> {
  const [state, verifier, browser] = [newSecret(), newSecret(), newSecret()];
  const remember = JSON.stringify({ verifier, browser: digestOf(browser) } satisfies Remembered);
  await context.states.put({ crm: app.crm, state, remember, expiresAt: now + STATE_LIFE_MS });
  return { location: app.authorizeUrl(state, challengeOf(verifier)), browser };
}

/** An installed account. `fault` is set when it is connected, but making it ready failed; that is tried again later. */
export interface Installed {
  readonly installation: string;
  readonly tenant: string;
  readonly capabilities: Capabilities;
  readonly fault?: BatonError;
}

/**
 * Ends the flow.
 *
 * @param query    The callback's parameters as they came: trusted in nothing.
 * @param browser  What the cookie holds.
 * Throws `install.bad-state` (unknown, used, expired, or another browser's), `install.denied` when the admin or the CRM
 * said no, and what the CRM's exchange throws.
 */
export async function finishInstall(
  app: CrmApp,
  query: URLSearchParams,
  browser: string | undefined,
  context: InstallContext,
  now: Instant,
): Promise<Installed> {
  const remembered = await takeState(app, sole(query, "state"), browser, context);
  if (query.has("error")) throw denied(sole(query, "error"));
  const grant = await app.exchange(codeOf(sole(query, "code")), remembered.verifier, now);
  return await keep(app, grant, context, now);
}

/**
 * Installs into the account that Baton's own key opens: nobody signs in, so only the operator may ask for it.
 * Throws `config.invalid` for an app that has no key of its own, and what the CRM answers.
 */
export async function installByKey(
  app: CrmApp,
  context: Omit<InstallContext, "states">,
  now: Instant,
): Promise<Installed> {
  if (app.mint === undefined)
    throw new BatonError(
      "config.invalid",
      `Admins sign in to install Baton into ${app.crm}: open /oauth/${app.crm}/install of this server. A key of Baton's own is set by BATON_SALESFORCE_GRANT.`,
    );
  return await keep(app, await app.mint(now), context, now);
}

async function keep(
  app: CrmApp,
  grant: Grant,
  context: Omit<InstallContext, "states">,
  now: Instant,
): Promise<Installed> {
  const saved = await context.connections.save(app.crm, grant, UNPROBED, now);
  return await prepare(app, grant, saved, context, now);
}

/** A parameter given twice is no parameter. Source: RFC 6749, section 3.1. */
function sole(query: URLSearchParams, name: string): string | undefined {
  const values = query.getAll(name);
  return values.length === 1 ? values[0] : undefined;
}

const rememberedSchema = z.object({ verifier: z.string(), browser: z.string() });
type Remembered = z.output<typeof rememberedSchema>;

async function takeState(
  app: CrmApp,
  state: string | undefined,
  browser: string | undefined,
  context: InstallContext,
): Promise<Remembered> {
  if (!isSecret(state)) throw badState("It carries no state");
  const text = await context.states.take(app.crm, state);
  if (text === undefined)
    throw badState("Its state is unknown, was used before, or is older than ten minutes");
  const remembered = rememberedSchema.parse(JSON.parse(text));
  if (browser === undefined || !isSameSecret(digestOf(browser), remembered.browser)) {
    throw badState("It began in another browser, or this one keeps no cookies");
  }
  return remembered;
}

function badState(why: string): BatonError {
  return new BatonError("install.bad-state", `This installation cannot be finished. ${why}. Start it again.`);
}

/** The CRM's word for its refusal is shown only if it is a plain word. */
function denied(error: string | undefined): BatonError {
  const word = error !== undefined && /^[a-z_]{1,40}$/.test(error) ? error : "refused";
  return new BatonError(
    "install.denied",
    `The CRM did not grant access (${word}). An account admin can start again and say yes.`,
  );
}

const MOST_CODE_LENGTH = 2_048;

function codeOf(code: string | undefined): string {
  if (code !== undefined && code.length <= MOST_CODE_LENGTH && /^[\x21-\x7e]+$/.test(code)) return code;
  throw badState("It carries no code");
}

async function prepare(
  app: CrmApp,
  grant: Grant,
  saved: { readonly installation: string; readonly vault: TokenVault },
  context: Omit<InstallContext, "states">,
  now: Instant,
): Promise<Installed> {
  const installed = { installation: saved.installation, tenant: grant.tenant };
  const connector = app.connect(grant.tenant, saved.vault, UNPROBED);
  try {
    const capabilities = await connector.prepare(context.offered());
    await context.connections.saveCapabilities(saved.installation, capabilities, now);
    return { ...installed, capabilities };
  } catch (fault) {
    if (fault instanceof BatonError) return { ...installed, capabilities: UNPROBED, fault };
    throw fault;
  } finally {
    await connector.close();
  }
}
