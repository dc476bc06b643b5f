/** Commands inside the test's own process, where starting the binary would only cost time: what they print is kept. */
import { Writable } from "node:stream";
import { reportFault } from "../../src/cli/fault.ts";
import { buildProgram } from "../../src/cli/program.ts";
import { type Screen, screenOf, type Shell } from "../../src/cli/shell.ts";
import type { Instant } from "../../src/model/instant.ts";

/** What a shell in a test is made of. */
export interface TestShell {
  readonly env: Readonly<Record<string, string>>;
  readonly now?: () => Instant;
  readonly ask?: NonNullable<Shell["ask"]>;
  /** Of the terminal whose width it has. */
  readonly columns?: number;
}

/** Runs `baton` with these arguments. @returns What the binary would leave behind. */
export async function runInside(
  args: readonly string[],
  { env, now, ask, columns }: TestShell,
): Promise<{ readonly code: number; readonly out: string; readonly err: string }> {
  const [out, err] = [keeping(), keeping()];
  const shell: Shell = {
    env,
    out: columns === undefined ? out.screen : { ...out.screen, columns },
    err: err.screen,
    now: now ?? Date.now,
    zone: "UTC",
    ...(ask === undefined ? {} : { ask }),
  };
  let code = 0;
  const program = buildProgram(shell, (left) => {
    code = left;
  });
  try {
    await program.parseAsync(args, { from: "user" });
  } catch (error) {
    code = await reportFault(shell, error);
  }
  return { code, out: out.text(), err: err.text() };
}

/** A screen that keeps what is written on it: no terminal, or one as wide as is said. */
export function keeping({ columns }: { readonly columns?: number } = {}): {
  readonly screen: Screen;
  readonly text: () => string;
} {
  let text = "";
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      text += chunk.toString();
      done();
    },
  });
  const screen = screenOf(stream, {});
  return { screen: columns === undefined ? screen : { ...screen, columns }, text: () => text };
}
