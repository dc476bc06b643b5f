/** `baton report stuck`: leads that go nowhere, and what to do about each. It names them, for the operator's own eyes. */
import { MOST_STUCK } from "../present/stored.ts";
import { type Stuck, stuckLeads } from "../present/stuck.ts";
import { STUCK_KINDS, type StuckKind } from "../report/stuck.ts";
import { oneInstallation, withStore } from "./existing-store.ts";
import { printJson, printLines, tableLines } from "./print.ts";
import type { Screen, Shell } from "./shell.ts";
import { counted, printable } from "./words.ts";

const KINDS: Readonly<Record<StuckKind, string>> = {
  queued: "waiting for an owner",
  untouched: "owned and untouched",
  quiet: "gone quiet",
};

/** Prints them. Throws `cli.usage` and `cli.not-found` for the portal, and what opening the database throws. */
export async function reportStuck(
  shell: Shell,
  options: { readonly portal?: string; readonly json?: boolean },
): Promise<void> {
  const stuck = await withStore(shell, async (store) => {
    const { id } = await oneInstallation(store, options.portal);
    return await stuckLeads(store.db, id, MOST_STUCK, shell.now());
  });
  if (options.json === true) await printJson(shell.out, stuck);
  else await printStuck(shell.out, stuck);
}

async function printStuck(screen: Screen, { counts, leads }: Stuck): Promise<void> {
  if (leads.length === 0) {
    await printLines(screen, ["Nothing is stuck."]);
    return;
  }
  const lines = STUCK_KINDS.flatMap((kind) => {
    const own = leads.filter((one) => one.kind === kind);
    if (own.length === 0) return [];
    const rest = counts[kind] - own.length;
    const shape = {
      head: ["lead", "type", "owner", "what to do", "where"],
      rows: own.map(({ lead, name = lead, type, rep = "", todo, url = "" }) =>
        [name, type, rep, todo, url].map(printable),
      ),
    };
    return [
      screen.paint.bold(`${counted(counts[kind], "lead")} ${KINDS[kind]}`),
      ...tableLines(screen, shape),
      ...(rest > 0 ? [`and ${rest} more, stuck for less long`] : []),
      "",
    ];
  });
  await printLines(screen, lines.slice(0, -1));
}
