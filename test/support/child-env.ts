/** The environment of a child process of a test: nothing of this process's settings but where programs lie. */
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Half of a start is compiling, and the tests start hundreds of processes. */
export const COMPILE_CACHE = join(tmpdir(), "baton-compile-cache");

/** @param own  What the test sets itself. */
export function childEnvironment(own: Readonly<Record<string, string>>): Record<string, string> {
  return { PATH: process.env["PATH"] ?? "", TZ: "UTC", NODE_COMPILE_CACHE: COMPILE_CACHE, ...own };
}
