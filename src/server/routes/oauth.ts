/** `GET /oauth/:crm/install` sends an admin to the CRM; `GET /oauth/:crm/callback` takes them back and installs. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { CrmApp, SetupNote } from "../../crm-app.ts";
import { BatonError } from "../../errors.ts";
import {
  beginInstall,
  finishInstall,
  type Installed,
  type InstallContext,
  STATE_LIFE_MS,
} from "../../install/flow.ts";
import type { Instant } from "../../model/instant.ts";
import { html, type Markup, page } from "../html.ts";
import type { Limits } from "../limits.ts";
import type { Metrics } from "../metrics.ts";
import { mount } from "../mount.ts";

export interface OAuthContext {
  readonly apps: readonly CrmApp[];
  readonly install: InstallContext;
  readonly publicUrl: string;
  readonly now: () => Instant;
  readonly metrics: Metrics;
  readonly limits: Limits;
}

export function oauthRoutes(context: OAuthContext): (app: FastifyInstance) => Promise<void> {
  return async (app) => {
    for (const crmApp of context.apps) {
      const config = { rateLimit: context.limits.oauth, page: true };
      const base = `/oauth/${crmApp.crm}`;
      mount(app, { method: "GET", url: `${base}/install`, config, handler: begin(crmApp, context) });
      mount(app, { method: "GET", url: `${base}/callback`, config, handler: finish(crmApp, context) });
    }
  };
}

type Handler = (request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply>;

function begin(crmApp: CrmApp, context: OAuthContext): Handler {
  return async (_request, reply) => {
    const { location, browser } = await beginInstall(crmApp, context.install, context.now());
    reply.header("set-cookie", cookie(context.publicUrl, browser, STATE_LIFE_MS / 1_000));
    return await reply.header("cache-control", "no-store").redirect(location, 302);
  };
}

function finish(crmApp: CrmApp, context: OAuthContext): Handler {
  return async (request, reply) => {
    // The cookie has done its work whatever comes of it.
    reply.header("set-cookie", cookie(context.publicUrl, "", 0)).header("cache-control", "no-store");
    const browser = cookieOf(request.headers.cookie, cookieName(context.publicUrl));
    try {
      const query = new URL(request.raw.url ?? "/", context.publicUrl).searchParams;
      const installed = await finishInstall(crmApp, query, browser, context.install, context.now());
      tell(request, crmApp, context, installed);
      return await reply.type("text/html; charset=utf-8").send(resultPage(crmApp, installed));
    } catch (error) {
      if (error instanceof BatonError) context.metrics.installs.inc({ crm: crmApp.crm, outcome: error.code });
      throw error;
    }
  };
}

function tell(request: FastifyRequest, { crm }: CrmApp, context: OAuthContext, installed: Installed): void {
  const { installation, fault } = installed;
  context.metrics.installs.inc({ crm, outcome: fault === undefined ? "ready" : "unprepared" });
  if (fault === undefined) request.log.info({ installation }, "installed");
  else request.log.warn({ installation, err: fault }, "installed, but not prepared");
}

const CRM_NAMES: Readonly<Record<CrmApp["crm"], string>> = { hubspot: "HubSpot", salesforce: "Salesforce" };

function resultPage(app: CrmApp, { tenant, fault, capabilities }: Installed): string {
  const name = CRM_NAMES[app.crm];
  const notes = app.setupNotes(tenant).map(noteSection);
  if (fault !== undefined) {
    return page(
      `Baton is connected to ${name}, not ready yet`,
      html`<p>
          Account <code>${tenant}</code> gave access, but making it ready failed (<code>${fault.code}</code>).
        </p>
        <p>${fault.message}</p>
        <p>
          Baton tries again by itself. If this stays, mend the cause and install once more: nothing is done
          twice.
        </p>
        ${notes}`,
    );
  }
  const missing = [
    ...(capabilities.deals
      ? []
      : [html`<li>Deals cannot be read, so the owner of an open deal is not known.</li>`]),
    ...(capabilities.workingHours
      ? []
      : [html`<li>Working hours of users cannot be read: the playbook's are used.</li>`]),
    ...(capabilities.submissions
      ? []
      : [html`<li>Form answers cannot be read: briefs come without them.</li>`]),
    ...(capabilities.callbacks ? [] : [html`<li>Workflows are not told what came of a handoff.</li>`]),
    ...(capabilities.touches
      ? []
      : [html`<li>Calls, e-mails and meetings cannot be read: what sales did is not known.</li>`]),
    ...(capabilities.sequences ? [] : [html`<li>Sequences cannot be started.</li>`]),
    ...(capabilities.lists
      ? []
      : [html`<li>Lists cannot be read: nobody is handed off whom a list may hold back.</li>`]),
  ];
  return page(
    `Baton is installed in ${name}`,
    html`<p>Account <code>${tenant}</code> is connected and ready. You can close this page.</p>
      ${
        missing.length === 0
          ? []
          : html`<h2>What this account does not allow</h2>
              <ul>
                ${missing}
              </ul>`
      }
      ${notes}`,
  );
}

/** The page is the one place where an admin is shown what it may hold; it is not stored (see `finish`). */
function noteSection({ title, text, code }: SetupNote): Markup {
  const pasted = code === undefined ? [] : html`<pre><code>${code}</code></pre>`;
  return html`<h2>${title}</h2>
    <p>${text}</p>
    ${pasted}`;
}

/** `__Host-` lets no other host or path set it; browsers accept that name over https only. */
function cookieName(publicUrl: string): string {
  return publicUrl.startsWith("https:") ? "__Host-baton-install" : "baton-install";
}

/** Lax, because the CRM brings the browser back by a link from another site. */
function cookie(publicUrl: string, value: string, seconds: number): string {
  const secure = publicUrl.startsWith("https:") ? "; Secure" : "";
  return `${cookieName(publicUrl)}=${value}; Path=/; Max-Age=${seconds}; HttpOnly; SameSite=Lax${secure}`;
}

function cookieOf(header: string | undefined, name: string): string | undefined {
  const pairs = (header ?? "").split(";").map((pair) => pair.trim());
  return pairs.find((pair) => pair.startsWith(`${name}=`))?.slice(name.length + 1);
}
