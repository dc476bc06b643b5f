/**
 * What takes the package out of an org again: a manifest of everything in it, for `sf project deploy start --post-destructive-changes`.
 * Flows are left out: the API deletes them version by version, so an admin turns them off and deletes them first.
 */
import { component, METADATA_VERSION } from "./xml.ts";
import type { PackageFile } from "./xml.ts";

/** Types by the suffix of their files, and whether a component's name begins with its object's. */
const TYPES: ReadonlyMap<string, { readonly type: string; readonly ofObject: boolean }> = new Map([
  ["cls", { type: "ApexClass", ofObject: false }],
  ["customPermission", { type: "CustomPermission", ofObject: false }],
  ["field", { type: "CustomField", ofObject: true }],
  ["listView", { type: "ListView", ofObject: true }],
  ["object", { type: "CustomObject", ofObject: false }],
  ["permissionset", { type: "PermissionSet", ofObject: false }],
  ["platformEventChannelMember", { type: "PlatformEventChannelMember", ofObject: false }],
  ["quickAction", { type: "QuickAction", ofObject: false }],
  ["remoteSite", { type: "RemoteSiteSetting", ofObject: false }],
  ["validationRule", { type: "ValidationRule", ofObject: true }],
]);
/** An org has one workflow file for each object; of those only Baton's message goes. */
const MESSAGE = /<fullName>([^<]+)<\/fullName>/;

/** The two manifests: an empty one, as a deployment must have, and what is deleted. Throws nothing. */
export function removalFiles(folder: string, files: readonly PackageFile[]): readonly PackageFile[] {
  const members = new Map<string, string[]>();
  for (const [type, member] of files.flatMap((file) => memberOf(file)))
    members.set(type, [...(members.get(type) ?? []), member]);
  const types = [...members]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, some]) => ({ members: some.toSorted(), name }));
  return [
    component(`${folder}/package.xml`, "Package", { version: METADATA_VERSION }),
    component(`${folder}/destructiveChanges.xml`, "Package", { types, version: METADATA_VERSION }),
  ];
}

/** Fields of objects that go as a whole go with them. */
function memberOf([path, text]: PackageFile): readonly (readonly [string, string])[] {
  const [, name = "", suffix = ""] = /([\w.]+)\.(\w+)-meta\.xml$/.exec(path) ?? [];
  const [, object = ""] = /\/objects\/(\w+)\//.exec(path) ?? [];
  if (suffix === "workflow") return [["WorkflowOutboundMessage", `${name}.${MESSAGE.exec(text)?.[1] ?? ""}`]];
  const known = TYPES.get(suffix);
  if (known === undefined || (suffix === "field" && /__[ce]$/.test(object))) return [];
  return [[known.type, known.ofObject ? `${object}.${name}` : name]];
}
