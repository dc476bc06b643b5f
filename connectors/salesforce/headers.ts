/**
 * Headers that decide what Salesforce does with a write. In a composite they belong to each part.
 * Source: https://developer.salesforce.com/docs/platform/api-rest/guide/headers-autoassign.html and headers-duplicaterules.html
 */

/** Of every call: how our own changes are told apart when they come back as events. */
export const CALL_HEADERS = { "sforce-call-options": "client=Baton" } as const;

/**
 * Of every write: without it the org's assignment rules run on creations and updates, the default, and may replace the owner Baton
 * chose.
 */
export const WRITE_HEADERS = { "Sforce-Auto-Assign": "FALSE" } as const;

/** Of what creates leads, contacts and accounts: duplicate rules are obeyed, as seen by Baton's own user. */
export const CREATE_HEADERS = {
  "Sforce-Duplicate-Rule-Header": "allowSave=false; includeRecordDetails=false; runAsCurrentUser=true",
} as const;
