import { describe, expect, test } from "vitest";
import { PLAYBOOK_FILES, PLAYBOOK_SCHEMAS, type PlaybookFile } from "../../src/playbook/load.ts";
import { parseSection } from "../../src/playbook/problem.ts";
import { parseYaml } from "../../src/playbook/yaml.ts";
import { shippedFiles } from "./kit.ts";

/** What only a programmer knows: the words of the libraries that check, and of JavaScript. */
const RAW =
  /\b[Ii]nvalid\b|\bToo (?:big|small)\b|expected \w+, received|\bUnrecognized\b|\bundefined\b|\bNaN\b|\bpattern\b|\bdiscriminator\b|\bregex\b|\bstring\b|\barray\b|expected (?:a )?boolean|\brecord\b|expected object|\bsafeint\b|[<>]=\d|YAML\.|\[object|this is not understood here/;

type Path = readonly (string | number)[];

/** Every place of a file at which a value stands. */
function* placesIn(value: unknown, path: Path = []): Generator<Path> {
  yield path;
  if (typeof value !== "object" || value === null) return;
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) yield* placesIn(item, [...path, index]);
    return;
  }
  for (const [key, item] of Object.entries(value)) yield* placesIn(item, [...path, key]);
}

/** A copy with `put` at a place; without the place where `put` is undefined. */
function withPut(value: unknown, [step, ...rest]: Path, put: unknown): unknown {
  if (step === undefined) return put;
  if (Array.isArray(value))
    return value.map((item, index) => (index === step ? withPut(item, rest, put) : item));
  return Object.fromEntries(
    Object.entries(Object(value)).flatMap(([key, item]: [string, unknown]) =>
      key !== step
        ? [[key, item]]
        : rest.length === 0 && put === undefined
          ? []
          : [[key, withPut(item, rest, put)]],
    ),
  );
}

const WRONG: readonly unknown[] = [
  undefined,
  null,
  "",
  "No Such: thing",
  "2026-13-45",
  "hubspot:x",
  "{{ }}",
  "<script>",
  "x".repeat(30_000),
  true,
  0,
  -1,
  1.5,
  1042,
  1e12,
  Number.NaN,
  [],
  ["No Such: thing"],
  [1042, null],
  Array.from({ length: 101 }, () => "no-such-thing"),
  {},
  { nonsense: 1 },
  { "lead.role": { nonsense: 1 } },
  { "No Such: key": "no" },
  { from: 9, to: 1 },
];

/** How a message names what was found; of a map it may speak by its keys. */
function namesIn(value: unknown): string {
  if (value === null) return "nothing";
  if (Number.isNaN(value)) return ".nan";
  if (Array.isArray(value)) return "list";
  if (typeof value === "object") return "";
  return typeof value === "string"
    ? JSON.stringify(value).slice(0, 50).replace(/"$/, "")
    : JSON.stringify(value);
}

/** One mistake and what is told of it, by place. */
interface Told {
  readonly mistake: string;
  readonly wrong: unknown;
  readonly path: string;
  readonly problems: readonly { readonly place: string; readonly message: string }[];
}

/** Maps whose keys an admin chooses: what stands under one of them may stand under all. */
const CHOSEN = new Set(
  "reps teams territories types promises refuse stages read forms labels points leads wake values map".split(
    " ",
  ),
);

/** A file with two of each kind of rep, type or play: as many mistakes can be made in it as in the whole. */
function shortened(value: unknown, name = ""): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  const entries = Object.entries(value).map(([key, item]) => [key, shortened(item, key)] as const);
  return Object.fromEntries(["reps", "types", "promises"].includes(name) ? entries.slice(0, 2) : entries);
}

/** Where a place is, as far as the file's shape goes: entries of one list are alike. */
function kindOf(path: Path): string {
  return path
    .map((step, index) => (typeof step === "number" || CHOSEN.has(String(path[index - 1])) ? "*" : step))
    .join("/");
}

/** Every kind of place of a file, with every wrong value in it. */
function* mistakesIn(file: PlaybookFile, right: unknown): Generator<Told> {
  const paths = new Map([...placesIn(right)].toReversed().map((path) => [kindOf(path), path]));
  for (const path of paths.values()) {
    for (const wrong of WRONG) {
      const places: string[] = [];
      const checked = parseSection(PLAYBOOK_SCHEMAS[file], withPut(right, path, wrong), file, (place) => {
        places.push(place.join("."));
        return { line: places.length, column: 1 };
      });
      const problems = "problems" in checked ? checked.problems : [];
      yield {
        mistake: `${path.join(".")} = ${JSON.stringify(wrong)?.slice(0, 80)}`,
        wrong,
        path: path.join("."),
        problems: problems.map(({ line, message }) => ({ place: places[line - 1] ?? "", message })),
      };
    }
  }
}

const FILES = [...PLAYBOOK_FILES.map((file) => ["default", file] as const), ["both", "fields.yaml"]] as const;

describe.each(FILES)("whatever is wrong in %s/%s is told", (mapping, file) => {
  const right = shortened(parseYaml(file, shippedFiles(mapping)[file] ?? "").yaml?.value);
  const told = [...mistakesIn(file, right)];
  const said = told.flatMap(({ problems, ...one }) => problems.map((problem) => ({ ...one, ...problem })));

  test("in no library's words", () => {
    expect(said.length).toBeGreaterThan(100);
    expect(said.filter(({ message }) => RAW.test(message))).toEqual([]);
  });

  test("with the value that stands there", () => {
    const here = said.filter(({ wrong, place, path }) => wrong !== undefined && place === path);
    expect(here.filter(({ wrong, message }) => !message.includes(namesIn(wrong)))).toEqual([]);
  });

  test("and once, where it is about one value", () => {
    const scalars = told.filter(({ wrong }) => typeof wrong !== "object");
    const twice = scalars.filter(
      ({ problems, path }) => problems.filter(({ place }) => place === path).length > 1 && path !== "",
    );
    expect(twice.filter(({ wrong }) => wrong !== undefined)).toEqual([]);
  });
});
