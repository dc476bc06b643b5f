/** Tells the webhooks and the ledger what a write changed, unless the write is quiet. */
import type { LinkEnd } from "./links.ts";
import type { CrmChange, PortalState } from "./portal.ts";
import type { WriteContext } from "./write-context.ts";

/** Announces a change of one record to the webhooks. */
export function emitChange(
  portal: PortalState,
  end: LinkEnd,
  kind: CrmChange["kind"],
  context: WriteContext,
  detail: CrmChange["detail"],
): void {
  if (context.quiet) return;
  portal.hooks.changed({
    portalId: portal.id,
    objectType: end.type,
    kind,
    objectId: end.id,
    occurredAt: context.at ?? portal.hooks.now(),
    actor: context.actor,
    detail,
  });
}

/** Enters an accepted write in the ledger; `verb` as in `contact.<verb>`. */
export function recordWrite(
  portal: PortalState,
  end: LinkEnd,
  verb: string,
  context: WriteContext,
  properties: Readonly<Record<string, string>>,
): void {
  if (context.quiet) return;
  const { actor, traceId, call } = context;
  portal.hooks.wrote({
    kind: `${end.type}.${verb}`,
    objectId: end.id,
    properties,
    who: actor.appId === undefined ? { other: actor.source } : { app: actor.appId },
    traceId,
    call,
  });
}
