/** How the turns of a lane went: after one that broke off it rests, longer each time, and whoever asks is told why. */
import { BatonError, codeOf, type ErrorCode, IS_RETRIABLE } from "../errors.ts";
import { type DurationMs, MINUTE_MS, SECOND_MS } from "../model/instant.ts";
import { record } from "../store/audit.ts";
import { markLost } from "../store/effects.ts";
import { setInstallationState } from "../store/installations.ts";
import { noteTurn } from "../store/lanes.ts";
import type { LaneState } from "./held.ts";
import type { LaneTools } from "./lane.ts";

const REST_MS: readonly DurationMs[] = [
  SECOND_MS,
  2 * SECOND_MS,
  5 * SECOND_MS,
  15 * SECOND_MS,
  MINUTE_MS,
  5 * MINUTE_MS,
];

/** A turn came through: what failed before is over. */
export async function noteGoodTurn({ store }: LaneTools, state: LaneState): Promise<void> {
  if (state.failures === 0) return;
  state.failures = 0;
  await noteTurn(store.db, state.installation.id, { failures: 0, retryAt: 0, code: null });
}

/**
 * A turn broke off: nothing it had not committed has happened.
 *
 * @param isCurrent  Whether the connection is still the installation's: one that was replaced meanwhile says nothing about the other.
 * @returns          Why, as a code.
 */
export async function noteBadTurn(
  tools: LaneTools,
  state: LaneState,
  cause: unknown,
  isCurrent: boolean,
): Promise<ErrorCode> {
  const { store, log, settleMs } = tools;
  const { id } = state.installation;
  const code = codeOf(cause, "lanes.failed");
  if (code === "deliver.lost-lane") {
    state.hold = undefined;
    return code;
  }
  const isPassing = cause instanceof BatonError && IS_RETRIABLE[cause.remedy];
  log[isPassing ? "warn" : "error"](
    { installation: id, code, ...(isPassing ? {} : { err: cause }) },
    "a turn broke off",
  );
  await markLost(store.db, id, settleMs);
  if (!isCurrent) return code;
  await rest(tools, state, code, cause);
  if (code === "crm.disconnected") await disconnect(tools, id, cause);
  return code;
}

async function rest(
  { store, now }: LaneTools,
  state: LaneState,
  code: ErrorCode,
  cause: unknown,
): Promise<void> {
  state.failures += 1;
  const restMs = REST_MS[Math.min(state.failures, REST_MS.length) - 1] ?? MINUTE_MS;
  const askedMs = cause instanceof BatonError ? (cause.retryAfterMs ?? 0) : 0;
  state.restsUntil = now() + Math.max(restMs, askedMs);
  const { failures, restsUntil: retryAt } = state;
  await noteTurn(store.db, state.installation.id, { failures, retryAt, code });
}

/** Of a pair, the one whose tokens are refused. */
async function disconnect({ store, now }: LaneTools, id: string, cause: unknown): Promise<void> {
  const installation = (cause instanceof BatonError ? cause.installation : undefined) ?? id;
  await setInstallationState(store.db, installation, "disconnected", now());
  const action = {
    installation,
    actor: "baton",
    action: "disconnected",
    detail: "crm.disconnected",
  } as const;
  await record(store.db, action, now());
}
