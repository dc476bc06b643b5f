/** `baton report decided`: what both teams decided when they met, for the next pack to open with. */
import { randomBytes } from "node:crypto";
import { BatonError } from "../errors.ts";
import { record } from "../store/audit.ts";
import { addReviewNote } from "../store/review-notes.ts";
import { oneInstallation, withStore } from "./existing-store.ts";
import { printLines } from "./print.ts";
import type { Shell } from "./shell.ts";

export interface DecidedOptions {
  readonly by?: string;
  readonly portal?: string;
}

/** Characters: a decision fits in some sentences, and the pack on two sheets. */
const LONGEST = 500;
const ID_BYTES = 12;

/** Records it. Throws `cli.usage` for nothing and for too much, and what choosing the portal throws. */
export async function recordDecided(shell: Shell, text: string, options: DecidedOptions): Promise<void> {
  const body = text.replaceAll(/\s+/g, " ").trim();
  if (body === "" || body.length > LONGEST) {
    throw new BatonError(
      "cli.usage",
      `Say what was decided in 1 to ${LONGEST} characters (these are ${body.length}); several decisions take several calls.`,
    );
  }
  const actor = options.by?.trim().toLowerCase() ?? "cli";
  await withStore(shell, async (store) => {
    const { id: installation } = await oneInstallation(store, options.portal);
    await store.db.transaction().execute(async (tx) => {
      const now = shell.now();
      await addReviewNote(tx, installation, randomBytes(ID_BYTES).toString("hex"), { at: now, actor, body });
      await record(tx, { installation, actor: "cli", action: "review-decided", detail: "one decision" }, now);
    });
  });
  await printLines(shell.out, ["Recorded. The next pack opens with it."]);
}
