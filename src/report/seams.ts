/** The instants between which a handoff's time goes, by the names agreement.yaml gives them. */
import type { InstantColumn } from "../model/handoff-figure.ts";

/** The time between two instants of a handoff, and who answers for it. */
export interface SeamSpan {
  /** `written..first-attempt`. */
  readonly name: string;
  readonly from: InstantColumn;
  readonly to: InstantColumn;
  /** The team agreement.yaml names; absent for the speeds everybody looks at. */
  readonly answers?: string;
}

const COLUMN_OF: Readonly<Record<string, InstantColumn>> = {
  occurred: "occurredAt",
  received: "receivedAt",
  read: "readAt",
  decided: "decidedAt",
  written: "writtenAt",
  "first-attempt": "firstAttemptAt",
  "meaningful-touch": "meaningfulAt",
  disposition: "answeredAt",
};

/** The speeds of docs/reports.md, which no agreement has to name. Wall-clock time, nights and weekends included. */
export const SPEEDS = {
  speedToLead: { name: "signal to first attempt", from: "occurredAt", to: "firstAttemptAt" },
  firstAttempt: { name: "handoff to first attempt", from: "decidedAt", to: "firstAttemptAt" },
  meaningfulTouch: { name: "handoff to meaningful touch", from: "decidedAt", to: "meaningfulAt" },
  conversion: { name: "handoff to opportunity", from: "decidedAt", to: "opportunityAt" },
} as const satisfies Readonly<Record<string, SeamSpan>>;

/** The seams of an agreement. One that names no instant of a handoff is left out; `baton check` refuses it. Throws nothing. */
export function seamSpans(
  seams: readonly { readonly from: string; readonly to: string; readonly answers: string }[],
): readonly SeamSpan[] {
  return seams.flatMap(({ from, to, answers }) => {
    const [fromColumn, toColumn] = [COLUMN_OF[from], COLUMN_OF[to]];
    if (fromColumn === undefined || toColumn === undefined) return [];
    return [{ name: `${from}..${to}`, from: fromColumn, to: toColumn, answers }];
  });
}
