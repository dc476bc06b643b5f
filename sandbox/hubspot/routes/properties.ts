/** Property definitions and groups: list, describe, create, change. */
import { z } from "zod";
import { isRecord } from "../../json.ts";
import { optionsOf } from "../definitions/definition.ts";
import type { PropertyDefinition } from "../definitions/definition.ts";
import type { ObjectType } from "../object-type.ts";
import { Problem } from "../../answer.ts";
import { problem } from "../problem.ts";
import type { Answer } from "../../answer.ts";
import type { ApiCall, ApiRoute } from "../route.ts";
import { apiVersion } from "../version.ts";
import { parseBody, parseType } from "./parsing.ts";

const root = `/crm/properties/${apiVersion}/:type`;
const mostUnique = 10;
const namePattern = /^[a-z][a-z0-9_]*$/;

/** Contact properties, and those of tasks and notes, go under the contact schema scopes. */
const schemaScope = (call: ApiCall, verb: "read" | "write"): string[] => {
  const type = parseType(call);
  const name = type === "company" ? "companies" : type === "deal" ? "deals" : "contacts";
  return verb === "read"
    ? [`crm.schemas.${name}.read`, `crm.objects.${name}.read`, "crm.objects.users.read"]
    : [`crm.schemas.${name}.write`];
};
const readScope = (call: ApiCall): readonly string[] => schemaScope(call, "read");
const writeScope = (call: ApiCall): readonly string[] => schemaScope(call, "write");

/** The routes of properties and their groups. */
export const propertyRoutes: readonly ApiRoute[] = [
  { kind: "api", method: "GET", path: root, scopes: readScope, handle: listProperties },
  { kind: "api", method: "POST", path: root, scopes: writeScope, handle: createProperty },
  { kind: "api", method: "POST", path: `${root}/batch/create`, scopes: writeScope, handle: createProperties },
  { kind: "api", method: "GET", path: `${root}/groups`, scopes: readScope, handle: listGroups },
  { kind: "api", method: "POST", path: `${root}/groups`, scopes: writeScope, handle: createGroup },
  { kind: "api", method: "GET", path: `${root}/:name`, scopes: readScope, handle: describeProperty },
  { kind: "api", method: "PATCH", path: `${root}/:name`, scopes: writeScope, handle: changeProperty },
  { kind: "api", method: "DELETE", path: `${root}/:name`, scopes: writeScope, handle: archiveProperty },
];

const option = z.object({
  label: z.string(),
  value: z.string(),
  displayOrder: z.number().optional(),
  hidden: z.boolean().optional(),
});
const definition = z.object({
  name: z.string().regex(namePattern, "must start with a letter and hold lower-case letters, digits and _"),
  label: z.string().min(1),
  type: z.enum(["string", "number", "bool", "enumeration", "date", "datetime"]),
  fieldType: z.enum([
    "text",
    "textarea",
    "html",
    "number",
    "booleancheckbox",
    "select",
    "radio",
    "checkbox",
    "date",
    "phonenumber",
    "file",
    "calculation_equation",
  ]),
  groupName: z.string(),
  description: z.string().default(""),
  options: z.array(option).default([]),
  hasUniqueValue: z.boolean().default(false),
  hidden: z.boolean().default(false),
  displayOrder: z.number().default(-1),
  formField: z.boolean().default(false),
});
type Declaration = z.infer<typeof definition>;

function listProperties(call: ApiCall): Answer {
  return { status: 200, body: { results: [...call.portal.definitions[parseType(call)].values()] } };
}

function describeProperty(call: ApiCall): Answer {
  const type = parseType(call);
  const found = call.portal.definitions[type].get(call.params["name"] ?? "");
  if (!found)
    throw problem(404, "OBJECT_NOT_FOUND", `Property ${call.params["name"]} does not exist on ${type}`);
  return { status: 200, body: found };
}

function createProperty(call: ApiCall): Answer {
  return { status: 201, body: addProperty(call, parseType(call), parseBody(definition, call)) };
}

function createProperties(call: ApiCall): Answer {
  const type = parseType(call);
  const results: PropertyDefinition[] = [];
  const errors: unknown[] = [];
  for (const input of parseBody(z.object({ inputs: z.array(definition).min(1).max(100) }), call).inputs) {
    try {
      results.push(addProperty(call, type, input));
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      errors.push({
        ...(isRecord(error.answer.body) ? error.answer.body : {}),
        context: { name: [input.name] },
      });
    }
  }
  const done = { status: "COMPLETE", results };
  return errors.length > 0
    ? { status: 207, body: { ...done, numErrors: errors.length, errors } }
    : { status: 201, body: done };
}

function addProperty(call: ApiCall, type: ObjectType, input: Declaration): PropertyDefinition {
  const { portal } = call;
  const known = portal.definitions[type];
  if (known.has(input.name))
    throw problem(409, "OBJECT_ALREADY_EXISTS", `A property named '${input.name}' already exists.`);
  if (!portal.groups[type].has(input.groupName))
    throw problem(400, "VALIDATION_ERROR", `The property group ${input.groupName} does not exist`);
  if (input.type === "enumeration" && input.options.length === 0)
    throw problem(400, "VALIDATION_ERROR", `${input.name} needs options`);
  if (input.hasUniqueValue) allowUnique(call, type);
  const instant = new Date(portal.hooks.now()).toISOString();
  const added: PropertyDefinition = {
    ...input,
    options:
      input.type === "bool" && input.options.length === 0
        ? optionsOf([
            ["true", "Yes"],
            ["false", "No"],
          ])
        : input.options.map(placed),
    externalOptions: false,
    calculated: false,
    hubspotDefined: false,
    archived: false,
    createdAt: instant,
    updatedAt: instant,
    modificationMetadata: { archivable: true, readOnlyDefinition: false, readOnlyValue: false },
  };
  known.set(input.name, added);
  portal.hooks.wrote({
    kind: "property.create",
    objectId: `${type}.${input.name}`,
    properties: { label: input.label, type: input.type },
    who: { app: call.app.id },
    traceId: undefined,
    call: call.context.call,
  });
  return added;
}

function allowUnique(call: ApiCall, type: ObjectType): void {
  const { portal } = call;
  if ((type === "task" || type === "note") && !portal.rules.uniqueActivityProperties) {
    throw problem(400, "VALIDATION_ERROR", `Unique properties are not supported on ${type}`);
  }
  const custom = [...portal.definitions[type].values()].filter(
    (each) => each.hasUniqueValue && !each.hubspotDefined,
  );
  if (custom.length >= mostUnique)
    throw problem(400, "VALIDATION_ERROR", `${type} has ${mostUnique} unique properties already`);
}

const change = z.object({ label: z.string().min(1).optional(), options: z.array(option).min(1).optional() });

/** Options that are given replace all that were there. */
function changeProperty(call: ApiCall): Answer {
  const type = parseType(call);
  const { label, options } = parseBody(change, call);
  const definitions = call.portal.definitions[type];
  const name = call.params["name"] ?? "";
  const known = definitions.get(name);
  if (!known) throw problem(404, "OBJECT_NOT_FOUND", `Property ${name} does not exist on ${type}`);
  if (known.modificationMetadata.readOnlyDefinition)
    throw problem(400, "VALIDATION_ERROR", `${name} cannot be changed`);
  const changed: PropertyDefinition = {
    ...known,
    ...(label === undefined ? {} : { label }),
    ...(options === undefined ? {} : { options: options.map(placed) }),
    updatedAt: new Date(call.portal.hooks.now()).toISOString(),
  };
  definitions.set(known.name, changed);
  call.portal.hooks.wrote({
    kind: "property.update",
    objectId: `${type}.${known.name}`,
    properties: { options: changed.options.map(({ value }) => value).join(";") },
    who: { app: call.app.id },
    traceId: undefined,
    call: call.context.call,
  });
  return { status: 200, body: changed };
}

function placed(
  { label, value, displayOrder, hidden }: z.infer<typeof option>,
  index: number,
): PropertyDefinition["options"][number] {
  return { label, value, displayOrder: displayOrder ?? index, hidden: hidden ?? false };
}

function archiveProperty(call: ApiCall): Answer {
  const found = call.portal.definitions[parseType(call)];
  const name = call.params["name"] ?? "";
  if (found.get(name)?.hubspotDefined === true)
    throw problem(400, "VALIDATION_ERROR", `${name} cannot be archived`);
  found.delete(name);
  return { status: 204 };
}

const group = z.object({
  name: z.string().regex(namePattern),
  label: z.string().min(1),
  displayOrder: z.number().optional(),
});

function listGroups(call: ApiCall): Answer {
  const groups = [...call.portal.groups[parseType(call)]];
  return {
    status: 200,
    body: { results: groups.map(([name, label]) => ({ name, label, displayOrder: -1, archived: false })) },
  };
}

function createGroup(call: ApiCall): Answer {
  const input = parseBody(group, call);
  const groups = call.portal.groups[parseType(call)];
  if (groups.has(input.name))
    throw problem(409, "OBJECT_ALREADY_EXISTS", `A property group named '${input.name}' already exists.`);
  groups.set(input.name, input.label);
  return { status: 201, body: { displayOrder: -1, ...input, archived: false } };
}
