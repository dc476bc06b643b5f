/** One line of a check-up. */
import { BatonError, ERROR_CODES, type ErrorCode, type Remedy } from "../errors.ts";

export type Check =
  | { readonly status: "ok"; readonly area: string; readonly says: string }
  | { readonly status: "warning"; readonly area: string; readonly says: string; readonly fix: string }
  | {
      readonly status: "problem";
      readonly area: string;
      readonly says: string;
      readonly fix: string;
      readonly remedy: Remedy;
      readonly code: ErrorCode;
    };

export function ok(area: string, says: string): Check {
  return { status: "ok", area, says };
}

export function warning(area: string, says: string, fix: string): Check {
  return { status: "warning", area, says, fix };
}

export function problem(area: string, code: ErrorCode, says: string, fix: string): Check {
  return { status: "problem", area, says, fix, remedy: ERROR_CODES[code], code };
}

/** Runs a check that may throw; a `BatonError` becomes its problem. Other errors are faults and are thrown on. */
export async function attempt(
  area: string,
  fix: string,
  run: () => Promise<readonly Check[]>,
): Promise<readonly Check[]> {
  try {
    return await run();
  } catch (error) {
    if (error instanceof BatonError) return [problem(area, error.code, error.message, fix)];
    throw error;
  }
}
