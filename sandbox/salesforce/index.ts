/** The orgs of a sandbox: made, installed, and told to the ledger. */
import type { Ledger } from "../ledger.ts";
import { createRandom } from "../random.ts";
import type { Random } from "../random.ts";
import { makeId } from "./ids.ts";
import { createClient } from "./oauth/clients.ts";
import type { OrgClient, OrgClientDeclaration } from "./oauth/clients.ts";
import type { PendingCode } from "./oauth/consent.ts";
import { createSessions } from "./oauth/sessions.ts";
import type { OrgTokens, Sessions } from "./oauth/sessions.ts";
import { createOrgState } from "./org.ts";
import type { OrgChange, OrgRules, OrgState } from "./org.ts";
import { bringToLife } from "./life.ts";
import { openOrg } from "./org-desk.ts";
import type { Org } from "./org-desk.ts";
import { seedOrg } from "./seed.ts";

/** How to make an org. Everything has a default. */
export interface OrgOptions {
  /** 18 characters, beginning with 00D. */
  readonly id?: string;
  readonly rules?: Partial<OrgRules>;
  /** False for an org without the custom fields of Baton's package. */
  readonly package?: boolean;
}

/** The orgs of a sandbox and their clients. */
export interface Orgs {
  readonly orgs: ReadonlyMap<string, Org>;
  readonly states: ReadonlyMap<string, OrgState>;
  readonly clients: ReadonlyMap<string, OrgClient>;
  readonly sessions: Sessions;
  /** Codes of the consent page that were not used yet. */
  readonly codes: Map<string, PendingCode>;
  /** Called for every change of any org, after it is committed. */
  readonly listeners: Set<(org: OrgState, change: OrgChange) => void>;
  /** @throws RangeError for an id that is taken. */
  create(options: OrgOptions): Org;
  registerClient(declaration: OrgClientDeclaration): OrgClient;
  /**
   * Installs a client without the consent page and gives tokens for the integration user, or for `userId`. That user is
   * pre-authorised for the JWT bearer flow and the one client credentials run as.
   * @throws RangeError for an org that does not exist.
   */
  install(client: OrgClient, orgId: string, userId?: string): OrgTokens;
  /** What an admin does who takes the app away: tokens end. */
  uninstall(client: OrgClient, orgId: string): void;
  /** Every outbound message is acknowledged or given up. */
  isIdle(): boolean;
  /** Ends messages and streams. */
  close(): void;
}

/** What orgs work with. `settled` is called whenever outbound messages have come to rest. */
export interface OrgsParts {
  readonly seed: number;
  readonly ledger: Ledger;
  readonly keys: Random;
  now(): number;
  /** The sandbox's own URL. */
  url(): string;
  settled(): void;
}

/** Makes the store of orgs, empty. */
export function createOrgs(parts: OrgsParts): Orgs {
  const orgs = new Map<string, Org>();
  const states = new Map<string, OrgState>();
  const clients = new Map<string, OrgClient>();
  const listeners: Orgs["listeners"] = new Set();
  const closing: (() => void)[] = [];
  const sessions = createSessions(() => parts.now(), parts.keys);
  return {
    orgs,
    states,
    clients,
    sessions,
    listeners,
    codes: new Map(),
    isIdle: () => [...orgs.values()].every(({ outbound }) => outbound.isIdle()),
    close() {
      for (const close of closing) close();
    },
    create(options) {
      const id = options.id ?? makeId("00D", orgs.size + 1);
      if (orgs.has(id)) throw new RangeError(`org ${id} exists already`);
      const state = newState(id, options, parts, listeners);
      seedOrg(state);
      const life = bringToLife(state, parts);
      listeners.add((changed, change) => {
        if (changed === state) life.hear(change);
      });
      life.outbound.onIdle(() => parts.settled());
      closing.push(() => life.close());
      const { outbound, stream, bulk } = life;
      const org = openOrg(state, { outbound, stream, bulk, act: (act) => life.act(act) });
      states.set(id, state);
      orgs.set(id, org);
      return org;
    },
    registerClient(declaration) {
      const client = createClient(declaration, parts.keys);
      clients.set(client.clientId, client);
      return client;
    },
    install(client, orgId, userId) {
      const state = states.get(orgId);
      if (!state) throw new RangeError(`no org has the id ${orgId}`);
      const user = userId ?? state.integrationUserId;
      client.installs.set(orgId, { preauthorized: [user], runsAs: user });
      const { clientId } = client;
      return sessions.grant({ clientId, orgId, userId: user, scope }, state.rules.sessionMs);
    },
    uninstall(client, orgId) {
      client.installs.delete(orgId);
      sessions.revokeAll(orgId, client.clientId);
    },
  };
}

/** What Baton asks for: no more than it needs. */
const scope = "api refresh_token";

function newState(id: string, options: OrgOptions, parts: OrgsParts, listeners: Orgs["listeners"]): OrgState {
  const chance = createRandom(parts.seed, `org ${id}`);
  const state: OrgState = createOrgState(
    id,
    {
      now: () => parts.now(),
      hex: (length) => chance.hex(length),
      changed: (change) => {
        for (const hear of listeners) hear(state, change);
      },
      wrote: ({ kind, objectId, properties, context }) =>
        parts.ledger.accept({
          at: parts.now(),
          orgId: id,
          kind,
          objectId,
          properties,
          who: context.who,
          traceId: undefined,
          call: context.call,
          ...(context.headers ? { headers: context.headers } : {}),
        }),
    },
    { package: options.package ?? true, rules: options.rules ?? {} },
  );
  return state;
}
