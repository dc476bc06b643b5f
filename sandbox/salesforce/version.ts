/** The one version of the Salesforce API that the sandbox serves; every other path is 404. */
export const apiVersion = "67.0";

/** Where its REST resources lie. */
export const restBase = `/services/data/v${apiVersion}`;
