/**
 * The judge, offline: compares what was answered 2xx, what the CRM's ledger holds, and what Baton exports, and believes none of
 * them alone. Pure.
 *
 * - **lost**: an event answered 2xx that the export does not know; a lead that asked to be handed off, was heard, and has no
 *   owner, task or note, no sequence or list where it was to have one; a handoff without effects.
 * - **doubled**: a second record in sales' CRM, owner write, task, note or start of a sequence for one lead that asked once, a list it was put on twice
 *   (who is on it already is not added, so somebody took it off in between); a second answer that says something else (the
 *   same answer again changes nothing in HubSpot, and cannot be looked for).
 * - **orphaned**: a task or note that hangs on no lead; a creation no effect knows; a confirmed effect the CRM knows nothing of;
 *   an effect that never ended.
 * - **parked**: effects and events that wait for a person, or were refused for good.
 * - **silent**: one of those that does not say why.
 *
 * Nobody deletes, merges or takes over a lead in these runs. So an effect that was dropped excuses nothing: somebody believed what
 * was not so.
 */

/** One event that was answered 2xx (an outbound message: acknowledged), or the same event sent again. */
export interface AnsweredEvent {
  /** How the key begins under which it is kept: `webhook:<instant>:<id>`, `outbound:<id>`. */
  readonly key: string;
  readonly what: string;
}

/** One write the CRM accepted from the app, in a portal's words (org-evidence.ts). */
export interface LedgerWrite {
  readonly kind: string;
  readonly objectId: string;
  readonly properties: Readonly<Record<string, string>>;
}

/** A lead that asked to be handed off once, and how. */
export interface AskingLead {
  readonly id: string;
  /** The callback of a workflow that waits for an answer. */
  readonly callback?: string;
  /** The sequence that starts with its handoff. */
  readonly sequence?: string;
  /** The list it was to be put on when sales gave it back. */
  readonly list?: string;
}

/** A line of the export, as far as it is looked at. */
export type ExportLine = Readonly<Record<string, unknown>> & { readonly record: string };

export interface Observed {
  readonly answered: readonly AnsweredEvent[];
  readonly asking: readonly AskingLead[];
  /** The app's own, in order. */
  readonly writes: readonly LedgerWrite[];
  /** Ids of the leads that a task or note hangs on, by its id. */
  readonly leadsOf: ReadonlyMap<string, readonly string[]>;
  readonly exported: readonly ExportLine[];
}

export interface Findings {
  readonly lost: readonly string[];
  readonly doubled: readonly string[];
  readonly orphaned: readonly string[];
  readonly parked: readonly string[];
  readonly silent: readonly string[];
}

/** Whether nothing was lost, doubled, orphaned or left unexplained; some parked effects may be right. */
export function isClean({ lost, doubled, orphaned, silent }: Findings): boolean {
  return lost.length + doubled.length + orphaned.length + silent.length === 0;
}

const CREATIONS: Readonly<Record<string, string>> = {
  "task.create": "create-task",
  "note.create": "create-note",
};
const RECORD = "record in sales' CRM";
const OPEN = new Set(["planned", "attempting", "ambiguous"]);
const WAITS_FOR_PEOPLE = new Set(["parked", "refused"]);

/** Compares the three. Each finding is a sentence that names its ids. Throws nothing. */
export function check(observed: Observed): Findings {
  const effects = observed.exported.filter(({ record }) => record === "effect");
  const counted = countLeads(observed);
  const parked = parkedOf(observed.exported);
  return {
    lost: [...lostEvents(observed), ...counted.lost, ...lostHandoffs(observed.exported, effects)],
    doubled: counted.doubled,
    orphaned: [...orphans(observed, effects), ...unended(effects)],
    parked: parked.map(({ text }) => text),
    silent: parked.filter(({ isSilent }) => isSilent).map(({ text }) => text),
  };
}

/** Ids of the leads that lack something or have it twice: their stories explain it. Throws nothing. */
export function troubledLeads(observed: Observed): readonly string[] {
  return [...countLeads(observed).leads];
}

/** The key of a webhook's event begins with its instant and its id; an outbound message's is its id. */
function lostEvents({ answered, exported }: Observed): readonly string[] {
  const known = new Set(
    exported
      .filter(({ record }) => record === "event")
      .map(({ key }) => String(key).split(":").slice(0, 3).join(":")),
  );
  return answered
    .filter(({ key }) => !known.has(key))
    .map(({ key, what }) => `event ${key} (${what}) was answered 2xx and is not in the export`);
}

function countLeads({
  asking,
  writes,
  leadsOf,
  exported,
}: Observed): Pick<Findings, "lost" | "doubled"> & { readonly leads: ReadonlySet<string> } {
  const [lost, doubled]: [string[], string[]] = [[], []];
  const leads = new Set<string>();
  const excused = excusedWrites(exported);
  const tally = tallyOf(writes, leadsOf);
  const note = (lead: string, what: string, count: number): void => {
    const isLost = count === 0 && !excused.has(`${lead} ${what}`);
    if (count > 1) doubled.push(`lead ${lead} has ${count} times: ${what}`);
    if (isLost) lost.push(`lead ${lead} has no ${what}`);
    if (count > 1 || isLost) leads.add(lead);
  };
  for (const { id, callback, sequence, list } of asking) {
    // Who is in sales' CRM already is not made there; nobody is made twice.
    const made = tally.get(`${id} ${RECORD}`) ?? 0;
    if (made > 1) note(id, RECORD, made);
    for (const what of ["owner", "task", "note"]) note(id, what, tally.get(`${id} ${what}`) ?? 0);
    if (callback !== undefined) note(id, "answer", tally.get(`${callback} answer`) ?? 0);
    if (sequence !== undefined) note(id, "sequence", tally.get(`${id} sequence ${sequence}`) ?? 0);
    if (list !== undefined) note(id, "list", tally.get(`${id} list ${list}`) ?? 0);
  }
  return { lost, doubled, leads };
}

/** How often each lead got each thing, as `<id> <what>`. */
function tallyOf(writes: readonly LedgerWrite[], leadsOf: Observed["leadsOf"]): ReadonlyMap<string, number> {
  const tally = new Map<string, number>();
  const count = (id: string, what: string): void =>
    void tally.set(`${id} ${what}`, (tally.get(`${id} ${what}`) ?? 0) + 1);
  const answers = new Set<string>();
  const isNew = (callback: string, outputs: LedgerWrite["properties"]): boolean => {
    const size = answers.size;
    return answers.add(`${callback} ${JSON.stringify(outputs)}`).size > size;
  };
  for (const { kind, objectId, properties } of writes) {
    if (kind === "contact.update" && (properties["hubspot_owner_id"] ?? "") !== "") count(objectId, "owner");
    if (kind === "counterpart.create") count(objectId, RECORD);
    if (kind === "callback.complete" && isNew(objectId, properties)) count(objectId, "answer");
    if (kind === "sequence.enrol") count(objectId, `sequence ${properties["sequenceId"] ?? ""}`);
    if (kind === "list.add")
      for (const lead of (properties["ids"] ?? "").split(";")) count(lead, `list ${objectId}`);
    const [what, verb] = kind.split(".");
    if (kind in CREATIONS && verb === "create")
      for (const lead of leadsOf.get(objectId) ?? []) count(lead, what ?? "");
  }
  return tally;
}

const WORDS: Readonly<Record<string, string>> = {
  "update-lead": "owner",
  "create-task": "task",
  "create-note": "note",
  "answer-request": "answer",
  "start-sequence": "sequence",
  "add-to-list": "list",
};

/** What is missing and explained: an effect that waits for a person; everything of a lead whose events wait for a person. */
function excusedWrites(exported: readonly ExportLine[]): ReadonlySet<string> {
  return new Set(
    exported.flatMap(({ record, state, lead, kind }) => {
      if (record === "event" && state === "parked")
        return Object.values(WORDS).map((what) => `${String(lead)} ${what}`);
      const isExcused = record === "effect" && WAITS_FOR_PEOPLE.has(String(state));
      return isExcused ? [`${String(lead)} ${WORDS[String(kind)] ?? ""}`] : [];
    }),
  );
}

function lostHandoffs(exported: readonly ExportLine[], effects: readonly ExportLine[]): readonly string[] {
  const served = new Set(effects.map(({ handoff }) => handoff));
  return exported
    .filter(({ record, id }) => record === "handoff" && !served.has(id))
    .map(({ id }) => `handoff ${String(id)} has no effects`);
}

function orphans({ writes, leadsOf }: Observed, effects: readonly ExportLine[]): readonly string[] {
  const confirmed = new Map(
    effects
      .filter(({ state }) => state === "confirmed")
      .map((one) => [`${String(one["kind"])} ${String(one["crm_id"])}`, one]),
  );
  const made = writes.filter(({ kind }) => kind in CREATIONS);
  const ids = new Set(made.map(({ kind, objectId }) => `${CREATIONS[kind] ?? ""} ${objectId}`));
  return [
    ...made
      .filter(({ objectId }) => (leadsOf.get(objectId) ?? []).length !== 1)
      .map(
        ({ kind, objectId }) => `${kind} ${objectId} hangs on ${(leadsOf.get(objectId) ?? []).length} leads`,
      ),
    ...made
      .filter(({ kind, objectId }) => !confirmed.has(`${CREATIONS[kind] ?? ""} ${objectId}`))
      .map(({ kind, objectId }) => `${kind} ${objectId} is known to no effect`),
    ...[...confirmed]
      .filter(([id, { kind }]) => String(kind).startsWith("create-") && !ids.has(id))
      .map(([id, { key }]) => `effect ${String(key)} is confirmed as ${id}, which the CRM never made`),
  ];
}

function unended(effects: readonly ExportLine[]): readonly string[] {
  return effects
    .filter(({ state }) => OPEN.has(String(state)))
    .map(({ key, state }) => `effect ${String(key)} is still ${String(state)}`);
}

function parkedOf(
  exported: readonly ExportLine[],
): readonly { readonly text: string; readonly isSilent: boolean }[] {
  return exported.flatMap((line) => {
    const { record, state, key } = line;
    if (!WAITS_FOR_PEOPLE.has(String(state)) || (record !== "effect" && record !== "event")) return [];
    const why = record === "effect" ? [line["code"], line["reason"]] : [line["outcome"]];
    const said = why.filter((word) => typeof word === "string" && word !== "");
    return [
      {
        text: `${record} ${String(key)} is ${String(state)}: ${said.join(", ")}`,
        isSilent: said.length < why.length,
      },
    ];
  });
}
