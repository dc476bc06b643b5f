/** Addresses in a playbook against an account's owners. Whoever is to own a lead must be one; a notice may go elsewhere. */
import type * as z from "zod";
import type { Vocabulary } from "../model/vocabulary.ts";
import type { agreementSchema } from "./agreement.ts";
import type { YamlPath } from "./compiled.ts";
import { type FieldsFile, sectionsOf } from "./fields.ts";
import type { LiveAt, LiveSection } from "./live.ts";
import type { Problem } from "./problem.ts";
import type { routingSchema } from "./routing.ts";
import type { teamSchema } from "./team.ts";
import { nearestWord } from "./words.ts";

type RoutingFile = z.output<typeof routingSchema>;

/** An address a playbook names. `notified`: it need not be able to own anything. */
export interface Person {
  readonly address: string;
  readonly as: "owner" | "notified";
  readonly path: YamlPath;
  readonly part: "key" | "value";
  readonly at: LiveAt;
}

/** Reps and managers. */
export function teamPeople({
  parsed,
  value,
  at,
}: LiveSection<z.output<typeof teamSchema>>): readonly Person[] {
  // The keys as they stand in the file: `parsed` has them in lower case, and then they have no place.
  const reps = typeof value === "object" && value !== null && "reps" in value ? value.reps : undefined;
  const managers = Object.entries(parsed.teams).flatMap(([team, { manager }]) =>
    manager === undefined ? [] : [person(manager, "owner", ["teams", team, "manager"], at)],
  );
  return [
    ...Object.keys(reps ?? {}).map((address): Person => ({
      address,
      as: "owner",
      path: ["reps", address],
      part: "key",
      at,
    })),
    ...managers,
  ];
}

/** Owners that rules name, and who hears of a queue. */
export function routingPeople({ parsed, at }: LiveSection<RoutingFile>): readonly Person[] {
  const { rules, otherwise } = parsed;
  return [
    ...rules.flatMap(({ to }, index): readonly Person[] => {
      if (typeof to === "string") return [];
      const path: YamlPath = ["rules", index, "to"];
      return [
        ...(to.owner === undefined ? [] : [person(to.owner, "owner", [...path, "owner"], at)]),
        ...(to.notify === undefined ? [] : [person(to.notify, "notified", [...path, "notify"], at)]),
      ];
    }),
    ...(otherwise.notify === undefined
      ? []
      : [person(otherwise.notify, "notified", ["otherwise", "notify"], at)]),
  ];
}

/** Partners: fields.yaml maps a value to the address that a partner rule then gives the lead to. */
export function fieldPeople(
  { parsed, at }: LiveSection<FieldsFile>,
  { rules }: RoutingFile,
): readonly Person[] {
  const facts = new Set(rules.flatMap(({ to }) => (typeof to === "string" ? [] : [to.partner ?? ""])));
  const readings = sectionsOf(parsed).flatMap(({ crm, yaml }) =>
    Object.entries(yaml.read).map(([fact, reading]) => ({ crm, fact, reading })),
  );
  return readings.flatMap(({ crm, fact, reading }) => {
    if (!facts.has(fact) || typeof reading !== "object" || !("from" in reading)) return [];
    return Object.entries(reading.map ?? {}).map(([key, address]) =>
      person(String(address), "owner", [crm, "read", fact, "map", key], at),
    );
  });
}

/** Who hears of a promise that runs out. */
export function agreementPeople({
  parsed,
  at,
}: LiveSection<z.output<typeof agreementSchema>>): readonly Person[] {
  return parsed.sales.escalate.flatMap(({ notify }, step) =>
    notify.flatMap((address, index) =>
      address === "owner" || address === "manager"
        ? []
        : [person(address, "notified", ["sales", "escalate", step, "notify", index], at)],
    ),
  );
}

/** Those among them who are no active owner of the account. Throws nothing. */
export function peopleProblems(people: readonly Person[], { owners }: Vocabulary): readonly Problem[] {
  if (!owners.known) return [];
  const active = new Set(owners.all.flatMap(({ active: isHere, email }) => (isHere && email ? [email] : [])));
  const archived = new Set(
    owners.all.flatMap(({ active: isHere, email }) => (isHere || !email ? [] : [email])),
  );
  return people.flatMap(({ address, as, path, part, at }) => {
    const email = address.toLowerCase();
    if (active.has(email)) return [];
    const is = archived.has(email) ? "is archived in the CRM" : "is no owner in the CRM";
    const hint = archived.has(email) ? "" : meantAddress(email, active);
    return as === "owner"
      ? [at("error", `"${address}" ${is}: nothing can belong to them${hint}`, path, part)]
      : [at("warning", `"${address}" ${is}: a notice can reach them by e-mail only${hint}`, path, part)];
  });
}

/** The nearest address at the same domain: all of them end alike, so only what stands before it says anything. */
function meantAddress(email: string, known: ReadonlySet<string>): string {
  const domain = email.slice(email.indexOf("@"));
  const names = [...known].filter((one) => one.endsWith(domain)).map((one) => one.slice(0, -domain.length));
  const meant = nearestWord(email.slice(0, -domain.length), names);
  return meant === undefined ? "" : `; did you mean "${meant}${domain}"?`;
}

function person(address: string, as: Person["as"], path: YamlPath, at: LiveAt): Person {
  return { address, as, path, part: "value", at };
}
