/**
 * Workflows that ask for a handoff: the "Send a webhook" step and Baton's own action.
 *
 * The step's body is the customised one, one object or an array of them:
 *
 *     { "portalId": 62515, "key": "…", "contactId": 904, "occurrenceId": "2026-11-17T09:04", "policy": "enterprise-emea" }
 *
 * `contactId` may be called `objectId`, `hs_object_id`, `vid` or `id`. The address says nothing: what stands in it ends up
 * in the logs of every proxy on the way. The uncustomised body of a contact workflow is refused, because it holds no key.
 *
 * Trust. The signature says that a customer of the app sent this, not which one: the portal is what the author typed. Each
 * entry therefore carries the key of its portal (step-key.ts). The action needs none: HubSpot itself fills in its
 * portal. A step aimed at the action's address is signed alike, though, and is kept out by its shape only: an execution
 * holds objects, a customised body, as far as is known, names and plain values only (not tried on a portal).
 *
 * Identity. HubSpot repeats a call whose answer it did not get, and a contact may well be enrolled twice; the calls look
 * alike. With `occurrenceId` (any value that differs from one enrolment to the next, such as the time of the last
 * conversion) the two are told apart exactly. Without it the same bytes within ten minutes are one call: that covers
 * the first repeats, after a minute and somewhat more. Where that is wrong it errs towards "new", because a handoff
 * asked for twice is found open the second time, while a request taken for a repeat would be lost.
 *
 * Sources: https://knowledge.hubspot.com/workflows/how-do-i-use-webhooks-with-hubspot-workflows,
 * https://developers.hubspot.com/docs/apps/developer-platform/add-features/custom-workflow-actions
 */
import { createHash } from "node:crypto";
import { z } from "zod";
import { BatonError } from "../../src/errors.ts";
import type { CrmEvent } from "../../src/model/event.ts";
import { MINUTE_MS } from "../../src/model/instant.ts";
import type { DurationMs, Instant } from "../../src/model/instant.ts";
import type { Reading } from "./events.ts";
import { storable, whyUnreadable } from "../http/reading.ts";
import { identifier } from "./identifier.ts";
import { isStepKey } from "./step-key.ts";

/** One "Send a webhook" call: the raw bytes are its identity, the JSON in them its meaning. */
export interface StepCall {
  readonly bytes: Uint8Array;
  readonly body: unknown;
}

/** The same bytes within this span are the same call, where no `occurrenceId` tells better. */
export const REPEAT_WINDOW_MS: DurationMs = 10 * MINUTE_MS;
const MAX_STEP_ENTRIES = 100;

const MAX_TYPED_LENGTH = 200;

const text = z.string().max(MAX_TYPED_LENGTH);
/** What a person typed: blank is nothing. */
const typedText = text.nullish().transform((value) => {
  const typed = storable(value ?? "", MAX_TYPED_LENGTH).trim();
  return typed === "" ? undefined : typed;
});
const occurrence = z
  .union([text, z.number()])
  .nullish()
  .transform((value) => (value === null || value === "" ? undefined : value?.toString()));

/** Names under which a step's body may hold the contact, best first. */
const CONTACT_NAMES = ["contactId", "objectId", "hs_object_id", "vid", "id"] as const;

const stepEntry = z.object({
  portalId: z.unknown().optional(),
  key: z.unknown().optional(),
  contactId: z.unknown().optional(),
  objectId: z.unknown().optional(),
  hs_object_id: z.unknown().optional(),
  vid: z.unknown().optional(),
  id: z.unknown().optional(),
  occurrenceId: occurrence,
  policy: typedText,
});

const execution = z.object({
  callbackId: z.string().regex(/^[\w-]{1,200}$/u, { error: "expected letters, digits, - and _" }),
  origin: z.object({ portalId: identifier }),
  object: z.object({ objectId: identifier, objectType: z.string() }),
  inputFields: z.object({ policy: typedText }).nullish(),
});
const CONTACT_TYPES: ReadonlySet<string> = new Set(["CONTACT", "0-1"]);

/** Said of every body that lacks what only Baton can give. */
const RIGHT_BODY =
  "copy the step's body from the page that ends an installation, or ask the operator for what `baton doctor --setup` prints";

type Refusal = Reading["refused"][number];

/**
 * Reads one call of a "Send a webhook" step.
 *
 * @param clientSecrets  All in force: a key made with any of them is good.
 *
 * Throws `receive.bad-body` when the body is neither an object nor an array, `receive.too-large` past 100 entries.
 * An entry without a portal or a contact is refused as `receive.bad-event`, with what to add to the body. One without
 * its portal's key is `receive.unknown-tenant`: whose it is has not been shown. That code keeps it apart from typing
 * mistakes in the counters, and is the same for a portal that has Baton installed and one that has not.
 */
export function readWorkflowStep(call: StepCall, clientSecrets: readonly string[], now: Instant): Reading {
  const entries: readonly unknown[] = Array.isArray(call.body) ? call.body : [call.body];
  if (entries.length > MAX_STEP_ENTRIES) {
    throw new BatonError(
      "receive.too-large",
      `${entries.length} entries in one call; at most ${MAX_STEP_ENTRIES}`,
    );
  }
  if (typeof call.body !== "object" || call.body === null) {
    throw new BatonError("receive.bad-body", 'the body must be { "portalId": …, "contactId": … }');
  }
  const digest = hash(call.bytes);
  const events: CrmEvent[] = [];
  const refused: Refusal[] = [];
  for (const [index, entry] of entries.entries()) {
    const read = readStepEntry(entry, clientSecrets, `${digest}.${index}`, now);
    if ("kind" in read) events.push(read);
    else refused.push({ code: read.code, detail: `entry ${index}: ${read.detail}` });
  }
  return { events, refused };
}

/**
 * Reads one execution of Baton's workflow action.
 *
 * The key is HubSpot's callback id, which names one enrolment in one step: repeats share it, a second enrolment does
 * not. Throws `receive.bad-body` when the request is no execution; other records than contacts are a refused entry.
 */
export function readExecution(body: unknown, now: Instant): Reading {
  const parsed = execution.safeParse(body);
  if (!parsed.success) throw new BatonError("receive.bad-body", whyUnreadable(parsed.error));
  const { callbackId, origin, object, inputFields } = parsed.data;
  if (!CONTACT_TYPES.has(object.objectType.toUpperCase())) {
    return {
      events: [],
      refused: [{ code: "receive.bad-event", detail: "only contacts can be handed off" }],
    };
  }
  const policy = inputFields?.policy;
  const event: CrmEvent = {
    kind: "handoff-requested",
    key: `action:${callbackId}`,
    tenant: origin.portalId,
    occurredAt: now,
    urgency: "live",
    lead: { crm: "hubspot", id: object.objectId },
    request: {
      via: "workflow-action",
      callback: callbackId,
      ...(policy === undefined ? {} : { policy }),
    },
  };
  return { events: [event], refused: [] };
}

function readStepEntry(
  raw: unknown,
  clientSecrets: readonly string[],
  digest: string,
  now: Instant,
): CrmEvent | Refusal {
  const parsed = stepEntry.safeParse(raw);
  if (!parsed.success) return badEntry(whyUnreadable(parsed.error));
  const entry = parsed.data;
  const { data: portal } = identifier.safeParse(entry.portalId);
  if (portal === undefined) return badEntry(`portalId is missing or no id: ${RIGHT_BODY}`);
  if (!isStepKey(entry.key, portal, clientSecrets)) {
    const detail = `key is missing or not that of the portal: ${RIGHT_BODY}`;
    return { code: "receive.unknown-tenant", detail };
  }
  const contact = firstId(CONTACT_NAMES.map((name) => entry[name]));
  if (contact === undefined) {
    return badEntry("contactId is missing or no id: add the contact's record id to the step's body");
  }
  const { occurrenceId, policy } = entry;
  return {
    kind: "handoff-requested",
    key:
      occurrenceId === undefined
        ? `workflow:${digest}@${Math.floor(now / REPEAT_WINDOW_MS)}`
        : `workflow:${hash(JSON.stringify([portal, contact, policy, occurrenceId]))}`,
    tenant: portal,
    occurredAt: now,
    urgency: "live",
    lead: { crm: "hubspot", id: contact },
    request: { via: "workflow", ...(policy === undefined ? {} : { policy }) },
  };
}

function badEntry(detail: string): Refusal {
  return { code: "receive.bad-event", detail };
}

/** The best-named value that is there at all; whether it makes sense is asked of that one only. */
function firstId(candidates: readonly unknown[]): string | undefined {
  const first = candidates.find((candidate) => candidate !== undefined && candidate !== null);
  return identifier.safeParse(first).data;
}

function hash(bytes: string | Uint8Array): string {
  return createHash("sha256").update(bytes).digest("base64url").slice(0, 32);
}
