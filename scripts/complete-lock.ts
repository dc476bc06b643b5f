/**
 * Completes the lockfile: `node scripts/complete-lock.ts`.
 *
 * Tools with native code publish one optional package a platform. npm leaves out of the lockfile those its registry cannot
 * resolve at that moment, and `npm ci` then refuses the whole file, on every platform. Each is written back here with the
 * exact version its tool asks for; what is for another platform is never fetched.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { z } from "zod";

const lockSchema = z.looseObject({
  packages: z.record(
    z.string(),
    z.looseObject({
      dev: z.boolean().optional(),
      license: z.string().optional(),
      optionalDependencies: z.record(z.string(), z.string()).optional(),
    }),
  ),
});
type Lock = z.output<typeof lockSchema>;

/** `@oxlint/binding-linux-arm64-musl` is for Linux on arm64 with musl. */
const PLATFORM =
  /(?<os>android|darwin|freebsd|linux|openharmony|win32)-(?<cpu>arm64|arm|x64|ia32|ppc64|riscv64|s390x)(?:-(?<abi>[a-z]+))?$/;

/** Names of platform packages that the lockfile's own entries ask for and that it lacks. Throws for no lockfile. */
export function missingPlatforms(text: string): readonly string[] {
  return missing(lockSchema.parse(JSON.parse(text))).map(({ name }) => name);
}

function missing({ packages }: Lock) {
  return Object.entries(packages).flatMap(([path, { optionalDependencies = {}, dev, license }]) =>
    Object.entries(optionalDependencies).flatMap(([name, version]) => {
      const platform = PLATFORM.exec(name)?.groups;
      const isThere = `node_modules/${name}` in packages || `${path}/node_modules/${name}` in packages;
      return platform === undefined || isThere ? [] : [{ name, version, platform, dev, license }];
    }),
  );
}

function completed(lock: Lock): Lock {
  const added = missing(lock).map(
    ({ name, version, platform: { os = "", cpu = "", abi = "" }, dev, license }) =>
      [
        `node_modules/${name}`,
        {
          version,
          cpu: [cpu],
          ...(dev === true ? { dev } : {}),
          ...(license === undefined ? {} : { license }),
          optional: true,
          os: [os],
          ...(os === "linux" ? { libc: [abi.startsWith("musl") ? "musl" : "glibc"] } : {}),
        },
      ] as const,
  );
  const packages = Object.entries({ ...lock.packages, ...Object.fromEntries(added) });
  return { ...lock, packages: Object.fromEntries(packages.toSorted(([a], [b]) => (a < b ? -1 : 1))) };
}

if (import.meta.main) {
  const file = "package-lock.json";
  const lock = lockSchema.parse(JSON.parse(readFileSync(file, "utf8")));
  const names = missing(lock).map(({ name }) => name);
  writeFileSync(file, `${JSON.stringify(completed(lock), null, 2)}\n`);
  process.stdout.write(`${names.length} platform packages added\n`);
}
