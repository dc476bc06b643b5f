/**
 * Builds the HubSpot app project out of app.json, ready for `hs project upload`:
 *
 *     node scripts/build-app.ts [--url https://baton.example.com] [--account 12345678] [--out connectors/hubspot/app]
 *
 * The project names its server only through the variable `publicUrl` of its profile, `src/hsprofile.production.json`, so
 * an operator sets `--url` and `--account` and uploads with `--profile production`. The same input gives the same bytes.
 * Source: https://github.com/HubSpot/hubspot-project-components, 2026.03.
 */
import { mkdir, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { parseArgs } from "node:util";
import app from "../app.json" with { type: "json" };
import { PLATFORM_VERSION } from "../connectors/hubspot/version.ts";

/** What differs from one deployment to the next. */
export interface Deployment {
  /** Origin without a trailing slash. */
  readonly publicUrl: string;
  /** The developer account the project is uploaded to. */
  readonly accountId: number;
}

/** The profile's name, as `hs project upload --profile` takes it. */
export const PROFILE = "production";
/** What the project in this repository is built with. */
export const EXAMPLE_DEPLOYMENT: Deployment = { publicUrl: app.publicUrl, accountId: 12_345_678 };
/** Where the project in this repository stands. */
export const PROJECT_FOLDER = path.join(import.meta.dirname, "../connectors/hubspot/app");

/** HubSpot's own placeholder, filled in from the profile at upload. */
const BASE = `\${publicUrl}`;

/** As .oxfmtrc.json has it. Characters. */
const LINE_LENGTH = 110;

/** Every file of the project: its path within the project, and its text. Throws nothing. */
export function projectFiles(deployment: Deployment): ReadonlyMap<string, string> {
  const files: readonly (readonly [string, unknown])[] = [
    ["hsproject.json", { name: app.uid, srcDir: "src", platformVersion: PLATFORM_VERSION }],
    [
      `src/hsprofile.${PROFILE}.json`,
      { accountId: deployment.accountId, variables: { publicUrl: deployment.publicUrl } },
    ],
    ["src/app/app-hsmeta.json", appComponent()],
    ["src/app/webhooks/webhooks-hsmeta.json", webhooksComponent()],
    ["src/app/workflow-actions/hand-off-hsmeta.json", actionComponent()],
  ];
  return new Map(files.map(([file, content]) => [file, `${print(content)}\n`]));
}

function appComponent(): unknown {
  return {
    uid: app.uid,
    type: "app",
    config: {
      name: app.name,
      description: app.description,
      distribution: app.distribution,
      auth: {
        type: "oauth",
        redirectUrls: [`${BASE}${app.redirectPath}`],
        requiredScopes: app.scopes.required,
        optionalScopes: app.scopes.optional,
        conditionallyRequiredScopes: [],
      },
      permittedUrls: { fetch: [], iframe: [], img: [] },
      // Whole addresses, because a Baton server has no pages for them: whoever runs one names their own.
      support: app.support,
    },
  };
}

/**
 * Property changes, and all that is told of activities and deals, in the generic form; the rest in the contact's own form, which
 * exists for all of it.
 */
function webhooksComponent(): unknown {
  const { path: target, maxConcurrentRequests, contactChanges, hubEvents } = app.webhooks;
  const { contactProperties, activities } = app.webhooks;
  return {
    uid: `${app.uid}_webhooks`,
    type: "webhooks",
    config: {
      settings: { targetUrl: `${BASE}${target}`, maxConcurrentRequests },
      subscriptions: {
        crmObjects: [
          ...contactProperties.map((propertyName) => propertyChange("contact", propertyName)),
          ...activities.flatMap(({ objectType, creation, properties }) => [
            ...(creation ? [{ subscriptionType: "object.creation", objectType, active: true }] : []),
            ...properties.map((propertyName) => propertyChange(objectType, propertyName)),
          ]),
        ],
        legacyCrmObjects: contactChanges.map((change) => ({
          subscriptionType: `contact.${change}`,
          active: true,
        })),
        hubEvents: hubEvents.map((subscriptionType) => ({ subscriptionType, active: true })),
      },
    },
  };
}

function propertyChange(objectType: string, propertyName: string): unknown {
  return { subscriptionType: "object.propertyChange", objectType, propertyName, active: true };
}

function actionComponent(): unknown {
  const { uid, path: target, name, description, card, inputs, outputs } = app.workflowAction;
  return {
    uid,
    type: "workflow-action",
    config: {
      actionUrl: `${BASE}${target}`,
      isPublished: true,
      supportedClients: [{ client: "WORKFLOWS" }],
      objectTypes: ["CONTACT"],
      inputFields: inputs.map((input) => ({
        typeDefinition: { name: input.name, type: "string", fieldType: "text" },
        supportedValueTypes: ["STATIC_VALUE"],
        isRequired: input.required,
      })),
      outputFields: outputs.map((output) => ({
        typeDefinition: { name: output.name, type: "string", fieldType: "text" },
        supportedValueTypes: ["STATIC_VALUE"],
      })),
      labels: {
        en: {
          actionName: name,
          actionDescription: description,
          actionCardContent: card,
          inputFieldLabels: Object.fromEntries(inputs.map((input) => [input.name, input.label])),
          inputFieldDescriptions: Object.fromEntries(inputs.map((input) => [input.name, input.description])),
          outputFieldLabels: Object.fromEntries(outputs.map((output) => [output.name, output.label])),
        },
      },
    },
  };
}

/** JSON as the formatter of this repository leaves it, so that generated files pass the same check as written ones. */
function print(value: unknown, indent = "", column = 0): string {
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const inner = `${indent}  `;
  const isList = Array.isArray(value);
  const parts = isList
    ? value.map((item) => print(item, inner, inner.length))
    : Object.entries(value).map(([name, item]) => {
        const label = `${JSON.stringify(name)}: `;
        return label + print(item, inner, inner.length + label.length);
      });
  const [open, close] = isList ? ["[", "]"] : ["{", "}"];
  const line = open + parts.join(", ") + close;
  const isFlat = isList && value.every((item) => typeof item !== "object");
  if (parts.length === 0 || (isFlat && column + line.length < LINE_LENGTH)) return line;
  return `${open}\n${inner}${parts.join(`,\n${inner}`)}\n${indent}${close}`;
}

/** Reads the command line. @throws Error naming the option and its rule. */
export function readOptions(argv: readonly string[]): { deployment: Deployment; out: string } {
  const { values } = parseArgs({
    args: [...argv],
    options: { url: { type: "string" }, account: { type: "string" }, out: { type: "string" } },
  });
  const publicUrl = values.url ?? EXAMPLE_DEPLOYMENT.publicUrl;
  const isOrigin = URL.canParse(publicUrl) && new URL(publicUrl).origin === publicUrl;
  if (!isOrigin || !publicUrl.startsWith("https://")) {
    throw new Error(`--url ${publicUrl}: give an https origin without a path, such as ${app.publicUrl}`);
  }
  const accountId = values.account ?? String(EXAMPLE_DEPLOYMENT.accountId);
  if (!/^[1-9]\d{0,14}$/u.test(accountId)) {
    throw new Error(`--account ${accountId}: give the number of the developer account`);
  }
  return {
    deployment: { publicUrl, accountId: Number(accountId) },
    out: path.resolve(values.out ?? PROJECT_FOLDER),
  };
}

/** Writes the project into a folder; only `src` is replaced as a whole, so a wrong `--out` costs nothing else. */
export async function writeProject(out: string, deployment: Deployment): Promise<void> {
  await rm(path.join(out, "src", "app"), { recursive: true, force: true });
  for (const [file, text] of projectFiles(deployment)) {
    const target = path.join(out, file);
    await mkdir(path.dirname(target), { recursive: true });
    await writeFile(target, text);
  }
}

if (import.meta.main) {
  const { deployment, out } = readOptions(process.argv.slice(2));
  await writeProject(out, deployment);
  process.stdout.write(`HubSpot project for ${deployment.publicUrl} written to ${out}\n`);
}
