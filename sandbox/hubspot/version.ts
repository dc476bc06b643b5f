/**
 * The one dated API version the sandbox serves.
 * Source: https://developers.hubspot.com/docs/api-reference/latest/overview
 */
export const apiVersion = "2026-03";
