/**
 * What Baton remembers of one lead, in the order in which it happened: what a person reads first when the judge has found a
 * double. Pure.
 */
import type { ExportLine } from "./checker.ts";

/** Event, decision, handoff and effect lines of the export → one line each: instant, what, and how it ended. */
export function storyOf(lead: string, exported: readonly ExportLine[]): readonly string[] {
  return exported
    .filter((line) => line["lead"] === lead)
    .flatMap((line) => TELL[line.record]?.(line) ?? [])
    .toSorted((a, b) => a.at - b.at)
    .map(({ at, text }) => `${new Date(at).toISOString()} ${text}`);
}

interface Told {
  readonly at: number;
  readonly text: string;
}
type Tell = (line: ExportLine) => readonly Told[];

const TELL: Readonly<Record<string, Tell>> = {
  event: (line) => [told(line, "received_at", "event", ["key", "state", "attempts", "outcome"])],
  decision: (line) => [told(line, "decided_at", "decision", ["id", "handoff", "outcome", "reason"])],
  handoff: (line) => [
    told(line, "decided_at", "handoff", ["id", "state", "owner", "rule"]),
    ...ending(line, "closed_at", "handoff closed", ["id", "closed_because"]),
  ],
  effect: (line) => [
    told(line, "planned_at", "effect planned", ["key", "kind", "handoff"]),
    ...ending(line, "attempted_at", "effect attempted last", ["key", "attempts"]),
    ...ending(line, "settled_at", "effect ended", ["key", "state", "crm_id", "code", "reason"]),
  ],
};

function told(line: ExportLine, at: string, what: string, names: readonly string[]): Told {
  const said = names
    .filter((name) => (line[name] ?? null) !== null)
    .map((name) => `${name}=${String(line[name])}`);
  return { at: Number(line[at]), text: `${what} ${said.join(" ")}` };
}

function ending(line: ExportLine, at: string, what: string, names: readonly string[]): readonly Told[] {
  return typeof line[at] === "number" ? [told(line, at, what, names)] : [];
}
