import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize, resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { SETTING_NAMES } from "../src/config/settings.ts";
import { ERROR_CODES } from "../src/errors.ts";
import { EFFECT_STATES } from "../src/model/effect.ts";
import { SEAMS } from "../src/model/handoff.ts";
import { SIGNAL_KINDS } from "../src/model/signal.ts";
import manifest from "../package.json" with { type: "json" };

const ROOT = resolve(import.meta.dirname, "..");
const DECISIONS = readdirSync(join(ROOT, "docs/decisions")).toSorted();
const DOCUMENTS = [
  "README.md",
  "CONTRIBUTING.md",
  "CHANGELOG.md",
  "SECURITY.md",
  ...markdownIn("docs"),
  ...markdownIn("sandbox"),
  ...markdownIn("fixtures"),
];

function markdownIn(folder: string): readonly string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".md"))
    .map((name) => join(folder, name));
}

function textOf(path: string): string {
  return readFileSync(join(ROOT, path), "utf8");
}

function matches(text: string, pattern: RegExp): readonly string[] {
  return [...text.matchAll(pattern)].map(([, found = ""]) => found);
}

/** Pairs of document and mention, as `README.md: src/pipeline.ts`, that break a rule. */
function wrong(pattern: RegExp, isRight: (mention: string, document: string) => boolean): readonly string[] {
  return DOCUMENTS.flatMap((document) =>
    matches(textOf(document), pattern)
      .filter((mention) => !isRight(mention, document))
      .map((mention) => `${document}: ${mention}`),
  );
}

describe("decision records", () => {
  test("are numbered without a gap and named in kebab-case", () => {
    const numbers = DECISIONS.map((name) => Number(/^(\d{4})-[a-z0-9-]+\.md$/.exec(name)?.[1]));
    expect(numbers).toEqual(numbers.map((_number, index) => index + 1));
    expect(numbers.length).toBeGreaterThanOrEqual(15);
  });

  describe.each(DECISIONS)("%s", (name) => {
    const text = textOf(join("docs/decisions", name));

    test("is titled with its number", () => {
      expect(text).toMatch(new RegExp(String.raw`^# ${Number(name.slice(0, 4))}\. \S`));
    });

    test("has context, choice, what was turned down and when to revisit, in this order", () => {
      const wanted = ["Context", "Choice", "Turned down", "Revisit when"];
      const headings = matches(text, /^## (.+)$/gm);
      expect(headings.filter((heading) => heading !== "Consequence")).toEqual(wanted);
    });

    test("leaves no section empty", () => {
      const sections = text.split(/^## .+$/m).slice(1);
      expect(sections.filter((body) => body.trim().length < 40)).toEqual([]);
    });

    test("is one page, tables apart", () => {
      const prose = text.replaceAll(/^\|.*$/gm, "");
      expect(prose.split(/\s+/).length).toBeLessThan(600);
    });
  });
});

test("each dependency has one line in decision 2, and each line there is a dependency", () => {
  const listed = matches(textOf("docs/decisions/0002-dependencies.md"), /^\| `([^`]+)` \|/gm);
  const installed = Object.keys({ ...manifest.dependencies, ...manifest.devDependencies });
  expect(listed.toSorted()).toEqual(installed.toSorted());
});

describe("what the documents name exists", () => {
  test("links to files and to headings", () => {
    const isThere = (target: string, document: string): boolean => {
      const [path = "", heading] = target.split("#");
      const file = path === "" ? document : normalize(join(dirname(document), path));
      if (!existsSync(join(ROOT, file))) return false;
      return heading === undefined || headingsOf(file).has(heading);
    };
    expect(wrong(/\]\((?!https?:)([^)\s]+)\)/g, isThere)).toEqual([]);
  });

  test("paths in code marks", () => {
    const path =
      /`((?:src|connectors|sandbox|docs|test|mappings|fixtures|scripts|bench|bin)\/[\w./-]*|\w+\.(?:json|md))`/g;
    const isThere = (mention: string, document: string): boolean =>
      [ROOT, join(ROOT, dirname(document))].some((base) => existsSync(join(base, mention)));
    expect(wrong(path, isThere)).toEqual([]);
    expect(matches(textOf("README.md"), path).length).toBeGreaterThan(5);
  });

  test("the tree of README.md", () => {
    const tree = section(textOf("README.md"), "The tree");
    const lines = [...tree.matchAll(/^ {4}( *)([\w./-]+)/gm)];
    const folders: string[] = [];
    const paths = lines.map(([, indent = "", name = ""]) => {
      const depth = indent.length / 2;
      folders[depth] = name;
      return folders.slice(0, depth + 1).join("");
    });
    expect(paths.length).toBeGreaterThan(25);
    expect(paths.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
  });

  test("npm scripts", () => {
    const isScript = (name: string): boolean => name in manifest.scripts;
    expect(wrong(/\bnpm run ([a-z]+(?::[a-z]+)*)/g, isScript)).toEqual([]);
    expect(["start", "test"].filter((name) => !isScript(name))).toEqual([]);
  });

  test("settings", () => {
    const known = new Set([...SETTING_NAMES, "BATON_CONFIG"]);
    expect(wrong(/\b(BATON_[A-Z_]+[A-Z])\b/g, (name) => known.has(name))).toEqual([]);
  });

  test("error codes", () => {
    const stages = [...new Set(Object.keys(ERROR_CODES).map((code) => code.split(".")[0]))].join("|");
    const code = new RegExp(`\\b((?:${stages})\\.[a-z]+(?:-[a-z]+)+)\\b`, "g");
    expect(wrong(code, (mention) => mention in ERROR_CODES)).toEqual([]);
  });

  test("documents that the sources cite", () => {
    const sources = ["src", "connectors", "sandbox", "test", "scripts"].flatMap((folder) =>
      readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" })
        .filter((name) => name.endsWith(".ts"))
        .map((name) => join(folder, name)),
    );
    const missing = sources.flatMap((file) =>
      matches(textOf(file), /\b(docs\/[\w/-]+\.md)\b/g)
        .filter((cited) => !existsSync(join(ROOT, cited)))
        .map((cited) => `${file}: ${cited}`),
    );
    expect(missing).toEqual([]);
  });

  function headingsOf(file: string): ReadonlySet<string> {
    const slug = (heading: string): string =>
      heading
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N}\s-]/gu, "")
        .replaceAll(/\s/g, "-");
    return new Set(matches(textOf(file), /^#+ (.+)$/gm).map(slug));
  }
});

describe("the glossary", () => {
  const text = textOf("docs/glossary.md");
  const terms = matches(text, /^- \*\*([^*]+)\*\*/gm).map((term) => term.toLowerCase());

  test("gives a term once", () => {
    expect(terms.filter((term, index) => terms.indexOf(term) !== index)).toEqual([]);
    expect(terms.length).toBeGreaterThan(90);
  });

  test.each(EFFECT_STATES)("explains the effect state %s", (state) => {
    expect(terms.some((term) => term === state || term === `${state} (effect)`)).toBe(true);
  });

  test.each(["ready", "not-ready", "refused", "suppressed", "held", "with-sales"])(
    "explains the outcome %s",
    (outcome) => expect(terms).toContain(outcome),
  );

  test("lists the seams and the kinds of signals the code knows", () => {
    const entry = (term: string): string => text.split(`\n- **${term}**`)[1]?.split("\n- ")[0] ?? "";
    expect(SEAMS.filter((seam) => !entry("Seam").includes(seam))).toEqual([]);
    expect(SIGNAL_KINDS.filter((kind) => !entry("Signal").includes(kind))).toEqual([]);
  });
});

test("README.md quotes the playbook to the letter", () => {
  const playbook = ["definition.yaml", "routing.yaml"].map((name) => textOf(join("mappings/default", name)));
  const quotes = matches(textOf("README.md"), /^```yaml\n([\s\S]*?)^```$/gm);
  expect(quotes.length).toBeGreaterThan(2);
  expect(quotes.filter((quote) => !playbook.some((text) => text.includes(quote)))).toEqual([]);
});

test("README.md begins with what Baton does, then how to run and test it", () => {
  const wanted = [
    "Run it, test it",
    "What the demo shows",
    "The tree",
    "The way a lead travels",
    "The playbook",
    "Installing into a HubSpot portal",
    "Running it",
    "The command line",
    "What is not there yet",
    "Contributing",
  ];
  const readme = textOf("README.md");
  expect(matches(readme, /^## (.+)$/gm)).toEqual(wanted);
  expect(section(readme, "Run it, test it")).toContain("npm ci && npm run demo\n    npm ci && npm test\n");
});

/** The text below a heading of the second level, up to the next one. */
function section(text: string, heading: string): string {
  return text.split(`## ${heading}\n`)[1]?.split("\n## ")[0] ?? "";
}
