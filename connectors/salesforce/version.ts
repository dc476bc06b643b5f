/** The version of Salesforce's API that Baton calls: one for REST, composite, queries and Bulk. Versions live for years. */

/** As paths write it. Winter '27 (v68) is newer; JWT-format access tokens work with SOAP only from there on. */
export const API_VERSION = "v67.0";

/** Where Salesforce's REST resources are, without a trailing slash. */
export const DATA_PATH = `/services/data/${API_VERSION}`;
