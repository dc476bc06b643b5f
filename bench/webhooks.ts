/** Webhook requests as HubSpot sends them, signed, each event with an id of its own so that none is a repeat. */
import { createHash, createHmac } from "node:crypto";

export interface SignedRequest {
  readonly body: Buffer;
  readonly headers: Readonly<Record<string, string>>;
}

export interface WebhookOptions {
  /** The full address, as signed. */
  readonly url: string;
  readonly secret: string;
  readonly portalId: number;
  readonly appId: number;
  /** Requests, and events in each. */
  readonly requests: number;
  readonly events: number;
  /** The number of the first event, from 1; later ones count up. */
  readonly first: number;
  /** Whom the events are about, in turn; without it, contacts that nobody has. */
  readonly contacts?: readonly number[];
  /** Ids that count up, instead of ids scattered over their range. */
  readonly ascending: boolean;
}

const PROPERTIES = ["lifecyclestage", "recent_conversion_date", "jobtitle", "phone", "country"] as const;
const FIRST_CONTACT = 30_000_000;
const CONTACTS = 5_000;
/** What happened in one millisecond comes in one request, the oldest first. */
const OLDEST_MS = 60_000;
/** Odd, so that numbers below 2^32 become ids all over that range and no two the same. */
const SCATTER = 2_654_435_761;

/** Signed with v1 and v3, as HubSpot does; a v3 timestamp is good for five minutes. */
export function signedWebhooks(options: WebhookOptions): readonly SignedRequest[] {
  const { url, secret, requests, events, first } = options;
  const now = Date.now();
  return Array.from({ length: requests }, (_, request) => {
    const batch = Array.from({ length: events }, (_unused, index) =>
      webhookEvent(options, first + request * events + index, now - OLDEST_MS + request),
    );
    const body = Buffer.from(JSON.stringify(batch));
    return {
      body,
      headers: {
        "content-type": "application/json",
        "x-hubspot-signature": createHash("sha256").update(secret).update(body).digest("hex"),
        "x-hubspot-signature-version": "v1",
        "x-hubspot-signature-v3": createHmac("sha256", secret)
          .update(`POST${url}`)
          .update(body)
          .update(String(now))
          .digest("base64"),
        "x-hubspot-request-timestamp": String(now),
      },
    };
  });
}

/** HubSpot promises no order of ids, and an index whose keys ascend costs a fraction of one whose keys do not. */
function webhookEvent(options: WebhookOptions, number: number, occurredAt: number): object {
  const eventId = options.ascending ? number : Math.imul(number, SCATTER) >>> 0;
  const propertyName = PROPERTIES[number % PROPERTIES.length] ?? "lifecyclestage";
  return {
    eventId,
    subscriptionId: 4_000_000 + (number % PROPERTIES.length),
    portalId: options.portalId,
    appId: options.appId,
    occurredAt,
    subscriptionType: "object.propertyChange",
    attemptNumber: 0,
    objectId: options.contacts?.[number % options.contacts.length] ?? FIRST_CONTACT + (eventId % CONTACTS),
    objectTypeId: "0-1",
    propertyName,
    propertyValue: propertyName === "lifecyclestage" ? "marketingqualifiedlead" : `value ${number}`,
    changeSource: "CRM_UI",
    sourceId: "userId:123",
  };
}
