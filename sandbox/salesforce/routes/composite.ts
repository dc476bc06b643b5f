/**
 * Composite calls: up to 25 subrequests in their order, of which up to five queries or collections, with references to
 * earlier answers. One API call. Subrequests carry their own headers.
 *
 * Source: https://developer.salesforce.com/docs/platform/api-rest/guide/resources-composite-composite-post.html
 */
import type { Answer } from "../../answer.ts";
import { isRecord } from "../../json.ts";
import { atomically } from "../journal.ts";
import { refusal } from "../refusal.ts";
import type { OrgCall, OrgRoute, Subrequest } from "../route.ts";
import { restBase } from "../version.ts";
import { fillIn } from "./references.ts";

const mostSubrequests = 25;
/** Queries and collections among them. */
const mostQueries = 5;

/**
 * Bytes of an address with its headers. Salesforce says so of calls; of subrequests it says only that queries too long for a call are
 * better made in one, and not how long those may be, so they are held to the same here.
 * Source: https://help.salesforce.com/s/articleView?id=000386264
 */
const mostAddressBytes = 16_384;

/** The route of composite calls. */
export const compositeRoutes: readonly OrgRoute[] = [
  { method: "POST", path: `${restBase}/composite`, handle: composite },
];

/** A subrequest with the name by which others refer to it. */
export interface Named extends Subrequest {
  readonly referenceId: string;
}

/** What a composite answers for one subrequest. */
export interface SubAnswer {
  readonly body: unknown;
  readonly httpHeaders: Readonly<Record<string, string>>;
  readonly httpStatusCode: number;
  readonly referenceId: string;
}

/** Undoes the subrequests of an `allOrNone` call that met a failure. */
class Halted extends Error {}

function composite(call: OrgCall): Answer {
  const body = isRecord(call.body) ? call.body : {};
  const named = readSubrequests(body["compositeRequest"]);
  checkCounts(named);
  const { answers } = runInOrder(call, named, body["allOrNone"] === true);
  return { status: 200, body: { compositeResponse: answers } };
}

function checkCounts(named: readonly Named[]): void {
  if (named.length > mostSubrequests)
    throw refusal(
      "INVALID_INPUT",
      `A composite request cannot have more than ${mostSubrequests} subrequests`,
    );
  const queries = named.filter(({ url }) => /\/(?:query|queryAll|composite\/sobjects)(?:[/?]|$)/.test(url));
  if (queries.length > mostQueries)
    throw refusal(
      "INVALID_INPUT",
      `A composite request cannot have more than ${mostQueries} queries or collections`,
    );
}

/** @throws Refusal INVALID_INPUT for a subrequest that lacks its parts or repeats a reference id. */
export function readSubrequests(given: unknown): readonly Named[] {
  if (!Array.isArray(given)) throw refusal("INVALID_INPUT", "compositeRequest is required");
  const named = given.map((one: unknown): Named => {
    const part = isRecord(one) ? one : {};
    const { method, url, referenceId, httpHeaders } = part;
    if (typeof method !== "string" || typeof url !== "string" || typeof referenceId !== "string")
      throw refusal("INVALID_INPUT", "method, url and referenceId are required in every subrequest");
    if (!/^[A-Za-z][A-Za-z0-9_]*$/.test(referenceId))
      throw refusal(
        "INVALID_INPUT",
        `Provided referenceId ('${referenceId}') must start with a letter and have letters, digits and _ only`,
      );
    const headers = Object.entries(isRecord(httpHeaders) ? httpHeaders : {});
    return {
      method: method.toUpperCase(),
      url,
      referenceId,
      body: part["body"],
      headers: Object.fromEntries(headers.map(([name, value]) => [name.toLowerCase(), String(value)])),
    };
  });
  if (new Set(named.map(({ referenceId }) => referenceId)).size < named.length)
    throw refusal("INVALID_INPUT", "referenceId must be unique in a request");
  return named;
}

/** Runs subrequests one after the other. With `allOrNone` a failure undoes and halts all of them. */
export function runInOrder(
  call: OrgCall,
  named: readonly Named[],
  allOrNone: boolean,
): { readonly answers: readonly SubAnswer[]; readonly isSuccessful: boolean } {
  const answers: SubAnswer[] = [];
  const runAll = (): void => {
    for (const one of named) {
      const answer = runOne(call, one, answers);
      answers.push(answer);
      if (allOrNone && answer.httpStatusCode >= 300) throw new Halted();
    }
  };
  try {
    if (allOrNone) atomically(call.org, runAll);
    else runAll();
    return { answers, isSuccessful: true };
  } catch (error) {
    if (!(error instanceof Halted)) throw error;
    return { answers: halted(named, answers), isSuccessful: false };
  }
}

function runOne(call: OrgCall, one: Named, earlier: readonly SubAnswer[]): SubAnswer {
  const filled = fillIn({ url: one.url, body: one.body }, earlier);
  const answer =
    "missing" in filled
      ? refusal(
          "PROCESSING_HALTED",
          `Invalid reference specified. No value for ${filled.missing} found. Provided value: @{${filled.missing}}`,
        ).answer
      : dispatchShort(call, { ...one, ...filled });
  return {
    body: answer.body ?? null,
    httpHeaders: locationOf(answer, one),
    httpStatusCode: answer.status,
    referenceId: one.referenceId,
  };
}

function dispatchShort(call: OrgCall, one: Subrequest): Answer {
  const headers = Object.entries(one.headers).map(([name, value]) => `${name}: ${value}`);
  if (Buffer.byteLength([one.url, ...headers].join("")) <= mostAddressBytes) return call.dispatch(one);
  return refusal("URI_TOO_LONG", `The length of the URI exceeds the ${mostAddressBytes} byte limit.`, {
    status: 414,
  }).answer;
}

function locationOf({ status, body }: Answer, { url }: Named): Readonly<Record<string, string>> {
  if (status !== 201 || !isRecord(body)) return {};
  const [, type = ""] = /\/sobjects\/([^/?]+)/.exec(url) ?? [];
  return { Location: `${restBase}/sobjects/${type}/${String(body["id"])}` };
}

/** What stands for every subrequest but the one that failed. */
function halted(named: readonly Named[], answers: readonly SubAnswer[]): readonly SubAnswer[] {
  const failed = answers.at(-1);
  return named.map(({ referenceId }) =>
    referenceId === failed?.referenceId
      ? failed
      : {
          body: [
            {
              errorCode: "PROCESSING_HALTED",
              message:
                "The transaction was rolled back since another operation in the same transaction failed.",
            },
          ],
          httpHeaders: {},
          httpStatusCode: 400,
          referenceId,
        },
  );
}
