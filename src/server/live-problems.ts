/** What the nightly checks of the playbook against each portal found, as figures for Prometheus. */
import { Gauge, type Registry } from "prom-client";

/** Adds the gauge to a registry. @param read  Called once for each scrape. @returns The gauge. */
export function addLiveProblems(
  registry: Registry,
  read: () => Promise<Readonly<Record<"error" | "warning", number>>>,
): Gauge {
  return new Gauge({
    name: "baton_playbook_live_problems",
    help: "What the playbook names and a portal does not have, over all active portals, by severity.",
    labelNames: ["severity"],
    registers: [registry],
    async collect() {
      for (const [severity, count] of Object.entries(await read())) this.set({ severity }, count);
    },
  });
}
