/** Opens a sandbox with one portal and one installed app, and talks to it over HTTP. */
import { createServer } from "node:http";
import type { IncomingHttpHeaders } from "node:http";
import { onTestFinished } from "vitest";
import type { App, AppDeclaration } from "../../sandbox/hubspot/app.ts";
import type { PortalRules } from "../../sandbox/hubspot/portal.ts";
import { startSandbox } from "../../sandbox/index.ts";
import type { Portal, Sandbox, SandboxOptions } from "../../sandbox/index.ts";

/** What an HTTP answer held. `body` is parsed JSON, or the text where it is none. */
export interface Answered {
  readonly status: number;
  readonly headers: Headers;
  readonly body: unknown;
}

/** An open sandbox with everything a test asks of it. */
export interface Opened {
  readonly sandbox: Sandbox;
  readonly portal: Portal;
  readonly app: App;
  /** Calls the API with the app's token. Throws when the connection is cut. */
  readonly api: (method: string, path: string, body?: unknown) => Promise<Answered>;
  /** Creates a contact through the API and gives its id. */
  readonly contact: (properties: Readonly<Record<string, string>>) => Promise<string>;
}

/** Options of a test's sandbox. */
export interface OpenOptions extends SandboxOptions {
  readonly app?: AppDeclaration;
  readonly rules?: Partial<PortalRules>;
  readonly scopes?: readonly string[];
}

/** Opens a sandbox that closes with the test. */
export async function open(options: OpenOptions = {}): Promise<Opened> {
  const sandbox = await startSandbox({ seed: 7, ...options });
  onTestFinished(() => sandbox.close());
  const portal = sandbox.createPortal({ rules: options.rules ?? {} });
  const app = sandbox.registerApp(options.app ?? {});
  const { accessToken } = sandbox.install(app, portal.id, options.scopes);
  const api: Opened["api"] = (method, path, body) =>
    request(`${sandbox.url}${path}`, method, body, accessToken);
  return {
    sandbox,
    portal,
    app,
    api,
    contact: async (properties) =>
      idOf((await api("POST", "/crm/objects/2026-03/contacts", { properties })).body),
  };
}

/** One HTTP request with JSON. */
export async function request(
  url: string,
  method: string,
  body?: unknown,
  token?: string,
): Promise<Answered> {
  const response = await fetch(url, {
    method,
    redirect: "manual",
    headers: {
      "content-type": "application/json",
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: response.status, headers: response.headers, body: parse(await response.text()) };
}

/** One form-encoded POST, as the token endpoint wants it. */
export async function postForm(url: string, fields: Readonly<Record<string, string>>): Promise<Answered> {
  const response = await fetch(url, {
    method: "POST",
    redirect: "manual",
    body: new URLSearchParams(fields),
  });
  return { status: response.status, headers: response.headers, body: parse(await response.text()) };
}

/** The id in an answer's body. */
export function idOf(body: unknown): string {
  return String(field(body, "id"));
}

/** A field of an answer's body; undefined when there is none. */
export function field(body: unknown, name: string): unknown {
  if (typeof body !== "object" || body === null) throw new TypeError(`no fields in ${JSON.stringify(body)}`);
  return new Map<string, unknown>(Object.entries(body)).get(name);
}

/** A request that reached a listener. */
export interface Heard {
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  readonly events: readonly Readonly<Record<string, unknown>>[];
}

/** Listens for webhooks; `answer` gives the status for the n-th request, counted from 1. Closes with the test. */
export async function listener(
  answer: (number: number) => number = () => 200,
  body = "{}",
): Promise<{ readonly url: string; readonly heard: Heard[] }> {
  const heard: Heard[] = [];
  const server = createServer((incoming, outgoing) => {
    const chunks: Buffer[] = [];
    incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
    incoming.on("end", () => {
      const text = Buffer.concat(chunks).toString("utf8");
      const parsed = parse(text);
      heard.push({ headers: incoming.headers, text, events: Array.isArray(parsed) ? parsed : [] });
      outgoing.writeHead(answer(heard.length), { "content-type": "application/json" }).end(body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new TypeError("the listener has no port");
  return { url: `http://127.0.0.1:${address.port}/hook`, heard };
}

function parse(text: string): unknown {
  try {
    const parsed: unknown = JSON.parse(text);
    return parsed;
  } catch {
    return text;
  }
}
