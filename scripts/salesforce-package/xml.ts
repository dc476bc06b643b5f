/** Metadata as Salesforce's source format writes it: one root element in one namespace, lists as repeated elements. */
import { XMLBuilder } from "fast-xml-parser";
import { API_VERSION } from "../../connectors/salesforce/version.ts";

/** What an element holds: text, elements by name, or several of one name. */
export type Content =
  | string
  | number
  | boolean
  | readonly Content[]
  | { readonly [element: string]: Content };

/** A file of the package: its path within the project, and its text. */
export type PackageFile = readonly [path: string, text: string];

/** Every type of the Metadata API is in this namespace. */
const NAMESPACE = "http://soap.sforce.com/2006/04/metadata";
/** `67.0`: metadata writes versions without their letter. */
export const METADATA_VERSION = API_VERSION.slice(1);

const builder = new XMLBuilder({
  format: true,
  indentBy: "    ",
  ignoreAttributes: false,
  attributeNamePrefix: "@",
  suppressEmptyNode: false,
});

/**
 * One component as a file. Its elements are sorted, the name first, as Salesforce's own tools leave them; text is escaped. Throws
 * nothing.
 */
export function component(
  path: string,
  root: string,
  content: Readonly<Record<string, Content>>,
): PackageFile {
  const sorted = Object.entries(content).toSorted(([a], [b]) => (rank(a) < rank(b) ? -1 : 1));
  const body = builder.build({ [root]: { "@xmlns": NAMESPACE, ...Object.fromEntries(sorted) } });
  return [path, `<?xml version="1.0" encoding="UTF-8"?>\n${body}`];
}

function rank(element: string): string {
  return element === "fullName" ? "" : element;
}
