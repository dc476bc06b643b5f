/** The CRMs this configuration speaks to: the one place that chooses adapters. */
import { hubspotApp } from "../connectors/hubspot/index.ts";
import { salesforceApp } from "../connectors/salesforce/index.ts";
import type { Config } from "./config.ts";
import type { CrmApp } from "./crm-app.ts";
import type { Instant } from "./model/instant.ts";

/** The apps that are configured, marketing's CRM first. Throws nothing; nothing is sent before one is used. */
export function appsOf(config: Config, now: () => Instant): readonly CrmApp[] {
  const { hubspot, salesforce, publicUrl } = config;
  return [
    ...(hubspot === undefined ? [] : [hubspotApp({ ...hubspot, publicUrl, now })]),
    ...(salesforce === undefined ? [] : [salesforceApp({ ...salesforce, publicUrl, now })]),
  ];
}
