import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { PLAYBOOK_FILES, playbookJsonSchemas } from "../../src/playbook/index.ts";

const schemas = playbookJsonSchemas();

test.each(PLAYBOOK_FILES)("%s has a JSON Schema that refuses unknown keys", (file) => {
  expect(schemas.get(file)).toMatchObject({
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: file,
    type: "object",
    additionalProperties: false,
  });
});

test.each(PLAYBOOK_FILES)("the schema committed for %s is the one the code makes", (file) => {
  const committed: unknown = JSON.parse(readFileSync(`schemas/${file.replace("yaml", "json")}`, "utf8"));
  expect(committed, "run: node scripts/build-schemas.ts").toEqual(
    JSON.parse(JSON.stringify(schemas.get(file))),
  );
});

test("an editor is offered every kind of signal and every way to read a property", () => {
  expect(JSON.stringify(schemas.get("definition.yaml"))).toContain('"email-replied"');
  expect(JSON.stringify(schemas.get("fields.yaml"))).toContain('"url-domain"');
});

describe("every key that can be completed", () => {
  test.each(PLAYBOOK_FILES)("of %s is explained", (file) => {
    expect(unexplained(schemas.get(file), "")).toEqual([]);
  });
});

/** The keys without a description, by where they stand. */
function unexplained(node: unknown, path: string): readonly string[] {
  if (typeof node !== "object" || node === null) return [];
  // What keys ask of one another completes nothing.
  const entries = Object.entries(node).filter(([name]) => name !== "dependentSchemas");
  return entries.flatMap(([name, value]: [string, unknown]) => [
    ...(name === "properties" ? keysWithout(value, path) : []),
    ...unexplained(value, `${path}/${name}`),
  ]);
}

function keysWithout(properties: unknown, path: string): readonly string[] {
  if (typeof properties !== "object" || properties === null) return [];
  return Object.entries(properties)
    .filter(([, schema]: [string, unknown]) => !Object.hasOwn(Object(schema), "description"))
    .map(([name]) => `${path} ${name}`);
}
