/** What `baton resync` says: how it stands in a sentence, and what both CRMs differ in as a table and samples. */
import { accountOf } from "../model/lead.ts";
import type { PairStanding, ResyncStanding } from "../present/resyncs.ts";
import { type ResyncSample, RESYNC_TALLIES, type ResyncTally } from "../store/resyncs.ts";
import type { Instant } from "../model/instant.ts";
import { tableLines, wrapped } from "./print.ts";
import type { Screen } from "./shell.ts";
import { capitalized, counted, fromNow, printable } from "./words.ts";

const HEADS: Readonly<Record<ResyncTally, string>> = {
  equal: "equal",
  "to-sales": "to Salesforce",
  "to-marketing": "to HubSpot",
  conflict: "conflicts",
  "one-way": "one-way",
  held: "held",
  unreadable: "unreadable",
};
const SAMPLE_OF: Readonly<Record<ResyncSample["kind"], string>> = {
  equal: "equal",
  copied: "changed on one side",
  conflict: "conflict",
  "one-way": "changed where it only follows",
  held: "held back",
  unreadable: "unreadable",
};

/** How far it is, in one sentence. Throws nothing. */
export function sentenceOf(standing: ResyncStanding, now: Instant): string {
  const where = placeOf(standing);
  switch (standing.state) {
    case "asked":
      return `${where}: asked for, and not begun. It is done as soon as a server runs and has nothing more urgent to do.`;
    case "disconnected":
      return `${where}: disconnected, so nothing is looked at. An admin has to install the app again.`;
    case "under-way":
      return `${where}: ${figuresOf(standing)}; it goes on.`;
    case "waiting":
      return `${where}: ${figuresOf(standing)}; it waits${waitOf(standing, now)}.`;
    case "stopped":
      return `${where}: ${figuresOf(standing)}; it was stopped. To go on: baton resync --resume`;
    case "out-of-calls":
      return `${where}: ${figuresOf(standing)}; it has spent the calls it was given. To go on: baton resync --resume`;
    case "done":
      return `${where}: ${figuresOf(standing)}.`;
  }
}

/** `Portal 42, fields`. Throws nothing. */
export function placeOf({ crm, portal, about }: ResyncStanding): string {
  const name = capitalized(accountOf({ crm, tenant: portal }));
  return about === "leads" ? name : `${name}, ${about}`;
}

function figuresOf(standing: ResyncStanding): string {
  const looked = `${counted(standing.looked, "lead")} looked at`;
  if (standing.about === "leads") return `${looked}, ${counted(standing.told, "change")} nobody had told of`;
  const { about, isDry, differing, written, calls } = standing;
  const came =
    about === "links"
      ? `${differing.toLocaleString("en-GB")} ${isDry ? "would be linked" : "linked"}`
      : `${differing.toLocaleString("en-GB")} differ, ${isDry ? "nothing written" : `${counted(written, "write")} planned`}`;
  return `${looked}, ${came}, ${counted(calls, "call")}`;
}

function waitOf(standing: ResyncStanding, now: Instant): string {
  if (standing.about === "leads" || standing.trouble === undefined) return "";
  const again = standing.againAt === undefined ? "" : `, and tries again ${fromNow(standing.againAt, now)}`;
  return ` (${standing.trouble})${again}`;
}

/** What fields came to: a table by field, and the samples of a dry run. Nothing for other standings. */
export function diffLines(screen: Screen, standing: ResyncStanding): readonly string[] {
  if (standing.about !== "fields" || standing.looked === 0) return [];
  const fields = Object.keys(standing.counts).toSorted();
  if (fields.length === 0) {
    return [
      "",
      "No field was compared: no lead is in both CRMs, or nothing is kept in step (sync: in fields.yaml; with HubSpot's own connector at work, it keeps the fields).",
    ];
  }
  const rows = fields.map((field) => [
    printable(field),
    ...RESYNC_TALLIES.map((tally) => (standing.counts[field]?.[tally] ?? 0).toLocaleString("en-GB")),
  ]);
  const head = ["field", ...RESYNC_TALLIES.map((tally) => HEADS[tally])];
  return ["", ...tableLines(screen, { head, rows }), ...sampleLines(screen, standing)];
}

function sampleLines(screen: Screen, { samples, isDry }: PairStanding): readonly string[] {
  if (!isDry || samples.length === 0) return [];
  return ["", "For example:", ...samples.flatMap((sample) => ["", ...oneSample(screen, sample)])];
}

function oneSample(screen: Screen, sample: ResyncSample): readonly string[] {
  const { field, lead, kind, marketing, sales, agreed, winner, to, why } = sample;
  const before = agreed === undefined ? "never" : valueOf(agreed ?? undefined);
  const outcome =
    to === undefined || winner === undefined
      ? "nothing would be written"
      : `${winner === "marketing" ? "Salesforce" : "HubSpot"} would get ${valueOf(to === "" ? undefined : to)}`;
  return [
    `${printable(field)} of lead ${printable(lead)}: ${SAMPLE_OF[kind]}`,
    ...wrapped(
      screen,
      "  ",
      `HubSpot ${valueOf(marketing)}, Salesforce ${valueOf(sales)}, last agreed ${before}`,
    ),
    ...wrapped(screen, "  ", `${outcome}: ${printable(why)}`),
  ];
}

function valueOf(value: string | undefined): string {
  return value === undefined ? "(empty)" : `"${printable(value)}"`;
}
