/** `baton explain`: why a lead was decided as it was, and what came of it. */
import { gather } from "./explain/explanation.ts";
import { findSubject } from "./explain/find.ts";
import { explanationLines } from "./explain/text.ts";
import { withStore } from "./existing-store.ts";
import { printJson, printLines } from "./print.ts";
import type { Shell } from "./shell.ts";

export interface ExplainOptions {
  readonly portal?: string;
  readonly all?: boolean;
  readonly json?: boolean;
}

/**
 * Prints the explanation. Needs the database alone: no credentials, no CRM.
 * Throws `cli.not-found`, `cli.usage` when `what` may mean several leads, and what opening the database throws.
 */
export async function explain(shell: Shell, what: string, options: ExplainOptions): Promise<void> {
  const explanation = await withStore(shell, async (store) =>
    gather(store.db, await findSubject(store, what, options.portal), options.all === true),
  );
  if (options.json === true) {
    await printJson(shell.out, explanation);
    return;
  }
  const reader = { screen: shell.out, zone: shell.zone, now: shell.now() };
  await printLines(shell.out, explanationLines(explanation, reader));
}
