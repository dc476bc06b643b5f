/** An org with people in it, somebody who listens to its outbound messages, and calls with a token. */
import { createServer } from "node:http";
import { onTestFinished } from "vitest";
import { startSandbox } from "../../../sandbox/index.ts";
import type { Org, Sandbox, SandboxOptions } from "../../../sandbox/index.ts";
import type { OrgRules } from "../../../sandbox/salesforce/org.ts";

/** When the tests play: Tuesday morning. */
export const NOW = Date.UTC(2026, 10, 17, 9, 30);

/** What a call was answered. `body` is parsed JSON, or the text where it is none. */
export interface Told {
  readonly status: number;
  readonly headers: Headers;
  readonly body: unknown;
}

/** An open org. */
export interface LivingOrg {
  readonly sandbox: Sandbox;
  readonly org: Org;
  readonly clock: { now: number };
  readonly accessToken: string;
  /** The ids of Maya, the rep, and Ana, her Lead. */
  readonly maya: string;
  readonly ana: string;
  /** A REST call as Baton makes them: with its name, and without assignment rules. */
  readonly api: (
    method: string,
    path: string,
    body?: unknown,
    headers?: Readonly<Record<string, string>>,
  ) => Promise<Told>;
}

/** Opens an org that closes with the test. */
export async function livingOrg(
  options: SandboxOptions & { readonly rules?: Partial<OrgRules>; readonly package?: boolean } = {},
): Promise<LivingOrg> {
  const clock = { now: NOW };
  const sandbox = await startSandbox({ seed: 7, now: () => clock.now, ...options });
  onTestFinished(() => sandbox.close());
  const org = sandbox.createOrg({ rules: options.rules ?? {}, package: options.package ?? true });
  const { accessToken } = sandbox.installOrg(sandbox.registerClient(), org.id);
  const maya = org.addUser({ email: "maya@acme.example" }).id;
  const lead = { LastName: "Ruiz", FirstName: "Ana", Email: "ana@example.com", Company: "Ruiz & Sons" };
  const ana = org.addLead({ ...lead, OwnerId: maya }).id;
  await sandbox.drained();
  sandbox.ledger.clear();
  const api: LivingOrg["api"] = async (method, path, body, headers = {}) => {
    const isText = typeof body === "string";
    const response = await fetch(`${sandbox.url}/services/data/v67.0${path}`, {
      method,
      redirect: "manual",
      headers: {
        "content-type": isText ? "text/csv" : "application/json",
        "sforce-auto-assign": "FALSE",
        "sforce-call-options": "client=Baton",
        authorization: `Bearer ${accessToken}`,
        ...headers,
      },
      ...(body === undefined ? {} : { body: isText ? body : JSON.stringify(body) }),
    });
    return { status: response.status, headers: response.headers, body: parsed(await response.text()) };
  };
  return { sandbox, org, clock, accessToken, maya, ana, api };
}

/** The only answer that ends the retries of an outbound message. */
export const ACK =
  '<?xml version="1.0" encoding="UTF-8"?><soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/"><soapenv:Body><notificationsResponse xmlns="http://soap.sforce.com/2005/09/outbound"><Ack>true</Ack></notificationsResponse></soapenv:Body></soapenv:Envelope>';

/** An answer of the listener. */
export interface Reply {
  readonly status?: number;
  readonly type?: string;
  readonly body: string;
}

/** Listens for outbound messages; `answer` gives the reply to the n-th call, counted from 1. Closes with the test. */
export async function listening(
  answer: (number: number) => Reply = () => ({ body: ACK }),
): Promise<{ readonly url: string; readonly heard: string[] }> {
  const heard: string[] = [];
  const server = createServer((incoming, outgoing) => {
    const chunks: Buffer[] = [];
    incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
    incoming.on("end", () => {
      heard.push(Buffer.concat(chunks).toString("utf8"));
      const { status = 200, type = "text/xml", body } = answer(heard.length);
      outgoing.writeHead(status, { "content-type": type }).end(body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new TypeError("the listener has no port");
  return { url: `http://127.0.0.1:${address.port}/salesforce/out`, heard };
}

/** The texts of an element in one or several documents, in order. */
export function texts(xml: string | readonly string[], element: string): string[] {
  return [xml]
    .flat()
    .flatMap((each) =>
      [...each.matchAll(new RegExp(`<(?:\\w+:)?${element}>([^<]*)<`, "g"))].map(([, text = ""]) => text),
    );
}

function parsed(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return value;
  } catch {
    return text;
  }
}
