/** Opens a sandbox with one org and one installed client, and talks to it over HTTP. */
import { onTestFinished } from "vitest";
import { startSandbox } from "../../../sandbox/index.ts";
import type { Org, OrgClient, Sandbox, SandboxOptions } from "../../../sandbox/index.ts";
import type { OrgOptions } from "../../../sandbox/salesforce/index.ts";
import { field } from "../portal-client.ts";
import type { Answered } from "../portal-client.ts";

/** Headers that every write of Baton's carries. */
export const writeHeaders = {
  "Sforce-Auto-Assign": "FALSE",
  "Sforce-Call-Options": "client=Baton",
  "Sforce-Duplicate-Rule-Header": "allowSave=false; includeRecordDetails=false; runAsCurrentUser=true",
} as const;

/** Where the REST API of the sandbox lies. */
export const base = "/services/data/v67.0";

type Headers = Readonly<Record<string, string>>;

/** An open sandbox with everything a test asks of it. */
export interface OpenedOrg {
  readonly sandbox: Sandbox;
  readonly org: Org;
  readonly client: OrgClient;
  readonly token: string;
  /** Calls the REST API, `path` without the version, with the headers of a write unless others are given. */
  readonly api: (method: string, path: string, body?: unknown, headers?: Headers) => Promise<Answered>;
  /** Runs a query and gives its records. */
  readonly query: (soql: string) => Promise<readonly Readonly<Record<string, unknown>>[]>;
}

/** Opens a sandbox that closes with the test. */
export async function openOrgSandbox(
  options: SandboxOptions & { readonly org?: OrgOptions } = {},
): Promise<OpenedOrg> {
  const sandbox = await startSandbox({ seed: 7, ...options });
  onTestFinished(() => sandbox.close());
  const org = sandbox.createOrg(options.org ?? {});
  const client = sandbox.registerClient({ redirectUrls: ["http://127.0.0.1:1/back"] });
  const { accessToken: token } = sandbox.installOrg(client, org.id);
  const api: OpenedOrg["api"] = (method, path, body, headers = writeHeaders) =>
    call(`${sandbox.url}${base}${path}`, method, token, body, headers);
  return {
    sandbox,
    org,
    client,
    token,
    api,
    async query(soql) {
      const { status, body } = await api("GET", `/query?q=${encodeURIComponent(soql)}`);
      if (status !== 200) throw new Error(`${status} ${JSON.stringify(body)}`);
      return records(body);
    },
  };
}

/** One HTTP request with JSON and a session. */
export async function call(
  url: string,
  method: string,
  token: string,
  body?: unknown,
  headers: Headers = {},
): Promise<Answered> {
  const response = await fetch(url, {
    method,
    redirect: "manual",
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json", ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    body: text === "" ? undefined : JSON.parse(text),
  };
}

/** The `records` of an answer. */
export function records(body: unknown): readonly Readonly<Record<string, unknown>>[] {
  const list = field(body, "records");
  if (!Array.isArray(list)) throw new TypeError(`no records in ${JSON.stringify(body)}`);
  return list.map((one: unknown) => Object.fromEntries(Object.entries(Object(one))));
}

/** The code of a refusal's first error. */
export function codeOf({ body }: Answered): unknown {
  return Array.isArray(body) ? field(body[0], "errorCode") : field(body, "error");
}
