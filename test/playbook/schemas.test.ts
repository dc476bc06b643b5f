import { expect, test } from "vitest";
import { PLAYBOOK_FILES, playbookJsonSchemas } from "../../src/playbook/index.ts";

const schemas = playbookJsonSchemas();

test.each(PLAYBOOK_FILES)("%s has a JSON Schema that refuses unknown keys", (file) => {
  expect(schemas.get(file)).toMatchObject({
    $schema: "https://json-schema.org/draft/2020-12/schema",
    type: "object",
    additionalProperties: false,
  });
});

test("an editor is offered every kind of signal and every way to read a property", () => {
  expect(JSON.stringify(schemas.get("definition.yaml"))).toContain('"email-replied"');
  expect(JSON.stringify(schemas.get("fields.yaml"))).toContain('"url-domain"');
});
