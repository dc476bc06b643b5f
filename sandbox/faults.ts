/**
 * Misbehaviour on command. A rule says which calls it meets and what goes wrong; the gate applies it. A fault with
 * `commit: true` happens after the write was kept, so the caller cannot know; otherwise the call never reached it.
 */
import { isRecord } from "./json.ts";
import type { Random } from "./random.ts";

/** The policies a refusal for too many calls names. */
export type LimitPolicy = "TEN_SECONDLY_ROLLING" | "SECONDLY" | "DAILY";

/** What goes wrong. `commit` defaults to false. */
export type Fault =
  | { readonly do: "rate-limited"; readonly policy: LimitPolicy; readonly retryAfterSeconds?: number }
  | { readonly do: "server-error"; readonly status: number; readonly commit?: boolean }
  | { readonly do: "unauthorized" | "locked" | "conflict" }
  | { readonly do: "migrating"; readonly retryAfterSeconds: number }
  /** The connection is cut after half of the answer (or before its first byte with `early`). */
  | { readonly do: "reset"; readonly early?: boolean; readonly commit?: boolean }
  /** No answer at all, for `ms` or until the caller leaves; then the connection is cut. */
  | { readonly do: "hang"; readonly ms?: number; readonly commit?: boolean }
  /** The true answer, its body spread over `ms`. */
  | { readonly do: "slow-body"; readonly ms: number }
  /** The true answer with half of its body, ended cleanly, or with none of it. */
  | { readonly do: "truncated-json" | "empty-body" }
  | { readonly do: "html"; readonly status: number; readonly commit?: boolean }
  | { readonly do: "redirect"; readonly to: string; readonly commit?: boolean }
  /** The true answer with `bytes` of padding. */
  | { readonly do: "big-body"; readonly bytes: number }
  /**
   * The true answer, in which this record is none: its properties are a word, its id or all of it is missing, or it is said not
   * to be there (`denied`), to be one the CRM failed over (`failed`; where a CRM has no word for that, it is left out), or left out
   * without a word.
   */
  | { readonly do: "mangled-record"; readonly id: string; readonly into: Mangled }
  /** These items of a batch fail (by position, from 0; where the rule names an `input`, that one instead); `code` is what a Salesforce collection says of them. */
  | { readonly do: "partial"; readonly items: readonly number[]; readonly code?: string }
  /** A refusal of the token endpoint or of any other call, with its own body. */
  | { readonly do: "answer"; readonly status: number; readonly body: unknown; readonly commit?: boolean };

/** What is left of a record. */
export type Mangled = "no-properties" | "no-id" | "nothing" | "denied" | "failed" | "left-out";

/** Which calls a rule meets, and how often. Everything that is given must hold. */
export interface FaultRule {
  /** Of the subrequest where the rule meets those. */
  readonly method?: string;
  /** A glob over the path: `*` within one segment, `**` over any number. */
  readonly path?: string;
  readonly portalId?: number;
  readonly orgId?: string;
  /**
   * A glob over the path of a subrequest of a composite call: the rule meets subrequests only, which fail alone. How an
   * answer travels cannot go wrong there.
   */
  readonly subrequest?: string;
  /** Only batches with this id among their inputs. */
  readonly input?: string;
  /** Only calls to Salesforce, or parts of them, that write a record of this object in a collection; `*` is any object. */
  readonly object?: string;
  /** Only the n-th matching calls, counted from 1. */
  readonly nth?: readonly number[];
  /** Only this share of the matching calls, by the seed. */
  readonly share?: number;
  /** At most this many times. */
  readonly times?: number;
  readonly fault: Fault;
}

/** The call as rules see it. */
interface FaultTarget {
  readonly method: string;
  readonly path: string;
  readonly portalId?: number | undefined;
  readonly orgId?: string | undefined;
  /** The path of a subrequest; `path` is then that of the whole call. */
  readonly subrequest?: string;
  readonly body?: unknown;
}

/** The rules in force. None of the functions throws. */
export interface Faults {
  /** Adds a rule; the answer takes it away again. */
  add(rule: FaultRule): () => void;
  clear(): void;
  /** The fault for a call: the first rule that matches and is due. Counts the call for every rule that matches. */
  next(target: FaultTarget): Fault | undefined;
  /** How many faults were applied, by their `do`. */
  readonly applied: ReadonlyMap<string, number>;
}

interface ActiveRule {
  readonly rule: FaultRule;
  readonly path: RegExp | undefined;
  readonly subrequest: RegExp | undefined;
  met: number;
  fired: number;
}

/** Makes an empty set of rules. */
export function createFaults(random: Random): Faults {
  const rules = new Set<ActiveRule>();
  const applied = new Map<string, number>();
  return {
    applied,
    add(rule) {
      const active = {
        rule,
        path: rule.path === undefined ? undefined : globPattern(rule.path),
        subrequest: rule.subrequest === undefined ? undefined : globPattern(rule.subrequest),
        met: 0,
        fired: 0,
      };
      rules.add(active);
      return () => void rules.delete(active);
    },
    clear: () => rules.clear(),
    next(target) {
      let fault: Fault | undefined;
      for (const active of rules) {
        if (!meets(active, target)) continue;
        active.met += 1;
        if (fault || !isDue(active, random)) continue;
        active.fired += 1;
        fault = ofInput(active.rule, target.body);
      }
      if (fault) applied.set(fault.do, (applied.get(fault.do) ?? 0) + 1);
      return fault;
    },
  };
}

function meets({ rule, path, subrequest }: ActiveRule, target: FaultTarget): boolean {
  if ((subrequest === undefined) !== (target.subrequest === undefined)) return false;
  return (
    (subrequest === undefined || subrequest.test(target.subrequest ?? "")) &&
    (rule.orgId === undefined || rule.orgId === target.orgId) &&
    (rule.method === undefined || rule.method === target.method) &&
    (rule.portalId === undefined || rule.portalId === target.portalId) &&
    (path === undefined || path.test(target.path)) &&
    (rule.input === undefined || hasInput(target.body, rule.input)) &&
    (rule.object === undefined || writesObject(target.body, rule.object))
  );
}

/** In a collection, or in a part of a composite call that is one. */
function writesObject(body: unknown, object: string): boolean {
  if (!isRecord(body)) return false;
  const { records, compositeRequest } = body;
  if (Array.isArray(compositeRequest))
    return compositeRequest.some((part) => isRecord(part) && writesObject(part["body"], object));
  return Array.isArray(records) && records.some((record) => object === "*" || typeOf(record) === object);
}

function typeOf(record: unknown): unknown {
  const attributes = isRecord(record) ? record["attributes"] : undefined;
  return isRecord(attributes) ? attributes["type"] : undefined;
}

function hasInput(body: unknown, id: string): boolean {
  return inputsOf(body).includes(id);
}

/** The ids of a batch, in its order. */
function inputsOf(body: unknown): readonly string[] {
  if (!isRecord(body)) return [];
  return ["inputs", "records"]
    .flatMap((name): readonly unknown[] => {
      const list = body[name];
      return Array.isArray(list) ? list : [];
    })
    .map((input) => (isRecord(input) ? String(input["id"] ?? input["Id"]) : ""));
}

/** The fault of a rule, aimed at the one input the rule names. */
function ofInput({ fault, input }: FaultRule, body: unknown): Fault {
  if (fault.do !== "partial" || input === undefined) return fault;
  return { ...fault, items: inputsOf(body).flatMap((id, index) => (id === input ? [index] : [])) };
}

function isDue({ rule, met, fired }: ActiveRule, random: Random): boolean {
  if (rule.times !== undefined && fired >= rule.times) return false;
  if (rule.nth !== undefined && !rule.nth.includes(met)) return false;
  return rule.share === undefined || random.chance(rule.share);
}

function globPattern(glob: string): RegExp {
  const source = glob
    .replaceAll(/[.+?^${}()|[\]\\]/g, String.raw`\$&`)
    .replaceAll(/\*+/g, (stars) => (stars.length > 1 ? ".*" : "[^/]*"));
  return new RegExp(`^${source}$`);
}
