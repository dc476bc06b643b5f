/** A server on this machine that answers as a test says and remembers what it was asked. */
import { createServer } from "node:http";
import type { IncomingHttpHeaders, ServerResponse } from "node:http";
import type { SalesforceConfig } from "../../../connectors/salesforce/config.ts";
import { BatonError } from "../../../src/errors.ts";
import type { Tokens } from "../../../src/tokens.ts";

/** The instant every test begins at. */
export const NOW = Date.UTC(2026, 10, 17, 9, 30);
/** Short enough for a test, long enough for a busy machine. */
export const SHORT = { connectMs: 1_000, answerMs: 400, totalMs: 900 };
export const ORG = "00D5g000008ABCDEA4";

/** One request as it came. */
export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  /** Of a form. */
  readonly fields: Readonly<Record<string, string>>;
}
export type Answer = (response: ServerResponse, asked: Asked) => void;

export interface Desk {
  readonly url: string;
  readonly asked: Asked[];
  /** How everything is answered, until it is set anew. */
  answer: Answer;
  close(): void;
}

export async function openDesk(): Promise<Desk> {
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on("data", (part: Buffer) => parts.push(part));
    request.on("end", () => {
      const text = Buffer.concat(parts).toString();
      const { method = "", url: path = "", headers } = request;
      const asked = { method, path, headers, text, fields: Object.fromEntries(new URLSearchParams(text)) };
      desk.asked.push(asked);
      desk.answer(response, asked);
    });
  });
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  const desk: Desk = {
    url: `http://127.0.0.1:${port}`,
    asked: [],
    answer: raw("", 404),
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
  return desk;
}

export function json(body: unknown, status = 200, headers: Readonly<Record<string, string>> = {}): Answer {
  return raw(JSON.stringify(body), status, { "content-type": "application/json", ...headers });
}

export function raw(body: string, status = 200, headers: Readonly<Record<string, string>> = {}): Answer {
  return (response) => {
    response.writeHead(status, headers);
    response.end(body);
  };
}

/** A body that breaks off. */
export const cut: Answer = (response) => {
  response.writeHead(200, { "content-type": "application/json", "content-length": "1000" });
  response.write("{", () => response.destroy());
};

/** The parts of an answer to a composite, each by what was asked. */
export function composite(
  of: (part: {
    readonly method: string;
    readonly url: string;
    readonly referenceId: string;
    readonly body: unknown;
  }) => {
    readonly status?: number;
    readonly body: unknown;
  },
): Answer {
  return (response, asked) => {
    const { compositeRequest }: { compositeRequest: Parameters<typeof of>[0][] } = JSON.parse(asked.text);
    const compositeResponse = compositeRequest.map((part) => {
      const { status = 200, body } = of(part);
      return { body, httpHeaders: {}, httpStatusCode: status, referenceId: part.referenceId };
    });
    json({ compositeResponse })(response, asked);
  };
}

export function aConfig(loginUrl: string, part: Partial<SalesforceConfig> = {}): SalesforceConfig {
  return {
    clientId: "consumer-key",
    clientSecrets: ["newest-secret", "older-secret"],
    publicUrl: "https://baton.example.com",
    loginUrl,
    grant: { kind: "web" },
    now: () => NOW,
    ...part,
  };
}

export function someTokens(instanceUrl: string, part: Partial<Tokens> = {}): Tokens {
  const scopes = ["api", "refresh_token"];
  return {
    access: "00D-access-1",
    refresh: "5Aep-refresh-1",
    expiresAt: NOW + 3_600_000,
    scopes,
    instanceUrl,
    ...part,
  };
}

/** The error an attempt ends in. */
export async function errorOf(attempt: Promise<unknown>): Promise<BatonError> {
  const outcome: unknown = await attempt.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (outcome instanceof BatonError) return outcome;
  throw new Error("expected a BatonError", { cause: outcome });
}
