/** Two records of one person, one in each CRM, and how they are kept equal. Source: docs/sync.md. */
import type { GuardedValue } from "./effect.ts";
import type { Instant } from "./instant.ts";
import type { Side } from "./version.ts";

/** Who wins where both sides were changed. `true-wins`: a yes on either side is a yes on both, and stays. */
export type SyncWinner = "latest" | "marketing" | "sales" | "non-empty" | "true-wins";

/** What a value is, so that two spellings of one are not two values. */
export type SyncType = "text" | "email" | "number" | "boolean" | "date" | "date-time" | "choice";

/** One field as both CRMs keep it. */
export interface SyncField {
  /** Names the field in `agreed` and in what people read: its property path in marketing's CRM. Each at most once. */
  readonly name: string;
  /** Property path in marketing's CRM: `contact.jobtitle`. */
  readonly marketing: string;
  /** Property path in sales' CRM: `lead.Title`. */
  readonly sales: string;
  readonly direction: "both" | "to-sales" | "to-marketing";
  readonly winner: SyncWinner;
  /** Who wins where the rule cannot tell: both changed at one instant, or nobody knows when. */
  readonly otherwise: Side;
  readonly type: SyncType;
  /** For choices: values that mean the same, each at most once a side. Others are held back; without a list all are taken as they are. */
  readonly values?: readonly { readonly marketing: string; readonly sales: string }[];
  /** The longest value each side takes, in characters, where it is known. */
  readonly longest?: { readonly marketing?: number; readonly sales?: number };
}

/** A field of one record as it was read. */
export interface FieldState {
  /** Absent when the field is empty. */
  readonly value?: string;
  /** When it was changed last, where the CRM says so. */
  readonly changedAt?: Instant;
}

/** One side of a pair by property path. A path that is absent could not be read: it is left alone, and is not taken for empty. */
export type SideState = ReadonlyMap<string, FieldState>;

/** What both sides held when they last agreed, in one canonical spelling, by the field's name; null: both were empty. */
export type Agreed = Readonly<Record<string, string | null>>;

/** What becomes of one field. `held`: a value the other side cannot take. `one-way`: a change on the side that only follows. */
export interface FieldOutcome {
  readonly field: string;
  readonly kind: "equal" | "copied" | "conflict" | "one-way" | "held" | "unreadable";
  /** As read; absent where empty or unreadable. */
  readonly marketing?: string;
  readonly sales?: string;
  /** Absent where nothing was ever agreed. */
  readonly agreed?: string | null;
  /** Whose value stands. */
  readonly winner?: Side;
  /** What is written to the other side; empty text clears. Absent where nothing is written. */
  readonly to?: string;
  /** Why, in a sentence for people. */
  readonly why: string;
}

/** The writes that make a pair agree, and what will be agreed once they are confirmed. */
export interface SyncPlan {
  readonly writes: {
    readonly marketing: Readonly<Record<string, GuardedValue>>;
    readonly sales: Readonly<Record<string, GuardedValue>>;
  };
  readonly agreed: Agreed;
  readonly outcomes: readonly FieldOutcome[];
}
