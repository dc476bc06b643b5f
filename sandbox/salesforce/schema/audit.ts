/** The fields every object has, and those of objects that people change. */
import { field } from "./field.ts";
import type { FieldDefinition } from "./field.ts";

/** Only the id: for objects that say nothing of their history. */
export const identity: readonly FieldDefinition[] = [field("Id", "id", "d")];

/** Who made a row, who changed it last, and when. */
export const audit: readonly FieldDefinition[] = [
  field("CreatedDate", "datetime", "d"),
  field("CreatedById", "reference", "d", { to: ["User"], as: "CreatedBy" }),
  field("LastModifiedDate", "datetime", "d"),
  field("LastModifiedById", "reference", "d", { to: ["User"], as: "LastModifiedBy" }),
  field("SystemModstamp", "datetime", "d"),
];

/** What a row has that can lie in the recycle bin. */
export const deletable: readonly FieldDefinition[] = [
  field("IsDeleted", "boolean", "d", { initially: false }),
];

/** The winner of the merge a row lost; set in the recycle bin only. */
export function mergeable(type: string): readonly FieldDefinition[] {
  return [field("MasterRecordId", "reference", "n", { to: [type], as: "MasterRecord" })];
}

/** The owner: a person, and where `queues` are allowed also a queue. */
export function owner(queues = false): FieldDefinition {
  return field("OwnerId", "reference", "cud", { to: queues ? ["Group", "User"] : ["User"], as: "Owner" });
}
