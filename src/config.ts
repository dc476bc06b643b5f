/**
 * How one Baton server is set up: environment variables over one optional file, checked as a whole.
 *
 * Everything wrong is reported at once, each with its name, the value (unless it may be secret), the rule and the fix.
 * The names and their rules stand in config/settings.ts; docs/configuration.md explains the same names, and a test holds
 * the two equal.
 */
import type { z } from "zod";
import { BatonError } from "./errors.ts";
import {
  appProblems,
  type HubSpotSettings,
  hubspotOf,
  type SalesforceSettings,
  salesforceOf,
} from "./config/apps.ts";
import { guardProblems } from "./config/sandbox-guard.ts";
import { type Settings, settingsSchema } from "./config/settings.ts";
import { readSource, type Environment } from "./config/source.ts";

/** A server's configuration: complete, checked, and not changed while it runs. It holds secrets: never log it. */
export interface Config {
  /** Where the world reaches Baton: an origin without a trailing slash. */
  readonly publicUrl: string;
  /** Port 0 asks the system for a free one. */
  readonly port: number;
  readonly host: string;
  /** `sqlite:<path>` or `postgres://…`. */
  readonly databaseUrl: string;
  /** 32 bytes each, newest first. */
  readonly secretKeys: readonly [Buffer, ...Buffer[]];
  /** Folder of the playbook. */
  readonly playbook: string;
  /** Absent where HubSpot's app is not set up; of the two, one is. */
  readonly hubspot?: HubSpotSettings;
  readonly salesforce?: SalesforceSettings;
  /** True when the CRM is the sandbox on this machine. */
  readonly sandbox: boolean;
  readonly logLevel: "fatal" | "error" | "warn" | "info" | "debug" | "trace" | "silent";
  /** Whose `X-Forwarded-For` is believed: nobody, a number of proxies, or their addresses. */
  readonly trustProxy: false | number | readonly string[];
  /** How long what leads did is kept. */
  readonly signalDays: number;
  /** Opens `/metrics`. */
  readonly metricsToken?: string;
  /** Opens reports and resyncs. */
  readonly apiToken?: string;
  /** The enrichment provider: where it is, and the value of the `Authorization` header. */
  readonly enrich?: { readonly url: string; readonly authorization?: string };
  /** Worth telling an operator, not worth refusing to start: names that are probably misspelt. */
  readonly warnings: readonly string[];
}

/**
 * Reads and checks the configuration.
 *
 * @param env   Usually `process.env`. An empty value counts as not set.
 * @param file  A YAML or JSON file; without it the one `BATON_CONFIG` names, if any. The environment wins over it.
 * Throws `config.sandbox-guard` when any problem is that real credentials and the sandbox could meet, else
 * `config.invalid`; the message lists every problem, one a line.
 */
export function loadConfig(env: Environment, file?: string): Config {
  const source = readSource(env, file);
  const parsed = settingsSchema.safeParse(source.values);
  const guards = guardProblems(source.values);
  const problems = [
    ...source.problems,
    ...(parsed.success ? [] : parsed.error.issues.map(inWords)),
    ...appProblems(source.values),
    ...guards,
  ];
  if (!parsed.success || problems.length > 0) {
    throw unusable(guards.length > 0 ? "config.sandbox-guard" : "config.invalid", problems);
  }
  return toConfig(parsed.data, source.warnings);
}

/**
 * Reads and checks only the named settings, for commands that need no more: explaining a decision takes no credentials.
 * Names not asked for may be unset or wrong. Throws `config.invalid` with every problem among those asked for.
 */
export function loadPartialConfig<Name extends keyof Settings>(
  env: Environment,
  names: readonly Name[],
  file?: string,
): Pick<Settings, Name> {
  const source = readSource(env, file);
  const settings: Partial<Record<keyof Settings, unknown>> = {};
  const problems = [...source.problems];
  for (const name of names) {
    const parsed = settingsSchema.shape[name].safeParse(source.values[name]);
    if (parsed.success) settings[name] = parsed.data;
    else problems.push(...parsed.error.issues.map((issue) => `${name}: ${issue.message}`));
  }
  if (problems.length > 0) throw unusable("config.invalid", problems);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- each value was parsed by its own schema
  return settings as Pick<Settings, Name>;
}

function unusable(code: "config.invalid" | "config.sandbox-guard", problems: readonly string[]): BatonError {
  const lines = problems.map((problem) => `  ${problem}`).join("\n");
  return new BatonError(code, `The configuration cannot be used:\n${lines}`);
}

function toConfig(settings: Settings, warnings: readonly string[]): Config {
  return {
    publicUrl: settings.BATON_URL ?? `http://localhost:${settings.BATON_PORT}`,
    port: settings.BATON_PORT,
    host: settings.BATON_HOST,
    databaseUrl: settings.BATON_DATABASE_URL,
    secretKeys: settings.BATON_SECRET_KEYS,
    playbook: settings.BATON_PLAYBOOK,
    ...hubspotOf(settings),
    ...salesforceOf(settings),
    sandbox: settings.BATON_SANDBOX,
    logLevel: settings.BATON_LOG_LEVEL,
    trustProxy: settings.BATON_TRUST_PROXY,
    signalDays: settings.BATON_SIGNALS_DAYS,
    ...(settings.BATON_METRICS_TOKEN === undefined ? {} : { metricsToken: settings.BATON_METRICS_TOKEN }),
    ...(settings.BATON_API_TOKEN === undefined ? {} : { apiToken: settings.BATON_API_TOKEN }),
    ...enrichOf(settings),
    warnings,
  };
}

function enrichOf(settings: Settings): Pick<Config, "enrich"> {
  const { BATON_ENRICH_URL: url, BATON_ENRICH_AUTHORIZATION: authorization } = settings;
  if (url === undefined) return {};
  return { enrich: { url, ...(authorization === undefined ? {} : { authorization }) } };
}

function inWords(issue: z.core.$ZodIssue): string {
  return `${issue.path.join(".")}: ${issue.message}`;
}
