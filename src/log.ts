/**
 * The log: one JSON line an event, for machines first. It carries ids, codes and durations; never payloads, secrets,
 * names or addresses.
 *
 * Three nets, because one mistake must not be enough: callers pass only ids, codes and durations; known keys are redacted
 * wherever they stand; and a last look at the finished line takes out anything shaped like an e-mail address or a
 * bearer token. Errors are logged by code and place: the message of a foreign error may quote what it was given.
 */
import { pino, type DestinationStream, type Logger } from "pino";
import { BatonError } from "./errors.ts";

export type Log = Logger;

export interface LogOptions {
  readonly level: string;
  /** Where lines go: standard output unless a test listens. */
  readonly destination?: DestinationStream;
}

const SECRET_KEYS = [
  "access",
  "authorization",
  "body",
  "clientSecret",
  "clientSecrets",
  "cookie",
  "email",
  "headers",
  "password",
  "payload",
  "query",
  "refresh",
  "req",
  "res",
  "secret",
  "secretKeys",
  "signature",
  "token",
  "tokens",
  "url",
  "verifier",
] as const;
const DEPTHS = ["", "*.", "*.*."] as const;

/** Opens a log. Throws nothing for a level that `loadConfig` accepted. */
export function createLog(options: LogOptions): Log {
  return pino(
    {
      level: options.level,
      base: null,
      serializers: { err: errorAsFacts },
      redact: {
        paths: DEPTHS.flatMap((depth) => SECRET_KEYS.map((key) => `${depth}${key}`)),
        censor: "[redacted]",
      },
      hooks: { streamWrite: withoutPersons },
    },
    ...(options.destination === undefined ? [] : [options.destination]),
  );
}

/** What may be known about an error. A `BatonError`'s message is written for this; any other's is not shown. */
export interface ErrorFacts {
  readonly name: string;
  readonly code?: string;
  readonly message?: string;
  readonly at?: readonly string[];
  readonly cause?: ErrorFacts;
}

const MOST_FRAMES = 6;
const MOST_CAUSES = 3;

/** @returns The error without anything it may have quoted: name, code, our own message, and where it was thrown. */
export function errorAsFacts(error: unknown, causes: number = MOST_CAUSES): ErrorFacts {
  if (!(error instanceof Error)) return { name: typeof error };
  const code = error instanceof BatonError ? error.code : safeCode(error);
  return {
    name: error.constructor.name,
    ...(code === undefined ? {} : { code }),
    ...(error instanceof BatonError ? { message: error.message } : { at: framesOf(error) }),
    ...(error.cause === undefined || causes === 0 ? {} : { cause: errorAsFacts(error.cause, causes - 1) }),
  };
}

/** Codes such as `ECONNRESET`, `SQLITE_BUSY` or `23505`; anything longer or looser is not a code. */
function safeCode(error: Error): string | undefined {
  const code: unknown = "code" in error ? error.code : undefined;
  return typeof code === "string" && /^[A-Za-z0-9_.-]{1,64}$/.test(code) ? code : undefined;
}

/** The stack's frames without the message above them, which may span lines. */
function framesOf(error: Error): readonly string[] {
  const lines = (error.stack ?? "").split("\n").map((line) => line.trim());
  return lines.filter((line) => /^at .+:\d+:\d+\)?$/.test(line)).slice(0, MOST_FRAMES);
}

const EMAIL =
  /[\p{L}\p{N}.!#$%&'*+/=?^_`{|}~-]{1,64}(?:@|%40)[\p{L}\p{N}-]{1,63}(?:\.[\p{L}\p{N}-]{1,63})+/gu;
const BEARER = /\b(Bearer|Basic) [\w.~+/=-]{8,}/gi;

/** Takes out of a text whatever is shaped like an e-mail address or a bearer token. Throws nothing. */
export function withoutPersons(text: string): string {
  return text.replaceAll(EMAIL, "[email]").replaceAll(BEARER, "$1 [redacted]");
}
