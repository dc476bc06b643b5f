/** JSON Schemas of the playbook's files, so that editors complete and check them as one types. */
import * as z from "zod";
import { PLAYBOOK_FILES, PLAYBOOK_SCHEMAS, type PlaybookFile } from "./load.ts";
import { shapeForEditors } from "./schema-shape.ts";

/**
 * One JSON Schema (draft 2020-12) for each file, made from the same schemas that check the files. What only shows when
 * a file is read as a whole (unknown facts, missing types) is left to `parsePlaybook`. Throws nothing.
 */
export function playbookJsonSchemas(): ReadonlyMap<PlaybookFile, object> {
  return new Map(
    PLAYBOOK_FILES.map((file) => [
      file,
      shapeForEditors(z.toJSONSchema(PLAYBOOK_SCHEMAS[file], { io: "input", unrepresentable: "any" })),
    ]),
  );
}
