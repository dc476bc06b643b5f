/** The check-up of versions: which one is live, whether this release can use it, and what the folder waits for. */
import { BatonError } from "../errors.ts";
import { parsePlaybook } from "../playbook/index.ts";
import { loadPlaybook } from "../playbook-folder.ts";
import { type LiveVersion, loadLive, proposalOf } from "../publish/proposal.ts";
import { newsOf } from "../publish/words.ts";
import type { Db } from "../store/schema.ts";
import { attempt, type Check, ok, problem, warning } from "./check.ts";

const AREA = "versions";

/** Checks the live version and how a folder stands to it. @param place  The folder. Throws nothing but faults. */
export async function checkVersions(db: Db, place: string): Promise<readonly Check[]> {
  return await attempt(AREA, "Start the release of Baton that published the live version.", async () => {
    const live = await loadLive(db);
    if (live === undefined)
      return [ok(AREA, "no version is live yet; the first goes live when a server starts")];
    return [liveCheck(live), ...(await folderChecks(db, live, place))];
  });
}

function liveCheck({ publication, files, signOff }: LiveVersion): Check {
  const { version, at, by } = publication;
  if (parsePlaybook(files).playbook === undefined) {
    return problem(
      AREA,
      "playbook.invalid",
      `version ${version} is live, and this release of Baton cannot use it`,
      "Run the release that published it, or publish a version that this one can use: baton publish",
    );
  }
  const signed = signOff === undefined ? "nobody has to sign the next" : "marketing and sales sign the next";
  return ok(AREA, `version ${version} is live since ${new Date(at).toISOString()}, by ${by}; ${signed}`);
}

/** A folder that cannot be used is the playbook check's to report. */
async function folderChecks(db: Db, live: LiveVersion, place: string): Promise<readonly Check[]> {
  const version = await versionIn(place);
  if (version === undefined) return [];
  const news = newsOf({ ...(await proposalOf(db, live, version)), version }, place);
  return news === undefined ? [] : [warning(AREA, news.says, news.fix)];
}

async function versionIn(place: string): Promise<string | undefined> {
  try {
    return (await loadPlaybook(place)).playbook.version;
  } catch (cause) {
    if (cause instanceof BatonError) return undefined;
    throw cause;
  }
}
