/**
 * The demo's stage: the sandbox with Acme's portal, its org or both, and a Baton installed into them over HTTP as an admin would,
 * with nothing but configuration pointing the one at the other.
 */
import { createHash } from "node:crypto";
import { type Org, type Portal, type Sandbox, startSandbox } from "../../../sandbox/index.ts";
import { buildWorld } from "../../../sandbox/world/build.ts";
import { buildOrgWorld } from "../../../sandbox/world/org-build.ts";
import { loadConfig } from "../../config.ts";
import type { Log } from "../../log.ts";
import { type Baton, startBaton } from "../../main.ts";
import type { DurationMs, Instant } from "../../model/instant.ts";
import { pair } from "../../install/pairing.ts";
import { type Installation, listInstallations } from "../../store/installations.ts";
import { hubspotAppDeclaration } from "./declaration.ts";
import { freePort, installAsAdmin, sandboxEnvironment } from "./setting.ts";

export interface StageOptions {
  readonly seed: number;
  readonly now: () => Instant;
  readonly databaseUrl: string;
  readonly playbook: string;
  readonly log: Log;
  /** 0 takes a free port. */
  readonly port: number;
  /** How long activities gather; as in a server where it is left out. */
  readonly gatherMs?: DurationMs;
}

/** In which CRM Acme's leads are, and in which its sales works. */
export const TOPOLOGIES = ["hubspot", "salesforce", "both"] as const;
export type Topology = (typeof TOPOLOGIES)[number];

/** A stage with a portal, unless it is said otherwise. */
export interface Stage<P extends Portal | undefined = Portal> {
  readonly sandbox: Sandbox;
  readonly portal: P;
  /** Where Acme's sales works, if not in the portal. */
  readonly org?: Org;
  readonly baton: Baton;
  /** Settles when every webhook was answered and everything they caused is done, echoes included. */
  quiet(): Promise<void>;
  close(): Promise<void>;
}

/** A day passes in about a minute: what is due once a minute comes due with every act, so the limit is scaled as time is. */
const DAY_IN_A_MINUTE = { perWindow: 110 * 60, searchPerSecond: 5 * 60 };
/** Contacts besides the cast and the day's crowd. */
const BACKGROUND = 20;

/** A stage in any topology. */
export type AnyStage = Stage<Portal | undefined>;

/** The installation whose leads are handed off. */
export async function leadInstallation({ baton }: Pick<AnyStage, "baton">): Promise<Installation> {
  const found = (await listInstallations(baton.store.db)).find(({ serves }) => serves === undefined);
  if (found === undefined) throw new RangeError("Baton is installed nowhere");
  return found;
}

/** The stage with a portal alone. */
export async function openStage(options: StageOptions): Promise<Stage> {
  const stage = await openStageIn("hubspot", options);
  const { portal } = stage;
  if (portal === undefined) throw new RangeError("a stage in HubSpot has a portal");
  return { ...stage, portal };
}

/** Builds the world, starts both servers and installs the apps. */
export async function openStageIn(topology: Topology, options: StageOptions): Promise<AnyStage> {
  const sandbox = await startSandbox({ seed: options.seed, now: options.now, limits: DAY_IN_A_MINUTE });
  const port = options.port === 0 ? await freePort() : options.port;
  const publicUrl = `http://127.0.0.1:${port}`;
  const portal = topology === "salesforce" ? undefined : buildPortal(sandbox, options.seed);
  const org = topology === "hubspot" ? undefined : buildOrg(sandbox, options.seed, topology);
  const registered = {
    ...(portal && { app: sandbox.registerApp(hubspotAppDeclaration(publicUrl, options.seed)) }),
    ...(org && {
      client: sandbox.registerClient({ redirectUrls: [`${publicUrl}/oauth/salesforce/callback`] }),
    }),
  };
  const secretKey = digest(`key ${options.seed}`);
  const config = loadConfig(sandboxEnvironment(sandbox, registered, { ...options, port, secretKey }));
  const baton = await startBaton(config, {
    log: options.log,
    now: options.now,
    newId: seededIds(options.seed),
    // The same seed tells the same story: what comes over an open connection comes when it comes.
    listens: false,
    ...(options.gatherMs === undefined ? {} : { gatherMs: options.gatherMs }),
  });
  if (portal !== undefined) await installAsAdmin(baton.url, sandbox);
  if (org !== undefined) {
    await installAsAdmin(baton.url, sandbox, "salesforce");
    setUpMessages(org, baton);
  }
  if (portal !== undefined && org !== undefined) await pairThem(baton, options.now());
  Object.assign(sandbox.webhooks.mood, { duplicateShare: 0.2, reorderShare: 0.2, echoOwnWrites: true });
  if (org !== undefined) Object.assign(org.outbound.mood, { duplicateShare: 0.2, reorderShare: 0.2 });

  return {
    sandbox,
    portal,
    ...(org === undefined ? {} : { org }),
    baton,
    async quiet() {
      do {
        await sandbox.drained();
        await baton.idle();
      } while (!sandbox.webhooks.isIdle() || org?.outbound.isIdle() === false);
    },
    async close() {
      await baton.stop();
      await sandbox.close();
    },
  };
}

function buildPortal(sandbox: Sandbox, seed: number): Portal {
  const portal = sandbox.createPortal();
  buildWorld(sandbox, portal.id, seed, BACKGROUND);
  return portal;
}

/** Where marketing has its leads in a portal, sales' org has accounts and their people only. */
function buildOrg(sandbox: Sandbox, seed: number, topology: Topology): Org {
  const org = sandbox.createOrg();
  const people = topology === "both" ? "accounts" : "everybody";
  buildOrgWorld(org.state, { seed, size: BACKGROUND, people });
  return org;
}

/** What an admin sets up by hand: the address that the page after an installation shows, in a message for each object. */
function setUpMessages(org: Org, baton: Baton): void {
  const app = baton.apps.find(({ crm }) => crm === "salesforce");
  const url = app?.setupNotes(org.id)[0]?.code ?? "";
  for (const object of TOLD) org.outbound.define({ object, url, fields: ["SystemModstamp"] });
}

const TOLD = ["Lead", "Contact", "Task", "Event", "Opportunity"] as const;

/** What `baton pair` does. */
async function pairThem({ store }: Baton, now: Instant): Promise<void> {
  const all = await listInstallations(store.db);
  const marketing = all.find(({ crm }) => crm === "hubspot");
  const sales = all.find(({ crm }) => crm === "salesforce");
  if (marketing === undefined || sales === undefined) throw new RangeError("a pair is of two installations");
  await store.db.transaction().execute((tx) => pair(tx, { marketing, sales, actor: "demo" }, now));
}

/** Ids that are the same for the same seed; real ones are random. */
function seededIds(seed: number): () => string {
  let count = 0;
  return () => {
    count += 1;
    return digest(`${seed} ${count}`).toString("hex").slice(0, 24);
  };
}

function digest(text: string): Buffer {
  return createHash("sha256").update(`baton demo ${text}`).digest();
}
