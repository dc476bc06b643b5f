/** Who held a lane when, and who wrote when: the two must agree. Pure. */

/** A change of hands as the database saw it. Without a holder the lane was let go. */
export interface HandChange {
  readonly atMs: number;
  readonly member: string;
  readonly isHeld: boolean;
}

/** Something a process did, from when to when. */
export interface Deed {
  readonly member: string;
  readonly what: string;
  readonly fromMs: number;
  readonly untilMs: number;
}

/** One member's time with a lane; the last one has no end. */
export interface Hold {
  readonly member: string;
  readonly fromMs: number;
  readonly untilMs: number;
}

/** Changes of one lane, in order → the holds between them. A member that takes what it has already goes on holding it. */
export function holdsOf(changes: readonly HandChange[]): readonly Hold[] {
  return changes.flatMap(({ atMs, member, isHeld }, index) => {
    const next = changes[index + 1];
    return isHeld ? [{ member, fromMs: atMs, untilMs: next?.atMs ?? Number.POSITIVE_INFINITY }] : [];
  });
}

/** Deeds of different members at the same moment, each pair once, in words. An end and a beginning at one instant do not overlap. */
export function overlaps(deeds: readonly Deed[]): readonly string[] {
  const sorted = deeds.toSorted((a, b) => a.fromMs - b.fromMs);
  const found: string[] = [];
  const latest = new Map<string, Deed>();
  for (const deed of sorted) {
    for (const [member, other] of latest)
      if (member !== deed.member && other.untilMs > deed.fromMs)
        found.push(`${said(other)} and ${said(deed)}`);
    const own = latest.get(deed.member);
    if (own === undefined || own.untilMs < deed.untilMs) latest.set(deed.member, deed);
  }
  return found;
}

/** Deeds that lie in no hold of their member's, in words. */
export function outside(deeds: readonly Deed[], holds: readonly Hold[]): readonly string[] {
  return deeds
    .filter(
      (deed) =>
        !holds.some(
          ({ member, fromMs, untilMs }) =>
            member === deed.member && fromMs <= deed.fromMs && deed.untilMs <= untilMs,
        ),
    )
    .map((deed) => `${said(deed)} did not hold the lane`);
}

function said({ member, what, fromMs, untilMs }: Deed): string {
  return `${member}: ${what} from ${fromMs} to ${untilMs}`;
}
