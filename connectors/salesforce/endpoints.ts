/**
 * The addresses an org calls. Each shows first which org speaks, and is read second; storing and answering is the server's part. An
 * answer says at most that the request was taken: nothing is decided here.
 */
import type { Endpoint, RawRequest } from "../../src/crm-app.ts";
import { BatonError } from "../../src/errors.ts";
import { parseJsonText } from "../http/json-text.ts";
import type { SalesforceConfig } from "./config.ts";
import { ACK, readOutbound } from "./outbound.ts";
import { orgOfToken } from "./outbound-key.ts";
import { ENDPOINT_PATHS } from "./paths.ts";
import { orgOf, readPosted } from "./posted.ts";

/** 100 notifications of some kilobytes. */
const MESSAGE_BYTES = 1024 * 1024;
const EVENTS_BYTES = 1024 * 1024;

/** The app's two endpoints. `receive` throws `receive.*` only. */
export function salesforceEndpoints({
  clientSecrets,
}: Pick<SalesforceConfig, "clientSecrets">): readonly Endpoint[] {
  return [
    {
      method: "POST",
      path: `${ENDPOINT_PATHS.outbound}/:token`,
      maxBytes: MESSAGE_BYTES,
      receive(request, now) {
        refuseTooLarge(request, MESSAGE_BYTES);
        const org = orgOfToken(lastStep(request), clientSecrets);
        if (org === undefined)
          throw new BatonError(
            "receive.bad-signature",
            "the address holds no token of an org: copy it anew from the page that ends an installation",
          );
        const read = readOutbound(request.body, org, now);
        return { ...read, answer: { status: 200, body: ACK, type: "text/xml; charset=utf-8" } };
      },
    },
    {
      method: "POST",
      path: ENDPOINT_PATHS.events,
      maxBytes: EVENTS_BYTES,
      receive(request, now) {
        refuseTooLarge(request, EVENTS_BYTES);
        const org = orgOf(request, clientSecrets, now);
        const { eventId, ...read } = readPosted(jsonOf(request), org, now);
        const isHopeless = read.events.length === 0 && read.refused.length > 0;
        // Flows read the answer by the shape of a sample: it is the same object, whatever was sent.
        const body = {
          ok: !isHopeless,
          eventId: eventId ?? "",
          accepted: read.events.length,
          refused: read.refused.map(({ detail }) => detail),
        };
        return { ...read, answer: { status: isHopeless ? 400 : 200, body } };
      },
    },
  ];
}

function refuseTooLarge({ body }: RawRequest, most: number): void {
  if (body.length > most)
    throw new BatonError("receive.too-large", `${body.length} bytes; at most ${most} are taken`);
}

function lastStep({ url }: RawRequest): string {
  return new URL(url).pathname.split("/").at(-1) ?? "";
}

/** The parser's own message quotes the body, so only the kind of fault is passed on. */
function jsonOf({ body }: RawRequest): unknown {
  try {
    return parseJsonText(new TextDecoder("utf-8", { fatal: true }).decode(body));
  } catch (cause) {
    const fault = cause instanceof SyntaxError ? "is not JSON" : "is not UTF-8";
    throw new BatonError("receive.bad-body", `the body ${fault}`);
  }
}
