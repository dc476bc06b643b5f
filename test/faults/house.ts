/**
 * What the sweep's accounts have beside Acme's: a sequence that starts with every handoff, a list for leads that sales gives back, and
 * the playbook that wants both. With them every kind of effect is made. An org has campaigns for lists. Where sales works
 * in an org, no sequence is started.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Topology } from "../../src/cli/demo/stage.ts";
import { uncappedPlaybook } from "../support/uncapped.ts";
import { type Crms, SHIPPED } from "./crms.ts";

/** What HubSpot calls the sequence. */
export const SEQUENCE = "4711";
const LIST = "2001";
/** What the CRM with the leads calls the list; the campaign is Acme's "Webinar guests". */
export const LISTS: Readonly<Record<Topology, string>> = {
  hubspot: LIST,
  both: LIST,
  salesforce: "7015g0000000002AAA",
};

/**
 * Puts both into the accounts.
 * @returns A temporary folder with the uncapped playbook and both named in it. Throws when the shipped one has no place for them.
 */
export function furnish({ topology, portal, org }: Crms): string {
  portal?.state.sequences.push({ id: SEQUENCE, name: "First days" });
  portal?.addList("Nurture", [], { id: LIST });
  const list = LISTS[topology];
  if (portal === undefined && org?.find(list) === undefined)
    throw new Error(`the org has no campaign ${list}`);
  const folder = uncappedPlaybook(false, SHIPPED[topology]);
  const crm = portal === undefined ? "salesforce" : "hubspot";
  if (topology === "hubspot")
    insert(
      join(folder, "agreement.yaml"),
      "at_handoff:\n",
      `  sequence: { hand-raiser: "hubspot:${SEQUENCE}" }\n`,
    );
  insert(join(folder, "fields.yaml"), "    nurture: { ", `list: "${crm}:${list}", `);
  takeOutHolidays(join(folder, "team.yaml"));
  return folder;
}

/** Working them out is a fourth of a start, which a sweep makes by the hundred, and no effect depends on them. */
function takeOutHolidays(path: string): void {
  const team = readFileSync(path, "utf8");
  const always = team.replaceAll(/^ *holidays: .*\n/gm, "");
  if (always === team) throw new Error(`${path} holds no holidays any more: this is not needed`);
  writeFileSync(path, always);
}

function insert(path: string, after: string, text: string): void {
  const whole = readFileSync(path, "utf8");
  if (whole.split(after).length !== 2) throw new Error(`${path} does not hold this once: ${after}`);
  writeFileSync(path, whole.replace(after, `${after}${text}`));
}
