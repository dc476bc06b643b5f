/** What one installation remembers of its org between calls, and what writes have to know of it before they are put into words. */
import type { Capabilities } from "../../src/model/capabilities.ts";
import type { Write } from "../../src/model/effect.ts";
import type { Instant } from "../../src/model/instant.ts";
import type { Gateway } from "../http/gateway.ts";
import type { Org } from "./compose.ts";
import { createSchema } from "./describe.ts";
import type { Schema, Shapes } from "./describe.ts";
import { createMe } from "./me.ts";
import type { Me } from "./me.ts";
import { KEY_FIELD } from "./package-fields.ts";
import { createStatuses } from "./statuses.ts";
import type { Statuses } from "./statuses.ts";
import { createZones } from "./zones.ts";
import type { Zones } from "./zones.ts";

/** What the parts of a connector work with. `gateway` is that of the manner; what is remembered is shared by all manners. */
export interface Tools {
  readonly gateway: Gateway;
  readonly schema: Schema;
  readonly statuses: Statuses;
  readonly zones: Zones;
  readonly me: Me;
  readonly capabilities: Capabilities;
  readonly now: () => Instant;
}

/** Makes the tools of one connector. @param shapes  What is remembered of the org already, by all connectors to it. Throws nothing. */
export function createTools(
  gateway: Gateway,
  capabilities: Capabilities,
  now: () => Instant,
  shapes?: Shapes,
): Tools {
  return {
    gateway,
    schema: createSchema(gateway, now, shapes),
    statuses: createStatuses(gateway, now),
    zones: createZones(gateway),
    me: createMe(gateway),
    capabilities,
    now,
  };
}

/** Looks up what these writes need, which costs nothing once it is known. @throws BatonError `crm.*` when it cannot be looked up. */
export async function orgFor(tools: Tools, writes: readonly Write[]): Promise<Org> {
  const { schema, statuses, zones } = tools;
  const tasks = writes.filter((write) => write.kind === "create-task");
  const isStaged = writes.some((write) => write.kind === "update-lead" && write.stage?.seen !== undefined);
  const [lead, contact, task] = await Promise.all([
    schema.of("Lead"),
    schema.of("Contact"),
    tasks.length > 0 ? schema.of("Task") : undefined,
  ]);
  return {
    people: { Lead: lead, Contact: contact },
    task,
    isTaskKeyed: tasks.length > 0 && (await isTaskKeyed(tools)),
    statuses: isStaged ? await statuses.all() : [],
    zones: await zones.of(tasks.map(({ ownerId }) => ownerId)),
  };
}

/** Whether tasks carry their key: as it was found out at install, and as long as the field is there. Throws as `orgFor`. */
export async function isTaskKeyed({ schema, capabilities }: Tools): Promise<boolean> {
  if (capabilities.taskKey !== "unique-property") return false;
  return (await schema.of("Task"))?.fields.get(KEY_FIELD)?.isKey === true;
}
