/** `baton report pack`: the review pack as a page, as Markdown or as rows. */
import { writeFile } from "node:fs/promises";
import { makePack } from "../present/pack.ts";
import { packDays } from "../present/review-memory.ts";
import { parseSpan } from "../report/days.ts";
import type { Pack } from "../report/pack.ts";
import { packCsv } from "../report/pack-csv.ts";
import { packMarkdown } from "../report/pack-markdown.ts";
import { packPage } from "../report/pack-page.ts";
import { cannotWrite } from "./cannot-write.ts";
import { oneInstallation, withStore } from "./existing-store.ts";
import { printLines } from "./print.ts";
import { agreedPlaybook } from "./report-playbook.ts";
import type { Shell } from "./shell.ts";

export interface PackOptions {
  readonly from?: string;
  readonly to?: string;
  readonly out?: string;
  readonly markdown?: boolean;
  readonly csv?: boolean;
  readonly portal?: string;
}

/**
 * Prints the pack, or writes it to a new file only its owner may read. Throws `cli.usage` when the file exists or cannot be made, and
 * what `baton report` throws.
 */
export async function reportPack(shell: Shell, options: PackOptions): Promise<void> {
  const now = shell.now();
  const pack = await withStore(shell, async (store) => {
    const installation = await oneInstallation(store, options.portal);
    const playbook = await agreedPlaybook(shell, store);
    return await makePack(store, installation, playbook, parseSpan(options, packDays(playbook), now), now);
  });
  const text = written(pack, options);
  if (options.out === undefined) {
    await shell.out.write(text);
    return;
  }
  try {
    await writeFile(options.out, text, { flag: "wx", mode: 0o600 });
  } catch (cause) {
    throw cannotWrite(options.out, cause);
  }
  await printLines(shell.out, [`Written to ${options.out}.`]);
}

function written(pack: Pack, { markdown, csv }: PackOptions): string {
  if (markdown === true) return packMarkdown(pack);
  return csv === true ? packCsv(pack) : packPage(pack);
}
