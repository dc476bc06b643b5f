/**
 * Runs the sandbox by itself: `node sandbox/main.ts --port 0 --seed 7`. The first line on standard output is JSON with
 * the URL, the app to configure Baton with and the portal it may be installed in; with `--org` also a Salesforce org with the
 * same world and a connected app for it. Ends on SIGINT or SIGTERM.
 */
import { parseArgs } from "node:util";
import { startSandbox } from "./index.ts";
import { buildWorld } from "./world/build.ts";

const { values } = parseArgs({
  options: {
    port: { type: "string", default: "0" },
    seed: { type: "string", default: "1" },
    size: { type: "string", default: "40" },
    target: { type: "string", default: "http://127.0.0.1:3000/hubspot/webhooks" },
    action: { type: "string", default: "http://127.0.0.1:3000/hubspot/actions/hand-off" },
    redirect: { type: "string", default: "http://127.0.0.1:3000/oauth/hubspot/callback" },
    org: { type: "boolean", default: false },
    "org-redirect": { type: "string", default: "http://127.0.0.1:3000/oauth/salesforce/callback" },
  },
});

const sandbox = await startSandbox({ port: Number(values.port), seed: Number(values.seed) });
const app = sandbox.registerApp({
  name: "Baton",
  targetUrl: values.target,
  actionUrl: values.action,
  redirectUrls: [values.redirect],
});
const portal = sandbox.createPortal();
buildWorld(sandbox, portal.id, sandbox.seed, Number(values.size), sandbox.now());
const { id: appId, clientId, clientSecret } = app;
const told = {
  url: sandbox.url,
  portalId: portal.id,
  app: { appId, clientId, clientSecret },
  ...(values.org ? addOrg(Number(values.size), values["org-redirect"]) : {}),
};
process.stdout.write(`${JSON.stringify(told)}\n`);

for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.once(signal, () => void sandbox.close());
}

/** An org with Acme's world and a connected app that may be installed in it. */
function addOrg(
  size: number,
  redirectUrl: string,
): { readonly orgId: string; readonly client: { readonly clientId: string; readonly clientSecret: string } } {
  const org = sandbox.createOrg();
  buildWorld(sandbox, org.id, sandbox.seed, size, sandbox.now());
  const client = sandbox.registerClient({ redirectUrls: [redirectUrl] });
  return { orgId: org.id, client: { clientId: client.clientId, clientSecret: client.clientSecret } };
}
