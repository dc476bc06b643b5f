/** The two permission sets: enough, and no more. */
import { readFile } from "node:fs/promises";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { isOwnField } from "../../../connectors/salesforce/package-fields.ts";
import { EXAMPLE_PLAYBOOK } from "../../../scripts/build-salesforce-package.ts";
import { STANDARD_FIELDS } from "../../../scripts/salesforce-package/access.ts";
import { COMPONENTS, fieldsOf, texts } from "./package-kit.ts";

describe("permissions", () => {
  const [own, sales] = ["Baton", "Baton_Sales"].map(
    (name) => COMPONENTS.find((one) => one.suffix === "permissionset" && one.name === name)?.text ?? "",
  );
  const allowed = (text = ""): ReadonlyMap<string, boolean> =>
    new Map(
      [...text.matchAll(/<editable>(\w+)<\/editable>\s*<field>([\w.]+)</g)].map(([, edit, field = ""]) => [
        field,
        edit === "true",
      ]),
    );

  test("Baton's user may fill every field of the package on leads and activities, and none that does not exist", () => {
    const fields = allowed(own);
    for (const object of ["Lead", "Contact", "Task", "Event"])
      for (const name of fieldsOf(object)) expect(fields.get(`${object}.${name}`)).toBe(true);
    for (const [field] of fields) {
      const [object = "", name = ""] = field.split(".");
      const { edited = [], read = [] } = STANDARD_FIELDS[object] ?? {};
      expect([...fieldsOf(object), ...edited, ...read]).toContain(name);
    }
  });

  test("sales may see what Baton says, and edit its answers only", () => {
    const editable = [...allowed(sales)].filter(([, edit]) => edit).map(([field]) => field);
    expect(editable.toSorted()).toEqual([
      "Contact.Baton_Disposition_Reason__c",
      "Contact.Baton_Disposition__c",
      "Lead.Baton_Disposition_Reason__c",
      "Lead.Baton_Disposition__c",
    ]);
    expect(sales).not.toMatch(/objectPermissions|userPermissions|Baton_HubSpot_Id__c|customPermissions/);
  });

  test("nobody may delete, and Baton's user may do nothing it has no use for", () => {
    for (const text of [own, sales]) expect(text).not.toMatch(/<(?:allowDelete|modifyAllRecords)>true/);
    const granted = [...(own ?? "").matchAll(/<userPermissions>\s*<enabled>true<\/enabled>\s*<name>(\w+)</g)];
    expect(granted.map(([, name]) => name)).toEqual(["ActivitiesAccess", "ApiEnabled", "EditTask"]);
    expect(texts(own ?? "", "object")).not.toContain("User");
  });

  test("what Leads and Contacts both have is permitted on both", () => {
    const [lead, contact] = ["Lead", "Contact"].map((object) => {
      const { edited = [], read = [] } = STANDARD_FIELDS[object] ?? {};
      return new Set([...edited, ...read].map((name) => (name === "MailingAddress" ? "Address" : name)));
    });
    const onlyOne = [...(lead ?? []), ...(contact ?? [])].filter(
      (name) => lead?.has(name) !== contact?.has(name),
    );
    // Of these the other object has none.
    expect(new Set(onlyOne)).toEqual(
      new Set(["AccountId", "AnnualRevenue", "Industry", "NumberOfEmployees", "Rating", "Website"]),
    );
  });

  test.each(["salesforce", "both"])(
    "mappings/%s names no standard field that Baton's user could not see",
    async (name) => {
      const yaml = await readFile(path.join(EXAMPLE_PLAYBOOK, "..", name, "fields.yaml"), "utf8");
      const code = yaml.replaceAll(/#.*$/gm, "");
      // Other custom fields are the org's own, and so is who may see them.
      const named = new Set(
        [...code.matchAll(/\b(lead|account)\.([A-Z]\w+)/g)]
          .map(([found]) => found)
          .filter((found) => !found.endsWith("__c") || found.includes(".Baton_")),
      );
      expect(named.size).toBeGreaterThan(20);
      expect([...named].filter((one) => !isVisible(one))).toEqual([]);
    },
  );
});

/** Never hidden: required, a part of the name, or the system's own. */
const ALWAYS: ReadonlySet<string> = new Set([
  "Company",
  "CreatedDate",
  "EmailBouncedDate",
  "EmailBouncedReason",
  "FirstName",
  "LastName",
  "Name",
  "Status",
]);

function isVisible(named: string): boolean {
  const [prefix, name = ""] = named.split(".");
  const part = /^(?<of>Mailing|Billing|)(?:City|Country|CountryCode|PostalCode|State|Street)$/.exec(
    name,
  )?.groups;
  const field = part === undefined ? name : `${part["of"]}Address`;
  return (
    ALWAYS.has(name) ||
    isOwnField(name) ||
    (prefix === "lead" ? ["Lead", "Contact"] : ["Account"]).some((object) => {
      const { edited = [], read = [] } = STANDARD_FIELDS[object] ?? {};
      return edited.includes(field) || read.includes(field);
    })
  );
}
