/**
 * Wrong signatures and keys: how many an address may send, and what they may cost.
 *
 * An address may be a CRM's or a sender's, from which it calls for all its accounts, and anybody can have it call with what is wrong.
 * So an address that failed too often is never shut out. It hears "too many" in the place of "wrong"; who was known here before is
 * still let in; and of all others a few a second are looked up, so that one who is right gets in on trying again, while a flood of
 * guesses leaves the database alone.
 */
import type { FastifyInstance, FastifyRequest } from "fastify";
import { BatonError } from "../errors.ts";
import type { Limits } from "./limits.ts";

export interface Failures {
  /**
   * Finds out who is meant by `name`, which came over the wire: a key, an id. @returns What `find` returns. Throws what it throws, and
   * `receive.rate-limited` without asking it where the address failed too often.
   */
  lookUp<T>(
    request: FastifyRequest,
    name: string,
    find: () => Promise<T | undefined>,
  ): Promise<T | undefined>;
  /** Counts a failure. @returns What to answer: the error itself, or "too many" past the limit. */
  counted(request: FastifyRequest, error: BatonError): Promise<BatonError>;
}

/** Counters of their own, by address, which good requests never touch. */
export function failuresOf(app: FastifyInstance, limits: Limits): Failures {
  const failures = app.createRateLimit(limits.failedSignatures);
  const lookUps = app.createRateLimit(limits.lookUps);
  // As many as were ever found: it takes somebody who is right to get in here.
  const known = new Set<string>();

  const tooMany = async (request: FastifyRequest, isFailure: boolean): Promise<BatonError | undefined> => {
    const tally = await failures(request, { increment: isFailure });
    if (tally.isAllowed || !tally.isExceeded) return undefined;
    const says = "Too many requests with a wrong signature or key came from this address.";
    return new BatonError("receive.rate-limited", says, { retryAfterMs: tally.ttl });
  };
  return {
    async lookUp(request, name, find) {
      const refusal = known.has(name) ? undefined : await tooMany(request, false);
      if (refusal !== undefined) {
        const tally = await lookUps(request);
        if (!tally.isAllowed && tally.isExceeded) throw refusal;
      }
      const found = await find();
      if (found === undefined) known.delete(name);
      else known.add(name);
      return found;
    },
    counted: async (request, error) => (await tooMany(request, true)) ?? error,
  };
}
