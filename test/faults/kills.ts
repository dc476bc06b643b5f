/**
 * The random run: leads ask to be handed off by the hundred while Baton is killed, paused, starved and lied to, at points one seed
 * draws. The instants of death are drawn; what the machine is doing at them differs from run to run, so a replay meets the same
 * mix of troubles, not the same microsecond. The sweep (sweep.ts) is exact instead.
 */
import { setTimeout as pause } from "node:timers/promises";
import type { FaultRule } from "../../sandbox/faults.ts";
import { createRandom, type Random } from "../../sandbox/random.ts";
import { addLead, askForDemo, change } from "./asking.ts";
import { orgRules, READS } from "./calls.ts";
import type { AskingLead } from "./checker.ts";
import { setMood } from "./crms.ts";
import { type Judged, judge } from "./evidence.ts";
import type { Member } from "./member.ts";
import { comeToRest } from "./rest.ts";
import { openRig, type PartOptions, type Rig } from "./rig.ts";
import { TROUBLES } from "./troubles.ts";

export interface RandomRun extends PartOptions {
  readonly processes: number;
  readonly kills: number;
  readonly handoffs: number;
}

export interface RunResult extends Judged {
  readonly kills: number;
  readonly handoffs: number;
  /** How often each trouble struck, and each fault of the sandbox. */
  readonly troubles: Readonly<Record<string, number>>;
  readonly faults: Readonly<Record<string, number>>;
}

const CALLS = "/crm/objects/**";
const CONTACTS = "/crm/objects/*/contacts/batch/read";
const UPDATES = "/crm/objects/*/contacts/batch/update";
/** What is read beside the leads themselves. */
const OTHERS = ["companies", "deals", "tasks", "notes"].map((type) => `/crm/objects/*/${type}/batch/read`);
const WRITES = "/crm/objects/*/*/batch/{}";
/** Every fault the sandbox knows that leaves the truth in doubt or asks to come again, by its share of the calls. */
const FAULTS: readonly Omit<FaultRule, "path" | "method">[] = [
  { share: 0.05, fault: { do: "server-error", status: 502, commit: true } },
  { share: 0.05, fault: { do: "server-error", status: 503 } },
  { share: 0.04, fault: { do: "reset", early: true, commit: true } },
  { share: 0.04, fault: { do: "reset", commit: true } },
  { share: 0.04, fault: { do: "reset", early: true } },
  { share: 0.03, fault: { do: "hang", ms: 20, commit: true } },
  { share: 0.002, fault: { do: "hang", commit: true } },
  { share: 0.03, fault: { do: "truncated-json" } },
  { share: 0.03, fault: { do: "empty-body" } },
  { share: 0.03, fault: { do: "html", status: 502, commit: true } },
  { share: 0.02, fault: { do: "html", status: 200, commit: true } },
  { share: 0.02, fault: { do: "redirect", to: "https://elsewhere.example/", commit: true } },
  { share: 0.02, fault: { do: "answer", status: 500, body: { odd: true } } },
  { share: 0.02, fault: { do: "slow-body", ms: 60 } },
  { share: 0.02, fault: { do: "big-body", bytes: 20_000 } },
  { share: 0.04, fault: { do: "partial", items: [0] } },
  { share: 0.03, fault: { do: "conflict" } },
  { share: 0.03, fault: { do: "locked" } },
  { share: 0.02, fault: { do: "unauthorized" } },
  { share: 0.02, fault: { do: "rate-limited", policy: "TEN_SECONDLY_ROLLING", retryAfterSeconds: 0 } },
  { share: 0.005, fault: { do: "migrating", retryAfterSeconds: 3 } },
];
/** Faults strike in this share of the rounds; in the others Baton is only killed. */
const BAD_ROUNDS = 0.6;
const TROUBLED_ROUNDS = 0.35;
/** Leads of a bad round that the CRM denies, each once: at the look that comes next, whichever that is, or at the next update. */
const DENIED_SHARE = 0.1;
/**
 * Leads of a bad round whose record the CRM refuses to change, each once. They are drawn by lead, as denials are: what is refused for good
 * is refused for what it is. Drawn by call, one row of each, the share grew as calls got smaller: in a pair eighteen leads share an
 * update, not a hundred, and it is made again whenever the org's answer is lost.
 */
const REFUSED_SHARE = 0.0005;
/** Leads of earlier rounds that change, and change again in the next: sales has them, and nothing is to come of it. */
const STIRRED = 8;
/** Leads that ask at the same moment, and how long the next ones wait at most: many small turns meet more faults than one large. */
const PARCEL = 25;
const PARCEL_MS = 150;
/** How long a death in delivery waits for a delivery. */
const DELIVERY_WITHIN_MS = 6_000;
/** Business time between two rounds, so that rests and polls come due. */
const ROUND_MS = 20_000;
/** Rounds after which everything may come to rest: a week of crashes without a quiet minute is not what is tried. */
const REST_EVERY = 20;
const REST_WITHIN_MS = 180_000;

/** Runs it. Throws only what breaks the rig itself; what Baton does wrong is in the findings. */
export async function runKills(run: RandomRun): Promise<RunResult> {
  const rig = await openRig({ ...run, latencyMs: 8, answerMs: 2_000 });
  const random = createRandom(run.seed, "kills");
  const asking: AskingLead[] = [];
  const troubles: Record<string, number> = {};
  const unrested: string[] = [];
  try {
    setMood(rig.sandbox, rig.crms, {
      duplicateShare: 0.1,
      reorderShare: 0.2,
      retryDelayMs: 150,
      retries: 1_000,
    });
    const deny = denier(rig);
    const refuse = refuser(rig, run.seed);
    let stirred: readonly AskingLead[] = [];
    for (let kill = 1; kill <= run.kills; kill += 1) {
      const isBad = setFaults(rig, random);
      const [mayDeny, mayRefuse] = isBad ? [deny, refuse] : [NOBODY, NOBODY];
      stirred = await stir(rig, random, asking, stirred, mayDeny);
      await ask(rig, random, asking, {
        until: Math.ceil((run.handoffs * kill) / run.kills),
        deny: mayDeny,
        refuse: mayRefuse,
      });
      const member = random.pick(rig.members);
      if (random.chance(TROUBLED_ROUNDS)) await trouble(rig, member, run.databaseUrl, random, troubles);
      await untilDrawn(rig, random);
      await member.kill();
      rig.pass(ROUND_MS);
      await rig.start(member);
      if (kill % REST_EVERY === 0) {
        rig.sandbox.faults.clear();
        const waits = await comeToRest(rig, REST_WITHIN_MS);
        run.progress?.(
          `${kill} kills, ${asking.length} handoffs${waits === undefined ? "" : `, still waiting: ${waits}`}`,
        );
      }
    }
    rig.sandbox.faults.clear();
    const waits = await comeToRest(rig, REST_WITHIN_MS);
    if (waits !== undefined) unrested.push(`still waiting in the end: ${waits}`);
    return await resultOf(rig, run, asking, troubles, unrested);
  } finally {
    await rig.close();
  }
}

/** @returns Whether this round has any. */
function setFaults({ sandbox, crms }: Rig, random: Random): boolean {
  sandbox.faults.clear();
  if (!random.chance(BAD_ROUNDS)) return false;
  if (crms.org !== undefined) for (const rule of orgRules(FAULTS)) sandbox.faults.add(rule);
  for (const fault of FAULTS) {
    const isDenial = fault.fault.do === "partial";
    // Records that are there are refused one by one (`refuser`).
    for (const verb of isDenial ? ["create"] : ["create", "update"])
      sandbox.faults.add({ ...fault, method: "POST", path: WRITES.replace("{}", verb) });
    // Reads are spared most of it. Leads are denied one by one
    // (`denier`): one that is denied again and again is gone, whatever the truth.
    for (const path of isDenial ? OTHERS : [CALLS])
      sandbox.faults.add({ ...fault, share: (fault.share ?? 1) / READS, path });
  }
  return true;
}

type Deny = (id: string) => void;
const NOBODY: Deny = () => undefined;

/**
 * Makes the next look at a lead be told, in so many words, that there is no such lead, or of every other one the next update; no lead a
 * second time in a run. An org has no such words: it leaves out of a list what is not there.
 */
function denier({ sandbox }: Rig): Deny {
  const denied = new Set<string>();
  return (id) => {
    if (denied.has(id)) return;
    denied.add(id);
    if (denied.size % 2 === 0) sandbox.faults.add({ ...DENIED_UPDATE, input: id, fault: denialOf(id) });
    else {
      const fault = { do: "mangled-record", id, into: "denied" } as const;
      sandbox.faults.add({ path: CONTACTS, input: id, times: 1, fault });
    }
  };
}
const DENIED_UPDATE = { method: "POST", path: UPDATES, times: 1 } as const;

/** A refusal of a whole batch that names the one it is about. */
function denialOf(id: string): FaultRule["fault"] {
  const denial = {
    status: "error",
    category: "OBJECT_NOT_FOUND",
    message: `Object not found. objectId: ${id}`,
  };
  const body = { ...denial, errors: [{ ...denial, context: { ids: [id] } }] };
  return { do: "answer", status: 404, body };
}

/** Makes the next update of a lead be refused, if it is drawn; drawn apart, so that all else of a seed stays what it is. */
function refuser({ sandbox }: Rig, seed: number): Deny {
  const random = createRandom(seed, "refusals");
  return (id) => {
    if (!random.chance(REFUSED_SHARE)) return;
    const fault = { do: "partial", items: [] } as const;
    sandbox.faults.add({ method: "POST", path: UPDATES, input: id, times: 1, fault });
  };
}

/** Something happens to leads that sales has, and to those it happened to before. @returns The former. */
async function stir(
  rig: Rig,
  random: Random,
  asking: readonly AskingLead[],
  before: readonly AskingLead[],
  deny: Deny,
): Promise<readonly AskingLead[]> {
  const drawn = Array.from({ length: asking.length === 0 ? 0 : STIRRED }, () => random.pick(asking));
  const chosen = [...new Set(drawn)].filter((lead) => !before.includes(lead));
  for (const { id } of chosen) deny(id);
  for (const { id } of [...before, ...chosen]) {
    await change(rig.crms, id, `VP Marketing ${random.between(1, 1_000_000)}`);
  }
  return chosen;
}

interface Asking {
  readonly until: number;
  readonly deny: Deny;
  readonly refuse: Deny;
}

async function ask(
  rig: Rig,
  random: Random,
  asking: AskingLead[],
  { until, deny, refuse }: Asking,
): Promise<void> {
  while (asking.length < until) {
    if (asking.length % PARCEL === 0) await pause(random.between(0, PARCEL_MS));
    const lead = await addLead(rig.crms, asking.length);
    if (random.chance(DENIED_SHARE)) deny(lead.id);
    refuse(lead.id);
    await askForDemo(rig.crms, lead);
    asking.push({ id: lead.id });
  }
}

async function trouble(
  rig: Rig,
  member: Member,
  databaseUrl: string,
  random: Random,
  troubles: Record<string, number>,
): Promise<void> {
  const name = random.pick(Object.keys(TROUBLES));
  troubles[name] = (troubles[name] ?? 0) + 1;
  await TROUBLES[name]?.({ rig, member, databaseUrl, random });
}

/** A drawn while; every other time from the moment the CRM is being written to, where a death can double or lose. */
async function untilDrawn({ sandbox }: Rig, random: Random): Promise<void> {
  const inDelivery = random.chance(0.5);
  if (inDelivery)
    for (
      let waited = 0;
      waited < DELIVERY_WITHIN_MS && !isWriting(sandbox.ledger.calls.slice(-10));
      waited += 2
    )
      await pause(2);
  await pause(random.between(0, inDelivery ? 30 : 600));
}

function isWriting(calls: Rig["sandbox"]["ledger"]["calls"]): boolean {
  return calls.some(
    ({ endMs, path, subrequests = [] }) =>
      endMs === undefined &&
      (/\/batch\/(create|update)$/.test(path) || subrequests.some(({ method }) => method !== "GET")),
  );
}

async function resultOf(
  rig: Rig,
  run: RandomRun,
  asking: readonly AskingLead[],
  troubles: Readonly<Record<string, number>>,
  unrested: readonly string[],
): Promise<RunResult> {
  const { findings, ...judged } = await judge(rig, asking, run.keepAs);
  return {
    findings: { ...findings, orphaned: [...findings.orphaned, ...unrested, ...rig.deaths] },
    kills: run.kills,
    handoffs: asking.length,
    ...judged,
    troubles,
    faults: Object.fromEntries(rig.sandbox.faults.applied),
  };
}
