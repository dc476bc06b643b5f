/** Outbound messages on the wire: the SOAP call with its notifications, and the one answer that counts. */
import type { Value } from "../table.ts";
import { apiVersion } from "../version.ts";
import type { OutboundMood } from "./mood.ts";

/** One notification as it leaves. `fields` is what the definition lists, with the values of this moment. */
export interface SentNotification {
  readonly id: string;
  readonly object: string;
  readonly fields: Readonly<Record<string, Value>>;
}

/** The call's frame. `instanceUrl` is the org's address, `emptyFields` as in the mood. */
export interface EnvelopeFrame {
  readonly orgId: string;
  readonly actionId: string;
  readonly instanceUrl: string;
  readonly emptyFields: OutboundMood["emptyFields"];
}

/** The body of one call with 1 to 100 notifications. It carries no session. Throws nothing. */
export function notificationsEnvelope(
  { orgId, actionId, instanceUrl, emptyFields }: EnvelopeFrame,
  notifications: readonly SentNotification[],
): string {
  const soapUrl = (kind: "c" | "u"): string =>
    escapeXml(`${instanceUrl}/services/Soap/${kind}/${apiVersion}/${orgId.slice(0, 15)}`);
  return `<?xml version="1.0" encoding="UTF-8"?>
<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" xmlns:xsd="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
 <soapenv:Body>
  <notifications xmlns="http://soap.sforce.com/2005/09/outbound">
   <OrganizationId>${orgId}</OrganizationId>
   <ActionId>${actionId}</ActionId>
   <SessionId xsi:nil="true"/>
   <EnterpriseUrl>${soapUrl("c")}</EnterpriseUrl>
   <PartnerUrl>${soapUrl("u")}</PartnerUrl>
${notifications.map((each) => notificationXml(each, emptyFields)).join("\n")}
  </notifications>
 </soapenv:Body>
</soapenv:Envelope>`;
}

function notificationXml(
  { id, object, fields }: SentNotification,
  emptyFields: OutboundMood["emptyFields"],
): string {
  const elements = Object.entries(fields).map(([name, value]) => {
    if (value !== null && value !== "") return `     <sf:${name}>${escapeXml(String(value))}</sf:${name}>\n`;
    return emptyFields === "nil" ? `     <sf:${name} xsi:nil="true"/>\n` : "";
  });
  return `   <Notification>
    <Id>${id}</Id>
    <sObject xsi:type="sf:${object}" xmlns:sf="urn:sobject.enterprise.soap.sforce.com">
${elements.join("")}    </sObject>
   </Notification>`;
}

/** Text as it stands between two tags. Throws nothing. */
export function escapeXml(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("'", "&apos;");
}

const acknowledgement =
  /^(<\?xml[^>]*\?>)?<(\w+):Envelope xmlns:\2="http:\/\/schemas\.xmlsoap\.org\/soap\/envelope\/"( xmlns:\w+="[^"]*")*><\2:Body><notificationsResponse xmlns="http:\/\/soap\.sforce\.com\/2005\/09\/outbound"><Ack>true<\/Ack><\/notificationsResponse><\/\2:Body><\/\2:Envelope>$/;

/** Whether an answer is the one that ends the retries: XML with the documented envelope and `Ack` true. Throws nothing. */
export function isAcknowledged(status: number, contentType: string, body: string): boolean {
  return (
    status === 200 &&
    contentType.includes("xml") &&
    acknowledgement.test(body.trim().replaceAll(/>\s+</g, "><"))
  );
}
