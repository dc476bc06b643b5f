/** Records as a connector reads them, from a few properties. */
import type { Signal } from "../../src/model/signal.ts";
import type { Snapshot } from "../../src/model/lead.ts";
import type { Playbook } from "../../src/playbook/playbook.ts";
import { resolve } from "../../src/resolve/index.ts";
import type { FoundRecord } from "../../src/resolve/record.ts";
import { aPlaybook, NOW, shippedFiles } from "../playbook/kit.ts";

/** A contact with these property values, and whatever else is said. */
export function aRecord(
  values: Readonly<Record<string, string>> = {},
  more: Partial<FoundRecord> = {},
): FoundRecord {
  const lead = { crm: "hubspot", id: "101" } as const;
  return {
    found: true,
    asked: lead,
    lead,
    deals: [],
    values: { "contact.email": "clara@nordlicht.example", ...values },
    history: {},
    readAt: NOW,
    ...more,
  };
}

const shipped = aPlaybook();

/** Resolves a record by the shipped playbook, or another. */
export function resolved(
  record: FoundRecord,
  signals: readonly Signal[] = [],
  playbook: Playbook = shipped,
): Snapshot {
  return resolve(
    { record, signals, activities: new Map(), decisionId: "d-1", leadUrl: "https://crm.example/101" },
    playbook,
  );
}

/** A playbook that also reads `lead.x` as `reading` says; other files as shipped. */
export function reading(yaml: string): Playbook {
  const text = shippedFiles()["fields.yaml"] ?? "";
  return aPlaybook({ "fields.yaml": text.replace("  read:\n", `  read:\n    lead.x: ${yaml}\n`) });
}

/** The value of `lead.x` when `contact.x` holds `text`, or undefined. */
export function readAs(yaml: string, text: string, others: Readonly<Record<string, string>> = {}): unknown {
  return resolved(aRecord({ "contact.x": text, ...others }), [], reading(yaml)).facts["lead.x"]?.value;
}
