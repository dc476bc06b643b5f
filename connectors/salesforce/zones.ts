/**
 * The time zones of owners, for the day a task is due: Salesforce keeps a day without a zone and shows it as it stands, so it has to
 * be the owner's day.
 */
import type { Instant } from "../../src/model/instant.ts";
import type { Owner } from "../../src/model/rep.ts";
import type { Gateway } from "../http/gateway.ts";
import { toIdOf } from "./ids.ts";
import { findRecords } from "./queries.ts";
import { soqlInParts } from "./soql.ts";
import { idIn, textOf } from "./values.ts";

/** What is known of the zones of one org's users. People move so rarely that nothing is forgotten while the process lives. */
export interface Zones {
  /** Takes zones from owners who were just read. Throws nothing. */
  learn(owners: readonly Owner[]): void;
  /** By owner id; who has none, a queue for one, is absent. Asks only for those nobody has told yet. @throws BatonError `crm.*`. */
  of(owners: readonly string[]): Promise<ReadonlyMap<string, string>>;
}

/** Makes the zones of one installation. Throws nothing. */
export function createZones(gateway: Gateway): Zones {
  const known = new Map<string, string | undefined>();
  return {
    learn(owners) {
      for (const { id, zone } of owners) known.set(id, zone);
    },
    async of(owners) {
      const ids = owners.flatMap((owner) => toIdOf("User", owner) ?? []);
      const missing = ids.filter((id) => !known.has(id));
      const where = [{ field: "Id", in: missing }];
      const text = soqlInParts({ select: ["Id", "TimeZoneSidKey"], from: "User", where });
      for (const record of await findRecords(gateway, text, { isEssential: true })) {
        const id = idIn(record, "Id");
        if (id !== undefined) known.set(id, knownZone(textOf(record["TimeZoneSidKey"])));
      }
      return new Map(ids.flatMap((id) => [known.get(id)].flatMap((zone) => (zone ? [[id, zone]] : []))));
    },
  };
}

/** An IANA zone this machine knows, or undefined. Throws nothing. */
export function knownZone(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  try {
    return new Intl.DateTimeFormat("en", { timeZone: text }).resolvedOptions().timeZone;
  } catch {
    return undefined;
  }
}

/** The day an instant falls on in a zone, `2026-11-20`; in UTC where there is none. Throws nothing for a time. */
export function localDay(at: Instant, zone = "UTC"): string {
  const parts = new Intl.DateTimeFormat("en", {
    timeZone: zone,
    calendar: "iso8601",
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
  }).formatToParts(at);
  const part = (type: string): string => parts.find((one) => one.type === type)?.value ?? "";
  return `${part("year")}-${part("month")}-${part("day")}`;
}
