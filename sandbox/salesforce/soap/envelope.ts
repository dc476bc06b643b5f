/** SOAP of the Partner API: reading a call, and writing its result or a fault. */
import { XMLParser } from "fast-xml-parser";
import type { Answer } from "../../answer.ts";
import { isRecord } from "../../json.ts";
import { escapeXml } from "../outbound/envelope.ts";

/** A call: its method, its arguments, its session and the name its client gave itself. */
export interface SoapCall {
  readonly method: string;
  readonly args: Readonly<Record<string, unknown>>;
  readonly sessionId: string;
  readonly clientName: string | undefined;
}

const parser = new XMLParser({
  ignoreAttributes: false,
  removeNSPrefix: true,
  parseTagValue: false,
  isArray: (name) => name === "leadConverts",
});

/** Reads a body; undefined for what is no envelope, and for anything with a DOCTYPE. Throws nothing. */
export function readCall(text: string): SoapCall | undefined {
  const { Header, Body } = part(parsed(text), "Envelope");
  const [method] = isRecord(Body) ? Object.keys(Body).filter((name) => !name.startsWith("@_")) : [];
  if (method === undefined) return undefined;
  const { sessionId } = part(Header, "SessionHeader");
  const { client } = part(Header, "CallOptions");
  return {
    method,
    args: part(Body, method),
    sessionId: typeof sessionId === "string" ? sessionId : "",
    clientName: typeof client === "string" ? client : undefined,
  };
}

function parsed(text: string): unknown {
  if (/<!(?:DOCTYPE|ENTITY)/i.test(text)) return undefined;
  try {
    const document: unknown = parser.parse(text);
    return document;
  } catch {
    return undefined;
  }
}

function part(value: unknown, name: string): Readonly<Record<string, unknown>> {
  const inner = isRecord(value) ? value[name] : undefined;
  return isRecord(inner) ? inner : {};
}

const open = `<?xml version="1.0" encoding="UTF-8"?><soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" xmlns="urn:partner.soap.sforce.com" xmlns:sf="urn:fault.partner.soap.sforce.com" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">`;
const headers = { "content-type": "text/xml; charset=utf-8" };

/** The answer with a method's results, each XML already. */
export function resultAnswer(method: string, results: readonly string[]): Answer {
  const inner = results.map((each) => `<result>${each}</result>`).join("");
  const body = `${open}<soapenv:Body><${method}Response>${inner}</${method}Response></soapenv:Body></soapenv:Envelope>`;
  return { status: 200, body, headers };
}

/** 500 with a fault; `code` as in `INVALID_SESSION_ID`. */
export function faultAnswer(code: string, message: string): Answer {
  const said = escapeXml(`${code}: ${message}`);
  const fault = `<soapenv:Fault><faultcode>sf:${code}</faultcode><faultstring>${said}</faultstring></soapenv:Fault>`;
  return { status: 500, body: `${open}<soapenv:Body>${fault}</soapenv:Body></soapenv:Envelope>`, headers };
}

/** One element; `xsi:nil` for undefined. */
export function element(name: string, value: string | boolean | undefined): string {
  return value === undefined ? `<${name} xsi:nil="true"/>` : `<${name}>${escapeXml(String(value))}</${name}>`;
}
