/**
 * What a command sees of the process that runs it: two streams, the environment, the time, and somebody to ask. Commands
 * touch nothing else of the process, so that a test can run them inside another one.
 */
import { createInterface } from "node:readline/promises";
import type { Writable } from "node:stream";
import pc from "picocolors";
import type { Environment } from "../config/source.ts";
import type { Instant } from "../model/instant.ts";

type Paint = ReturnType<typeof pc.createColors>;

/** One stream to write to. */
export interface Screen {
  /** Settles when the stream has taken the text, so that a long output never piles up in memory. */
  write(text: string): Promise<void>;
  /** Colours; all of them do nothing unless a person is looking. */
  readonly paint: Paint;
  /** Columns of the terminal; absent when the output goes to a file or another program, which want lines whole. */
  readonly columns?: number;
}

export interface Shell {
  readonly env: Environment;
  /** For results only. */
  readonly out: Screen;
  /** For progress, questions and errors. */
  readonly err: Screen;
  /** Asks the person at the terminal; absent when there is none. */
  readonly ask?: (question: string) => Promise<string>;
  readonly now: () => Instant;
  /** IANA zone in which the person reads times. */
  readonly zone: string;
}

interface Stream extends Writable {
  readonly isTTY?: boolean;
  readonly columns?: number;
}

/** The shell of this process. */
export function processShell(): Shell {
  const { stdin, stdout, stderr, env } = process;
  return {
    env,
    out: screenOf(stdout, env),
    err: screenOf(stderr, env),
    ...(stdin.isTTY && stderr.isTTY ? { ask: askPerson } : {}),
    now: Date.now,
    zone: Intl.DateTimeFormat().resolvedOptions().timeZone,
  };
}

/**
 * @param stream  Where to write. A terminal gets colours (unless NO_COLOR is set or it is a dumb one) and wrapped text.
 * Source: https://no-color.org
 */
export function screenOf(stream: Stream, env: Environment): Screen {
  const isTerminal = stream.isTTY === true;
  const isColourful = isTerminal && (env["NO_COLOR"] ?? "") === "" && env["TERM"] !== "dumb";
  return {
    write: (text) =>
      new Promise((resolve, reject) => {
        stream.write(text, (error) => {
          if (error) reject(error);
          else resolve();
        });
      }),
    paint: pc.createColors(isColourful),
    ...(isTerminal && stream.columns !== undefined ? { columns: stream.columns } : {}),
  };
}

async function askPerson(question: string): Promise<string> {
  const reader = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return await reader.question(question);
  } finally {
    reader.close();
  }
}
