/** The cases of the sweep: what makes Baton want effects, in each topology, and what goes wrong with their calls. */
import type { Fault } from "../../sandbox/faults.ts";
import type { Topology } from "../../src/cli/demo/stage.ts";
import type { Kind } from "./calls.ts";
import type { FoundBy } from "./crms.ts";
import type { Stop } from "./orders.ts";

/** What makes Baton want effects: somebody asks for a handoff, or sales gives the lead back. */
type Occasion = "handed off" | "given back";

/** What goes wrong with the first call: a fault of the CRM, or a death at a step. */
type Mishap = { readonly fault?: Fault } | { readonly death: Omit<Stop, "kind"> };

/** One mishap, met by the first call of each of these kinds. */
export interface Case {
  readonly name: string;
  readonly occasion: Occasion;
  readonly kinds: readonly Kind[];
  readonly mishap: Mishap;
}

const WANTED: Readonly<Record<Topology, Readonly<Record<Occasion, readonly Kind[]>>>> = {
  hubspot: {
    "handed off": ["update-lead", "create-task", "create-note", "start-sequence", "answer-request"],
    "given back": ["update-lead", "add-to-list"],
  },
  salesforce: {
    "handed off": ["update-lead", "create-task", "create-note"],
    "given back": ["update-lead", "add-to-list"],
  },
  both: {
    "handed off": ["update-lead", "create-task", "create-note", "answer-request", "lead in sales' CRM"],
    "given back": ["update-lead", "add-to-list"],
  },
};

const MISHAPS: Readonly<Record<string, Mishap>> = {
  ok: {},
  "5xx before commit": { fault: { do: "server-error", status: 503 } },
  "5xx after commit": { fault: { do: "server-error", status: 502, commit: true } },
  "timeout after commit": { fault: { do: "hang", commit: true } },
  "reset mid-body": { fault: { do: "reset", commit: true } },
  "429": { fault: { do: "rate-limited", policy: "TEN_SECONDLY_ROLLING", retryAfterSeconds: 0 } },
  "409": { fault: { do: "conflict" } },
  "death before the call": { death: { change: "planned>attempting/1", when: "after" } },
  "death after the call": { death: { change: "attempting>confirmed/1", when: "before" } },
};

/**
 * All cases there are whose names begin so. The same mishap is met by all effects of an occasion at once, then by each kind alone
 * among others that meet nothing.
 */
export function casesOf(topology: Topology, foundBy: FoundBy, only = ""): readonly Case[] {
  const wanted = WANTED[topology];
  // In an org without Baton's package nobody can say why a lead is given back, and without a reason it is not.
  const canGiveBack = topology === "hubspot" || foundBy === "key";
  const groups: readonly Omit<Case, "mishap">[] = [
    { name: "every effect", occasion: "handed off", kinds: wanted["handed off"] },
    ...wanted["handed off"].map((kind) => ({ name: kind, occasion: "handed off" as const, kinds: [kind] })),
    { name: "given back", occasion: "given back", kinds: wanted["given back"] },
    { name: "add-to-list", occasion: "given back", kinds: ["add-to-list"] },
  ];
  return groups
    .flatMap((group) =>
      Object.entries(MISHAPS).map(([name, mishap]) => ({
        ...group,
        name: `${group.name} × ${name}`,
        mishap,
      })),
    )
    .filter(({ name, occasion }) => name.startsWith(only) && (occasion === "handed off" || canGiveBack));
}
