/** What is told to people, as figures for Prometheus. */
import { Counter, Gauge, type Registry } from "prom-client";
import type { ChannelKind } from "../store/schema-notices.ts";
import type { Fate } from "./sender.ts";

/**
 * Adds the figures to a registry.
 * @param read  Deliveries by state, called once for each scrape.
 * @returns     Told what became of each attempt.
 */
export function addNoticeFigures(
  registry: Registry,
  read: () => Promise<Readonly<Record<string, number>>>,
): (kind: ChannelKind, outcome: Fate["fate"]) => void {
  const attempts = new Counter({
    name: "baton_notice_messages_total",
    help: "Messages attempted, by kind of channel and outcome: sent, not-sent, unknown, refused.",
    labelNames: ["channel", "outcome"],
    registers: [registry],
  });
  const waiting = new Gauge({
    name: "baton_notice_deliveries",
    help: "Deliveries that have not ended (planned, attempting, unknown) or wait for a person (parked, refused).",
    labelNames: ["state"],
    registers: [registry],
    async collect() {
      for (const [state, count] of Object.entries(await read())) waiting.set({ state }, count);
    },
  });
  return (channel, outcome) => attempts.inc({ channel, outcome });
}
