/**
 * Making Leads of people whom marketing's CRM has, or Contacts of the account they belong to, each once however often it is asked.
 *
 * First it is looked who is here: who carries the other CRM's id is that person, whatever else is said. Then by e-mail address:
 * one Lead or Contact with it becomes that person and gets the id; several are for people to sort out, and so is one that is
 * somebody else's. Who is nowhere is made. The id's field is unique, so of two who make the same person at once one is refused, and
 * finds the other's the next time. Without that field the address is all there is, and who has none waits for a person.
 *
 * A Contact that Salesforce refuses, because of its account or what the org wants of Contacts, was not made: then a Lead is. Not where
 * somebody like it is there: as what they are made does not change that.
 */
import type { LeadRef } from "../../src/model/lead.ts";
import type { Newcomer, NewcomerReceipt } from "../../src/model/newcomer.ts";
import { chunks } from "../http/chunks.ts";
import { codeOf, notDone } from "../http/outcome.ts";
import { insertPart, updatePart } from "./collections.ts";
import type { RefusedRow, Row, RowOutcome } from "./collections.ts";
import { counterpartAsks, readCounterparts } from "./counterparts.ts";
import { addresseeAsks, isAddress, readAddressees } from "./find-by-email.ts";
import type { Addressee } from "./find-by-email.ts";
import { asLead, newPersonRow } from "./new-person.ts";
import type { PeopleShapes } from "./new-person.ts";
import type { Tools } from "./org.ts";
import { COUNTERPART_FIELD } from "./package-fields.ts";
import { findAll } from "./queries.ts";
import { sendRows } from "./sending.ts";

/** Rows of one call's collection. */
const NEWCOMERS_AT_ONCE = 100;

/** What is to be done for one newcomer. */
type Step =
  | { readonly is: "here"; readonly id: string }
  | {
      readonly is: "row";
      readonly row: Row;
      readonly told?: string;
      readonly otherwise?: Row;
    }
  | { readonly is: "unclear"; readonly code: "crm.conflict" | "crm.invalid"; readonly reason: string };

/** Makes them, one receipt each, in order. Two calls for a hundred, and one more where a Contact is refused. Never throws. */
export async function createLeads(
  tools: Tools,
  newcomers: readonly Newcomer[],
): Promise<readonly NewcomerReceipt[]> {
  const receipts: NewcomerReceipt[] = [];
  for (const some of chunks(newcomers, NEWCOMERS_AT_ONCE)) receipts.push(...(await createSome(tools, some)));
  return receipts;
}

async function createSome(tools: Tools, newcomers: readonly Newcomer[]): Promise<readonly NewcomerReceipt[]> {
  let steps: readonly Step[];
  try {
    steps = await stepsFor(tools, newcomers);
  } catch (error) {
    const code = codeOf(error);
    return newcomers.map(({ key }) => ({ key, outcome: "not-applied", code }));
  }
  const first = await send(tools, steps);
  const settled = steps.map((step) => insteadOf(step, first));
  const second = await send(
    tools,
    settled.filter((step, index) => step !== steps[index]),
  );
  const outcomes = new Map([...first, ...second]);
  return newcomers.map(({ key }, index) => receiptOf(key, settled[index], outcomes));
}

/** In one call: who is here gets the id, the others are made. */
async function send({ gateway }: Tools, steps: readonly Step[]): Promise<ReadonlyMap<Row, RowOutcome>> {
  const rows = [...new Set(steps.flatMap((step) => (step.is === "row" ? [step.row] : [])))];
  return await sendRows(gateway, [
    { rows: rows.filter(({ id }) => id !== undefined), part: updatePart, isEssential: true },
    { rows: rows.filter(({ id }) => id === undefined), part: insertPart, isEssential: true },
  ]);
}

/** The Lead in the place of a Contact that was refused; otherwise the step as it was. */
function insteadOf(step: Step, outcomes: ReadonlyMap<Row, RowOutcome>): Step {
  if (step.is !== "row" || step.otherwise === undefined) return step;
  const outcome = outcomes.get(step.row);
  if (outcome?.outcome !== "refused" || outcome.code === "crm.conflict") return step;
  return {
    is: "row",
    row: step.otherwise,
    told: asLead(`Salesforce refused the Contact: ${outcome.reason}`),
  };
}

async function stepsFor(tools: Tools, newcomers: readonly Newcomer[]): Promise<readonly Step[]> {
  const { known, byEmail } = await whoIsHere(tools, newcomers);
  const isForAccounts = newcomers.some(({ belonging }) => belonging?.account !== undefined);
  const shapes: PeopleShapes = {
    Lead: await tools.schema.of("Lead"),
    Contact: isForAccounts ? await tools.schema.of("Contact") : undefined,
  };
  const steps = new Map<string, Step>();
  const taken = new Set<string>();
  for (const newcomer of newcomers) {
    const { id } = newcomer.counterpart;
    if (steps.has(id)) continue;
    const [here, email] = [known.get(id), emailOf(newcomer)];
    const same = byEmail.get(email ?? "") ?? [];
    if (here !== undefined) steps.set(id, { is: "here", id: here.id });
    else if (email !== undefined && taken.has(email))
      steps.set(id, unclear("Another newcomer has this e-mail address: merge them where they come from."));
    else if (same.length > 0) steps.set(id, stepFor(tools, newcomer, same));
    else steps.set(id, isFoundAgain(tools, email) ? newPersonRow(newcomer, shapes) : LOST_IF_MADE);
    if (email !== undefined) taken.add(email);
  }
  return newcomers.map(({ counterpart }) => steps.get(counterpart.id) ?? unclear("Nobody is meant."));
}

/** Whoever is made must be found when the answer gets lost: by the other CRM's id, or by the address. */
function isFoundAgain({ capabilities }: Tools, email: string | undefined): boolean {
  return capabilities.counterparts === true || (email !== undefined && isAddress(email));
}

const LOST_IF_MADE: Step = {
  is: "unclear",
  code: "crm.invalid",
  reason:
    "Without an e-mail address, and without Baton's package in the org, a Lead that is made may be made twice: add an address, or make it by hand.",
};

/** Who carries the ids, and who has the addresses: one look, so that nobody is made between two. */
async function whoIsHere(
  { gateway, schema }: Tools,
  newcomers: readonly Newcomer[],
): Promise<{
  readonly known: ReadonlyMap<string, LeadRef>;
  readonly byEmail: ReadonlyMap<string, readonly Addressee[]>;
}> {
  const emails = newcomers.flatMap((newcomer) => emailOf(newcomer) ?? []);
  const carriers = await counterpartAsks(
    schema,
    newcomers.map(({ counterpart }) => counterpart),
  );
  const addressees = await addresseeAsks(schema, emails);
  const found = await findAll(gateway, [...carriers, ...addressees], true);
  return {
    known: readCounterparts(carriers, found),
    byEmail: Map.groupBy(readAddressees(addressees, found, emails), ({ email }) => email),
  };
}

/** Somebody with the newcomer's address is here. */
function stepFor({ capabilities }: Tools, { counterpart }: Newcomer, same: readonly Addressee[]): Step {
  const [one] = same;
  if (one === undefined || same.length > 1) {
    const ids = same.map(({ object, id }) => `${object} ${id}`).join(", ");
    return unclear(
      `${same.length} records have this e-mail address: ${ids}. Merge them, or link one by hand.`,
    );
  }
  if (one.counterpart !== undefined && one.counterpart !== counterpart.id)
    return unclear(
      `${one.object} ${one.id} has this e-mail address and is linked with another person (${one.counterpart}).`,
    );
  if (capabilities.counterparts !== true) return { is: "here", id: one.id };
  const fields = { [COUNTERPART_FIELD]: counterpart.id };
  return { is: "row", row: { object: one.object, id: one.id, fields } };
}

function unclear(reason: string): Step {
  return { is: "unclear", code: "crm.conflict", reason };
}

function emailOf({ properties }: Newcomer): string | undefined {
  return properties["lead.Email"]?.trim().toLowerCase();
}

function receiptOf(
  key: string,
  step: Step | undefined,
  outcomes: ReadonlyMap<Row, RowOutcome>,
): NewcomerReceipt {
  if (step?.is === "here") return applied(key, step.id, true);
  if (step?.is === "unclear") return { key, outcome: "refused", code: step.code, reason: step.reason };
  const outcome = step === undefined ? undefined : outcomes.get(step.row);
  switch (outcome?.outcome) {
    case "applied":
      return applied(key, outcome.id, step?.row.id !== undefined, step?.told);
    case "refused":
      return refusal(key, outcome);
    case "not-applied":
    case "unknown":
      return { key, ...notDone(outcome) };
    case undefined:
      return { key, outcome: "unknown", code: "crm.bad-answer" };
  }
}

function applied(key: string, id: string, isFound: boolean, told?: string): NewcomerReceipt {
  return {
    key,
    outcome: "applied",
    id,
    ...(isFound ? { isFound } : {}),
    ...(told === undefined ? {} : { reason: told }),
  };
}

/** Somebody else made the same person at the same moment: the next look finds who. */
function refusal(key: string, { code, reason, errorCode, duplicates }: RefusedRow): NewcomerReceipt {
  if (errorCode === "DUPLICATE_VALUE") return { key, outcome: "not-applied", code };
  const ids = duplicates === undefined || duplicates.length === 0 ? "" : ` Look at ${duplicates.join(", ")}.`;
  return { key, outcome: "refused", code, reason: reason + ids };
}
