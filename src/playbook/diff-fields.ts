/** What a change of fields.yaml means: what Baton reads from the CRM, understands, and writes back. */
import { about, byItem, byName, inParts, phrased } from "./diff-named.ts";
import { isMap, mapOf, quoted, show, type Tell } from "./diff-words.ts";

const mapLines = byMapped("Value");

const readingLines = inParts({
  from: phrased("is read from"),
  as: phrased("is understood as"),
  map: mapLines,
});

const sectionLines = inParts({
  read: byName({
    call: (fact) => fact,
    added: (reading) => `is now read from ${show(longForm(reading)["from"])}`,
    removed: () => "is no longer read",
    changed: (fact, from, to) =>
      readingLines(fact, longForm(from), longForm(to)).map((line) =>
        line.startsWith(fact) ? line : `${fact}: ${line}`,
      ),
  }),
  stages: byName({
    call: (stage) => `Stage ${stage}`,
    added: (value) => `added: ${show(value)} in the CRM`,
    changed: phrased("in the CRM is"),
    ordered: "now comes",
  }),
  deals: about("Open deals", phrased("are read:")),
  signals: byItem(signalName, {
    call: (signal) => `Signal ${signal}`,
    added: () => "is now read",
    removed: () => "is no longer read",
    changed: inParts({}),
  }),
  forms: byMapped("Form"),
  titles: inParts({
    seniority: byMapped("Title", "is now tried"),
    function: byMapped("Title", "is now tried"),
  }),
  write: byName({
    call: (property) => property,
    added: (value) => `is now written: ${show(value)}`,
    removed: () => "is no longer written",
    changed: phrased("is written from"),
  }),
  answers: inParts({
    answer: about("Sales answers", phrased("in")),
    reason: about("Sales gives its reason", phrased("in")),
    also: inParts({ property: about("Sales also answers", phrased("in")), map: byMapped("Answer") }),
  }),
  destinations: byName({
    call: (name) => `Where ${name} leads go`,
    added: (destination) => `is new: ${show(destination)}`,
    removed: () => "is nowhere any more",
    changed: inParts({
      set: (who, from, to) => setLines(who)(who, from, to),
      list: phrased("puts them on list"),
    }),
  }),
});

/** Says how one fields.yaml differs from another. Throws nothing. */
export const fieldsLines: Tell = inParts({
  hubspot: sectionLines,
  salesforce: sectionLines,
  sync: inParts({
    fields: byItem(syncName, {
      call: (field) => `Sync of ${field}`,
      added: (field) => `begins${howSynced(field)}`,
      removed: () => "ends",
      changed: inParts({
        hubspot: () => [],
        salesforce: () => [],
        direction: phrased("goes"),
        winner: phrased("is won by"),
        otherwise: phrased("is otherwise won by"),
        as: phrased("is understood as"),
        values: byMapped("Value"),
      }),
    }),
    create: about("Somebody Salesforce does not know", madeLines),
    create_in_hubspot: about("Somebody HubSpot does not know", phrased("is made there as")),
    coexist: about("HubSpot's own Salesforce connector", phrased("is taken to be at work:")),
  }),
});

/** `contact` stands for more than it says. */
function madeLines(...[who, from, to]: Parameters<Tell>): ReturnType<Tell> {
  const words = (value: unknown): unknown => (value === "contact" ? MADE_IN_ACCOUNTS : value);
  return phrased("is made there as")(who, words(from), words(to));
}
const MADE_IN_ACCOUNTS = "contact of the account it belongs to, or else lead";

/** `contact.jobtitle and lead.Title`. */
function syncName(field: unknown): string {
  const { hubspot, salesforce } = mapOf(field);
  return `${String(hubspot)} and ${String(salesforce)}`;
}

function howSynced(field: unknown): string {
  const { hubspot: _hubspot, salesforce: _salesforce, ...rest } = mapOf(field);
  return Object.keys(rest).length === 0 ? "" : `: ${show(rest)}`;
}

/** What a destination changes on a lead. */
function setLines(who: string): Tell {
  return byName({
    call: (property) => `${who}: ${property}`,
    added: (value) => `is now set to ${show(value)}`,
    removed: () => "is no longer set",
    changed: phrased("is set to"),
  });
}

/** Words of the CRM and what each means. */
function byMapped(noun: string, ordered?: string): Tell {
  return byName({
    call: (word) => `${noun} ${quoted(word)}`,
    added: (meaning) => `now means ${show(meaning)}`,
    removed: (meaning) => `no longer means ${show(meaning)}`,
    changed: phrased("means"),
    ...(ordered === undefined ? {} : { ordered }),
  });
}

/** `contact.jobtitle` is short for `{ from: contact.jobtitle }`. */
function longForm(reading: unknown): Readonly<Record<string, unknown>> {
  return isMap(reading) ? reading : { from: reading };
}

function signalName(signal: unknown): string {
  const { signal: kind, each, at } = mapOf(signal);
  return `${String(kind)} from ${String(each ?? at)}`;
}
