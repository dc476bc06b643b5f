/** What it takes to point a Baton at a sandbox: configuration only, and an installation as an admin's browser walks it. */
import { createServer } from "node:net";
import type { App, OrgClient, Sandbox } from "../../../sandbox/index.ts";
import { BatonError } from "../../errors.ts";
import type { Crm } from "../../model/lead.ts";

/** As what Baton is registered with the sandbox's HubSpot and Salesforce. */
export interface Registered {
  readonly app?: App;
  readonly client?: OrgClient;
}

/** The environment of a Baton that is installed into a sandbox. Other settings may be added to it. */
export function sandboxEnvironment(
  sandbox: Sandbox,
  registered: App | Registered,
  own: {
    readonly port: number;
    readonly databaseUrl: string;
    readonly playbook: string;
    readonly secretKey: Buffer;
  },
): Readonly<Record<string, string>> {
  const { app, client }: Registered = "requiredScopes" in registered ? { app: registered } : registered;
  return {
    BATON_URL: `http://127.0.0.1:${own.port}`,
    BATON_PORT: String(own.port),
    BATON_DATABASE_URL: own.databaseUrl,
    BATON_SECRET_KEYS: own.secretKey.toString("base64"),
    BATON_PLAYBOOK: own.playbook,
    BATON_SANDBOX: "1",
    ...(app === undefined ? {} : hubspotEnvironment(sandbox, app)),
    ...(client === undefined ? {} : salesforceEnvironment(sandbox, client)),
  };
}

function hubspotEnvironment({ url }: Sandbox, app: App): Readonly<Record<string, string>> {
  return {
    BATON_HUBSPOT_APP_ID: String(app.id),
    BATON_HUBSPOT_CLIENT_ID: app.clientId,
    BATON_HUBSPOT_CLIENT_SECRETS: app.clientSecret,
    BATON_HUBSPOT_API_URL: url,
    BATON_HUBSPOT_AUTHORIZE_URL: `${url}/oauth/authorize`,
  };
}

function salesforceEnvironment({ url }: Sandbox, client: OrgClient): Readonly<Record<string, string>> {
  return {
    BATON_SALESFORCE_CLIENT_ID: client.clientId,
    BATON_SALESFORCE_CLIENT_SECRETS: client.clientSecret,
    BATON_SALESFORCE_LOGIN_URL: url,
  };
}

/** To the consent page and back with a code, cookies kept. Throws `install.denied` when Baton does not say that it worked. */
export async function installAsAdmin(
  batonUrl: string,
  sandbox: Sandbox,
  crm: Crm = "hubspot",
): Promise<void> {
  sandbox.consent.automatic = true;
  const begin = await fetch(`${batonUrl}/oauth/${crm}/install`, { redirect: "manual" });
  const cookie = begin.headers
    .getSetCookie()
    .map((one) => one.split(";")[0] ?? "")
    .join("; ");
  const consent = await fetch(begin.headers.get("location") ?? "", { redirect: "manual" });
  const done = await fetch(consent.headers.get("location") ?? "", {
    headers: { cookie },
    redirect: "manual",
  });
  if (!done.ok) {
    throw new BatonError(
      "install.denied",
      `The app could not be installed into the sandbox (HTTP ${done.status}).`,
    );
  }
}

/** A port nobody listens on at this moment. */
export async function freePort(): Promise<number> {
  return await new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address();
      probe.close(() => {
        if (typeof address === "object" && address !== null) resolve(address.port);
        else reject(new BatonError("config.invalid", "No port is free."));
      });
    });
  });
}
