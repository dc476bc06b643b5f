/**
 * The sandbox: a stand-in HubSpot over real HTTP on loopback. It keeps state, enforces limits, rotates tokens, sends
 * signed webhooks and misbehaves on command. It shares no code with Baton, so that the two cannot be wrong together.
 */
import { performance } from "node:perf_hooks";
import { openControl } from "./control.ts";
import { createFaults } from "./faults.ts";
import { createApp, uuid } from "./hubspot/app.ts";
import type { App } from "./hubspot/app.ts";
import { createLimiter, publishedLimits } from "./hubspot/limits.ts";
import { createPortalState } from "./hubspot/portal.ts";
import type { PortalHooks, PortalState } from "./hubspot/portal.ts";
import { createConsent } from "./hubspot/routes/consent.ts";
import { listen } from "./hubspot/server.ts";
import { createTokens } from "./hubspot/tokens.ts";
import { createOutbox } from "./hubspot/webhooks/outbox.ts";
import { createLedger } from "./ledger.ts";
import { openPortal } from "./portal-desk.ts";
import type { Portal } from "./portal-desk.ts";
import { createQuiet } from "./quiet.ts";
import { createRandom } from "./random.ts";
import type { Sandbox, SandboxOptions } from "./sandbox.ts";

export type { Act } from "./acts.ts";
export type { App, AppDeclaration } from "./hubspot/app.ts";
export type { Portal } from "./portal-desk.ts";
export type { Sandbox, SandboxOptions } from "./sandbox.ts";

/** Starts a sandbox on loopback. @throws the listener's error when the port is taken. */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const parts = createParts(options);
  const { apps, portals, tokens, webhooks, keys, quiet } = parts;
  const server = await listen(gateParts(parts), options.port ?? 0, (fastify) =>
    openControl(fastify, () => sandbox),
  );
  let lastAppId = 7_000_000;
  const portal = (id: number): Portal => {
    const found = portals.get(id);
    if (!found) throw new RangeError(`no portal has the id ${id}`);
    return found;
  };
  const sandbox: Sandbox = {
    url: server.url,
    seed: parts.seed,
    portals,
    apps,
    ledger: parts.ledger,
    faults: parts.faults,
    webhooks,
    tokens,
    consent: parts.consent,
    limits: parts.limits,
    pace: parts.pace,
    now: parts.now,
    portal,
    createPortal: (given = {}) => createPortal(parts, given),
    registerApp(declaration = {}) {
      const app = createApp(declaration, keys, () => ++lastAppId);
      apps.set(app.id, app);
      return app;
    },
    install(app, portalId, scopes = [...app.requiredScopes, ...app.optionalScopes]) {
      app.installs.set(portal(portalId).id, scopes);
      return tokens.issue({ appId: app.id, portalId, userId: 123, scopes });
    },
    uninstall: (app, portalId) => uninstall(parts, app, portalId),
    drained: () => quiet.reached(),
    async close() {
      webhooks.close();
      await server.close();
    },
  };
  return sandbox;
}

type Parts = ReturnType<typeof createParts>;

/** Everything that is there before the first portal. Each use of chance has its own stream of the one seed. */
function createParts(options: SandboxOptions) {
  const seed = options.seed ?? 1;
  const now = options.now ?? Date.now;
  const monotonicMs = (): number => performance.now();
  const apps = new Map<number, App>();
  const keys = createRandom(seed, "keys");
  const webhooks = createOutbox({ apps, random: createRandom(seed, "webhooks"), now, monotonicMs });
  const quiet = createQuiet(() => webhooks.isIdle());
  webhooks.onIdle(() => quiet.check());
  return {
    seed,
    now,
    monotonicMs,
    apps,
    keys,
    webhooks,
    quiet,
    portals: new Map<number, Portal>(),
    states: new Map<number, PortalState>(),
    ledger: createLedger(),
    faults: createFaults(createRandom(seed, "faults")),
    limits: { ...publishedLimits, ...options.limits },
    tokens: createTokens(now, keys),
    consent: createConsent((length) => keys.hex(length)),
    pace: { latencyMs: options.latencyMs ?? 0 },
  };
}

const firstPortalId = 891_472_211;

function createPortal(parts: Parts, given: NonNullable<Parameters<Sandbox["createPortal"]>[0]>): Portal {
  const { apps, portals, states, webhooks, now, quiet } = parts;
  const id = given.id ?? firstPortalId + portals.size;
  if (portals.has(id)) throw new RangeError(`portal ${id} exists already`);
  const chance = createRandom(parts.seed, `portal ${id}`);
  const hooks: PortalHooks = {
    now,
    changed: (change) => webhooks.announce(change),
    wrote: (write) => parts.ledger.accept({ ...write, at: now(), portalId: id }),
    hex: (length) => chance.hex(length),
  };
  const state = createPortalState(id, hooks, given.rules ?? {});
  const appOf = (portalId: number): App | undefined =>
    [...apps.values()].find((app) => app.installs.has(portalId));
  const opened = openPortal(state, { webhooks, appOf });
  const portal: Portal = { ...opened, act: (act) => quiet.run(() => opened.act(act)) };
  states.set(id, state);
  portals.set(id, portal);
  return portal;
}

function uninstall(parts: Parts, app: App, portalId: number): void {
  app.installs.delete(portalId);
  parts.tokens.revokeInstall(app.id, portalId);
}

function gateParts(parts: Parts): Parameters<typeof listen>[0] {
  return {
    ...parts,
    portals: parts.states,
    limiter: createLimiter(parts.limits, parts.monotonicMs),
    correlationId: () => uuid(parts.keys),
    latencyMs: () => parts.pace.latencyMs,
    install: (app, state, scopes) => void app.installs.set(state.id, scopes),
    uninstall: (app, state) => uninstall(parts, app, state.id),
  };
}
