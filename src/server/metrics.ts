/**
 * What the server counts, for Prometheus. One registry for each server, so that two in one process do not mix.
 * Labels are closed sets (crm, route template, code): never a tenant, an id or a path as it was called.
 */
import { collectDefaultMetrics, Counter, Histogram, Registry } from "prom-client";

export interface Metrics {
  /** Other parts add their own figures here. */
  readonly registry: Registry;
  /** Requests by route template, method and status, in seconds. */
  readonly requests: Histogram<"method" | "route" | "status">;
  /** Events that webhooks brought: `stored`, `duplicate` or `refused`. */
  readonly events: Counter<"crm" | "outcome">;
  /** Messages that senders of signals brought: `stored`, `duplicate` or `refused`. */
  readonly signals: Counter<"outcome">;
  /** What was refused at the door, by code. */
  readonly refused: Counter<"crm" | "code">;
  /** Finished installations: `ready`, `unprepared`, or the code that ended them. */
  readonly installs: Counter<"crm" | "outcome">;
}

/** Around the promises that matter: 250 ms (our own), 2 s (worst), 5 s (HubSpot's patience). */
const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 5];

/** @param options.process  Also the process's own figures (memory, event loop); once a process. Throws nothing. */
export function createMetrics(options: { readonly process: boolean }): Metrics {
  const registry = new Registry();
  const registers = [registry];
  if (options.process) collectDefaultMetrics({ register: registry });
  return {
    registry,
    requests: new Histogram({
      name: "baton_http_request_duration_seconds",
      help: "HTTP requests answered, by route, method and status.",
      labelNames: ["method", "route", "status"],
      buckets: SECONDS,
      registers,
    }),
    events: new Counter({
      name: "baton_received_events_total",
      help: "Events received from CRMs, by outcome: stored, duplicate, refused.",
      labelNames: ["crm", "outcome"],
      registers,
    }),
    signals: new Counter({
      name: "baton_signal_messages_total",
      help: "Messages of the signals API, by outcome: stored, duplicate, refused.",
      labelNames: ["outcome"],
      registers,
    }),
    refused: new Counter({
      name: "baton_refused_total",
      help: "Requests and events refused at the door, by code.",
      labelNames: ["crm", "code"],
      registers,
    }),
    installs: new Counter({
      name: "baton_installs_total",
      help: "Installations finished, by outcome.",
      labelNames: ["crm", "outcome"],
      registers,
    }),
  };
}
