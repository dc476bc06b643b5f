/**
 * The versions of the playbook that decided something, compiled again when somebody asks why. Compiling one takes as long as many
 * decisions, so a process keeps those it was asked about last.
 */
import type { Nearest } from "../model/finding.ts";
import { parsePlaybook } from "../playbook/index.ts";
import type { Playbook } from "../playbook/playbook.ts";
import { nearestOf } from "../qualify/nearest.ts";
import { loadPlaybookFiles } from "../store/playbooks.ts";
import type { Db } from "../store/schema.ts";
import type { StoredDecision } from "../store/turns.ts";

/** A version by its name; undefined for one that was never kept, or that this release cannot use. */
export type Versions = (version: string) => Promise<Playbook | undefined>;

/** Versions kept compiled: an agreement changes a few times a month, and people ask about the leads of these weeks. */
const MOST_KEPT = 8;

/**
 * The versions in a database, each compiled once for all who ask. They throw what the database throws; that is not kept.
 * @param live  The version that decides now, where the process has it compiled already.
 */
export function storedVersions(db: Db, live?: () => Playbook): Versions {
  const kept = new Map<string, Promise<Playbook | undefined>>();
  return async (version) => {
    const current = live?.();
    if (current?.version === version) return current;
    const known = kept.get(version) ?? compiled(db, version);
    // Last in the order of the map: the first is the one nobody has asked about for longest.
    kept.delete(version);
    kept.set(version, known);
    const [oldest] = kept.keys();
    if (kept.size > MOST_KEPT && oldest !== undefined) kept.delete(oldest);
    try {
      return await known;
    } catch (cause) {
      kept.delete(version);
      throw cause;
    }
  };
}

async function compiled(db: Db, version: string): Promise<Playbook | undefined> {
  const files = await loadPlaybookFiles(db, version);
  return files && parsePlaybook(files).playbook;
}

/**
 * The outcome nearest to a stored decision's verdict, by the version that decided; undefined where no single change leads to
 * one, or that version cannot be read any more. Throws what `versions` throw.
 */
export async function nearestTo(
  { snapshot, decision }: Pick<StoredDecision, "snapshot" | "decision">,
  versions: Versions,
): Promise<Nearest | undefined> {
  const playbook = await versions(decision.playbookVersion);
  return playbook && nearestOf(decision.verdict, snapshot, playbook, decision.decidedAt);
}
