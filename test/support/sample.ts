/** Samples of output in documents, held against what a command prints. */
import { readFileSync } from "node:fs";

/** The code block of README.md that begins with a command, without it. @throws Error where there is none. */
export function sampleOf(command: string): readonly string[] {
  const readme = readFileSync(new URL("../../README.md", import.meta.url), "utf8");
  const block = readme.split("```\n").find((text) => text.startsWith(`$ ${command}\n`));
  if (block === undefined) throw new Error(`README.md shows no ${command}`);
  return block.trimEnd().split("\n").slice(1);
}

/**
 * Lines of a sample that the output does not have, in order. "…" stands for anything: within a line for a part of it, alone for lines.
 * Ports, random ids and how wide a column is are passed over.
 */
export function notIn(output: string, sample: readonly string[]): readonly string[] {
  const lines = output.split("\n").map(plain);
  let from = 0;
  return sample
    .map(plain)
    .filter((line) => line !== "…" && line !== "")
    .filter((line) => {
      const at = lines.findIndex((one, index) => index >= from && isShortened(line, one));
      if (at !== -1) from = at + 1;
      return at === -1;
    });
}

function isShortened(line: string, whole: string): boolean {
  const parts = line.split("…").map((part) => part.trim());
  const [first = "", last = ""] = [parts[0], parts.at(-1)];
  if (parts.length === 1) return whole === first;
  let at = 0;
  const isInOrder = parts.every((part) => {
    const found = whole.indexOf(part, at);
    at = found + part.length;
    return found !== -1;
  });
  return isInOrder && whole.startsWith(first) && whole.endsWith(last);
}

function plain(line: string): string {
  return line
    .replaceAll(/127\.0\.0\.1:\d+/g, "127.0.0.1")
    .replaceAll(/\b(?:[0-9a-f]{24}|[0-9a-f]{12})\b/g, "id")
    .replaceAll(/\s+/g, " ")
    .trim();
}
