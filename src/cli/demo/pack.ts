/** The review pack of the demo's day, as a page beside the demo's database. */
import { writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import type { Instant } from "../../model/instant.ts";
import { makePack } from "../../present/pack.ts";
import { lastDays } from "../../report/days.ts";
import { packPage } from "../../report/pack-page.ts";
import { type AnyStage, leadInstallation } from "./stage.ts";

const SQLITE = "sqlite:";
/** A meeting every two weeks. */
const DAYS = 14;

/** Writes the pack and gives the link to it; undefined where the demo's database is no file that it could lie beside. */
export async function writePack(
  stage: AnyStage,
  database: string,
  now: Instant,
): Promise<string | undefined> {
  const path = database.slice(SQLITE.length);
  if (!database.startsWith(SQLITE) || path === ":memory:") return undefined;
  const { baton } = stage;
  const installation = await leadInstallation(stage);
  const pack = await makePack(baton.store, installation, baton.playbook(), lastDays(DAYS, now), now);
  const page = resolve(`${path.replace(/\.[^./]*$/, "")}-review.html`);
  writeFileSync(page, packPage(pack));
  return pathToFileURL(page).href;
}
