/**
 * Refusals of the API: `[{ message, errorCode, fields }]`, always a list. In the results of a collection the same error
 * has its code under `statusCode`.
 *
 * Source: https://developer.salesforce.com/docs/platform/api-rest/guide/resources-composite-sobjects-collections-upsert.html
 */
import { Problem } from "../answer.ts";

/** One error of a refusal. `extra` stands beside the code: `duplicateResult`. */
export interface ApiError {
  readonly errorCode: string;
  readonly message: string;
  readonly fields: readonly string[];
  readonly extra: Readonly<Record<string, unknown>>;
}

/** A refusal with its errors, so that a collection can tell them row by row. */
export class Refusal extends Problem {
  readonly errors: readonly ApiError[];

  constructor(status: number, errors: readonly ApiError[]) {
    const body = errors.map(({ errorCode, message, fields, extra }) => ({
      message,
      errorCode,
      ...(fields.length > 0 || status === plainRefusal ? { fields } : {}),
      ...extra,
    }));
    super({ status, body }, errors.map(({ message }) => message).join("; "));
    this.errors = errors;
  }
}

const plainRefusal = 400;

/** What a refusal has beside code and message. */
interface RefusalTraits {
  /** 400 where nothing else is said. */
  readonly status?: number;
  readonly fields?: readonly string[];
  readonly extra?: Readonly<Record<string, unknown>>;
}

/** Makes a refusal with one error. */
export function refusal(errorCode: string, message: string, traits: RefusalTraits = {}): Refusal {
  const { status = plainRefusal, fields = [], extra = {} } = traits;
  return new Refusal(status, [{ errorCode, message, fields, extra }]);
}

/** 404 for a resource that is not there. */
export function noResource(): Refusal {
  return refusal("NOT_FOUND", "The requested resource does not exist", { status: 404 });
}

/** The errors of a refusal as a collection's result lists them. */
export function rowErrors(problem: Refusal): readonly unknown[] {
  return problem.errors.map(({ errorCode, message, fields }) => ({ statusCode: errorCode, message, fields }));
}
