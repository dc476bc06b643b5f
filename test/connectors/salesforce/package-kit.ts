/** The package for orgs as generated, its components taken apart. */
import { XMLParser } from "fast-xml-parser";
import { z } from "zod";
import { EXAMPLE_PLAYBOOK, packageFiles, wordsOf } from "../../../scripts/build-salesforce-package.ts";

/** Every generated file, by its path in the package. */
export const FILES = packageFiles(await wordsOf(EXAMPLE_PLAYBOOK));

const parser = new XMLParser({ parseTagValue: false, ignoreAttributes: false, attributeNamePrefix: "@" });

const trees = z.record(z.string(), z.unknown());

/** One component. `roots` are the elements at the top, `content` what is in the first of them. */
interface Component {
  readonly file: string;
  readonly text: string;
  readonly name: string;
  readonly suffix: string;
  readonly roots: readonly string[];
  readonly content: Readonly<Record<string, unknown>>;
}

/** Every component of the package. */
export const COMPONENTS: readonly Component[] = [...FILES]
  .filter(([file]) => file.endsWith("-meta.xml"))
  .map(([file, text]) => {
    const [, name = "", suffix = ""] = /([\w.]+)\.(\w+)-meta\.xml$/.exec(file) ?? [];
    const parsed: unknown = parser.parse(text);
    const { "?xml": _, ...elements } = trees.parse(parsed);
    const roots = Object.keys(elements);
    return { file, text, name, suffix, roots, content: trees.parse(elements[roots[0] ?? ""]) };
  });

/** The texts of every element of a name, anywhere in a component. */
export function texts(text: string, element: string): readonly string[] {
  return [...text.matchAll(new RegExp(`<${element}>([^<]*)</${element}>`, "g"))].map(
    ([, found = ""]) => found,
  );
}

/** The fields the package brings to an object. */
export function fieldsOf(object: string): readonly string[] {
  const known = object === "Task" || object === "Event" ? "Activity" : object;
  return COMPONENTS.filter(({ file }) => file.includes(`/objects/${known}/fields/`)).map(({ name }) => name);
}

/** The components whose files have this suffix. */
export function of(suffix: string): readonly Component[] {
  return COMPONENTS.filter((one) => one.suffix === suffix);
}
