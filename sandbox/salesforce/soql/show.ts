/** Shows rows as answers have them: nested by their parents, with their children as results of their own. */
import type { OrgState } from "../org.ts";
import type { ObjectDefinition } from "../schema/index.ts";
import type { Row } from "../table.ts";
import { restBase } from "../version.ts";
import { visibleObject } from "../visible.ts";
import { childOf } from "./children.ts";
import { findRows, invalidType } from "./find.ts";
import { parentRow, resolvePath } from "./path.ts";
import type { Path } from "./path.ts";
import type { Query } from "./query.ts";

/**
 * Gives what shows a row with the selected fields, in the order they were asked.
 * @throws Refusal INVALID_FIELD, INVALID_TYPE for what the object does not have.
 */
export function shower(
  state: OrgState,
  object: ObjectDefinition,
  query: Query,
  all: boolean,
): (row: Row) => unknown {
  const paths = query.select.flatMap((one) =>
    typeof one === "string" ? [resolvePath(state, object, one)] : [],
  );
  const children = query.select.flatMap((one) =>
    typeof one === "string" ? [] : [childShower(state, object, one, all)],
  );
  return (row) => {
    const shown: Record<string, unknown> = { attributes: attributes(row) };
    for (const path of paths) place(state, row, path, shown);
    for (const child of children) shown[child.name] = child.show(row);
    return shown;
  };
}

/** `type` and `url` of a row as every answer has them. */
export function attributes(row: Row): { readonly type: string; readonly url: string } {
  return { type: row.type, url: `${restBase}/sobjects/${row.type}/${row.id}` };
}

function place(state: OrgState, row: Row, path: Path, shown: Record<string, unknown>): void {
  let target = shown;
  let at: Row | undefined = row;
  for (const reference of path.parents) {
    const name = reference.as ?? reference.name;
    at = parentRow(state, at, reference);
    if (!at) {
      target[name] ??= null;
      return;
    }
    const held = target[name];
    const inner: Record<string, unknown> = isShown(held) ? held : { attributes: attributes(at) };
    target[name] = inner;
    target = inner;
  }
  target[path.field.name] = path.value(row);
}

function isShown(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

function childShower(
  state: OrgState,
  parent: ObjectDefinition,
  query: Query,
  all: boolean,
): { readonly name: string; show(row: Row): unknown } {
  const child = childOf(parent.name, query.from);
  const object = child && visibleObject(state, child.object);
  if (!child || !object) throw invalidType(query.from);
  const show = shower(state, object, query, all);
  return {
    name: child.name,
    show(row) {
      const held = state.table(object.name).having(child.field, row.id) ?? [];
      const rows = findRows(state, object, query, all, held);
      return rows.length === 0
        ? null
        : { totalSize: rows.length, done: true, records: rows.map((one) => show(one)) };
    },
  };
}
