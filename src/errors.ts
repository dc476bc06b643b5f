/**
 * Every way Baton can fail, by code, with the one remedy for each. HTTP status, exit code and retry are three tables
 * over the remedy; nothing else decides them. docs/errors.md lists the same codes, and a test holds the two equal.
 */

/** What is to be done about an error: by the sender, an admin, Baton itself, or us. */
export type Remedy = "reject" | "reconfigure" | "reauthorize" | "retry" | "replan" | "report";

/** Code to remedy. The prefix is the stage that found it. */
export const ERROR_CODES = {
  "config.invalid": "reconfigure",
  "config.sandbox-guard": "reconfigure",
  "receive.bad-signature": "reject",
  "receive.bad-timestamp": "reject",
  "receive.bad-key": "reject",
  "receive.bad-body": "reject",
  "receive.too-large": "reject",
  "receive.bad-event": "reject",
  "receive.unknown-tenant": "reject",
  "receive.rate-limited": "retry",
  "receive.not-stored": "retry",
  "install.bad-state": "reject",
  "install.denied": "reject",
  "install.code-refused": "reauthorize",
  "install.missing-scope": "reauthorize",
  "crm.unreachable": "retry",
  "crm.timeout": "retry",
  "crm.rate-limited": "retry",
  "crm.server-error": "retry",
  "crm.resting": "retry",
  "crm.locked": "retry",
  "crm.migrating": "retry",
  "crm.not-placed": "retry",
  "crm.bad-answer": "retry",
  "crm.redirected": "report",
  "crm.unauthorized": "reauthorize",
  "crm.disconnected": "reauthorize",
  "crm.forbidden": "reauthorize",
  "crm.not-found": "replan",
  "crm.conflict": "replan",
  "crm.invalid": "reconfigure",
  "playbook.invalid": "reconfigure",
  "playbook.missing": "reconfigure",
  "playbook.mismatch": "reconfigure",
  "playbook.not-saved": "reconfigure",
  "playbook.overtaken": "replan",
  "enrich.not-set": "reconfigure",
  "enrich.budget-spent": "retry",
  "enrich.unreachable": "retry",
  "enrich.timeout": "retry",
  "enrich.rate-limited": "retry",
  "enrich.server-error": "retry",
  "enrich.unfinished": "retry",
  "enrich.bad-answer": "reconfigure",
  "enrich.invalid": "reconfigure",
  "enrich.redirected": "reconfigure",
  "enrich.refused": "reconfigure",
  "enrich.forbidden-address": "reconfigure",
  "decide.failed": "report",
  "lanes.failed": "report",
  "deliver.interrupted": "retry",
  "deliver.not-seen": "retry",
  "deliver.broken": "report",
  "deliver.gave-up": "report",
  "deliver.unreadable": "report",
  "deliver.lost-lane": "replan",
  "notify.unreachable": "retry",
  "notify.timeout": "retry",
  "notify.rate-limited": "retry",
  "notify.server-error": "retry",
  "notify.interrupted": "retry",
  "notify.unsure": "retry",
  "notify.unauthorized": "reconfigure",
  "notify.refused": "reconfigure",
  "notify.redirected": "reconfigure",
  "notify.forbidden-address": "reconfigure",
  "chores.failed": "report",
  "store.unavailable": "retry",
  "store.sealed": "reconfigure",
  "store.bad-backup": "reject",
  "report.bad-question": "reject",
  "resync.bad-question": "reject",
  "cli.usage": "reject",
  "cli.not-found": "reject",
} as const satisfies Record<string, Remedy>;
export type ErrorCode = keyof typeof ERROR_CODES;

/** What an HTTP caller is told, by remedy, where a route has no more exact status of its own. */
export const HTTP_STATUS: Readonly<Record<Remedy, number>> = {
  reject: 400,
  reconfigure: 500,
  reauthorize: 401,
  retry: 503,
  replan: 409,
  report: 500,
};

/** What a shell is told, by remedy: documented in `baton --help`. */
export const EXIT_CODE: Readonly<Record<Remedy, number>> = {
  reject: 2,
  reconfigure: 3,
  reauthorize: 4,
  retry: 5,
  replan: 6,
  report: 1,
};

/** Whether trying the same thing again later can help. */
export const IS_RETRIABLE: Readonly<Record<Remedy, boolean>> = {
  reject: false,
  reconfigure: false,
  reauthorize: false,
  retry: true,
  replan: false,
  report: false,
};

/**
 * The one error class. `message` names the value, the rule and the fix; it never holds a secret or personal data.
 * `retryAfterMs` is set where the other side said when to come back, `installation` where it is another one's than whose work it broke.
 */
export class BatonError extends Error {
  override readonly name = "BatonError";
  readonly code: ErrorCode;
  readonly retryAfterMs: number | undefined;
  readonly installation: string | undefined;

  constructor(
    code: ErrorCode,
    message: string,
    options: { cause?: unknown; retryAfterMs?: number; installation?: string } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.retryAfterMs = options.retryAfterMs;
    this.installation = options.installation;
  }

  get remedy(): Remedy {
    return ERROR_CODES[this.code];
  }
}

/** The code of what was thrown, and `otherwise` where it is a fault without one. Throws nothing. */
export function codeOf(cause: unknown, otherwise: ErrorCode): ErrorCode {
  return cause instanceof BatonError ? cause.code : otherwise;
}

/** What a failure that is not ours calls itself, safe to log: its code (`ECONNREFUSED`), else its name. Throws nothing. */
export function labelOf(cause: unknown): string {
  if (!(cause instanceof Error)) return "unknown";
  return "code" in cause && typeof cause.code === "string" ? cause.code : cause.name;
}

/**
 * What the CRM said, of work that can be put off because of it.
 * @throws Everything else, and `crm.disconnected`: where nothing else happens, that is what notices that the tenant has left.
 */
export function crmTrouble(cause: unknown): BatonError {
  if (!(cause instanceof BatonError) || !cause.code.startsWith("crm.")) throw cause;
  if (cause.code === "crm.disconnected") throw cause;
  return cause;
}
