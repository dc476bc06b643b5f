/**
 * The other outcome of a lead that was decided: the single change without which a ready lead would not be one, or a refused or
 * suppressed lead would be judged on. It explains; it is no advice to get round a refusal. What is named was tried.
 */
import type { Verdict } from "../model/decision.ts";
import type { Nearest } from "../model/finding.ts";
import type { Instant } from "../model/instant.ts";
import type { Snapshot } from "../model/lead.ts";
import type { Signal } from "../model/signal.ts";
import type { Change } from "../playbook/condition.ts";
import type { Definition } from "../playbook/definition.ts";
import type { Playbook } from "../playbook/playbook.ts";
import { qualify } from "./index.ts";

/** A change that leads to another outcome, and how it is said. */
interface OtherOutcome {
  readonly nearest: Nearest;
  readonly change: Pick<Change, "says" | "apply">;
}

/** Each change tried costs a judgement; what the newest few deeds and conditions do not turn, few others do. */
const MOST_TRIES = 6;
const MOST_DEEDS = 3;

/** With sales until the handoff ends, whatever the lead does. */
const ONCE_CLOSED: Nearest = { says: "judged anew once that handoff is closed" };

/**
 * Looks for the change. For a ready lead: the request, one of the newest deeds, then the conditions it was judged by; for a
 * refused one what sales answered for good, or the refusal's conditions; for a suppressed one those of consent. Undefined when
 * no single change would do, and for outcomes that `changeToReady` answers for. Throws nothing.
 */
export function otherOutcomeOf(
  verdict: Verdict,
  snapshot: Snapshot,
  playbook: Playbook,
  now: Instant,
): OtherOutcome | undefined {
  if (verdict.outcome === "with-sales") return { nearest: ONCE_CLOSED, change: withoutHandoff };
  for (const change of changesFor(verdict, snapshot, playbook.definition, now).slice(0, MOST_TRIES)) {
    const words = outcomeWords(qualify(change.apply(snapshot, now), playbook, now));
    if (words !== outcomeWords(verdict)) return { change, nearest: { says: `${words} ${change.says}` } };
  }
  return undefined;
}

const withoutHandoff: OtherOutcome["change"] = {
  says: "once that handoff is closed",
  apply: ({ handoff: _handoff, account, ...subject }) => ({
    ...subject,
    ...(account === undefined ? {} : { account: { ...account, handoffs: [] } }),
  }),
};

function changesFor(
  verdict: Verdict,
  snapshot: Snapshot,
  definition: Definition,
  now: Instant,
): readonly OtherOutcome["change"][] {
  switch (verdict.outcome) {
    case "ready": {
      const type = definition.types.find(({ name }) => name === verdict.type);
      const needs = type?.needs.flatMap((need) => (need === "intent" ? [] : (definition[need] ?? []))) ?? [];
      const conditions = [...(type === undefined ? [] : [type.when]), ...needs];
      return [
        ...(snapshot.request === undefined ? [] : [withoutRequest]),
        ...newestDeeds(snapshot).map(withoutDeed),
        ...conditions.flatMap((condition) => condition.changes(snapshot, now, false)),
      ];
    }
    case "refused":
      return [
        ...(snapshot.former === undefined ? [] : [withoutAnswer]),
        ...definition.refuse
          .filter(({ name }) => name === verdict.reason)
          .flatMap(({ when }) => when.changes(snapshot, now, false)),
      ];
    case "suppressed":
      return [
        ...definition.consent.never.flatMap(({ when }) => when.changes(snapshot, now, false)),
        ...definition.consent.require.flatMap(({ need }) => need.changes(snapshot, now, true)),
      ];
    case "not-ready":
    case "held":
    case "with-sales":
      return [];
  }
}

const withoutRequest: OtherOutcome["change"] = {
  says: "if nobody had asked for the handoff",
  apply: ({ request: _request, ...subject }) => subject,
};

const withoutAnswer: OtherOutcome["change"] = {
  says: "without what sales answered before",
  apply: ({ former: _former, ...subject }) => subject,
};

/** The newest of each kind, forms by their names. */
function newestDeeds({ signals }: Snapshot): readonly Signal[] {
  const byName = new Map<string, Signal>();
  for (const signal of signals) {
    const name = deedWords(signal);
    if (!byName.has(name)) byName.set(name, signal);
    if (byName.size === MOST_DEEDS) break;
  }
  return [...byName.values()];
}

function withoutDeed(deed: Signal): OtherOutcome["change"] {
  return {
    says: `without ${deedWords(deed)}`,
    apply: (subject) => ({ ...subject, signals: subject.signals.filter((signal) => signal !== deed) }),
  };
}

/** Which page somebody saw is theirs to tell; the form's name is ours. */
function deedWords({ kind, form }: Signal): string {
  return form === undefined ? `one ${kind}` : `the form ${form}`;
}

/** Another type, or another refusal, is another outcome. */
function outcomeWords({ outcome, reason }: Verdict): string {
  return outcome === "ready" || outcome === "refused"
    ? `${outcome} as ${reason}`
    : outcome.replaceAll("-", " ");
}
