/** The playbook: what admins edit, read once and used by every stage. */
export { checkExamples } from "./examples.ts";
export { wanted } from "./fields.ts";
export { parsePlaybook, PLAYBOOK_FILES } from "./load.ts";
export { playbookJsonSchemas } from "./schemas.ts";
