/** The check-up of what Baton stands on: configuration, database, playbook, and the way to the CRM. */
import { existsSync } from "node:fs";
import { type Config, loadConfig, loadPartialConfig } from "../config.ts";
import type { Environment } from "../config/source.ts";
import { BatonError } from "../errors.ts";
import { type DurationMs, SECOND_MS } from "../model/instant.ts";
import { openStore, type Store } from "../store/open.ts";
import { type Check, ok, problem, warning } from "./check.ts";

const REACH_MS: DurationMs = 5 * SECOND_MS;

/** The configuration, if it can be used, and a line for each thing wrong with it. Throws nothing but faults. */
export function checkConfiguration(env: Environment): {
  readonly config?: Config;
  readonly checks: readonly Check[];
} {
  const area = "configuration";
  try {
    const config = loadConfig(env);
    const warnings = config.warnings.map((text) => warning(area, text, "Correct the name, or unset it."));
    const world = config.sandbox ? "a sandbox on this machine" : "HubSpot";
    return {
      config,
      checks: [ok(area, `complete; the CRM is ${world}, ${config.secretKeys.length} key(s)`), ...warnings],
    };
  } catch (error) {
    if (!(error instanceof BatonError)) throw error;
    const { code } = error;
    const lines = error.message
      .split("\n")
      .slice(1)
      .map((line) => line.trim());
    return {
      checks: lines.map((line) => problem(area, code, line, "docs/configuration.md explains every name.")),
    };
  }
}

/** The database, open, unless it cannot be. The caller closes it. Throws nothing but faults. */
export async function checkDatabase(
  env: Environment,
): Promise<{ readonly store?: Store; readonly check: Check }> {
  const area = "database";
  try {
    const { BATON_DATABASE_URL: url } = loadPartialConfig(env, ["BATON_DATABASE_URL"]);
    const path = url.startsWith("sqlite:") ? url.slice("sqlite:".length) : undefined;
    if (path !== undefined && !existsSync(path)) {
      return {
        check: warning(area, `${path} does not exist yet`, "baton serve makes it at its first start."),
      };
    }
    const store = await openStore(url);
    return { store, check: ok(area, `${path ?? "PostgreSQL"} opens and its schema is up to date`) };
  } catch (error) {
    if (!(error instanceof BatonError)) throw error;
    return {
      check: problem(area, error.code, error.message, "Check BATON_DATABASE_URL and that the database runs."),
    };
  }
}

/** Whether the CRM's host answers anything at all: proxies and firewalls show here. Throws nothing. */
export async function checkReach(url: string): Promise<Check> {
  const area = "network";
  const host = new URL(url).host;
  try {
    const answer = await fetch(url, {
      method: "HEAD",
      redirect: "manual",
      signal: AbortSignal.timeout(REACH_MS),
    });
    return ok(area, `${host} answers (HTTP ${answer.status})`);
  } catch {
    return problem(
      area,
      "crm.unreachable",
      `${host} does not answer`,
      "Look at the network, DNS, proxy and firewall of this machine.",
    );
  }
}
