/** What the integration user may see: objects and fields, by permission and field-level security. */
import type { OrgState } from "./org.ts";
import type { FieldDefinition } from "./schema/field.ts";
import type { ObjectDefinition } from "./schema/index.ts";

/** An object by its name in any case; undefined where it does not exist or may not be seen. */
export function visibleObject(state: OrgState, name: string): ObjectDefinition | undefined {
  const found = state.schema.get(name.toLowerCase());
  return found && !state.rules.hiddenObjects.includes(found.name) ? found : undefined;
}

/** A field by its name in any case; undefined where it does not exist or may not be seen. */
export function visibleField(
  state: OrgState,
  object: ObjectDefinition,
  name: string,
): FieldDefinition | undefined {
  const found = object.fields.get(name.toLowerCase());
  return found && isVisible(state, object, found) ? found : undefined;
}

/** All fields of an object that may be seen, in the schema's order. */
export function visibleFields(state: OrgState, object: ObjectDefinition): readonly FieldDefinition[] {
  return [...object.fields.values()].filter((field) => isVisible(state, object, field));
}

function isVisible(state: OrgState, object: ObjectDefinition, field: FieldDefinition): boolean {
  return (
    (field.hidden !== true || state.rules.fls) &&
    !state.rules.hiddenFields.includes(`${object.name}.${field.name}`)
  );
}
