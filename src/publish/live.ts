/**
 * The version that decides now, in a process that runs: it looks for a newer publication every few seconds, so that a whole
 * fleet follows a publication or a rollback without a restart.
 *
 * A lane turn sees one version from its first read to its last decision (`underOneVersion`); the next turn sees the new one.
 * A publication this release cannot use is refused loudly, once, and the version before it goes on.
 */
import { codeOf } from "../errors.ts";
import type { Lane } from "../lanes/lane.ts";
import type { Log } from "../log.ts";
import { type DurationMs, SECOND_MS } from "../model/instant.ts";
import { parsePlaybook } from "../playbook/index.ts";
import type { Playbook } from "../playbook/playbook.ts";
import { type Repeating, repeating } from "../repeating.ts";
import { livePublication } from "../store/publications.ts";
import type { Db } from "../store/schema.ts";
import { type Files, textsOf } from "./proposal.ts";
import type { Start } from "./start.ts";

/** How long a publication may go unnoticed: soon enough for whoever published it, and one step in an index each time. */
const LOOK_MS: DurationMs = 2 * SECOND_MS;

/** What following the live version takes. */
export interface FollowTools {
  readonly db: Db;
  readonly log: Log;
  /** Does ahead of time what the first turn under a version would have to wait for. */
  readonly prepare: (playbook: Playbook) => void;
}

/** The live version, as far as this process knows. */
export interface Followed {
  readonly playbook: () => Playbook;
  readonly files: () => Files;
  /** Looks for a newer publication at once. Throws what the database throws, and `playbook.missing` for one without texts. */
  readonly look: () => Promise<void>;
  /** Looks every few seconds from now on. @returns What ends it. */
  readonly watch: () => Repeating;
}

/** Follows the live version, beginning with what the process started with. Throws nothing. */
export function followLive(tools: FollowTools, start: Start): Followed {
  let current: Pick<Start, "playbook" | "files"> = start;
  let seen = start.publication.seq;
  tools.prepare(start.playbook);

  const look = async (): Promise<void> => {
    const publication = await livePublication(tools.db);
    if (publication === undefined || publication.seq === seen) return;
    const { version, because, seq } = publication;
    if (version !== current.playbook.version) {
      const files = await textsOf(tools.db, version);
      const { playbook } = parsePlaybook(files);
      const facts = { version, because, before: current.playbook.version };
      if (playbook === undefined) {
        const says = "a version was published that this release cannot use; the one before it goes on";
        tools.log.error({ code: "playbook.invalid", ...facts }, says);
      } else {
        tools.prepare(playbook);
        current = { playbook, files };
        tools.log.info(facts, "another version of the playbook decides from now on");
      }
    }
    seen = seq;
  };
  return {
    playbook: () => current.playbook,
    files: () => current.files,
    look,
    watch: () =>
      repeating(LOOK_MS, look, (cause) =>
        tools.log.error(
          { code: codeOf(cause, "store.unavailable"), err: cause },
          "a new version could not be looked for",
        ),
      ),
  };
}

/** The same lane with the version it has now, whatever is published while it is at work. Throws nothing. */
export function underOneVersion(lane: Lane): Lane {
  const playbook = lane.playbook();
  return { ...lane, playbook: () => playbook };
}
