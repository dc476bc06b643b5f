/**
 * The version of every HubSpot API Baton calls, one constant each, because each API moves on its own and
 * puts the version at another place of its path. Dated versions live for 18 months.
 * Source: https://developers.hubspot.com/docs/api-reference/latest/overview
 */

/** `/crm/objects/{v}/{type}`. 2026-09 enforces admins' validation rules on writes too: a tested switch, not a default. */
export const OBJECTS_VERSION = "2026-03";
/** `/crm/associations/{v}/{from}/{to}/batch/read`. */
export const ASSOCIATIONS_VERSION = "2026-03";
/** `/crm/properties/{v}/{type}`. */
export const PROPERTIES_VERSION = "2026-03";
/** `/crm/lists/{v}`. */
export const LISTS_VERSION = "2026-03";
/** `/crm/owners/{v}`. */
export const OWNERS_VERSION = "2026-03";
/** `/automation/actions/callbacks/{v}/complete`. */
export const CALLBACKS_VERSION = "2026-03";
/** `/automation/sequences/{v}/enrollments`. */
export const SEQUENCES_VERSION = "2026-03";
/** `/oauth/{v}/token`. The undated v1 ends on 16 February 2027. */
export const OAUTH_VERSION = "2026-03";
/** `/appinstalls/{v}/external-install`. */
export const APP_INSTALLS_VERSION = "2026-03";
/** `/marketing/{v}/forms`: no dated version exists. */
export const FORMS_VERSION = "v3";
/** `/form-integrations/{v}/submissions/forms/{guid}`: without a successor. */
export const SUBMISSIONS_VERSION = "v1";
/** `platformVersion` of the app project. */
export const PLATFORM_VERSION = "2026.03";
