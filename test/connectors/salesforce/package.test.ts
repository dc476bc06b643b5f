/** The package for orgs: that it is what the declaration gives, in a form the Metadata API takes. */
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { XMLValidator } from "fast-xml-parser";
import { describe, expect, test } from "vitest";
import { PACKAGE_FIELDS } from "../../../connectors/salesforce/package-fields.ts";
import { packageFields as sandboxFields } from "../../../sandbox/salesforce/schema/baton.ts";
import {
  EXAMPLE_PLAYBOOK,
  PACKAGE_FOLDER,
  packageFiles,
  wordsOf,
  writePackage,
} from "../../../scripts/build-salesforce-package.ts";
import { PLACEHOLDERS } from "../../../scripts/salesforce-package/telling.ts";
import { COMPONENTS, FILES, texts } from "./package-kit.ts";

const NAMESPACE = "http://soap.sforce.com/2006/04/metadata";
const CLASSES = "apex/main/default/classes/";

/** By the suffix of a file: its root, the folder it must stand in, and what it cannot be without. */
const RULES: Readonly<Record<string, readonly [root: string, folder: RegExp, needs: readonly string[]]>> = {
  cls: ["ApexClass", /\/classes$/, ["apiVersion", "status"]],
  customPermission: ["CustomPermission", /\/customPermissions$/, ["isLicensed", "label"]],
  field: ["CustomField", /\/objects\/\w+\/fields$/, ["fullName", "label", "type"]],
  flow: ["Flow", /\/flows$/, ["apiVersion", "label", "processType", "start", "status"]],
  listView: ["ListView", /\/objects\/\w+\/listViews$/, ["columns", "filterScope", "fullName", "label"]],
  object: ["CustomObject", /\/objects\/\w+$/, ["label"]],
  permissionset: ["PermissionSet", /\/permissionsets$/, ["hasActivationRequired", "label"]],
  platformEventChannelMember: [
    "PlatformEventChannelMember",
    /\/platformEventChannelMembers$/,
    ["eventChannel", "selectedEntity"],
  ],
  quickAction: ["QuickAction", /\/quickActions$/, ["label", "optionsCreateFeedItem", "targetObject", "type"]],
  remoteSite: ["RemoteSiteSetting", /\/remoteSiteSettings$/, ["disableProtocolSecurity", "isActive", "url"]],
  validationRule: [
    "ValidationRule",
    /\/objects\/\w+\/validationRules$/,
    ["active", "errorConditionFormula", "errorMessage", "fullName"],
  ],
  workflow: ["Workflow", /\/workflows$/, ["outboundMessages"]],
};

async function folder(root: string): Promise<Map<string, string>> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name));
  const read = files.map(async (file) => [path.relative(root, file), await readFile(file, "utf8")] as const);
  return new Map(await Promise.all(read));
}

describe("the package in the repository", () => {
  test("is what the declaration and the shipped playbook give, file for file, with the two classes", async () => {
    const there = await folder(PACKAGE_FOLDER);
    const written = ["BatonEvents.cls", "BatonEventsTest.cls"].map((name) => CLASSES + name);
    expect([...there.keys()].toSorted()).toEqual([...FILES.keys(), ...written].toSorted());
    expect([...FILES].filter(([file, text]) => there.get(file) !== text)).toEqual([]);
  });

  test("is built elsewhere with another agreement's words, and the classes come along", async () => {
    const out = await mkdtemp(path.join(tmpdir(), "baton-package-"));
    try {
      const words = { answers: ["accepted", "parked"], reasons: ["R&D <freeze>"], needReason: ["parked"] };
      await writePackage(out, words);
      const built = await folder(out);
      const different = [...packageFiles(words)].filter(([file, text]) => FILES.get(file) !== text);
      expect(different.map(([file]) => path.basename(file).split(".")[0])).toEqual([
        "Baton_Disposition__c",
        "Baton_Disposition_Reason__c",
        "Baton_Disposition__c",
        "Baton_Disposition_Reason__c",
        "Baton_Reason_Needed",
        "Baton_Reason_Needed",
      ]);
      expect(different.map(([, text]) => XMLValidator.validate(text))).toEqual(different.map(() => true));
      expect(built.get(`${CLASSES}BatonEvents.cls`)).toContain("class BatonEvents");
      expect(built.size).toBe(FILES.size + 2);
    } finally {
      await rm(out, { recursive: true });
    }
  });

  test("a folder that is no playbook is refused", async () => {
    await expect(wordsOf(path.join(EXAMPLE_PLAYBOOK, ".."))).rejects.toThrow(/ENOENT/);
  });
});

describe("every component", () => {
  test.each(COMPONENTS.map((one) => [one.file, one] as const))("%s is one the API takes", (_file, one) => {
    expect(XMLValidator.validate(one.text)).toBe(true);
    const [root = "", where, needs = []] = RULES[one.suffix] ?? [];
    expect(one.roots).toEqual([root]);
    expect(one.content["@xmlns"]).toBe(NAMESPACE);
    expect(path.dirname(one.file)).toMatch(where ?? /^nowhere$/);
    expect(Object.keys(one.content)).toEqual(expect.arrayContaining([...needs]));
    expect(one.content["fullName"] ?? one.name).toBe(one.name);
  });

  test("has a name within Salesforce's limits, and texts that fit", () => {
    const named = COMPONENTS.filter(
      ({ suffix }) => suffix !== "workflow" && suffix !== "platformEventChannelMember",
    );
    const names = named.map(({ name }) => (name.split(".").at(-1) ?? "").replace(/__[ce]$/, ""));
    expect(names.filter((name) => !/^[A-Za-z](?:_?[A-Za-z0-9])*$/.test(name) || name.length > 40)).toEqual(
      [],
    );
    const longer = (element: string, most: number): readonly string[] =>
      COMPONENTS.flatMap(({ text }) => texts(text, element)).filter((text) => text.length > most);
    expect(longer("label", 40)).toEqual([]);
    expect(longer("inlineHelpText", 510)).toEqual([]);
    expect(longer("description", 255)).toEqual([]);
    expect(longer("errorMessage", 255)).toEqual([]);
  });

  test("is known as Baton's in an org, where it stands among others", () => {
    const among = COMPONENTS.filter(
      ({ file, suffix }) =>
        RULES[suffix] !== undefined && !/\/objects\/Baton_|workflows|ChannelMembers/.test(file),
    );
    expect(
      among.map(({ name }) => name.split(".").at(-1) ?? "").filter((name) => !name.startsWith("Baton")),
    ).toEqual([]);
  });

  test("holds nothing of one org: no key, no token, no id, and of addresses only the placeholders", () => {
    const all = [...FILES.values()].join("\n");
    expect(all).not.toMatch(/\b00[D5][A-Za-z0-9]{12}|PRIVATE KEY|consumerSecret|Bearer|sha256=/);
    // As long as the key in a token.
    const words = [...all.matchAll(/(?<![\w-])[\w-]{43}(?![\w-])/g)].map(([found]) => found);
    expect(words.filter((word) => /\d/.test(word))).toEqual([]);
    const known = new Set<string>([NAMESPACE, ...PLACEHOLDERS.map(({ text }) => text)]);
    const addresses = [...all.matchAll(/https?:\/\/[^\s<"]+|[\w.]+@[\w.]+/g)].map(([found]) => found);
    expect(addresses.filter((address) => !known.has(address))).toEqual([]);
  });
});

test("the sandbox's org has the same fields of the package", () => {
  for (const [object, fields] of Object.entries(sandboxFields)) {
    const known = object === "Task" || object === "Event" ? "Activity" : object;
    const declared = Object.entries(PACKAGE_FIELDS).find(([name]) => name === known)?.[1] ?? [];
    expect(fields.map(({ name }) => name)).toEqual(declared.map(({ name }) => name));
  }
});
