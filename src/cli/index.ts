/** Where `baton` begins: runs the command that was asked for and leaves with the exit code of what came of it. */
import { reportFault } from "./fault.ts";
import { buildProgram } from "./program.ts";
import { processShell } from "./shell.ts";

// Whoever reads our output may stop early, as `baton export | head` does: that is no fault.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit(0);
  throw error;
});

const shell = processShell();
try {
  await buildProgram(shell, (code) => {
    process.exitCode = code;
  }).parseAsync(process.argv.slice(2), { from: "user" });
} catch (error) {
  process.exitCode = await reportFault(shell, error);
}
