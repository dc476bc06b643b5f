/** The `sync` section of fields.yaml, compiled: HubSpot is marketing's side, Salesforce sales'. Source: docs/sync.md. */
import type { SyncField, SyncType, SyncWinner } from "../model/sync.ts";
import type { Side } from "../model/version.ts";
import { below, type CompileContext } from "./compiled.ts";
import { CRM_WORDS } from "./crm.ts";
import type { SyncFieldYaml, SyncYaml } from "./sync-schema.ts";

/** How two CRMs are kept in step. */
export interface Sync {
  readonly fields: readonly SyncField[];
  /** As what somebody is made in sales' CRM who is handed off and not known there. */
  readonly create: SyncYaml["create"];
  /** As what somebody is made in marketing's CRM whom only sales' knows. */
  readonly createInHubspot: SyncYaml["create_in_hubspot"];
  /** Whether HubSpot's own connector to Salesforce is at work: Baton then leaves general fields to it. `auto`: find out. */
  readonly coexist: SyncYaml["coexist"];
}

/** What Baton writes itself: the properties of a handoff, and the stage it only raises. By property path. */
export interface OwnWrites {
  readonly written: ReadonlySet<string>;
  readonly raised?: string;
}

const EMAIL = "contact.email";
const OF_ACCOUNTS = `${CRM_WORDS.hubspot.objects[1]}.`;
/** Ids, and owners, who are handed over and not copied: the same person has another id in each CRM. */
const NEVER_SYNCED = /(owner_?id|object_id|\.Id|\.Baton_HubSpot_Id__c)$/i;

const NO_OPT_OUT =
  "who opted out with sales would be made as if they had not: list the opt-out among the fields (winner: true-wins)";

const SIDES: Readonly<Record<SyncFieldYaml["otherwise"], Side>> = {
  hubspot: "marketing",
  salesforce: "sales",
};
const DIRECTIONS: Readonly<Record<SyncFieldYaml["direction"], SyncField["direction"]>> = {
  both: "both",
  "to-salesforce": "to-sales",
  "to-hubspot": "to-marketing",
};

/** Compiles a checked section. Tells `context` (the section's) of fields that cannot be synced as they are listed; throws nothing. */
export function compileSync(
  { fields, create, create_in_hubspot: createInHubspot, coexist }: SyncYaml,
  own: OwnWrites,
  context: CompileContext,
): Sync {
  if (createInHubspot === "contact" && !fields.some(({ winner }) => winner === "true-wins"))
    context.onProblem?.(NO_OPT_OUT, [...context.path, "create_in_hubspot"]);
  const list = below(context, "fields");
  if (!fields.some(({ hubspot }) => hubspot === EMAIL))
    list.onProblem?.(`"${EMAIL}" must be among the fields: both CRMs know people by it`, list.path);
  for (const [index, field] of fields.entries()) {
    for (const [key, message] of [
      ...problemsOfPlaces(field, fields.slice(0, index), own),
      ...problemsOfValues(field),
    ])
      list.onProblem?.(message, below(list, index, key).path);
  }
  return { fields: fields.map(compileField), create, createInHubspot, coexist };
}

function compileField(yaml: SyncFieldYaml): SyncField {
  const { hubspot, salesforce, direction, otherwise, values } = yaml;
  return {
    name: hubspot,
    marketing: hubspot,
    sales: salesforce,
    direction: DIRECTIONS[direction],
    winner: winnerOf(yaml),
    otherwise: SIDES[otherwise],
    type: typeOf(yaml),
    ...(values === undefined
      ? {}
      : { values: Object.entries(values).map(([marketing, sales]) => ({ marketing, sales })) }),
  };
}

/** One way, the side that values come from, unless only a yes is to be copied. */
function winnerOf({ direction, winner = "latest" }: SyncFieldYaml): SyncWinner {
  if (winner === "true-wins") return winner;
  if (direction === "to-salesforce") return "marketing";
  if (direction === "to-hubspot") return "sales";
  return winner === "hubspot" || winner === "salesforce" ? SIDES[winner] : winner;
}

function typeOf({ hubspot, as, values }: SyncFieldYaml): SyncType {
  if (as !== undefined) return as;
  if (values !== undefined) return "choice";
  return hubspot === EMAIL ? "email" : "text";
}

type Told = readonly [key: string, message: string];

/** What speaks against syncing these two properties with one another. `before` are the fields listed above. */
function problemsOfPlaces(
  field: SyncFieldYaml,
  before: readonly SyncFieldYaml[],
  { written, raised }: OwnWrites,
): readonly Told[] {
  const { hubspot, salesforce, direction } = field;
  const ends = [
    ["hubspot", hubspot, "to-salesforce"],
    ["salesforce", salesforce, "to-hubspot"],
  ] as const;
  return [
    ...repeats(field, before),
    ...(hubspot.startsWith(OF_ACCOUNTS) && direction !== "to-salesforce"
      ? [
          [
            "hubspot",
            `"${hubspot}" is of the company, which many leads share: say direction: to-salesforce`,
          ] as const,
        ]
      : []),
    ...ends.flatMap(([key, path, away]): readonly Told[] => {
      if (NEVER_SYNCED.test(path))
        return [[key, `"${path}" is another one in each CRM: Baton sets owners and links itself`]];
      if (written.has(path)) return [[key, `"${path}" is written by Baton itself: it cannot be synced`]];
      if (path !== raised || direction === away) return [];
      const message = `"${path}" is raised by Baton: it can only be copied from there (direction: ${away})`;
      return [[key, message]];
    }),
  ];
}

/** The same property twice. Only several contact properties may be filled from one field, which then follows nobody but a yes. */
function repeats(field: SyncFieldYaml, before: readonly SyncFieldYaml[]): readonly Told[] {
  const { hubspot, salesforce, direction } = field;
  const same = before.find((one) => one.hubspot === hubspot);
  if (same !== undefined && same.salesforce === salesforce && same.direction !== direction)
    return [
      ["hubspot", `"${hubspot}" goes both ways in two lines, round and round: say direction: both in one`],
    ];
  if (same !== undefined) return [["hubspot", `"${hubspot}" is synced with ${same.salesforce} already`]];
  const other = before.find((one) => one.salesforce === salesforce && !mayBothBe(one, field));
  return other === undefined
    ? []
    : [["salesforce", `"${salesforce}" is synced with ${other.hubspot} already`]];
}

/** A yes that comes from one property may go on to another: HubSpot's own opt-out into Salesforce's, and that one into a property of yours. */
function mayBothBe(one: SyncFieldYaml, other: SyncFieldYaml): boolean {
  const isYes = one.winner === "true-wins" && other.winner === "true-wins";
  const away = [one.direction, other.direction].filter((direction) => direction !== "to-hubspot");
  return away.length === 0 || (isYes && away.length === 1 && away[0] === "to-salesforce");
}

function problemsOfValues(yaml: SyncFieldYaml): readonly Told[] {
  const { direction, winner, values } = yaml;
  const type = typeOf(yaml);
  const twice = Object.values(values ?? {}).find((one, index, all) => all.indexOf(one) !== index);
  return [
    ...(direction !== "both" && winner !== undefined && winner !== "true-wins"
      ? [
          [
            "winner",
            `"winner" decides where both sides may change; values go ${direction} here: leave it out`,
          ] as const,
        ]
      : []),
    ...(winner === "true-wins" && type !== "boolean"
      ? [["winner", "true-wins is for yes or no: say as: boolean"] as const]
      : []),
    ...(values !== undefined && type !== "choice"
      ? [["as", "values belong to a choice: say as: choice, or leave it out"] as const]
      : []),
    ...(twice === undefined
      ? []
      : [
          [
            "values",
            `"${twice}" stands for two values of HubSpot: it could not be said which to copy back`,
          ] as const,
        ]),
  ];
}
