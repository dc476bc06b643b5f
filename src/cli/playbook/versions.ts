/** `baton versions`: which versions there are, since when they decide, who signed them, and what they decided. */
import type { Instant } from "../../model/instant.ts";
import type { Approval, Publication } from "../../model/version.ts";
import type { Store } from "../../store/open.ts";
import { countHandoffs } from "../../store/playbooks.ts";
import { listApprovals, listPublications } from "../../store/publications.ts";
import { withStore } from "../existing-store.ts";
import { printJson, printLines, tableLines } from "../print.ts";
import type { Shell } from "../shell.ts";
import { inTime } from "../words.ts";

/** One version. `since`, `by` and `because` are those of its latest publication; absent while it is only signed. */
export interface VersionLine {
  readonly version: string;
  readonly live: boolean;
  readonly since?: Instant;
  readonly by?: string;
  readonly because?: Publication["because"];
  readonly signatures: readonly Omit<Approval, "version">[];
  /** Handoffs of all portals that it decided. */
  readonly handoffCount: number;
}

/** Prints all versions, the live one first, then those it replaced, then those that wait. Throws what opening the store throws. */
export async function versions(shell: Shell, options: { readonly json?: boolean }): Promise<void> {
  const lines = await withStore(shell, versionLines);
  if (options.json === true) {
    await printJson(shell.out, lines);
    return;
  }
  if (lines.length === 0) {
    await printLines(shell.out, ["No version is live yet: the first goes live when a server starts."]);
    return;
  }
  await printLines(
    shell.out,
    tableLines(shell.out, {
      head: ["version", "live", "since", "by", "how", "signatures", "handoffs"],
      rows: lines.map((line) => [
        line.version,
        line.live ? "live" : "",
        line.since === undefined ? "" : inTime(line.since, shell.zone),
        line.by ?? "",
        line.because ?? (line.signatures.length > 0 ? "waits" : ""),
        line.signatures.map(({ side, by }) => `${side} ${by}`).join(", "),
        line.handoffCount.toLocaleString("en-GB"),
      ]),
    }),
  );
}

async function versionLines({ db }: Store): Promise<readonly VersionLine[]> {
  const publications = await listPublications(db);
  const approvals = Map.groupBy(await listApprovals(db), ({ version }) => version);
  const counts = await countHandoffs(db);
  const latest = new Map(publications.map((one) => [one.version, one]));
  const published = [...latest.values()].toSorted((a, b) => b.seq - a.seq);
  const known = new Set(latest.keys());
  // Versions from before publications were kept are known by what they decided.
  const others = [...new Set([...approvals.keys(), ...counts.keys()])].filter((one) => !known.has(one));
  const rest = (version: string) => ({
    signatures: (approvals.get(version) ?? []).map(({ side, by, at }) => ({ side, by, at })),
    handoffCount: counts.get(version) ?? 0,
  });
  return [
    ...published.map(({ version, at, by, because }, index) => ({
      version,
      live: index === 0,
      since: at,
      by,
      because,
      ...rest(version),
    })),
    ...others.toSorted().map((version) => ({ version, live: false, ...rest(version) })),
  ];
}
