/** References among subrequests: `@{lead.id}`, `@{found.records[0].Id}`, `@{rows[0].id}`. */
import { isRecord } from "../../json.ts";
import type { SubAnswer } from "./composite.ts";

/** The parts of a subrequest that may refer to earlier answers. */
interface Referring {
  readonly url: string;
  readonly body: unknown;
}

/** The parts with every reference replaced, or the first reference that leads nowhere. Throws nothing. */
export function fillIn(
  { url, body }: Referring,
  earlier: readonly SubAnswer[],
): Referring | { readonly missing: string } {
  let missing: string | undefined;
  const value = (path: string): string => {
    const found = follow(path, earlier);
    if (found === undefined) missing ??= path;
    return found ?? "";
  };
  const filled = {
    url: url.replaceAll(pattern, (_whole, path: string) => encodeURI(value(path))),
    body: fillBody(body, value),
  };
  return missing === undefined ? filled : { missing };
}

const pattern = /@\{([^}]+)\}/g;

function fillBody(given: unknown, value: (path: string) => string): unknown {
  if (typeof given === "string") return given.replaceAll(pattern, (_whole, path: string) => value(path));
  if (Array.isArray(given)) return given.map((one: unknown) => fillBody(one, value));
  if (!isRecord(given)) return given;
  return Object.fromEntries(Object.entries(given).map(([name, held]) => [name, fillBody(held, value)]));
}

function follow(path: string, earlier: readonly SubAnswer[]): string | undefined {
  const [reference = "", ...steps] = path.split(/[.[\]]+/).filter((step) => step !== "");
  const answer = earlier.find(({ referenceId }) => referenceId === reference);
  if (!answer || answer.httpStatusCode >= 300) return undefined;
  let at: unknown = answer.body;
  for (const step of steps) {
    if (Array.isArray(at)) at = at[Number(step)];
    else if (isRecord(at)) at = at[step];
    else return undefined;
  }
  return typeof at === "string" || typeof at === "number" || typeof at === "boolean" ? String(at) : undefined;
}
