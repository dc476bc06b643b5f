/** The definition of an outbound message, and which changes it tells. */
import type { OrgChange } from "../org.ts";

/** A definition as an admin makes it: one object, one address, one list of fields. */
export interface OutboundMessage {
  /** `04k…`, the `ActionId` in every call. */
  readonly actionId: string;
  readonly object: string;
  /** Fields sent besides `Id`. */
  readonly fields: readonly string[];
  readonly when: OutboundTrigger;
  /** Where it goes; change it at any time. */
  url: string;
  active: boolean;
}

/** Which changes fire: creations, updates, or both; with `changed` only those that set one of these fields. */
export interface OutboundTrigger {
  readonly on: readonly ("create" | "update")[];
  readonly changed?: readonly string[];
}

/** Whether a change fires a message. Throws nothing. */
export function firesOn(message: OutboundMessage, change: OrgChange): boolean {
  const { on, changed } = message.when;
  return (
    message.active &&
    message.object === change.object &&
    on.some((kind) => kind === change.kind) &&
    (changed === undefined || changed.some((field) => change.changed.includes(field)))
  );
}
