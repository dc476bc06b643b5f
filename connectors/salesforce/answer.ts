/** What Salesforce's answers look like, read loosely and once: every field that Baton can do without may be missing or of another type. */
import { z } from "zod";
import { parseAs } from "../http/parse-as.ts";
import { toId } from "./ids.ts";

/** Codes as Salesforce writes them; anything else is left out, so that labels stay safe to log. */
const CODE = /^[A-Z][A-Z0-9_]{1,80}$/;
/** Names of fields: safe to show and to log. */
const FIELD = /^[A-Za-z][A-Za-z0-9_.]{0,120}$/;

const text = z.string().optional().catch(undefined);
const texts = z.array(z.string()).catch([]).default([]);

const matches = z
  .object({
    matchResults: z
      .array(
        z
          .object({
            matchRecords: z
              .array(z.object({ record: z.object({ Id: z.string() }) }).catch({ record: { Id: "" } }))
              .catch([])
              .default([]),
          })
          .catch({ matchRecords: [] }),
      )
      .catch([])
      .default([]),
  })
  .optional()
  .catch(undefined);

/** One error: REST calls its code `errorCode`, collections `statusCode`. Some versions write `duplicateResut`. */
const oneError = z
  .object({
    errorCode: text,
    statusCode: text,
    message: text,
    fields: texts,
    duplicateResult: matches,
    duplicateResut: matches,
  })
  .catch({ fields: [] });

const errorList = z.union([z.array(oneError), oneError.transform((one) => [one])]);

/** What Salesforce says is wrong. `errorCode` and `fields` are safe to log, `message` is not. */
export interface Problem {
  readonly errorCode: string | undefined;
  readonly message: string | undefined;
  readonly fields: readonly string[];
  /** Ids of records a duplicate rule takes for the same, each once: those of several objects together. */
  readonly duplicates: readonly string[];
}

/** Reads the first error of a body, or of a row's `errors`; every field may be absent. Throws nothing. */
export function firstProblem(body: unknown): Problem {
  const parsed = errorList.safeParse(body);
  const [error] = parsed.success ? parsed.data : [];
  const code = error?.errorCode ?? error?.statusCode;
  const found = error?.duplicateResult ?? error?.duplicateResut;
  const ids = (found?.matchResults ?? []).flatMap(({ matchRecords }) =>
    matchRecords.map(({ record }) => toId(record.Id)),
  );
  return {
    errorCode: CODE.test(code ?? "") ? code : undefined,
    message: error?.message,
    fields: (error?.fields ?? []).filter((field) => FIELD.test(field)),
    duplicates: [...new Set(ids.filter((id) => id !== undefined))],
  };
}

/** Parses an answer of Salesforce's. Throws `crm.bad-answer`, as `parseAs`. */
export function parseAnswer<T>(schema: z.ZodType<T>, body: unknown, what: string): T {
  return parseAs("Salesforce", schema, body, what);
}
