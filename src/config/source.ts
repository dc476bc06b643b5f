/**
 * Where settings come from: the environment, over one optional file.
 *
 * The file is YAML (so JSON too) with the same names, in lower case and without `BATON_`: `BATON_HUBSPOT_APP_ID` is
 * `hubspot_app_id`. Lists may be written as lists. Unknown names in it are errors, because somebody meant something by
 * them; unknown names in the environment are warnings, because an orchestrator may have put them there.
 */
import { readFileSync } from "node:fs";
import { type Document, parseDocument } from "yaml";
import { editDistance } from "../playbook/words.ts";
import { SETTING_NAMES } from "./settings.ts";

export type Environment = Readonly<Record<string, string | undefined>>;

export interface Source {
  /** By name of the setting; those not set, or set to nothing, are absent. */
  readonly values: Readonly<Record<string, string>>;
  readonly problems: readonly string[];
  readonly warnings: readonly string[];
}

/** Reads both. Throws nothing: a file that cannot be read is a problem like any other. */
export function readSource(env: Environment, path: string | undefined): Source {
  const place = path ?? blankIsUnset(env["BATON_CONFIG"]);
  const file = place === undefined ? { values: {}, problems: [] } : readFile(place);
  const values: Record<string, string> = { ...file.values };
  for (const name of SETTING_NAMES) {
    const value = blankIsUnset(env[name]);
    if (value !== undefined) values[name] = value;
  }
  return { values, problems: file.problems, warnings: unknownNames(env) };
}

type FileValues = Pick<Source, "values" | "problems">;

function readFile(path: string): FileValues {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch {
    return { values: {}, problems: [`BATON_CONFIG: the file "${path}" cannot be read.`] };
  }
  return parseFile(path, text);
}

function parseFile(path: string, text: string): FileValues {
  // The failsafe schema reads every value as the text it is: a token of digits stays as written.
  const document = parseDocument(text, { strict: true, uniqueKeys: true, schema: "failsafe" });
  const [fault] = document.errors;
  if (fault !== undefined) {
    // The parser's own message quotes the line, which may hold a secret: its position and code are enough.
    const line = fault.linePos?.[0].line ?? 1;
    return { values: {}, problems: [`${path}:${line} is not valid YAML (${fault.code}).`] };
  }
  const content = document.contents === null ? {} : plainContent(document);
  if (typeof content !== "object" || content === null || Array.isArray(content)) {
    return { values: {}, problems: [`${path} must hold one mapping of names to values, without aliases.`] };
  }
  return fromMapping(path, content);
}

/** @returns Undefined for a document with aliases: settings have no use for them. */
function plainContent(document: Document): unknown {
  try {
    return document.toJS({ maxAliasCount: 0 });
  } catch {
    return undefined;
  }
}

function fromMapping(path: string, content: object): FileValues {
  const values: Record<string, string> = {};
  const problems: string[] = [];
  for (const [key, value] of Object.entries(content)) {
    const name = `BATON_${key.toUpperCase()}`;
    const written = asText(value);
    if (!SETTING_NAMES.includes(name) || key !== key.toLowerCase()) {
      problems.push(
        `${path}: unknown setting "${key}".${suggestion(name, (near) => near.slice(6).toLowerCase())}`,
      );
    } else if (written === undefined) {
      problems.push(`${path}: "${key}" must be one value or a list of values without commas.`);
    } else if (written !== "") {
      values[name] = written;
    }
  }
  return { values, problems };
}

/** @returns Undefined for what no setting can be; a list joined by commas. */
function asText(value: unknown): string | undefined {
  if (typeof value === "string") return value.trim();
  if (Array.isArray(value) && value.every((item) => typeof item === "string" && !item.includes(","))) {
    return value.join(",");
  }
  return undefined;
}

function unknownNames(env: Environment): readonly string[] {
  return Object.keys(env)
    .filter((name) => name.startsWith("BATON_") && name !== "BATON_CONFIG" && !SETTING_NAMES.includes(name))
    .map((name) => ({ name, hint: suggestion(name, (near) => near) }))
    .filter(({ hint }) => hint !== "")
    .map(({ name, hint }) => `${name} is not a setting.${hint}`);
}

/** The one known name at most two edits away, as a question; empty when there is none. */
function suggestion(name: string, show: (near: string) => string): string {
  const near = SETTING_NAMES.find((known) => editDistance(known, name, 3) < 3);
  return near === undefined ? "" : ` Did you mean ${show(near)}?`;
}

function blankIsUnset(value: string | undefined): string | undefined {
  const trimmed = value?.trim();
  return trimmed === "" ? undefined : trimmed;
}
