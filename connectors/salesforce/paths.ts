/** Where Baton listens for Salesforce: shown to admins, and what the endpoints answer at. */

/** Outbound messages have their token behind it: `/salesforce/outbound/<token>`. JSON messages have it in a header. */
export const ENDPOINT_PATHS = { outbound: "/salesforce/outbound", events: "/salesforce/events" } as const;
