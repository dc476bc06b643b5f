/** What Slack's errors mean, by their code and never by their text. Source: https://docs.slack.dev/reference/methods/chat.postMessage */
import { BatonError, type ErrorCode } from "../../errors.ts";
import { type DurationMs, SECOND_MS } from "../../model/instant.ts";
import { troubleOf } from "../door.ts";

/** `isCertain`: nothing was done. `isForMessage`: another message may fare better. */
export interface SlackTrouble {
  readonly code: ErrorCode;
  readonly isCertain: boolean;
  readonly isForMessage: boolean;
  /** Slack's own word for it: `users_not_found`. */
  readonly slack: string;
  readonly retryAfterMs?: DurationMs;
}

/** Of these Slack says that part of it may have happened. */
const UNCERTAIN: ReadonlySet<string> = new Set(["fatal_error", "internal_error", "request_timeout"]);
/** What is wrong with one message. */
const FOR_MESSAGE: ReadonlySet<string> = new Set([
  "invalid_blocks",
  "invalid_blocks_format",
  "msg_blocks_too_long",
  "msg_too_long",
  "no_text",
  "invalid_metadata_format",
  "invalid_metadata_schema",
  "metadata_too_large",
  "restricted_action",
]);

/** Reads what a call threw. Throws nothing. */
export function slackTrouble(cause: unknown): SlackTrouble {
  const of = (code: ErrorCode, isCertain: boolean, slack = "", more: Partial<SlackTrouble> = {}) => ({
    code,
    isCertain,
    isForMessage: false,
    slack,
    ...more,
  });
  if (cause instanceof BatonError) return of(cause.code, true);
  const kind = property(cause, "code");
  if (kind === "slack_webapi_rate_limited_error") {
    const seconds = Number(property(cause, "retryAfter"));
    return of("notify.rate-limited", true, "ratelimited", { retryAfterMs: seconds * SECOND_MS });
  }
  if (kind === "slack_webapi_platform_error")
    return ofPlatform(String(property(property(cause, "data"), "error")));
  if (kind === "slack_webapi_http_error") {
    const status = Number(property(cause, "statusCode"));
    return status < 500 ? of("notify.refused", true) : of("notify.server-error", false);
  }
  if (kind !== "slack_webapi_request_error") return of("notify.rate-limited", true);
  const { code, isCertain } = troubleOf(property(cause, "original"));
  return of(code, isCertain);
}

function ofPlatform(slack: string): SlackTrouble {
  if (UNCERTAIN.has(slack))
    return { code: "notify.server-error", isCertain: false, isForMessage: false, slack };
  if (slack === "ratelimited" || slack === "rate_limited")
    return { code: "notify.rate-limited", isCertain: true, isForMessage: false, slack };
  if (slack === "service_unavailable" || slack === "team_added_to_org")
    return { code: "notify.server-error", isCertain: true, isForMessage: false, slack };
  if (FOR_MESSAGE.has(slack)) return { code: "notify.refused", isCertain: true, isForMessage: true, slack };
  // Token, scopes, the conversation and its members: a person changes them, and then all of it goes out.
  return { code: "notify.unauthorized", isCertain: true, isForMessage: false, slack: shortWord(slack) };
}

/** The error for people who set a channel up. Slack's word is shown, its texts are not. */
export function slackError(cause: unknown): BatonError {
  const { code, slack } = slackTrouble(cause);
  const word = slack === "" ? "no answer" : slack;
  return new BatonError(
    code,
    `Slack did not let us in (${word}). Check the channel's token, scopes and room.`,
    {
      cause,
    },
  );
}

/** An answer that is no JSON stands where a word should: it is not repeated. */
function shortWord(text: string): string {
  return /^[a-z_]{1,60}$/.test(text) ? text : "";
}

function property(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
}
