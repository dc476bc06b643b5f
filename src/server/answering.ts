/** Whether the CRMs answer, as figures for Prometheus: how many accounts this process calls, by how their breaker stands. */
import { Gauge, type Registry } from "prom-client";
import { ANSWERING, type CrmApp } from "../crm-app.ts";

/** Adds the gauge to a registry: every state of every CRM, 0 included. Which accounts they are, the lanes' log lines say. */
export function addAnswering(registry: Registry, apps: readonly Pick<CrmApp, "crm" | "answering">[]): Gauge {
  return new Gauge({
    name: "baton_crm_accounts",
    help: "Accounts this process calls, by breaker: closed, open, half-open, resting.",
    labelNames: ["crm", "state"],
    registers: [registry],
    collect() {
      for (const { crm, answering } of apps) {
        const states = answering();
        for (const state of ANSWERING) this.set({ crm, state }, states.filter((one) => one === state).length);
      }
    },
  });
}
