/** `baton export`: what is stored, one JSON object a line, for other programs. */
import { createWriteStream, type WriteStream } from "node:fs";
import { once } from "node:events";
import { BatonError } from "../errors.ts";
import { DAY_MS, HOUR_MS, type Instant, MINUTE_MS } from "../model/instant.ts";
import { EXPORTED_TABLES, exportRecords } from "../store/export.ts";
import type { Store } from "../store/open.ts";
import { cannotWrite } from "./cannot-write.ts";
import { chooseInstallations, withStore } from "./existing-store.ts";
import { printLines } from "./print.ts";
import { type Screen, screenOf, type Shell } from "./shell.ts";
import { counted, printableJson, withoutFormulas } from "./words.ts";

export interface ExportOptions {
  readonly portal?: string;
  readonly since?: string;
  readonly out?: string;
}

/** Raised whenever a line's shape changes in a way its readers must know of. */
const FORMAT = 1;
/** Lines put together before they are written: one write a line would be slow. */
const LINES_A_WRITE = 100;
/** Lines between two words of progress. */
const LINES_A_WORD = 10_000;

/**
 * Prints the export, or writes it to a new file only its owner may read. Two exports of the same data are the same to the
 * byte. Throws `cli.usage` when the file exists or cannot be made or `since` makes no sense, and what opening the database throws.
 */
export async function exportAll(shell: Shell, options: ExportOptions): Promise<void> {
  const since = options.since === undefined ? 0 : parseSince(options.since, shell.now());
  await withStore(shell, async (store) => {
    const file = options.out === undefined ? undefined : await openNewFile(options.out);
    const screen = file === undefined ? shell.out : screenOf(file, shell.env);
    const count = await writeExport(shell, store, screen, since, options.portal);
    if (file === undefined || options.out === undefined) return;
    file.end();
    await once(file, "close");
    await printLines(shell.err, [
      `Wrote ${counted(count, "line")} to ${options.out}. It holds personal data.`,
    ]);
  });
}

async function writeExport(
  shell: Shell,
  store: Store,
  screen: Screen,
  since: Instant,
  portal: string | undefined,
): Promise<number> {
  const installations = await chooseInstallations(store, portal);
  const header = {
    record: "header",
    format: FORMAT,
    instants: "UTC epoch milliseconds",
    since,
    portals: installations.map(({ tenant }) => tenant),
    records: EXPORTED_TABLES,
  };
  let lines = [lineOf(header)];
  let count = 0;
  const flush = async (): Promise<void> => {
    count += lines.length;
    await printLines(screen, lines);
    lines = [];
    if (count % LINES_A_WORD === 0) await showProgress(shell, count);
  };
  for (const { id, crm, tenant } of installations) {
    for await (const { record, ...row } of exportRecords(store.db, id, since)) {
      lines.push(lineOf({ record, crm, portal: tenant, ...row }));
      if (lines.length === LINES_A_WRITE) await flush();
    }
  }
  await flush();
  return count;
}

/** One line, harmless also where it is printed on a terminal or opened in a spreadsheet. */
function lineOf(record: unknown): string {
  return printableJson(withoutFormulas(JSON.stringify(record)));
}

async function showProgress(shell: Shell, count: number): Promise<void> {
  if (shell.err.columns !== undefined) await printLines(shell.err, [`${counted(count, "line")} …`]);
}

async function openNewFile(path: string): Promise<WriteStream> {
  const file = createWriteStream(path, { flags: "wx", mode: 0o600 });
  try {
    await once(file, "open");
  } catch (cause) {
    throw cannotWrite(path, cause);
  }
  return file;
}

const UNITS: Readonly<Record<string, number>> = { d: DAY_MS, h: HOUR_MS, m: MINUTE_MS };

/** `7d`, `12h`, `30m` before now, or a date or time of ISO 8601; a date without time is its midnight in UTC. */
function parseSince(text: string, now: Instant): Instant {
  const span = /^(\d{1,5})([dhm])$/.exec(text);
  if (span !== null) return now - Number(span[1]) * (UNITS[span[2] ?? ""] ?? 0);
  const at = /^\d{4}-\d{2}-\d{2}(T[\d:.]+(Z|[+-]\d{2}:\d{2}))?$/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isFinite(at)) return at;
  throw new BatonError(
    "cli.usage",
    `--since "${text}" is no instant. Give 2026-11-17, 2026-11-17T09:00:00Z, or a span back from now: 7d, 12h, 30m.`,
  );
}
