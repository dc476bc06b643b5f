import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { describe, expect, test } from "vitest";

const ROOT = resolve(import.meta.dirname, "..");
const PURE = new Set([
  "model",
  "resolve",
  "qualify",
  "route",
  "plan",
  "track",
  "report",
  "playbook",
  "sla",
  "sync",
]);

interface Import {
  readonly file: string;
  /** Path from the root for our own files, the package's name for others. */
  readonly target: string;
}

const files = ["src", "connectors", "sandbox"].flatMap((folder) =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts"))
    .map((name) => join(folder, name)),
);
const imports = files.flatMap(importsOf);

function importsOf(file: string): readonly Import[] {
  const text = readFileSync(join(ROOT, file), "utf8");
  const lines = text.matchAll(
    /^(?:import|export)\s+(?:type\s+)?(?:[^"';]*?\sfrom\s+)?"([^"]+)"|import\("([^"]+)"\)/gm,
  );
  return [...lines].map(([, from = "", dynamic]) => {
    const target = from === "" ? (dynamic ?? "") : from;
    return {
      file,
      target: target.startsWith(".") ? relative(ROOT, resolve(ROOT, dirname(file), target)) : target,
    };
  });
}

/** `src/route/pool.ts` lies in `route`; `src/errors.ts` in `errors.ts`. */
function partOf(path: string): string {
  return path.startsWith("src/") ? (path.split("/")[1] ?? "") : (path.split("/")[0] ?? "");
}

function isOurs({ target }: Import): boolean {
  return /^(src|connectors|sandbox)\//.test(target);
}

/** A file without its comments. */
function codeOf(file: string): string {
  return readFileSync(join(ROOT, file), "utf8").replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, "");
}

/** The imports that break a rule, as `file → target`. */
function breaches(of: (one: Import) => boolean, isAllowed: (one: Import) => boolean): readonly string[] {
  return imports.filter((one) => of(one) && !isAllowed(one)).map(({ file, target }) => `${file} → ${target}`);
}

describe("imports point one way", () => {
  test("the test reads the tree it judges", () => {
    expect(files.length).toBeGreaterThan(100);
    expect(imports.length).toBeGreaterThan(files.length);
  });

  test("model/ imports nothing but itself", () => {
    expect(
      breaches(
        ({ file }) => file.startsWith("src/model/"),
        ({ target }) => target.startsWith("src/model/"),
      ),
    ).toEqual([]);
  });

  test("pure folders import model, sla, playbook and errors only, and never one another", () => {
    const shared = new Set(["model", "sla", "playbook", "errors.ts"]);
    const isAllowed = (one: Import): boolean =>
      !isOurs(one) || shared.has(partOf(one.target)) || partOf(one.target) === partOf(one.file);
    expect(breaches(({ file }) => file.startsWith("src/") && PURE.has(partOf(file)), isAllowed)).toEqual([]);
  });

  test("connectors know the interface, the nouns and the errors, never the store, the server or each other", () => {
    const isAllowed = (one: Import): boolean =>
      !isOurs(one) ||
      one.target.split("/").slice(0, 2).join("/") === one.file.split("/").slice(0, 2).join("/") ||
      ["src/connector.ts", "src/crm-app.ts", "src/tokens.ts", "src/same-secret.ts", "src/errors.ts"].includes(
        one.target,
      ) ||
      one.target.startsWith("connectors/http/") ||
      one.target.startsWith("src/model/");
    expect(breaches(({ file }) => file.startsWith("connectors/"), isAllowed)).toEqual([]);
  });

  test("the sandbox shares no code with Baton", () => {
    expect(
      breaches(
        ({ file }) => file.startsWith("sandbox/"),
        (one) => !isOurs(one) || one.target.startsWith("sandbox/"),
      ),
    ).toEqual([]);
  });

  test("only apps.ts and cli/ choose adapters", () => {
    const adapters = (one: Import): boolean =>
      /^(connectors|sandbox)\//.test(one.target) && one.file.startsWith("src/");
    expect(breaches(adapters, ({ file }) => file === "src/apps.ts" || partOf(file) === "cli")).toEqual([]);
  });

  test("the store knows no stage, no lane and no server", () => {
    const isAllowed = (one: Import): boolean =>
      !isOurs(one) || ["model", "store", "errors.ts", "tokens.ts"].includes(partOf(one.target));
    expect(breaches(({ file }) => file.startsWith("src/store/"), isAllowed)).toEqual([]);
  });
});

test("only the store speaks to databases", () => {
  const query =
    /\.(?:selectFrom|insertInto|updateTable|deleteFrom|replaceInto|mergeInto)\(|\bsql(?:<[^`]*>)?`|from "kysely"/;
  const found = files.filter((file) => !file.startsWith("src/store/") && query.test(codeOf(file)));
  expect(found).toEqual([]);
});

describe("pure folders stay pure", () => {
  const forbidden: readonly (readonly [string, RegExp])[] = [
    ["await", /\bawait\b/],
    ["a clock", /\bDate\.now\b|\bnew Date\(\)|\bperformance\.now\b|\bTemporal\.Now\b/],
    ["randomness", /\bMath\.random\b|\brandomBytes\b|\brandomUUID\b|\bgetRandomValues\b/],
    ["the environment", /\bprocess\./],
    ["the network", /\bfetch\(/],
    ["a log", /\bconsole\./],
    ["a timer", /\bset(Timeout|Interval|Immediate)\b/],
    ["Node's modules, but for hashing", /from "node:(?!crypto")/],
  ];
  const pure = files.filter((file) => file.startsWith("src/") && PURE.has(partOf(file)));

  test.each(forbidden)("no %s", (_what, pattern) => {
    const found = pure.filter((file) => pattern.test(codeOf(file)));
    expect(found).toEqual([]);
  });

  test("hashing is all they take from node:crypto", () => {
    const found = pure.filter(
      (file) =>
        /from "node:crypto"/.test(codeOf(file)) &&
        !/import \{ createHash \} from "node:crypto"/.test(codeOf(file)),
    );
    expect(found).toEqual([]);
  });
});

test("texts are normalised in one place, which bounds what a hostile one costs", () => {
  const found = files
    .filter((file) => !file.startsWith("sandbox/") && file !== "src/model/normal-form.ts")
    .filter((file) => /\.normalize\(/.test(readFileSync(join(ROOT, file), "utf8")));
  expect(found).toEqual([]);
});

test("a CRM's words never cross its connector", () => {
  const words = /hubspot_owner_id|lifecyclestage|hs_[a-z_]+|\bsObject\b|\bOwnerId\b/;
  const found = files
    .filter((file) => file.startsWith("src/") && !file.startsWith("src/cli/demo"))
    .filter((file) =>
      words.test(readFileSync(join(ROOT, file), "utf8").replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, "")),
    );
  expect(found).toEqual([]);
});
