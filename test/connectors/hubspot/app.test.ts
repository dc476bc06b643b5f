import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { getAllHsProfiles } from "@hubspot/project-parsing-lib/profiles";
import { isKnownPlatformVersion, parseProjectConfig } from "@hubspot/project-parsing-lib/projects";
import { translateForLocalDev } from "@hubspot/project-parsing-lib/translate";
import { validateUid } from "@hubspot/project-parsing-lib/uid";
import { afterEach, describe, expect, test } from "vitest";
import app from "../../../app.json" with { type: "json" };
import type { HubSpotConfig } from "../../../connectors/hubspot/config.ts";
import { FIELD_OF_PROPERTY } from "../../../connectors/hubspot/contact-change.ts";
import { hubspotEndpoints } from "../../../connectors/hubspot/endpoints.ts";
import { readWebhook } from "../../../connectors/hubspot/events.ts";
import { hubspotOAuth } from "../../../connectors/hubspot/oauth.ts";
import {
  EXAMPLE_DEPLOYMENT,
  PROFILE,
  PROJECT_FOLDER,
  projectFiles,
  readOptions,
  writeProject,
} from "../../../scripts/build-app.ts";

const NOW = 1_715_203_101_896;
const CONFIG: HubSpotConfig = {
  appId: "54321",
  clientId: "client-id",
  clientSecrets: ["secret"],
  publicUrl: app.publicUrl,
  apiUrl: "http://127.0.0.1:1",
  authorizeUrl: "http://127.0.0.1:1/oauth/authorize",
  now: () => NOW,
};

/** A folder as a map of relative path to text. */
async function folder(root: string): Promise<Map<string, string>> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name));
  const read = files.map(async (file) => [path.relative(root, file), await readFile(file, "utf8")] as const);
  return new Map(await Promise.all(read));
}

/** The project as HubSpot's own tool reads it: by uid, with the profile's variables filled in. */
async function asHubSpotReadsIt(root: string): ReturnType<typeof translateForLocalDev> {
  const { srcDir, platformVersion } = parseProjectConfig(root);
  return translateForLocalDev(
    { projectSourceDir: path.join(root, srcDir), platformVersion, accountId: EXAMPLE_DEPLOYMENT.accountId },
    { profile: PROFILE },
  );
}

const scratch: string[] = [];
async function scratchFolder(): Promise<string> {
  const made = await mkdtemp(path.join(tmpdir(), "baton-app-"));
  scratch.push(made);
  return made;
}
afterEach(async () => {
  await Promise.all(scratch.splice(0).map((made) => rm(made, { recursive: true })));
});

test("the project in the repository is what app.json gives, file for file", async () => {
  expect(await folder(PROJECT_FOLDER)).toEqual(new Map(projectFiles(EXAMPLE_DEPLOYMENT)));
});

describe("HubSpot's own project parser", () => {
  test("reads every file without an error and skips none", async () => {
    const { intermediateRepresentation, skippedHsMetaFiles } = await asHubSpotReadsIt(PROJECT_FOLDER);
    const nodes = Object.values(intermediateRepresentation.intermediateNodesIndexedByUid);
    expect(skippedHsMetaFiles).toEqual([]);
    expect(nodes.map((node) => node.componentType).toSorted()).toEqual([
      "APPLICATION",
      "WEBHOOKS",
      "WORKFLOW_ACTION",
    ]);
    for (const node of nodes) {
      expect(node.localDev.parsingErrors).toEqual([]);
      expect(validateUid(node.uid)).toBeUndefined();
    }
  });

  test("fills the server's address into every URL", async () => {
    const { intermediateRepresentation } = await asHubSpotReadsIt(PROJECT_FOLDER);
    const text = JSON.stringify(
      Object.values(intermediateRepresentation.intermediateNodesIndexedByUid).map((node) => node.config),
    );
    expect(text).not.toContain("${");
    for (const declared of [app.redirectPath, app.webhooks.path, app.workflowAction.path]) {
      expect(text).toContain(JSON.stringify(app.publicUrl + declared));
    }
  });

  test("knows the platform version and the profile", async () => {
    const { srcDir, platformVersion } = parseProjectConfig(PROJECT_FOLDER);
    expect(isKnownPlatformVersion(platformVersion)).toBe(true);
    expect(await getAllHsProfiles(path.join(PROJECT_FOLDER, srcDir))).toEqual([PROFILE]);
  });
});

describe("the declaration and the code", () => {
  test("the declared addresses are served, and the third is the workflow step's", () => {
    expect(
      hubspotEndpoints(CONFIG)
        .map((endpoint) => endpoint.path)
        .toSorted(),
    ).toEqual([app.workflowAction.path, app.webhooks.path, "/hubspot/workflow"].toSorted());
  });

  test("the declared redirect is the one sent, and the server's route", () => {
    const url = new URL(hubspotOAuth(CONFIG).authorizeUrl("state", "challenge"));
    expect(url.searchParams.get("redirect_uri")).toBe(app.publicUrl + app.redirectPath);
    expect(app.redirectPath).toBe("/oauth/hubspot/callback");
  });

  test.each(app.webhooks.contactProperties)("a change of %s becomes an event", (propertyName) => {
    expect(
      eventsOf({ subscriptionType: "object.propertyChange", objectTypeId: "0-1", propertyName }),
    ).toMatchObject([{ kind: "lead-changed", property: propertyName }]);
  });

  test.each(
    app.webhooks.activities.flatMap(({ objectType, creation, properties }) => [
      ...(creation ? [[`${objectType}.creation`, objectType, undefined] as const] : []),
      ...properties.map((name) => [`a change of ${objectType}'s ${name}`, objectType, name] as const),
    ]),
  )("%s becomes an event", (_name, objectType, propertyName) => {
    const typeIds = { call: "0-48", email: "0-49", meeting: "0-47", task: "0-27", deal: "0-3" };
    const [, objectTypeId] = Object.entries(typeIds).find(([type]) => type === objectType) ?? [];
    const change = propertyName === undefined ? "creation" : "propertyChange";
    expect(eventsOf({ subscriptionType: `object.${change}`, objectTypeId, propertyName })).toMatchObject([
      { kind: "activity-changed", activity: { kind: objectType } },
    ]);
  });

  test.each([...app.webhooks.contactChanges.map((change) => `contact.${change}`), ...app.webhooks.hubEvents])(
    "%s becomes an event",
    (subscriptionType) => {
      expect(eventsOf({ subscriptionType })).toHaveLength(1);
    },
  );

  test("support is reached at whole addresses, never at pages the server does not have", () => {
    const { documentationUrl, supportUrl } = app.support;
    for (const address of [documentationUrl, supportUrl]) {
      expect(new URL(address).protocol).toBe("https:");
      expect(new URL(address).origin).not.toBe(app.publicUrl);
    }
    const component = projectFiles(EXAMPLE_DEPLOYMENT).get("src/app/app-hsmeta.json") ?? "";
    expect(JSON.parse(component)).toMatchObject({ config: { support: app.support } });
  });

  test("every property the code tells apart is subscribed to", () => {
    expect(app.webhooks.contactProperties).toEqual(expect.arrayContaining([...FIELD_OF_PROPERTY.keys()]));
  });

  test("nothing is declared twice", () => {
    const { contactProperties, contactChanges, hubEvents, activities } = app.webhooks;
    for (const list of [
      [...app.scopes.required, ...app.scopes.optional],
      contactProperties,
      [...contactChanges, ...hubEvents],
      activities.map(({ objectType }) => objectType),
      ...activities.map(({ properties }) => properties),
    ]) {
      expect(new Set(list).size).toBe(list.length);
    }
  });

  test("the connector asks for no scope that is not declared, and each optional one opens something", async () => {
    const files = await readdir(path.join(PROJECT_FOLDER, ".."));
    const sources = files
      .filter((file) => file.endsWith(".ts"))
      .map((file) => path.join(PROJECT_FOLDER, "..", file));
    const code = (await Promise.all(sources.map((file) => readFile(file, "utf8")))).join("\n");
    const named = new Set(
      [
        ...code.matchAll(
          /"((?:crm\.(?:objects|schemas)\.[a-z.]+\.(?:read|write))|crm\.lists\.(?:read|write)|automation(?:\.sequences\.[a-z.]+)?|forms)"/gu,
        ),
      ].map(([, scope]) => scope),
    );
    expect([...app.scopes.required, ...app.scopes.optional]).toEqual(expect.arrayContaining([...named]));
    expect([...named]).toEqual(expect.arrayContaining(app.scopes.optional));
  });
});

/** Events out of an entry that has everything any subscription may carry. */
function eventsOf(fields: Record<string, unknown>): readonly unknown[] {
  const entry = {
    eventId: 1,
    portalId: 62_515,
    occurredAt: NOW,
    objectId: 200,
    primaryObjectId: 200,
    mergedObjectIds: [101],
    newObjectId: 200,
    associationType: "CONTACT_TO_COMPANY",
    fromObjectId: 200,
    toObjectId: 900,
    ...fields,
  };
  const { events, refused } = readWebhook([entry], CONFIG.appId, NOW);
  expect(refused).toEqual([]);
  return events;
}

describe("building for another server", () => {
  const deployment = { publicUrl: "https://handoff.acme.example", accountId: 77 };

  test("only the profile differs", () => {
    const here = projectFiles(EXAMPLE_DEPLOYMENT);
    const different = [...projectFiles(deployment)].filter(([file, text]) => here.get(file) !== text);
    expect(different.map(([file]) => file)).toEqual([`src/hsprofile.${PROFILE}.json`]);
  });

  test("writing again leaves nothing stale behind", async () => {
    const out = await scratchFolder();
    await writeProject(out, deployment);
    await writeProject(path.join(out, "src", "app", "stale"), deployment);
    await writeProject(out, deployment);
    expect(await folder(out)).toEqual(new Map(projectFiles(deployment)));
    const { intermediateRepresentation } = await asHubSpotReadsIt(out);
    expect(JSON.stringify(intermediateRepresentation)).toContain(
      "https://handoff.acme.example/hubspot/webhooks",
    );
  });

  test.each<[string, readonly string[], string]>([
    ["an address without encryption", ["--url", "http://handoff.acme.example"], "--url"],
    ["an address with a path", ["--url", "https://handoff.acme.example/baton"], "--url"],
    ["an address with a slash at its end", ["--url", "https://handoff.acme.example/"], "--url"],
    ["no address", ["--url", ""], "--url"],
    ["an account of words", ["--account", "acme"], "--account"],
    ["an account of zero", ["--account", "0"], "--account"],
    ["an unknown option", ["--force"], "--force"],
  ])("%s is refused by name", (_name, argv, option) => {
    expect(() => readOptions(argv)).toThrow(option);
  });

  test("without options the repository's own project is built", () => {
    expect(readOptions([])).toEqual({ deployment: EXAMPLE_DEPLOYMENT, out: PROJECT_FOLDER });
  });
});
