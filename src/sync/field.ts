/**
 * One field of a pair: who has to learn what from whom.
 *
 * Three values decide: what each side holds now, and what both held when they last agreed. Whoever differs from what was agreed
 * has changed. One change is copied; two different ones are a conflict, which the field's rule decides and which is told. Nothing
 * is ever guessed: what the other side cannot hold is held back, and what cannot be read is left alone.
 */
import type { FieldOutcome, FieldState, SyncField } from "../model/sync.ts";
import type { Side } from "../model/version.ts";
import { canonical, written } from "./canonical.ts";

/** The field as both sides hold it. A side that could not be read is absent. */
interface Held {
  readonly marketing?: FieldState;
  readonly sales?: FieldState;
  /** Undefined where nothing was ever agreed. */
  readonly agreed: string | null | undefined;
}

/** Both sides in one spelling. */
interface Compared {
  readonly marketing: string | null;
  readonly sales: string | null;
  readonly agreed: string | null | undefined;
}

/** What becomes of the field, and what both agree on once it is written. Throws nothing. */
export function syncField(
  field: SyncField,
  held: Held,
): { readonly outcome: FieldOutcome; readonly agreed: string | null | undefined } {
  const { marketing, sales, agreed } = held;
  const facts = {
    field: field.name,
    ...(marketing?.value === undefined ? {} : { marketing: marketing.value }),
    ...(sales?.value === undefined ? {} : { sales: sales.value }),
    ...(agreed === undefined ? {} : { agreed }),
  };
  if (marketing === undefined || sales === undefined) {
    const why = `${marketing === undefined ? "marketing" : "sales"}'s CRM does not let Baton see it`;
    return { outcome: { ...facts, kind: "unreadable", why }, agreed };
  }
  const compared: Compared = {
    marketing: canonical(field, "marketing", marketing.value),
    sales: canonical(field, "sales", sales.value),
    agreed,
  };
  if (compared.marketing === compared.sales)
    return { outcome: { ...facts, kind: "equal", why: "both hold the same" }, agreed: compared.marketing };

  const strange = field.winner === "true-wins" ? strangeWord(compared) : undefined;
  if (strange !== undefined)
    return {
      outcome: { ...facts, kind: "held", why: `"${strange}" is neither yes nor no, and may be a yes` },
      agreed,
    };

  if (isSilent(field, compared))
    return { outcome: { ...facts, kind: "equal", why: "the side it follows has nothing to say" }, agreed };

  const ruling = ruled(field, { marketing, sales }, compared);
  const value = compared[ruling.winner];
  const to = written(field, otherThan(ruling.winner), value);
  if ("held" in to)
    return {
      outcome: { ...facts, kind: "held", winner: ruling.winner, why: `${ruling.why}, but ${to.held}` },
      agreed,
    };
  return { outcome: { ...facts, ...ruling, to: to.to }, agreed: value };
}

/**
 * A side that never had a value says nothing: only one that was emptied empties the other. And where only a yes is copied, whatever is
 * no yes says nothing.
 */
function isSilent({ direction, winner }: SyncField, { marketing, sales, agreed }: Compared): boolean {
  if (direction === "both") return false;
  const source = direction === "to-sales" ? marketing : sales;
  return winner === "true-wins" ? source !== "true" : source === null && agreed === undefined;
}

/** What one side holds, where it is no yes and no no. */
function strangeWord({ marketing, sales }: Compared): string | undefined {
  for (const value of [marketing, sales])
    if (value !== null && value !== "true" && value !== "false") return value;
  return undefined;
}

interface Ruling {
  readonly kind: "copied" | "conflict" | "one-way";
  readonly winner: Side;
  readonly why: string;
}

/** Whose value stands, of two that differ. */
function ruled(
  field: SyncField,
  states: { readonly marketing: FieldState; readonly sales: FieldState },
  compared: Compared,
): Ruling {
  const { direction, winner } = field;
  if (direction !== "both") {
    const source: Side = direction === "to-sales" ? "marketing" : "sales";
    const isDrift = compared.agreed !== undefined && compared.agreed !== compared[otherThan(source)];
    return isDrift
      ? {
          kind: "one-way",
          winner: source,
          why: `it was changed in ${otherThan(source)}'s CRM, and only follows ${source}'s`,
        }
      : { kind: "copied", winner: source, why: `it follows ${source}'s CRM` };
  }
  if (winner === "true-wins") {
    const yes: Side = compared.marketing === "true" ? "marketing" : "sales";
    return { kind: "copied", winner: yes, why: `a yes in ${yes}'s CRM is a yes in both` };
  }
  return changedOne(field, compared) ?? conflict(field, states, compared);
}

/** Where only one side has changed since they agreed, or only one has a value and they never did. */
function changedOne({ winner }: SyncField, { marketing, sales, agreed }: Compared): Ruling | undefined {
  const copied = (side: Side, why: string): Ruling => ({ kind: "copied", winner: side, why });
  const isEmptied = marketing === null || sales === null;
  if (isEmptied && (agreed === undefined || winner === "non-empty")) {
    const side: Side = marketing === null ? "sales" : "marketing";
    return copied(side, `only ${side}'s CRM has a value`);
  }
  if (agreed === undefined) return undefined;
  if (sales === agreed) return copied("marketing", "it was changed in marketing's CRM");
  if (marketing === agreed) return copied("sales", "it was changed in sales' CRM");
  return undefined;
}

/** Both have changed, to different values: the field's rule decides, and it is told. */
function conflict(
  { winner: rule, otherwise }: SyncField,
  { marketing, sales }: { readonly marketing: FieldState; readonly sales: FieldState },
  { agreed }: Compared,
): Ruling {
  const what = agreed === undefined ? "the two have never agreed" : "it was changed in both CRMs";
  const wins = (winner: Side, why: string): Ruling => ({ kind: "conflict", winner, why: `${what}: ${why}` });
  if (rule === "marketing" || rule === "sales") return wins(rule, `${rule}'s value is agreed to stand`);
  const [here, there] = [marketing.changedAt, sales.changedAt];
  if (rule === "latest" && here !== undefined && there !== undefined && here !== there) {
    const latest: Side = here > there ? "marketing" : "sales";
    return wins(latest, `the later change was ${latest}'s`);
  }
  const doubt = rule === "latest" ? "nobody can say which change was the later one" : "both have a value";
  return wins(otherwise, `${doubt}, and then ${otherwise}'s is agreed to stand`);
}

/** The other of the two. */
export function otherThan(side: Side): Side {
  return side === "marketing" ? "sales" : "marketing";
}
