/** What waits, as figures for Prometheus: read when they are asked for, so that nothing counts while nobody looks. */
import { Gauge, type Registry } from "prom-client";
import type { Instant } from "../model/instant.ts";

/** What the figures are made of. The store knows them. */
export interface Backlog {
  readonly waitingEvents: number;
  readonly oldestEventAt?: Instant;
  readonly effects: Readonly<Record<string, number>>;
  readonly installations: Readonly<Record<string, number>>;
  /** Leads in which the CRMs of pairs differ, by the last comparison. */
  readonly driftingLeads: number;
}

/** Adds the gauges to a registry. @param read  Called once for each scrape. */
export function addBacklog(registry: Registry, read: () => Promise<Backlog>, now: () => Instant): void {
  let reading: Promise<Backlog> | undefined;
  // All gauges of one scrape are collected at the same moment and share one look at the store.
  const readOnce = (): Promise<Backlog> => {
    reading ??= read().finally(() => {
      reading = undefined;
    });
    return reading;
  };
  const gauge = (
    name: string,
    help: string,
    collect: (gauge: Gauge, backlog: Backlog) => void,
    labelNames: string[] = [],
  ): Gauge =>
    new Gauge({
      name,
      help,
      labelNames,
      registers: [registry],
      async collect() {
        collect(this, await readOnce());
      },
    });
  const byState =
    (counts: (backlog: Backlog) => Readonly<Record<string, number>>) => (own: Gauge, backlog: Backlog) => {
      for (const [state, count] of Object.entries(counts(backlog))) own.set({ state }, count);
    };

  gauge("baton_waiting_events", "Events that wait for their lane.", (own, { waitingEvents }) =>
    own.set(waitingEvents),
  );
  gauge(
    "baton_waiting_event_age_seconds",
    "Age of the oldest event that waits for its lane; 0 when none does.",
    (own, { oldestEventAt }) =>
      own.set(oldestEventAt === undefined ? 0 : Math.max(0, (now() - oldestEventAt) / 1_000)),
  );
  gauge(
    "baton_effects",
    "Writes that have not ended (planned, attempting, ambiguous) or wait for a person (parked, refused).",
    byState(({ effects }) => effects),
    ["state"],
  );
  gauge(
    "baton_installations",
    "Portals by state: active, disconnected.",
    byState(({ installations }) => installations),
    ["state"],
  );
  gauge(
    "baton_drifting_leads",
    "Leads in which both CRMs of a pair differed when fields were compared last, and which were left so.",
    (own, { driftingLeads }) => own.set(driftingLeads),
  );
}
