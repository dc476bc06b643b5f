/**
 * Errors of the API. HubSpot's error body is
 * `{status, message, category, correlationId, errors, context}` with every field optional; the gate adds
 * the correlation id.
 *
 * Source: https://developers.hubspot.com/docs/api-reference/error-handling
 */
import { Problem } from "../answer.ts";

/** One property that a write may not set so. */
export interface InvalidProperty {
  readonly name: string;
  readonly error: string;
  readonly message: string;
}

/** Makes a refusal in HubSpot's usual shape. */
export function problem(
  status: number,
  category: string,
  message: string,
  extra: Readonly<Record<string, unknown>> = {},
): Problem {
  return new Problem({ status, body: { status: "error", message, category, ...extra } }, message);
}

/** 400 for values that were not valid; the codes sit inside the message as JSON text, as HubSpot sends them. */
export function invalidProperties(invalid: readonly InvalidProperty[]): Problem {
  const detail = invalid.map(({ name, error, message }) => ({ isValid: false, message, error, name }));
  return problem(400, "VALIDATION_ERROR", `Property values were not valid: ${JSON.stringify(detail)}`);
}

/** 400 for a required property that is missing. */
export function requiredMissing(type: string, names: readonly string[]): Problem {
  const message = `Error creating ${type.toUpperCase()}. Some required properties were not set.`;
  return problem(400, "VALIDATION_ERROR", message, {
    context: { properties: names },
    errors: [{ message, code: "REQUIRED_FIELD", context: { propertyName: names } }],
  });
}

/** 404 for one object. */
export function objectNotFound(type: string, id: string): Problem {
  return problem(404, "OBJECT_NOT_FOUND", `Object not found. objectType: ${type}, objectId: ${id}`);
}

/** What a batch says of ids that are not there. */
export function objectsNotFound(ids: readonly string[]): Record<string, unknown> {
  return {
    status: "error",
    category: "OBJECT_NOT_FOUND",
    message: "Could not get some objects, they may be deleted or not exist.",
    context: { ids },
  };
}

/** What a batch says of ids over which HubSpot itself failed. */
export function objectsFailed(ids: readonly string[]): Record<string, unknown> {
  return { status: "error", category: "INTERNAL_ERROR", message: "internal error", context: { ids } };
}

/** 403 for a scope that was not granted. */
export function missingScopes(scopes: readonly string[]): Problem {
  return problem(
    403,
    "MISSING_SCOPES",
    "This app hasn't been granted all required scopes to make this call.",
    {
      errors: [
        {
          message: "One or more of the following scopes are required.",
          context: { requiredGranularScopes: scopes },
        },
      ],
    },
  );
}
