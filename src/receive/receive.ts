/**
 * Receiving: verified bytes become stored events before anybody is told that they arrived.
 *
 * Invariants:
 * - A 2xx is given only after the events are on disk. What cannot be stored is answered 503, never 4xx: the CRM will
 *   send it again.
 * - One request may hold events of several tenants. An unknown tenant costs only its own events; when nothing else is
 *   in the request, it is refused, because a 2xx would say that something was kept. (During an install the first
 *   events may come before the connection is saved: the CRM's redelivery brings them back.)
 * - Nothing is worked on inside the request.
 */
import type { Endpoint, RawRequest, Reception } from "../crm-app.ts";
import { BatonError } from "../errors.ts";
import type { CrmEvent } from "../model/event.ts";
import type { DurationMs, Instant } from "../model/instant.ts";
import type { Crm } from "../model/lead.ts";
import { inTime } from "./in-time.ts";

/** Events of one installation. */
export interface Delivery {
  readonly installation: string;
  readonly events: readonly CrmEvent[];
}

/** Where events are put. `store` settles after the commit, and rejects when they are not on disk. */
export interface Inbox {
  store(
    deliveries: readonly Delivery[],
    receivedAt: Instant,
  ): Promise<{ readonly stored: number; readonly duplicates: number }>;
}

/** Whose tenants these are. Asked once a tenant and request: keep it cheap. */
export interface Installations {
  byTenant(crm: Crm, tenant: string): Promise<{ readonly id: string } | undefined>;
}

export interface ReceiveContext {
  readonly crm: Crm;
  readonly inbox: Inbox;
  readonly installations: Installations;
  /** How long storing may take before the CRM is told to come back: below its own patience (HubSpot's is 5 s). */
  readonly storeWithinMs: DurationMs;
}

/** What became of one request. `refused` counts events by code. */
export interface Received {
  readonly answer: Reception["answer"];
  readonly stored: number;
  readonly duplicates: number;
  readonly refused: Readonly<Partial<Record<string, number>>>;
}

/**
 * Takes in one request.
 *
 * Throws what `endpoint.receive` throws (`receive.*`), `receive.unknown-tenant` when no event belongs to a known
 * tenant, and `receive.not-stored` when storing failed or took too long; then the events may be sent again.
 */
export async function receive(
  endpoint: Endpoint,
  request: RawRequest,
  now: Instant,
  context: ReceiveContext,
): Promise<Received> {
  const reception = endpoint.receive(request, now);
  const kept = await inTime(
    "Storing the events",
    () => keep(reception.events, now, context),
    context.storeWithinMs,
  );
  if (kept.unknown === reception.events.length && kept.unknown > 0) {
    throw new BatonError(
      "receive.unknown-tenant",
      `None of the ${kept.unknown} events belongs to an account that has Baton installed. Install it first.`,
    );
  }
  const refused = countByCode(reception.refused);
  if (kept.unknown > 0) refused["receive.unknown-tenant"] = kept.unknown;
  return { answer: reception.answer, stored: kept.stored, duplicates: kept.duplicates, refused };
}

interface Kept {
  readonly stored: number;
  readonly duplicates: number;
  /** Events of tenants nobody installed. */
  readonly unknown: number;
}

async function keep(events: readonly CrmEvent[], now: Instant, context: ReceiveContext): Promise<Kept> {
  const byTenant = Map.groupBy(events, (event) => event.tenant);
  const owned = await Promise.all(
    [...byTenant].map(async ([tenant, theirs]) => ({
      events: theirs,
      installation: await context.installations.byTenant(context.crm, tenant),
    })),
  );
  const deliveries = owned.flatMap(({ events: theirs, installation }) =>
    installation === undefined ? [] : [{ installation: installation.id, events: theirs }],
  );
  const known = deliveries.reduce((count, delivery) => count + delivery.events.length, 0);
  const unknown = events.length - known;
  if (known === 0) return { stored: 0, duplicates: 0, unknown };
  return { ...(await context.inbox.store(deliveries, now)), unknown };
}

function countByCode(refused: readonly { readonly code: string }[]): Partial<Record<string, number>> {
  const counts: Partial<Record<string, number>> = {};
  for (const { code } of refused) counts[code] = (counts[code] ?? 0) + 1;
  return counts;
}
