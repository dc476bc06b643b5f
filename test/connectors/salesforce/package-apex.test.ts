/** The Apex class of the package, held against what Baton takes: it cannot be run here, so its constants and its words are compared. */
import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { salesforceEndpoints } from "../../../connectors/salesforce/endpoints.ts";
import { outboundToken } from "../../../connectors/salesforce/outbound-key.ts";
import { ENDPOINT_PATHS } from "../../../connectors/salesforce/paths.ts";
import { MOST_EVENTS } from "../../../connectors/salesforce/posted.ts";
import { PACKAGE_FOLDER } from "../../../scripts/build-salesforce-package.ts";
import { ORG } from "./server.ts";

/** What the vector in the Apex test was made under. */
const SECRET = "sandbox-secret-of-nobody";
const MAIN = classText("BatonEvents");
const TEST = classText("BatonEventsTest");

function classText(name: string): string {
  return readFileSync(path.join(PACKAGE_FOLDER, "apex/main/default/classes", `${name}.cls`), "utf8");
}

/** A constant of the Apex test. */
function constant(name: string): string {
  return new RegExp(`String ${name} = '([^']*)'`).exec(TEST)?.[1] ?? "";
}

/** Code without its comments and the contents of its strings. */
function bare(code: string): string {
  return code.replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*$|'(?:\\.|[^'\\])*'/gm, "''");
}

const OPENS: ReadonlyMap<string, string> = new Map([
  ["}", "{"],
  [")", "("],
  ["]", "["],
]);

/** Brackets that do not close, or close another. */
function leftOpen(code: string): readonly string[] {
  const open: string[] = [];
  for (const [bracket] of code.matchAll(/[{}()[\]]/g)) {
    if (OPENS.has(bracket) && open.at(-1) === OPENS.get(bracket)) open.pop();
    else open.push(bracket);
  }
  return open;
}

function posted(headers: Readonly<Record<string, string>>, body: string): unknown {
  const endpoint = salesforceEndpoints({ clientSecrets: [SECRET] }).find(
    (one) => one.path === ENDPOINT_PATHS.events,
  );
  const url = `https://baton.example.com${ENDPOINT_PATHS.events}`;
  const now = Number(constant("TIMESTAMP")) * 1_000;
  return endpoint?.receive({ method: "POST", url, headers, body: Buffer.from(body) }, now);
}

describe("the signature the Apex test expects", () => {
  const headers = {
    "x-baton-org": ORG,
    "x-baton-timestamp": constant("TIMESTAMP"),
    "x-baton-signature": constant("SIGNATURE"),
  };

  test("is the one Baton takes, for a token that Baton made", () => {
    expect(constant("TOKEN")).toBe(outboundToken(SECRET, ORG));
    expect(posted(headers, constant("BODY"))).toMatchObject({
      events: [{ kind: "handoff-requested", key: "posted:one", tenant: ORG }],
      refused: [],
      answer: { status: 200 },
    });
  });

  test("is refused for any other body", () => {
    expect(() => posted(headers, constant("BODY").replace("00Q", "003"))).toThrow(/does not show which org/);
  });
});

describe("the class", () => {
  test("posts to the address Baton serves, with the headers it reads, and no more events than it takes", () => {
    expect(MAIN).toContain(`'${ENDPOINT_PATHS.events}'`);
    const headers = [...MAIN.matchAll(/setHeader\('([^']+)'/g)].map(([, name]) => name);
    expect(headers).toEqual(["Content-Type", "X-Baton-Org", "X-Baton-Timestamp", "X-Baton-Signature"]);
    expect(MAIN).toContain(`MOST_EVENTS = ${MOST_EVENTS};`);
  });

  test("signs what Baton signs: the timestamp, a dot and the body, under the token", () => {
    expect(MAIN).toContain(
      "Crypto.generateMac('hmacSHA256', Blob.valueOf(timestamp + '.' + body), Blob.valueOf(token))",
    );
    expect(MAIN).toContain("return 'sha256=' + EncodingUtil.convertToHex(mac);");
    expect(MAIN).toContain("signature(settings.Token__c, timestamp, body)");
  });

  test("sends what the contract names, and of the record its id only", () => {
    const keys = [...MAIN.matchAll(/'(\w+)' =>/g)].map(([, key]) => key);
    expect(keys).toEqual(["v", "eventId", "orgId", "object", "recordId", "event", "occurredAt"]);
    expect(bare(MAIN)).not.toMatch(/\bselect\b|\binsert\b|\bupdate\b|\bdelete\b|debug/i);
  });

  test.each([
    ["BatonEvents", MAIN],
    ["BatonEventsTest", TEST],
  ])("%s is whole: brackets close, and its name is that of its file", (name, code) => {
    expect(leftOpen(bare(code))).toEqual([]);
    expect(code).toMatch(new RegExp(`^(?:public with sharing|private) class ${name} `, "m"));
  });

  test("every method the tests may see is tested, and every test says what it expects", () => {
    const visible = [...MAIN.matchAll(/@TestVisible\s+private static \w+(?:<[\w, ]+>)? (\w+)/g)].map(
      ([, name]) => name,
    );
    expect(visible).toEqual(["isTaken", "isWorthAnother", "signature"]);
    for (const name of visible) expect(TEST).toContain(`BatonEvents.${name}(`);
    const tests = TEST.split("@IsTest\n    static void ").slice(1);
    expect(tests.length).toBeGreaterThanOrEqual(6);
    for (const one of tests) expect(one).toMatch(/System\.assert/);
    expect(TEST).not.toMatch(/SeeAllData/i);
  });
});
