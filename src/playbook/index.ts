/** The playbook: what admins edit, read once and used by every stage. */
export type { Coverage } from "./coverage.ts";
export { checkExamples, type FailedExample } from "./examples.ts";
export { wanted } from "./fields.ts";
export { checkAgainst, unknownParts } from "./live.ts";
export { parsePlaybook, PLAYBOOK_FILES } from "./load.ts";
export { playbookJsonSchemas } from "./schemas.ts";
