/**
 * JSON Schemas in the shape editors understand best. Zod writes "one of these maps" as a list of alternatives and "a map
 * with keys like this" as a rule about names. Both are right, and editors make little of them: they complete no key, and
 * underline the whole map for one wrong letter. Said as one map with named keys, a mistake is underlined where it is.
 */
import type * as z from "zod";

type JsonSchema = z.core.JSONSchema.BaseSchema;

/** Parts that are named once and referred to, by name. */
type Definitions = Readonly<Record<string, JsonSchema>>;

/** The same schema, with every part of it in that shape. Changes nothing that it is given; throws nothing. */
export function shapeForEditors({ $defs = {}, ...schema }: JsonSchema): JsonSchema {
  const definitions = mapValues($defs, (one) => mapParts(one, {}));
  const shaped = shape(schema, definitions);
  const parts = mapValues($defs, (one) => shape(one, definitions));
  const text = JSON.stringify([shaped, parts]);
  const used = Object.entries(parts).filter(([name]) => text.includes(`"#/$defs/${name}"`));
  return used.length === 0 ? shaped : { ...shaped, $defs: Object.fromEntries(used) };
}

function shape(schema: JsonSchema, definitions: Definitions): JsonSchema {
  return mergeAlternatives(mapParts(schema, definitions), definitions);
}

/** Every part shaped, and keys named; what the schema itself offers as alternatives is left. */
function mapParts(schema: JsonSchema, definitions: Definitions): JsonSchema {
  const of = (one: JsonSchema): JsonSchema => shape(one, definitions);
  const { properties, patternProperties, additionalProperties, items, anyOf, oneOf } = schema;
  return nameKeys({
    ...schema,
    ...(properties && { properties: mapValues(properties, of) }),
    ...(patternProperties && { patternProperties: mapValues(patternProperties, of) }),
    ...(isSchema(additionalProperties) && { additionalProperties: of(additionalProperties) }),
    ...(isSchema(items) && { items: of(items) }),
    ...(anyOf && { anyOf: anyOf.map(of) }),
    ...(oneOf && { oneOf: oneOf.map(of) }),
  });
}

function mapValues<T>(
  schemas: Readonly<Record<string, T>>,
  of: (schema: JsonSchema) => JsonSchema,
): Record<string, JsonSchema> {
  return Object.fromEntries(
    Object.entries(schemas).flatMap(([name, one]) => (isSchema(one) ? [[name, of(one)]] : [])),
  );
}

function isSchema(value: unknown): value is JsonSchema {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** `propertyNames` as `properties` (a fixed list of keys) or `patternProperties`. */
function nameKeys(schema: JsonSchema): JsonSchema {
  const { propertyNames: names, additionalProperties: value, ...rest } = schema;
  if (!isSchema(names) || !isSchema(value)) return schema;
  if (names.enum !== undefined) {
    const properties = Object.fromEntries(names.enum.map((name) => [String(name), value]));
    return { ...rest, properties, additionalProperties: false };
  }
  if (names.pattern === undefined) return schema;
  return { ...rest, patternProperties: { [names.pattern]: value }, additionalProperties: false };
}

/**
 * Makes one map of several alternatives that are maps. Which keys go together is kept as conditions on single keys: a
 * key that stands alone, keys that need another. Alternatives of other kinds stay beside it.
 */
function mergeAlternatives(schema: JsonSchema, definitions: Definitions): JsonSchema {
  const { anyOf, oneOf, ...rest } = schema;
  // Zod refers to the alternative through which a schema contains itself; merged, it stands here like the others.
  const branches = (anyOf ?? oneOf ?? []).map((one) => definitions[one.$ref?.split("/").at(-1) ?? ""] ?? one);
  const maps = branches.filter(isMapSchema);
  if (maps.length < 2) return schema;
  const others = branches.filter((branch) => !isMapSchema(branch));
  const merged = merge(maps);
  return others.length === 0 ? { ...rest, ...merged } : { ...rest, anyOf: [...others, merged] };
}

function merge(maps: readonly JsonSchema[]): JsonSchema {
  const [first, ...more] = maps.map(({ required = [] }) => required);
  const required = (first ?? []).filter((name) => more.every((names) => names.includes(name)));
  const patterns: JsonSchema["patternProperties"] = Object.assign(
    {},
    ...maps.map((one) => one.patternProperties),
  );
  const dependent = dependenciesOf(maps, required);
  return {
    type: "object",
    properties: propertiesOf(maps),
    ...(patterns && Object.keys(patterns).length > 0 && { patternProperties: patterns }),
    additionalProperties: false,
    ...(required.length > 0 ? { required } : { minProperties: 1 }),
    ...(Object.keys(dependent).length > 0 && { dependentSchemas: dependent }),
  };
}

/** A map that takes no other keys than its own. */
function isMapSchema(schema: JsonSchema): boolean {
  const { properties, patternProperties, additionalProperties } = schema;
  return (properties ?? patternProperties) !== undefined && additionalProperties === false;
}

/** Every key with what it may hold; what it may hold in one alternative or another is joined. */
function propertiesOf(maps: readonly JsonSchema[]): Record<string, JsonSchema> {
  const found = new Map<string, JsonSchema[]>();
  for (const [name, one] of maps.flatMap(({ properties = {} }) => Object.entries(properties))) {
    if (isSchema(one)) found.set(name, [...(found.get(name) ?? []), one]);
  }
  return Object.fromEntries([...found].map(([name, schemas]) => [name, joined(schemas)]));
}

/** One schema for all of them, with the words of the first. */
function joined(schemas: readonly JsonSchema[]): JsonSchema {
  const distinct = new Map(schemas.map(({ description: _words, ...one }) => [JSON.stringify(one), one]));
  const { description } = schemas[0] ?? {};
  const words = description === undefined ? {} : { description };
  const [first = {}, ...more] = distinct.values();
  if (more.length === 0) return { ...words, ...first };
  const constants = schemas.flatMap((one) => (one.const === undefined ? [] : [one.const]));
  return constants.length === schemas.length
    ? { ...words, enum: constants }
    : { ...words, anyOf: [...distinct.values()] };
}

/** By key: that it stands alone, or which key (with which value) must stand beside it for it to mean anything. */
function dependenciesOf(
  maps: readonly JsonSchema[],
  required: readonly string[],
): Record<string, JsonSchema> {
  const rules = Object.keys(propertiesOf(maps)).flatMap((name): readonly [string, JsonSchema][] => {
    const having = maps.filter(({ properties = {} }) => Object.hasOwn(properties, name));
    if (having.length === maps.length) return [];
    if (having.every(({ properties = {} }) => Object.keys(properties).length === 1)) {
      return [[name, { maxProperties: 1 }]];
    }
    const rule = { ...neededBeside(name, having, required), ...valuesBeside(having, required) };
    return Object.keys(rule).length === 0 ? [] : [[name, rule]];
  });
  return Object.fromEntries(rules);
}

function neededBeside(name: string, having: readonly JsonSchema[], required: readonly string[]): JsonSchema {
  const needs = having.map((one) =>
    (one.required ?? []).filter((other) => other !== name && !required.includes(other)),
  );
  if (needs.some((names) => names.length === 0)) return {};
  const [only, ...more] = needs.map((names): JsonSchema => ({ required: names }));
  return only === undefined || more.length === 0 ? { ...only } : { anyOf: [only, ...more] };
}

/** `because` is only said where `ready` is false: the value that tells the alternatives apart. */
function valuesBeside(having: readonly JsonSchema[], required: readonly string[]): JsonSchema {
  const settled = required.flatMap((name) => {
    const values = new Set(having.map(({ properties = {} }) => constantOf(properties[name])));
    const [value] = values;
    return values.size === 1 && value !== undefined ? [[name, { const: value }] as const] : [];
  });
  return settled.length === 0 ? {} : { properties: Object.fromEntries(settled) };
}

function constantOf(schema: unknown): JsonSchema["const"] {
  return isSchema(schema) ? schema.const : undefined;
}
