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
}

/** Runs `baton` with these arguments. @returns What the binary would leave behind. */
export async function runInside(
  args: readonly string[],
  { env, now, ask }: TestShell,
): Promise<{ readonly code: number; readonly out: string; readonly err: string }> {
  const [out, err] = [keeping(), keeping()];
  const shell: Shell = {
    env,
    out: out.screen,
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

function keeping(): { readonly screen: Screen; readonly text: () => string } {
  let text = "";
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      text += chunk.toString();
      done();
    },
  });
  return { screen: screenOf(stream, {}), text: () => text };
}
